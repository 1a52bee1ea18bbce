-- Ends an attempt and hands the worker its next report. Fenced by worker and attempt: a late worker changes nothing.
-- A report that was cancelled and comes to a result before its worker has heard of it is done. Runs twice without harm.
-- ARGV[1..]  id, attempt, worker, outcome (done | failed | retry | crashed | cancelled), result, content type, error,
--            span of the attempt (trace id-span id, hex), whether the worker wants another (1 | 0), its type set
-- Returns {'ok' | 'stale', message of the next attempt or nil}.
local id, attempt, worker, outcome = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local result, content_type, error, span, type_set = ARGV[5], ARGV[6], ARGV[7], ARGV[8], ARGV[10]

local key = report_key(id)
local stored = record(id, 'state', 'worker', 'attempt', 'error:' .. attempt, 'bytes', 'input', 'error', 'progress')
local mine = stored[2] == worker and stored[3] == attempt
local status, let_one_go = 'ok', false

if mine and stored[1] == 'running' then
  let_go(id, worker)
  let_one_go = true
  if outcome == 'done' then
    local freed = number(stored[6], 0)
    redis.call('SET', lane .. ':result:' .. id, result)
    redis.call('HSET', key, 'state', 'done', 'ended', now_text, 'contentType', content_type, 'size', text(#result),
      'bytes', text(number(stored[5], 0) - freed + #result), 'previous', span)
    count_bytes(#result - freed)
    if stored[6] then
      redis.call('DEL', lane .. ':input:' .. id)
    end
    if stored[6] or stored[7] or stored[8] then
      redis.call('HDEL', key, 'input', 'error', 'progress')
    end
    ended(id, 'done')
  elseif outcome == 'cancelled' then
    -- Without the mark nobody has cancelled it: then another attempt is due, be it in the slot that is free now.
    redis.call('HSET', key, 'previous', span)
    offer_more(worker, type_set, '1')
    let_one_go = false
    homes().requeue(id)
  else
    redis.call('HSET', key, 'error', error, 'error:' .. attempt, error, 'previous', span)
    local crash = outcome == 'crashed'
    local counted = homes().count(id, crash and 'crashes' or 'failures')
    if crash and counted < crashes then
      offer_more(worker, type_set, '1')
      let_one_go = false
      homes().requeue(id)
    elseif outcome == 'retry' and counted < attempts and not redis.call('HGET', key, 'cancelled') then
      redis.call('HSET', key, 'state', 'queued')
      redis.call('HDEL', key, 'worker', 'progress')
      -- Doubling alone would come to years.
      local pause = math.min(backoff * 2 ^ (counted - 1), math.max(backoff, 3600000))
      redis.call('ZADD', lane .. ':delayed', now + pause, id)
    else
      homes().give_up(id)
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

local wanted = ARGV[9] == '1' and redis.call('EXISTS', lane .. ':waiting') == 1
local message = wanted and homes().take(worker, type_set_of(worker), free_slots(worker))
-- One out, one in leaves as many free as before.
if let_one_go and not message then
  offer_more(worker, type_set, '1')
elseif message and not let_one_go then
  offer_more(worker, type_set, '-1')
end
return { status, message }
