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

local function type_set_of(worker)
  return redis.call('HGET', lane .. ':sets', worker) or ''
end

-- A worker that was taken off the list of workers comes back by its next beat only, hence XX.
local function offer(worker, type_set, free)
  redis.call('ZADD', workers_key(type_set), 'XX', text(free), worker)
end

-- Takes 1 µs, and to count them anew 3; that is done with each beat. The type set is what the worker takes for its own; a
-- call that comes late may be wrong.
local function offer_more(worker, type_set, slots)
  if not redis.call('ZADD', workers_key(type_set), 'XX', 'INCR', slots, worker) and type_set ~= type_set_of(worker) then
    redis.call('ZADD', workers_key(type_set_of(worker)), 'XX', 'INCR', slots, worker)
  end
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

-- The type sets that have a type, as their workers have announced them.
local function type_sets_with(kind)
  return string.gmatch(redis.call('HGET', lane .. ':routes', kind) or '', '%S+')
end

-- Publishes a message to the worker with the most free slots of those that have the type, and returns that worker. A worker
-- that does not listen is passed over until its next beat. False if no worker is free.
local function send(kind, message)
  while true do
    local worker, free, type_set = false, 0, nil
    for candidate in type_sets_with(kind) do
      local best = redis.call('ZREVRANGE', workers_key(candidate), '0', '0', 'WITHSCORES')
      if best[1] and tonumber(best[2]) > free then
        worker, free, type_set = best[1], tonumber(best[2]), candidate
      end
    end
    if not worker then
      return false
    end
    if redis.call(publish, lane .. ':worker:' .. worker, address(message, worker)) > 0 then
      offer(worker, type_set, free - 1)
      return worker
    end
    redis.call('ZREM', workers_key(type_set), worker)
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
local function queue_up(id, kind, created, priority)
  redis.call('ZADD', waiting_key(kind), text(number(created, now_micros) - number(priority, 0) * 3600000000), id)
  redis.call('SADD', lane .. ':waiting', kind)
end

-- Whether one more report of the type may wait. The types are bounded too, as this looks at each.
local function has_room(kind, most)
  local kinds = redis.call('SMEMBERS', lane .. ':waiting')
  local waiting, known = 0, false
  for _, other in ipairs(kinds) do
    waiting = waiting + redis.call('ZCARD', waiting_key(other))
    known = known or other == kind
  end
  return waiting < most and (known or #kinds < 1000)
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
