-- A worker tells that it lives and what it really holds: renews those leases, takes back what never reached it, and gives
-- it waiting reports for its free slots.
-- ARGV[1..]  worker, slots, information (JSON), last sequence number it has seen, its type set, number n of types that it
--            describes with this beat, n times: type, description (JSON); then for each attempt in its hands: id, attempt,
--            progress (0..1, 'finishing' once the outcome is on its way, or ''), span (trace id-span id, hex)
-- Returns {attempts it no longer owns, attempts taken back as never arrived, messages of new attempts, attempts in its
-- hands that were cancelled, types that nobody has described, {type, worker} for each description that differs from that of
-- another worker}; attempts are given as 'id#attempt'.
local worker, slots, type_set = ARGV[1], tonumber(ARGV[2]), ARGV[5]
local most_undelivered = 20
local home = homes()
local beat = home.beat

write_without_memory()
redis.call('ZADD', lane .. ':beats', now, worker)
redis.call('HSET', lane .. ':info', worker, ARGV[3])
-- Redis may have lost the latest numbers with the end of its append-only file.
if number(redis.call('HGET', lane .. ':sequence', worker), 0) < tonumber(ARGV[4]) then
  redis.call('HSET', lane .. ':sequence', worker, ARGV[4])
end

if type(redis.pcall('SCARD', held_key(worker))) == 'table' then
  damaged(held_key(worker), 'it was no set')
  redis.call('UNLINK', held_key(worker))
end

local had = redis.call('HGET', lane .. ':sets', worker)
if had ~= type_set then
  redis.call('ZREM', workers_key(had or ''), worker)
  redis.call('HSET', lane .. ':sets', worker, type_set)
end
if type_set ~= '' and redis.call('ZADD', lane .. ':typesets', now_text, type_set) == 1 then
  home.route()
end
local hands = 7 + 2 * ARGV[6]
local contested, undescribed = {}, {}
for i = 7, hands - 1, 2 do
  local kind, description = ARGV[i], ARGV[i + 1]
  -- Types that cannot be stored do not stop the worker.
  local known = redis.pcall('HGET', lane .. ':types', kind)
  local announcer = redis.pcall('HGET', lane .. ':announcers', kind)
  if known and known ~= description and type(announcer) == 'string' and announcer ~= worker
      and redis.call('ZSCORE', lane .. ':beats', announcer) then
    contested[#contested + 1] = { kind, announcer }
  end
  redis.pcall('HSET', lane .. ':types', kind, description)
  redis.pcall('HSET', lane .. ':announcers', kind, worker)
end
for kind in string.gmatch(type_set, '[^,]+') do
  if redis.pcall('HEXISTS', lane .. ':types', kind) == 0 then
    undescribed[#undescribed + 1] = kind
  end
end

local in_hand, lost, cancelled = {}, {}, {}
for i = hands, #ARGV, 4 do
  local id, attempt, progress, span = ARGV[i], ARGV[i + 1], ARGV[i + 2], ARGV[i + 3]
  local key = report_key(id)
  local stored = record(id, 'state', 'worker', 'attempt', 'cancelled', 'started', 'timeout')
  if stored[1] == 'running' and stored[2] == worker and stored[3] == attempt then
    in_hand[id] = true
    if stored[4] then
      cancelled[#cancelled + 1] = id .. '#' .. attempt
    end
    -- The worker itself ends, as failed, what takes longer than allowed. One that does not cannot keep it alive for ever.
    local deadline = number(stored[5], now) + number(stored[6], timeout) + lease
    redis.call('ZADD', lane .. ':leases', math.min(now + lease, deadline), id)
    redis.call('SADD', held_key(worker), id)
    redis.call('HSET', key, 'previous', span)
    if progress ~= '' and progress ~= 'finishing' then
      redis.call('HSET', key, 'progress', progress)
    end
  elseif progress ~= 'finishing' then
    lost[#lost + 1] = id .. '#' .. attempt
  end
end

local missing, taken_back = {}, {}
for _, id in ipairs(held_by(worker)) do
  if not in_hand[id] then
    -- One handed over within the last beat may still be on its way.
    if number(record(id, 'started')[1], 0) + beat < now then
      local attempt = home.release(id, worker)
      if attempt then
        missing[#missing + 1] = { id, attempt }
        taken_back[#taken_back + 1] = id .. '#' .. attempt
      end
    end
  end
end

-- What the worker has lost still keeps it busy.
redis.call('HSET', lane .. ':slots', worker, math.max(0, slots - #lost))
redis.call('ZADD', workers_key(type_set), text(free_slots(worker)), worker)
for _, report in ipairs(missing) do
  local id, attempt = report[1], report[2]
  -- Nobody's fault, so not counted as a crash; but one that no worker ever gets to run must end some day.
  try(id, function()
    if home.count(id, 'undelivered') < most_undelivered then
      home.requeue(id)
    else
      home.fail(id, attempt, 'handed to workers ' .. most_undelivered .. ' times, and none of them has run it')
    end
  end)
end

local messages = {}
local free = free_slots(worker)
local message = home.take(worker, type_set, free)
while message do
  messages[#messages + 1] = message
  free = free - 1
  message = home.take(worker, type_set, free)
end
offer(worker, type_set, free)
return { lost, taken_back, messages, cancelled, undescribed, contested }
