-- Ends an attempt and hands the worker its next report. Fenced by worker and attempt: a late worker changes nothing.
-- A report that was cancelled and comes to a result before its worker has heard of it is done. Runs twice without harm.
-- ARGV[7..]  id, attempt, worker, outcome (done | failed | retry | cancelled), result, content type, error, span of the attempt
--            (trace id-span id, hex), whether the worker wants another (1 | 0)
-- Returns {'ok' | 'stale', message of the next attempt or nil}.
local id, attempt, worker, outcome = ARGV[7], ARGV[8], ARGV[9], ARGV[10]
local result, content_type, error, span = ARGV[11], ARGV[12], ARGV[13], ARGV[14]

local key = report_key(id)
local stored = redis.call('HMGET', key, 'state', 'worker', 'attempt', 'error:' .. attempt)
local mine = stored[2] == worker and stored[3] == attempt
local status = 'ok'

if mine and stored[1] == 'running' then
  release(id, worker)
  redis.call('HSET', key, 'previous', span)
  if outcome == 'done' then
    redis.call('SET', lane .. ':result:' .. id, result)
    redis.call('HSET', key, 'contentType', content_type, 'size', #result)
    redis.call('HDEL', key, 'error')
    redis.call('DEL', lane .. ':input:' .. id)
    conclude(id, 'done')
  elseif outcome == 'cancelled' then
    -- Without the mark nobody has cancelled it: then another attempt is due, be it in the slot that is free now.
    settle(worker)
    requeue(id)
  else
    redis.call('HSET', key, 'error', error, 'error:' .. attempt, error)
    local failures = redis.call('HINCRBY', key, 'failures', 1)
    if outcome == 'retry' and failures < attempts and not redis.call('HGET', key, 'cancelled') then
      redis.call('HSET', key, 'state', 'queued')
      redis.call('HDEL', key, 'worker', 'deadline', 'progress')
      redis.call('ZADD', lane .. ':delayed', now + math.min(backoff * 2 ^ (failures - 1), longest_backoff), id)
    else
      give_up(id)
    end
  end
else
  -- A repeated call, after a lost reply, finds what it wrote itself: the result, or the error of its attempt.
  local repeated
  if outcome == 'done' or outcome == 'cancelled' then
    repeated = mine and stored[1] == outcome
  else
    repeated = stored[4] == error
  end
  if not repeated then
    status = 'stale'
  end
end

if ARGV[15] == '1' then
  return { status, take(worker) }
end
settle(worker)
return { status, false }
