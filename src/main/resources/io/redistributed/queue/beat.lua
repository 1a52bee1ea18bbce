-- A worker tells that it lives and what it really holds: renews those leases, takes back what never reached it, and gives
-- it waiting reports for its free slots.
-- ARGV[7..]  worker, slots, information (JSON), then for each attempt in its hands: id, attempt, progress (0..1, 'finishing'
--            once the outcome is on its way, or ''), span (trace id-span id, hex)
-- Returns {ids it no longer owns, attempts taken back as never arrived ('id#attempt'), messages of new attempts}.
local worker, slots = ARGV[7], tonumber(ARGV[8])
redis.call('ZADD', lane .. ':beats', now, worker)
redis.call('HSET', lane .. ':info', worker, ARGV[9])

local inHand, lost = {}, {}
for i = 10, #ARGV, 4 do
  local id, attempt, progress, span = ARGV[i], ARGV[i + 1], ARGV[i + 2], ARGV[i + 3]
  local key = report_key(id)
  local stored = redis.call('HMGET', key, 'state', 'worker', 'attempt', 'deadline')
  inHand[id] = true
  if stored[1] == 'running' and stored[2] == worker and stored[3] == attempt then
    -- Past its deadline no beat keeps a report alive.
    redis.call('ZADD', lane .. ':leases', math.min(now + lease, stored[4]), id)
    redis.call('SADD', held_key(worker), id)
    redis.call('HSET', key, 'previous', span)
    if progress ~= '' and progress ~= 'finishing' then
      redis.call('HSET', key, 'progress', progress)
    end
  elseif progress ~= 'finishing' then
    lost[#lost + 1] = id
  end
end

local missing = {}
for _, id in ipairs(redis.call('SMEMBERS', held_key(worker))) do
  if not inHand[id] then
    local expires = redis.call('ZSCORE', lane .. ':leases', id)
    -- One handed over within the last beat may still be on its way.
    if not expires or expires - lease + beat < now then
      release(id, worker)
      missing[#missing + 1] = id
    end
  end
end

-- What the worker has lost still keeps it busy.
redis.call('HSET', lane .. ':slots', worker, math.max(0, slots - #lost))
redis.call('ZADD', lane .. ':workers', 0, worker)
settle(worker)
local takenBack = {}
for _, id in ipairs(missing) do
  takenBack[#takenBack + 1] = id .. '#' .. redis.call('HGET', report_key(id), 'attempt')
  requeue(id)
end

local messages = {}
local message = take(worker)
while message do
  messages[#messages + 1] = message
  message = take(worker)
end
return { lost, takenBack, messages }
