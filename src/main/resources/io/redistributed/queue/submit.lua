-- Stores reports and sends each to a worker or queues it. Each is accepted or refused on its own. Idempotent, because the
-- client makes the ids.
-- ARGV[1]              block {most (how many reports may wait), again (whether any of the reports was sent before)}
-- ARGV[2n], ARGV[2n+1] a report: block {id, type, message (JSON object without id and attempt), header (trace header), trace (its
--                      id), timeout (ms), priority, key (of idempotency), fingerprint (of the request)}; its input or ''
-- Returns for each     'accepted'; 'full', with nothing stored; {'known', id, trace id} of the earlier report with this
-- idempotency key; {'conflict', its id} if that was another request
local call = cmsgpack.unpack(ARGV[1])
local reports = {}
for i = 2, #ARGV, 2 do
  local report = cmsgpack.unpack(ARGV[i])
  report.input, report.place = ARGV[i + 1], i / 2
  reports[report.place] = report
end
local statuses = {}

-- Returns the status from an earlier call; nil for a new report.
local function known_status(report, again)
  if again and redis.call('EXISTS', report_key(report.id)) == 1 then
    return 'accepted'
  elseif report.key then
    local known = redis.pcall('HMGET', prefix .. ':idempotency:' .. report.key, 'id', 'fingerprint')
    local trace = known[1] and record(known[1], 'trace')[1]
    if trace then
      return known[2] == report.fingerprint and { 'known', known[1], trace } or { 'conflict', known[1] }
    end
  end
end

local function remember_key(report)
  local idempotency = prefix .. ':idempotency:' .. report.key
  if redis.pcall('HMGET', idempotency, 'id').err then
    damaged(idempotency, 'not a hash')
    redis.call('UNLINK', idempotency)
  end
  redis.call('HSET', idempotency, 'id', report.id, 'fingerprint', report.fingerprint)
  redis.call('PEXPIRE', idempotency, retention)
end

local function store(report)
  local key = report_key(report.id)
  if report.worker then
    redis.call('HSET', key, 'state', 'running', 'worker', report.worker, 'attempt', '1', 'started', now_text, 'type', report.type,
      'message', report.message, 'header', report.header, 'trace', report.trace, 'created', report.created)
  else
    redis.call('HSET', key, 'state', 'queued', 'type', report.type, 'message', report.message, 'header', report.header,
      'trace', report.trace, 'created', report.created)
  end
  if report.timeout then
    redis.call('HSET', key, 'timeout', report.timeout)
  end
  if report.priority then
    redis.call('HSET', key, 'priority', report.priority)
  end
  if #report.input > 0 then
    redis.call('HSET', key, 'input', text(#report.input))
    redis.call('SET', prefix .. ':input:' .. report.id, report.input)
  end
  if report.key then
    remember_key(report)
  end
end

-- Returns the first of `count` consecutive free creation times. No two reports share one, because list pages continue at a
-- time.
local function creation_times(count)
  local first = now_micros
  while true do
    local last = redis.call('ZREVRANGEBYSCORE', prefix .. ':recent', text(first + count - 1), text(first), 'WITHSCORES', 'LIMIT', 0, 1)
    if not last[2] then
      return first
    end
    first = tonumber(last[2]) + 1
  end
end

-- Sends the reports of one type to workers, queues them, or refuses them, in order.
local function place(kind, reports, others_wait)
  -- A report does not overtake waiting reports of its type.
  local rest = others_wait and reports or send(kind, reports)
  if #rest == 0 then
    return
  end
  local places, queue = room(kind, call.most), {}
  for i, report in ipairs(rest) do
    if i <= places then
      queue[#queue + 1] = place_of(report.created, report.priority)
      queue[#queue + 1] = report.id
    else
      statuses[report.place] = 'full'
    end
  end
  if #queue > 0 then
    redis.call('ZADD', waiting_key(kind), unpack(queue))
    redis.call('SADD', prefix .. ':waiting', kind)
  end
end

-- Returns the reports that share their id or key with an earlier one of the batch. They are decided after that one.
local function submit(batch, again)
  local new, kinds, of_kind, seen, later = {}, {}, {}, {}, {}
  for _, report in ipairs(batch) do
    local status = (again or report.key) and known_status(report, again)
    if seen[report.id] or report.key and seen[report.key] then
      later[#later + 1] = report
    elseif status then
      statuses[report.place] = status
    else
      seen[report.id] = true
      seen[report.key or report.id] = true
      new[#new + 1] = report
    end
  end
  local first = #new > 0 and creation_times(#new)
  for i, report in ipairs(new) do
    report.created, report.attempt = text(first + i - 1), '1'
    if not of_kind[report.type] then
      of_kind[report.type] = {}
      kinds[#kinds + 1] = report.type
    end
    table.insert(of_kind[report.type], report)
  end
  local some_wait = redis.call('EXISTS', prefix .. ':waiting') == 1
  for _, kind in ipairs(kinds) do
    place(kind, of_kind[kind], some_wait and redis.call('EXISTS', waiting_key(kind)) == 1)
  end

  local recent, bytes = {}, 0
  for _, report in ipairs(new) do
    if statuses[report.place] ~= 'full' then
      statuses[report.place] = 'accepted'
      recent[#recent + 1] = report.created
      recent[#recent + 1] = report.id
    end
  end
  if #recent > 0 then
    -- This comes first because it fails on a key of another type. Then nothing else has been written.
    redis.call('ZADD', prefix .. ':recent', unpack(recent))
    for _, report in ipairs(new) do
      if statuses[report.place] == 'accepted' then
        store(report)
        bytes = bytes + #report.message + #report.input
      end
    end
    count_bytes(bytes)
  end
  return later
end

local later = submit(reports, call.again)
while #later > 0 do
  later = submit(later, true)
end
return statuses
