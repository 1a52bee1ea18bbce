-- How reports come into the hands of workers, and out of them.

-- Free slots are what a worker offers less what it holds. Negative where it has lost some that it holds.
local function free_slots(worker)
  return (redis.call('HGET', lane .. ':slots', worker) or 0) - redis.call('SCARD', held_key(worker))
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

-- The message as this worker takes it. Sequence numbers go up from one that only the worker and Redis know, so that it can
-- tell what was published by others, or before.
local function address(message, worker)
  message[2] = text(redis.call('HINCRBY', lane .. ':sequence', worker, '1'))
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
  redis.call('SADD', held_key(worker), id)
end

local function let_go(id, worker)
  redis.call('SREM', held_key(worker), id)
  redis.call('ZREM', lane .. ':leases', id)
end

-- Waiting reports stand in the order of their creation, so one that comes back has not lost its place. Each level of
-- priority is an hour's head start: what matters less waits longer, but not for ever.
local function queue_up(id, created, priority)
  redis.call('ZADD', lane .. ':waiting', text(created - priority * 3600000000), id)
end

-- Of what has ended the reaper removes the oldest. A list: to add to a sorted set of all takes 3 µs more.
local function ended(id, state)
  redis.call('RPUSH', lane .. ':endings', now_text .. ' ' .. id)
  redis.call(publish, lane .. ':ended:' .. id, state)
end
