-- What the queue's scripts share; it stands before each of them. Every change of a report's home is one script,
-- so a report is in exactly one of waiting, delayed, leased or ended, whoever dies in between.
--
-- KEYS[1]  the lane's prefix, such as {rd:0}; every key hangs below it, so that a script touches one slot of a cluster
-- ARGV[1..7]  the rules, times in milliseconds: lease, timeout, retention, attempts, crashes, backoff, most bytes stored
-- ARGV[8..]   the script's own

-- Redis 6.2 would else refuse to write after TIME; from 7 on this is how scripts replicate anyway.
if redis.replicate_commands then
  redis.replicate_commands()
end

local lane = KEYS[1]
local lease, timeout, retention = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local attempts, crashes, backoff = tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])
local most_stored = tonumber(ARGV[7])

-- Doubling alone would come to years.
local longest_backoff = math.max(backoff, 3600000)

local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local now_micros = clock[1] * 1000000 + clock[2]

-- How often workers beat and the lane is reaped; QueueSettings.beatInterval in Java.
local beat = math.floor(lease / 5)

local function report_key(id)
  return lane .. ':report:' .. id
end

local function held_key(worker)
  return lane .. ':held:' .. worker
end

-- Free slots are what a worker offers less what it holds: counted anew, so that they cannot drift.
local function free_slots(worker)
  local slots = redis.call('HGET', lane .. ':slots', worker)
  return slots and math.max(0, slots - redis.call('SCARD', held_key(worker))) or 0
end

-- A worker that was taken off the list of workers comes back by its next beat only, hence XX.
local function offer(worker, free)
  redis.call('ZADD', lane .. ':workers', 'XX', free, worker)
end

-- A message to workers, in parts: the trace header, then JSON: a sequence number, for address() to put in, the attempt, the
-- span of the one before or '', and what submit stored.
local function message_of(header, attempt, previous, stored)
  if previous ~= '' then
    previous = '"previous":"' .. previous .. '",'
  end
  return { header .. '{"sequence":', '', ',"attempt":' .. attempt .. ',' .. previous, string.sub(stored, 2) }
end

-- The message as this worker takes it. Sequence numbers go up from one that only the worker and Redis know, so that it can
-- tell what was published by others, or before.
local function address(message, worker)
  message[2] = string.format('%.0f', redis.call('HINCRBY', lane .. ':sequence', worker, 1))
  return table.concat(message)
end

-- Publishes a message to the worker with the most free slots, and returns that. One that nobody listens for is passed over,
-- until it beats again. False if no worker is free.
local function send(message)
  while true do
    local best = redis.call('ZREVRANGE', lane .. ':workers', 0, 0, 'WITHSCORES')
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
  redis.call('ZADD', lane .. ':leases', now + lease, id)
  redis.call('SADD', held_key(worker), id)
end

local function assign(id, attempt, worker)
  redis.call('HSET', report_key(id), 'state', 'running', 'worker', worker, 'attempt', attempt, 'started', now)
  hold(id, worker)
end

-- The number of a report's next attempt and its message.
local function next_attempt(id)
  local stored = redis.call('HMGET', report_key(id), 'attempt', 'header', 'previous', 'message')
  local attempt = (stored[1] or 0) + 1
  return attempt, message_of(stored[2], attempt, stored[3] or '', stored[4])
end

-- Hands a report over to a worker that is free; false if there is none.
local function dispatch(id)
  local attempt, message = next_attempt(id)
  local worker = send(message)
  if worker then
    assign(id, attempt, worker)
  end
  return worker
end

-- The message of the report that waits first, now assigned to the worker; false if none waits or the worker has no slot.
local function take(worker, free)
  while free > 0 do
    local id = redis.call('ZPOPMIN', lane .. ':waiting')[1]
    if not id then
      return false
    end
    if redis.call('HGET', report_key(id), 'state') == 'queued' then
      local attempt, message = next_attempt(id)
      assign(id, attempt, worker)
      return address(message, worker)
    end
  end
  return false
end

local function let_go(id, worker)
  redis.call('SREM', held_key(worker), id)
  redis.call('ZREM', lane .. ':leases', id)
end

-- Takes a running report out of a worker's hands, whatever becomes of it, and returns the number of the attempt; false if
-- it is not in them: what somebody changed by hand must not drag along a report that is elsewhere, or over.
local function release(id, worker)
  local stored = redis.call('HMGET', report_key(id), 'state', 'worker', 'attempt')
  if stored[1] == 'running' and stored[2] == worker then
    let_go(id, worker)
    return stored[3]
  end
  redis.call('SREM', held_key(worker), id)
  return false
end

-- Waiting reports stand in the order of their creation, so one that comes back has not lost its place. Each level of
-- priority is an hour's head start: what matters less waits longer, but not for ever.
local function queue_up(id, created, priority)
  redis.call('ZADD', lane .. ':waiting', created - priority * 3600000000, id)
end

local function wait(id)
  local stored = redis.call('HMGET', report_key(id), 'created', 'priority')
  queue_up(id, stored[1], stored[2] or 0)
end

-- Of what has ended the reaper removes the oldest.
local function ended(id, state)
  redis.call('ZADD', lane .. ':ended', now, id)
  redis.call(publish, lane .. ':ended:' .. id, state)
end

local function conclude(id, state)
  redis.call('HSET', report_key(id), 'state', state, 'ended', now)
  redis.call('HDEL', report_key(id), 'progress')
  ended(id, state)
end

-- Another attempt, now or once a worker is free and those are served who wait already; unless the report was cancelled
-- meanwhile.
local function requeue(id)
  if redis.call('HGET', report_key(id), 'cancelled') then
    conclude(id, 'cancelled')
    return
  end
  redis.call('HSET', report_key(id), 'state', 'queued')
  redis.call('HDEL', report_key(id), 'worker', 'progress')
  if redis.call('EXISTS', lane .. ':waiting') == 1 or not dispatch(id) then
    wait(id)
  end
end

-- No attempt is left, or none is wanted.
local function give_up(id)
  conclude(id, redis.call('HGET', report_key(id), 'cancelled') and 'cancelled' or 'failed')
end

local function fail(id, attempt, why)
  redis.call('HSET', report_key(id), 'error', why, 'error:' .. attempt, why)
  give_up(id)
end

-- An attempt ended without a word from its worker. Counted apart from failures: what kills its worker dies soon.
local function crashed(id, worker)
  local attempt = release(id, worker)
  offer(worker, free_slots(worker))
  if not attempt then
    return
  end
  local why = 'worker ' .. worker .. ' was lost, or held on past the time allowed'
  if redis.call('HINCRBY', report_key(id), 'crashes', 1) >= crashes then
    fail(id, attempt, why)
  else
    redis.call('HSET', report_key(id), 'error', why, 'error:' .. attempt, why)
    requeue(id)
  end
end
