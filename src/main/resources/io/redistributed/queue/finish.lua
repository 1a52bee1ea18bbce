-- Ends attempts and gives their workers the next reports. Each attempt is fenced by worker and number: a late worker changes
-- nothing. A cancelled report whose worker finishes before it learns of the cancellation is done. Idempotent.
-- ARGV[1]              block: {worker, types (its type set)} for each worker of the attempts
-- ARGV[2n], ARGV[2n+1] an attempt: block {id, attempt, worker (which of ARGV[1], from 1), outcome (done | failed | retry | crashed | cancelled),
--                      contentType, error, span (trace id-span id, hex), more (whether the worker takes another report)}; its result
--                      or ''
-- Returns              {for each attempt 'ok' or, if it was no longer the worker's, 'stale'; for each worker messages of new attempts}
local workers = cmsgpack.unpack(ARGV[1])
for _, worker in ipairs(workers) do
  worker.released, worker.wanted = {}, 0
end
local statuses, done, bytes, others = {}, {}, 0, {}
-- A short result is a field of the record, which saves a key.
local max_inline = 1024

-- Results are stored even while Redis is out of memory, because that frees the workers.
write_without_memory()

-- Returns whether an earlier call, whose reply was lost, has stored this outcome: the result, or the attempt's error.
local function is_repeated(attempt, state, mine)
  if attempt.outcome == 'done' or attempt.outcome == 'cancelled' then
    return mine and state == attempt.outcome
  end
  return record(attempt.id, 'error:' .. attempt.attempt)[1] == attempt.error
end

local function store(attempt, stored_input)
  local id = attempt.id
  local size = text(#attempt.result)
  if #attempt.result <= max_inline then
    redis.call('HSET', report_key(id), 'state', 'done', 'ended', now_text, 'contentType', attempt.contentType, 'size', size,
      'previous', attempt.span, 'result', attempt.result)
  else
    redis.call('SET', prefix .. ':result:' .. id, attempt.result)
    redis.call('HSET', report_key(id), 'state', 'done', 'ended', now_text, 'contentType', attempt.contentType, 'size', size,
      'previous', attempt.span)
  end
  if stored_input then
    redis.call('DEL', prefix .. ':input:' .. id)
    redis.call('HDEL', report_key(id), 'input')
  end
  bytes = bytes + #attempt.result - number(stored_input, 0)
  done[#done + 1] = id
end

-- Ends an attempt without a result.
local function end_attempt(attempt, worker)
  local id, key, transition = attempt.id, report_key(attempt.id), transitions()
  transition.release(id, worker.worker)
  add_free(worker.worker, worker.types, 1)
  if attempt.outcome == 'cancelled' then
    -- Without the mark the report was not cancelled: the worker handed it back, and it needs another attempt.
    redis.call('HSET', key, 'previous', attempt.span)
    transition.requeue(id)
    return
  end
  redis.call('HSET', key, 'error', attempt.error, 'error:' .. attempt.attempt, attempt.error, 'previous', attempt.span)
  local crash = attempt.outcome == 'crashed'
  local counted = transition.count(id, crash and 'crashes' or 'failures')
  if crash and counted < max_crashes then
    transition.requeue(id)
  elseif attempt.outcome == 'retry' and counted < max_attempts and not redis.call('HGET', key, 'cancelled') then
    redis.call('HSET', key, 'state', 'queued')
    redis.call('HDEL', key, 'worker', 'progress')
    -- Unbounded doubling would reach years.
    local pause = math.min(backoff * 2 ^ (counted - 1), math.max(backoff, 3600000))
    redis.call('ZADD', prefix .. ':delayed', text(now + pause), id)
  else
    transition.give_up(id)
  end
end

local function finish(attempt, only_done)
  local worker = workers[attempt.worker]
  local stored = record(attempt.id, 'state', 'worker', 'attempt', 'input')
  local mine = stored[2] == worker.worker and stored[3] == attempt.attempt
  if not mine or stored[1] ~= 'running' then
    statuses[attempt.place] = is_repeated(attempt, stored[1], mine) and 'ok' or 'stale'
    return
  end
  statuses[attempt.place] = 'ok'
  if attempt.outcome == 'done' then
    store(attempt, stored[4])
    worker.released[#worker.released + 1] = attempt.id
  elseif only_done then
    others[#others + 1] = attempt
  else
    end_attempt(attempt, worker)
  end
end

for i = 2, #ARGV, 2 do
  local attempt = cmsgpack.unpack(ARGV[i])
  attempt.result, attempt.place = ARGV[i + 1], i / 2
  if attempt.more then
    workers[attempt.worker].wanted = workers[attempt.worker].wanted + 1
  end
  finish(attempt, true)
end
for _, worker in ipairs(workers) do
  if #worker.released > 0 then
    redis.pcall('SREM', leased_key(worker.worker), unpack(worker.released))
    add_free(worker.worker, worker.types, #worker.released)
  end
end
if #done > 0 then
  ended(done)
  count_bytes(bytes)
end
-- After the slots are counted as free: a report that is due again may go to one of these workers.
for _, attempt in ipairs(others) do
  finish(attempt, false)
end

local messages = {}
local some_wait = redis.call('EXISTS', prefix .. ':waiting') == 1
for i, worker in ipairs(workers) do
  local most = some_wait and worker.wanted > 0 and math.min(worker.wanted, free_slots(worker.worker)) or 0
  messages[i] = most > 0 and transitions().take(worker.worker, most) or {}
  if #messages[i] > 0 then
    add_free(worker.worker, worker.types, -#messages[i])
  end
end
return { statuses, messages }
