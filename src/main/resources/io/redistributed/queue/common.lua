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

-- Free slots are what a worker offers less what it holds: derived anew at each change, so that they cannot drift.
-- A worker that was taken off the list of workers comes back by its next beat only, hence XX.
local function settle(worker)
  local slots = redis.call('HGET', lane .. ':slots', worker)
  if not slots then
    return 0
  end
  local free = math.max(0, slots - redis.call('SCARD', held_key(worker)))
  redis.call('ZADD', lane .. ':workers', 'XX', free, worker)
  return free
end

-- The number of a report's next attempt, its message, and how long it may take. The message is the trace header, then
-- JSON: a sequence number, for address() to put in, the attempt, and what submit stored.
local function next_attempt(id)
  local stored = redis.call('HMGET', report_key(id), 'attempt', 'header', 'message', 'previous', 'timeout')
  local attempt = (stored[1] or 0) + 1
  local previous = ''
  if stored[4] then
    previous = '"previous":"' .. stored[4] .. '",'
  end
  local message = { stored[2] .. '{"sequence":', '', ',"attempt":' .. attempt .. ',' .. previous, string.sub(stored[3], 2) }
  return attempt, message, tonumber(stored[5] or timeout)
end

-- The message as this worker takes it. Sequence numbers go up from one that only the worker and Redis know, so that it can
-- tell what was published by others, or before.
local function address(message, worker)
  message[2] = string.format('%.0f', redis.call('HINCRBY', lane .. ':sequence', worker, 1))
  return table.concat(message)
end

-- The worker itself ends, as failed, what takes longer than allowed; the deadline is for one that does not.
local function assign(id, attempt, worker, allowed)
  redis.call('HSET', report_key(id), 'state', 'running', 'worker', worker, 'attempt', attempt,
    'started', now, 'deadline', now + allowed + lease)
  redis.call('ZADD', lane .. ':leases', now + lease, id)
  redis.call('SADD', held_key(worker), id)
end

-- Publishes a report to the worker with the most free slots. One that nobody listens for is passed over, until it beats
-- again. False if no worker is free.
local function dispatch(id)
  local attempt, message, allowed
  while true do
    local best = redis.call('ZREVRANGE', lane .. ':workers', 0, 0, 'WITHSCORES')
    if #best == 0 or tonumber(best[2]) < 1 then
      return false
    end
    if not attempt then
      attempt, message, allowed = next_attempt(id)
    end
    local worker = best[1]
    if redis.call(publish, lane .. ':worker:' .. worker, address(message, worker)) > 0 then
      assign(id, attempt, worker, allowed)
      settle(worker)
      return true
    end
    redis.call('ZREM', lane .. ':workers', worker)
  end
end

-- The message of the next waiting report, now assigned to the worker; false if none waits or the worker has no slot.
local function take(worker)
  while settle(worker) > 0 do
    local id = redis.call('ZPOPMIN', lane .. ':waiting')[1]
    if not id then
      return false
    end
    if redis.call('HGET', report_key(id), 'state') == 'queued' then
      local attempt, message, allowed = next_attempt(id)
      assign(id, attempt, worker, allowed)
      settle(worker)
      return address(message, worker)
    end
  end
  return false
end

-- Takes a running report out of a worker's hands, whatever becomes of it, and returns the number of the attempt; false if
-- it is not in them: what somebody changed by hand must not drag along a report that is elsewhere, or over.
local function release(id, worker)
  redis.call('SREM', held_key(worker), id)
  local stored = redis.call('HMGET', report_key(id), 'state', 'worker', 'attempt')
  if stored[1] ~= 'running' or stored[2] ~= worker then
    return false
  end
  redis.call('ZREM', lane .. ':leases', id)
  return stored[3]
end

-- Waiting reports stand in the order of their creation, so one that comes back has not lost its place. Each level of
-- priority is an hour's head start: what matters less waits longer, but not for ever.
local function wait(id)
  local stored = redis.call('HMGET', report_key(id), 'created', 'priority')
  redis.call('ZADD', lane .. ':waiting', stored[1] - (stored[2] or 0) * 3600000000, id)
end

-- Counts bytes stored, or no longer stored, for a report: those of its request, its input and its result.
local function count(id, bytes)
  redis.call('HINCRBY', lane .. ':sizes', id, bytes)
  redis.call('INCRBY', lane .. ':bytes', bytes)
end

local function conclude(id, state)
  redis.call('HSET', report_key(id), 'state', state, 'ended', now)
  redis.call('ZADD', lane .. ':ended', now, id)
  redis.call('HDEL', report_key(id), 'deadline', 'progress')
  redis.call('PEXPIRE', report_key(id), retention)
  redis.call('PEXPIRE', lane .. ':result:' .. id, retention)
  redis.call('PEXPIRE', lane .. ':input:' .. id, retention)
  redis.call(publish, lane .. ':ended:' .. id, state)
end

-- Another attempt, now or once a worker is free and those are served who wait already; unless the report was cancelled
-- meanwhile.
local function requeue(id)
  if redis.call('HGET', report_key(id), 'cancelled') then
    conclude(id, 'cancelled')
    return
  end
  redis.call('HSET', report_key(id), 'state', 'queued')
  redis.call('HDEL', report_key(id), 'worker', 'deadline', 'progress')
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
  settle(worker)
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
