-- Stores reports and sends each to a worker or queues it. Each is accepted or refused on its own. Idempotent, because the
-- client makes the ids.
-- ARGV[1]          block {most (how many reports may wait)}
-- ARGV[3n-1..3n+1] a report: its id; block {type, message (trace header, then a JSON object without sequence, attempt, previous and its
--                  last brace), trace (its id), input (its bytes), chunks (of an input that is stored by chunk), timeout (ms), priority, key (of
--                  idempotency), fingerprint (of the request)}; its input or ''
-- Returns for each 'accepted'; 'full', with nothing stored; 'lost' if a chunk is no longer stored; {'known', id, trace id} of the earlier report with this
-- idempotency key; {'conflict', its id} if that was another request
-- include common
-- include dispatch
local call = cmsgpack.unpack(ARGV[1])
local reports, names, statuses, lost = {}, {}, {}, {}
for place = 1, (#ARGV - 1) / 3 do
  local report = cmsgpack.unpack(ARGV[3 * place])
  report.place, report.id, report.attempt = place, ARGV[3 * place - 1], '1'
  reports[place], names[place] = report, key('report', report.id)
end

-- Returns the status from an earlier call; nil for a new report. A key means something only while its report is stored.
local function known_status(report, some_known)
  -- include record
  if some_known and redis.call('EXISTS', names[report.place]) == 1 then
    return 'accepted'
  elseif report.key then
    local known = redis.pcall('GET', key('idempotency', report.key))
    local id, fingerprint = string.match(type(known) == 'string' and known or '', '^(%S+) (.*)$')
    local earlier = id and load(id)
    if earlier then
      return fingerprint == report.fingerprint and { 'known', id, earlier.request.trace } or { 'conflict', id }
    end
  end
  if report.chunks and redis.call('HLEN', key('input', report.id)) ~= report.chunks then
    lost[#lost + 1] = key('input', report.id)
    return 'lost'
  end
end

-- Adds what is to be stored of a report, keys and their values, and returns how many bytes the request takes. States are packed, those
-- of workers by name.
local states = { queued = cmsgpack.pack({ state = 'queued', attempt = 0 }) }
local function store(report, to_store)
  local block, bytes = ARGV[3 * report.place], report.input and tonumber(report.input) or 0
  if #report.message > max_inline then
    local rest = cmsgpack.unpack(block)
    rest.message = nil
    block, bytes = cmsgpack.pack(rest), bytes + #report.message
    to_store[#to_store + 1], to_store[#to_store + 2] = key('message', report.id), report.message
  end
  if report.chunks then
    redis.call('PERSIST', key('input', report.id))
  elseif report.input then
    to_store[#to_store + 1], to_store[#to_store + 2] = key('input', report.id), ARGV[3 * report.place + 1]
  end
  if report.key then
    redis.call('SET', key('idempotency', report.key), report.id .. ' ' .. report.fingerprint, 'PX', text(retention))
  end
  -- 176 begins a MessagePack text of 16 bytes, which the time takes until 2286.
  to_store[#to_store + 1], to_store[#to_store + 2] = names[report.place], block .. '\176' .. report.created .. states[report.worker or 'queued']
  return #block + 17 + bytes
end

-- Returns the functions that reports do not need which are sent at once. The first call creates them.
local function seldom()
  -- include waiting

  -- Queues reports of one type. Those without a place are full.
  local function wait(reports)
    local queued = {}
    for _, report in ipairs(reports) do
      local name, owner = queue_of(report.type, report.id)
      if take_place(name, owner, call.most) then
        local places = queued[name] or {}
        queued[name], places[#places + 1], places[#places + 2] = places, place_of(report.created, report.priority), report.id
      else
        statuses[report.place] = 'full'
      end
    end
    for name, places in pairs(queued) do
      queue_up(name, places)
    end
  end

  local functions = { wait = wait, waits = waits }
  seldom = function()
    return functions
  end
  return functions
end

-- Returns the reports that share their id or key with an earlier one of the batch. They are decided after that one.
local function submit(batch, some_known)
  local new, kinds, of_kind, seen, later = {}, {}, {}, {}, {}
  for _, report in ipairs(batch) do
    local status = (some_known or report.key or report.chunks) and known_status(report, some_known)
    if seen[report.id] or report.key and seen[report.key] then
      later[#later + 1] = report
    elseif status then
      statuses[report.place] = status
    else
      seen[report.id], seen[report.key or report.id] = true, true
      if not of_kind[report.type] then
        of_kind[report.type], kinds[#kinds + 1] = {}, report.type
      end
      table.insert(of_kind[report.type], report)
      new[#new + 1] = report
    end
  end
  if #new == 0 then
    return later
  end
  -- No two reports share a creation time, because list pages continue at a time. Those of a call, 64 at most, have one entry in
  -- `recent`, with the time of the first. Each other one was created a microsecond after the one before it.
  local created, ids = now_micros, {}
  while true do
    local last = redis.call('ZRANGE', prefix .. ':recent', text(created + #new - 1), text(created - 63), 'BYSCORE', 'REV', 'LIMIT', '0', '1', 'WITHSCORES')
    local free = last[1] and tonumber(last[2]) + 1 + select(2, string.gsub(last[1], ' ', ''))
    if not free or free <= created then
      break
    end
    created = free
  end
  for i, report in ipairs(new) do
    report.created, ids[i] = text(created + i - 1), report.id
  end
  -- This comes first because it fails while Redis is out of memory. Then nothing else has been written.
  local entry = table.concat(ids, ' ')
  redis.call('ZADD', prefix .. ':recent', text(created), entry)

  local some_wait = redis.call('EXISTS', prefix .. ':waiting') == 1
  for _, kind in ipairs(kinds) do
    -- A report does not overtake waiting reports of its type.
    local overtakes = not some_wait or not seldom().waits(kind)
    local rest = overtakes and send(kind, of_kind[kind]) or of_kind[kind]
    if #rest > 0 then
      seldom().wait(rest)
    end
  end

  local bytes, full, to_store = 0, 0, {}
  for i, report in ipairs(new) do
    local worker = report.worker
    if worker and not states[worker] then
      states[worker] = cmsgpack.pack({ state = 'running', worker = worker, attempt = 1, started = now })
    end
    if statuses[report.place] then
      ids[i], full = '-', full + 1
    else
      statuses[report.place] = 'accepted'
      bytes = bytes + store(report, to_store)
    end
  end
  if #to_store > 0 then
    redis.call('MSET', unpack(to_store))
  end
  if full > 0 then
    redis.call('ZREM', prefix .. ':recent', entry)
  end
  if full > 0 and full < #new then
    redis.call('ZADD', prefix .. ':recent', text(created), table.concat(ids, ' '))
  end
  if bytes > 0 then
    -- pcall: the reaper repairs a damaged sum.
    redis.pcall('INCRBY', prefix .. ':bytes', text(bytes))
  end
  return later
end

-- Also of a first call: it may come late, after its repetition.
local later = submit(reports, redis.call('EXISTS', unpack(names)) > 0)
while #later > 0 do
  later = submit(later, true)
end
-- Not earlier: once a script has written, Redis no longer refuses its writes for want of memory.
if #lost > 0 then
  redis.call('UNLINK', unpack(lost))
end
return statuses
