-- Stores reports and sends each to a worker or queues it. Each is accepted or refused on its own. Idempotent, because the
-- client makes the ids.
-- ARGV[1]              block {most (how many reports may wait), again (whether any of the reports was sent before)}
-- ARGV[2n], ARGV[2n+1] a report: block {id, type, message (JSON object without id and attempt), header (trace header), trace (its
--                      id), timeout (ms), priority, key (of idempotency), fingerprint (of the request), chunks and size (of an input stored by chunk)}; its
--                      input or ''
-- Returns for each     'accepted'; 'full', with nothing stored; 'lost' if a chunk is no longer stored; {'known', id, trace id} of the earlier report with this
-- idempotency key; {'conflict', its id} if that was another request
local call = cmsgpack.unpack(ARGV[1])
local reports = {}
for i = 2, #ARGV, 2 do
  local report = cmsgpack.unpack(ARGV[i])
  report.place = i / 2
  if report.chunks then
    report.input = text(report.size)
  elseif ARGV[i + 1] ~= '' then
    report.input = text(#ARGV[i + 1])
  end
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
  if report.chunks and redis.call('HLEN', input_key(report.id)) ~= report.chunks then
    redis.call('UNLINK', input_key(report.id))
    return 'lost'
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

-- Returns how many bytes that took.
local function store(report)
  local key, block = report_key(report.id), ARGV[2 * report.place]
  if report.worker then
    redis.call('HSET', key, 'request', block, 'type', report.type, 'trace', report.trace, 'created', report.created,
      'state', 'running', 'worker', report.worker, 'attempt', '1', 'started', now_text)
  else
    redis.call('HSET', key, 'request', block, 'type', report.type, 'trace', report.trace, 'created', report.created,
      'state', 'queued')
  end
  if report.input then
    redis.call('HSET', key, 'input', report.input)
    if report.chunks then
      redis.call('PERSIST', input_key(report.id))
    else
      redis.call('SET', input_key(report.id), ARGV[2 * report.place + 1])
    end
  end
  if report.key then
    remember_key(report)
  end
  return #block + (report.input or 0)
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
    local status = (again or report.key or report.chunks) and known_status(report, again)
    if seen[report.id] or report.key and seen[report.key] then
      later[#later + 1] = report
    elseif status then
      statuses[report.place] = status
    else
      seen[report.id], seen[report.key or report.id] = true, true
      local same = of_kind[report.type]
      if not same then
        same = {}
        of_kind[report.type], kinds[#kinds + 1] = same, report.type
      end
      new[#new + 1], same[#same + 1] = report, report
    end
  end
  if #new == 0 then
    return later
  end
  local first, recent = creation_times(#new), {}
  for i, report in ipairs(new) do
    report.created = text(first + i - 1)
    recent[2 * i - 1], recent[2 * i] = report.created, report.id
  end
  -- This comes first because it fails on a key of another type. Then nothing else has been written.
  redis.call('ZADD', prefix .. ':recent', unpack(recent))
  local some_wait = redis.call('EXISTS', prefix .. ':waiting') == 1
  for _, kind in ipairs(kinds) do
    place(kind, of_kind[kind], some_wait and redis.call('EXISTS', waiting_key(kind)) == 1)
  end

  local refused, bytes = {}, 0
  for _, report in ipairs(new) do
    if statuses[report.place] then
      refused[#refused + 1] = report.id
    else
      statuses[report.place] = 'accepted'
      bytes = bytes + store(report)
    end
  end
  if #refused > 0 then
    redis.call('ZREM', prefix .. ':recent', unpack(refused))
  end
  if bytes > 0 then
    count_bytes(bytes)
  end
  return later
end

local later = submit(reports, call.again)
while #later > 0 do
  later = submit(later, true)
end
return statuses
