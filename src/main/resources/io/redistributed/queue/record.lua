-- The record of a report: MessagePack values one after another. The block of submit and the time of creation (text, in µs) are
-- its head. A map of what changes follows. In a report that is done, finish has appended its outcome, the time, and the result
-- or, if that is long, its size.

-- What changes in a report, and its type.
local changing = {
  state = 'string', worker = 'string', attempt = 'number', started = 'number', waiting = 'boolean', progress = 'string',
  previous = 'string', cancelled = 'number', failures = 'number', crashes = 'number', undelivered = 'number', error = 'string',
  errors = 'table', ended = 'number',
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
  local head, request, created = cmsgpack.unpack_limit(stored, 2)
  local rest, report, outcome, ended, result = cmsgpack.unpack_limit(stored, 4, head)
  report.id, report.head, report.request, report.created = id, string.sub(stored, 1, head), request, created
  if outcome then
    report.state, report.ended, report.previous = 'done', ended, outcome.span
    report.size = type(result) == 'string' and #result or result
    assert(ended and result)
  end
  for name, value in pairs(report) do
    assert(not changing[name] or type(value) == changing[name])
  end
  assert(rest == -1 and type(request.type) == 'string' and tonumber(created) and report.state and report.attempt)
  return report
end

-- Returns the report {id, head, request, created, what changes, size of its result} of a record; nil if that is damaged.
local function read(id, stored)
  local readable, report = pcall(parse, id, stored)
  if readable then
    return report
  end
  damaged(key('report', id), 'is not the record of a report')
end

-- Returns a report as read does; nil also if there is none.
local function load(id)
  local stored = call_if_typed('GET', key('report', id))
  return stored and read(id, stored) or nil
end

local function save(report)
  local changes = {}
  for name in pairs(changing) do
    changes[name] = report[name]
  end
  redis.call('SET', key('report', report.id), report.head .. cmsgpack.pack(changes))
end
