-- How reports come into the hands of workers, and out of them.

-- Free slots are what a worker offers less what it holds. Negative where it has lost some that it holds.
local function free_slots(worker)
  return number(redis.call('HGET', lane .. ':slots', worker), 0) - number(redis.pcall('SCARD', held_key(worker)), 0)
end

local function held_by(worker)
  local ids = redis.pcall('SMEMBERS', held_key(worker))
  if ids.err then
    return {}
  end
  table.sort(ids)
  return ids
end

-- A worker that was taken off the list of workers comes back by its next beat only, hence XX.
local function offer(worker, free)
  redis.call('ZADD', lane .. ':workers', 'XX', text(free), worker)
end

-- Takes 1 µs, and to count them anew 3; that is done with each beat.
local function offer_more(worker, slots)
  redis.call('ZADD', lane .. ':workers', 'XX', 'INCR', slots, worker)
end

-- A message to workers, in parts: the trace header, then JSON: a sequence number, for address() to put in, the id, the attempt
-- (text), the span of the one before or '', and what submit stored.
local function message_of(id, header, attempt, previous, stored)
  if previous ~= '' then
    previous = '"previous":"' .. previous .. '",'
  end
  return { header .. '{"sequence":', '', ',"id":"' .. id .. '","attempt":' .. attempt .. ',' .. previous, string.sub(stored, 2) }
end

-- A number that cannot be counted up begins anew: the worker refuses that message, and its next heartbeat corrects the number.
local function next_number(worker)
  local number = redis.pcall('HINCRBY', lane .. ':sequence', worker, '1')
  if type(number) == 'table' then
    redis.call('HSET', lane .. ':sequence', worker, '1')
    return 1
  end
  return number
end

-- The message as this worker takes it. Sequence numbers go up from one that only the worker and Redis know, so that it can
-- tell what was published by others, or before.
local function address(message, worker)
  message[2] = text(next_number(worker))
  return table.concat(message)
end

-- Publishes a message to the worker with the most free slots, and returns that. One that nobody listens for is passed over,
-- until it beats again. False if no worker is free.
local function send(message)
  while true do
    local best = redis.call('ZREVRANGE', lane .. ':workers', '0', '0', 'WITHSCORES')
    local worker, free = best[1], tonumber(best[2] or 0)
    if free < 1 then
      return false
    end
    if redis.call(publish, lane .. ':worker:' .. worker, address(message, worker)) > 0 then
      offer(worker, free - 1)
      return worker
    end
    redis.call('ZREM', lane .. ':workers', worker)
  end
end

local function hold(id, worker)
  redis.call('ZADD', lane .. ':leases', text(now + lease), id)
  -- If the set has another type, until the worker's next heartbeat, the lease is enough.
  redis.pcall('SADD', held_key(worker), id)
end

local function let_go(id, worker)
  redis.pcall('SREM', held_key(worker), id)
  redis.call('ZREM', lane .. ':leases', id)
end

-- Waiting reports stand in the order of their creation, so one that comes back has not lost its place. Each level of
-- priority is an hour's head start: what matters less waits longer, but not for ever.
local function queue_up(id, created, priority)
  redis.call('ZADD', lane .. ':waiting', text(number(created, now_micros) - number(priority, 0) * 3600000000), id)
end

-- A sum that is no number is left to the reaper, which puts it right.
local function count_bytes(difference)
  redis.pcall('INCRBY', lane .. ':bytes', text(difference))
end

-- Of what has ended the reaper removes the oldest. A list: to add to a sorted set of all takes 3 µs more.
local function ended(id, state)
  redis.call('RPUSH', lane .. ':endings', now_text .. ' ' .. id)
  redis.call(publish, lane .. ':ended:' .. id, state)
end
