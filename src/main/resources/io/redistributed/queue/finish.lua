-- Ends attempts and gives their workers the next reports. Each attempt is fenced by worker and number: a late worker changes
-- nothing. A cancelled report whose worker finishes before it learns of the cancellation is done. Idempotent.
-- ARGV[1]              block: {worker, types (its type set)} for each worker of the attempts
-- ARGV[2n], ARGV[2n+1] an attempt: block {id, attempt, worker (which of ARGV[1], from 1), outcome (done | failed | retry | crashed | cancelled),
--                      contentType, error, span (trace id-span id, hex), more (whether the worker takes another report)}; its result
--                      or ''
-- Returns              {for each attempt 'ok' or, if it was no longer the worker's, 'stale'; for each worker messages of new attempts}
local workers = cmsgpack.unpack(ARGV[1])
for _, worker in ipairs(workers) do
  worker.ids, worker.places, worker.released, worker.wanted = {}, {}, {}, 0
end
local attempts, leases, statuses, done, bytes, others = {}, {}, {}, {}, 0, {}
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

-- Returns 'ok'; 'stale' if the record was removed; nil if an earlier entry of this call has done it.
local function store(attempt, result, input)
  local key, size, short = report_key(attempt.id), text(#result), #result <= max_inline
  local added
  if short then
    added = redis.call('HSET', key, 'state', 'done', 'ended', now_text, 'contentType', attempt.contentType, 'size', size,
      'previous', attempt.span, 'result', result)
  else
    redis.call('SET', prefix .. ':result:' .. attempt.id, result)
    added = redis.call('HSET', key, 'state', 'done', 'ended', now_text, 'contentType', attempt.contentType, 'size', size,
      'previous', attempt.span)
  end
  if added == 0 then
    return nil
  elseif added == (short and 6 or 5) then
    -- Every field is new, so the record was missing.
    redis.call('DEL', key, prefix .. ':result:' .. attempt.id)
    return 'stale'
  end
  if input then
    -- Frees the chunks of a long input in the background.
    redis.call('UNLINK', input_key(attempt.id))
    redis.call('HDEL', key, 'input')
  end
  bytes = bytes + #result - number(input, 0)
  done[#done + 1] = attempt.id
  return 'ok'
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

-- Ends an attempt that has this lease. Without a lease the record decides. With only_done, attempts without a result are put off.
local function finish(place, lease, only_done)
  local attempt, input = attempts[place], nil
  local worker = workers[attempt.worker]
  if lease ~= attempt.attempt then
    local leased
    leased, input = string.match(lease or '', '^(%d+) (%d+)$')
    if leased ~= attempt.attempt then
      local stored = record(attempt.id, 'state', 'worker', 'attempt', 'input')
      local mine = stored[2] == worker.worker and stored[3] == attempt.attempt
      if not mine or stored[1] ~= 'running' then
        statuses[place] = is_repeated(attempt, stored[1], mine) and 'ok' or 'stale'
        return
      end
      input = stored[4]
    end
  end
  if attempt.outcome == 'done' then
    local status = store(attempt, ARGV[2 * place + 1], input)
    statuses[place] = status or 'ok'
    worker.released[#worker.released + 1] = status and attempt.id
  elseif only_done then
    others[#others + 1] = place
  else
    statuses[place] = 'ok'
    end_attempt(attempt, worker)
  end
end

for place = 1, (#ARGV - 1) / 2 do
  local attempt = cmsgpack.unpack(ARGV[2 * place])
  local worker = workers[attempt.worker]
  local count = #worker.ids + 1
  worker.ids[count], worker.places[count] = attempt.id, place
  worker.wanted = worker.wanted + (attempt.more and 1 or 0)
  attempts[place] = attempt
end
for _, worker in ipairs(workers) do
  local found = #worker.ids > 0 and redis.pcall('HMGET', leased_key(worker.worker), unpack(worker.ids))
  for i, place in ipairs(worker.places) do
    leases[place] = found[i]
  end
end
for place in ipairs(attempts) do
  finish(place, leases[place], true)
end
for _, worker in ipairs(workers) do
  if #worker.released > 0 then
    redis.pcall('HDEL', leased_key(worker.worker), unpack(worker.released))
    add_free(worker.worker, worker.types, #worker.released)
  end
end
if #done > 0 then
  ended(done)
  count_bytes(bytes)
end
-- After the slots are counted as free: a report that is due again may go to one of these workers.
for _, place in ipairs(others) do
  finish(place)
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
