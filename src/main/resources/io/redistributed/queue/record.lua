-- The record of a report: MessagePack values one after another. The block of submit and the time of creation (text, in µs) are
-- its head. A map of what changes follows. In a report that is done, finish has appended its outcome, the time, and the result
-- or, if that is long, its size.

-- What changes in a report, and its type.
local changing = {
  state = 'string', worker = 'string', attempt = 'number', started = 'number', progress = 'string', previous = 'string',
  cancelled = 'number', failures = 'number', crashes = 'number', undelivered = 'number', error = 'string', errors = 'table',
  ended = 'number',
}

-- Records a damaged entry. The node that reaps next logs it. If Redis has no memory for it, nothing may be written: once a script has
-- written, its writes are no longer refused.
local function damaged(key, why)
  local length = redis.pcall('RPUSH', prefix .. ':damaged', key .. ': ' .. why)
  if type(length) == 'number' and length > 100 then
    redis.pcall('LTRIM', prefix .. ':damaged', -100, -1)
  end
end

local function parse(id, stored)
  local head = cmsgpack.unpack_limit(stored, 2)
  local request, created, report, outcome, ended, result = cmsgpack.unpack(stored)
  report.id, report.head, report.request, report.created = id, string.sub(stored, 1, head), request, created
  if outcome then
    report.state, report.ended, report.previous = 'done', ended, outcome.span
    report.size = type(result) == 'string' and #result or result
  end
  assert(type(request.type) == 'string' and tonumber(created) and report.state and report.attempt)
  for name, kind in pairs(changing) do
    assert(report[name] == nil or type(report[name]) == kind)
  end
  return report
end

-- Returns a report {id, head, request, created, what changes, size of its result}; nil if there is none or its record is damaged.
local function load(id)
  local stored = redis.pcall('GET', key('report', id))
  if not stored then
    return nil
  elseif stored.err and not string.find(stored.err, 'WRONGTYPE', 1, true) then
    -- This error says nothing about the record: fail the script with it.
    redis.call('GET', key('report', id))
  end
  local readable, report = pcall(parse, id, stored)
  if readable then
    return report
  end
  damaged(key('report', id), 'is not the record of a report')
end

local function save(report)
  local changes = {}
  for name in pairs(changing) do
    changes[name] = report[name]
  end
  redis.call('SET', key('report', report.id), report.head .. cmsgpack.pack(changes))
end
