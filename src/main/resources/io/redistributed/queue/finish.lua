-- Ends attempts and gives their workers the next reports. Each attempt is fenced by worker and number: a late worker changes
-- nothing. A cancelled report whose worker finishes before it learns of the cancellation is done. Idempotent.
-- ARGV[1]              blocks {worker, types (its type set), more (how many more reports it takes)} of the workers of the attempts
-- ARGV[2n], ARGV[2n+1] an attempt: block {id, attempt, worker (which of ARGV[1]; absent is 1), outcome (failed | retry | crashed |
--                      cancelled; absent is done), contentType, error, span (trace id-span id, hex)}; its result or ''
-- Returns              {for each attempt 'ok' or, if it was no longer the worker's, 'stale'; for each worker messages of new attempts}
-- include common
local workers = cmsgpack.unpack(ARGV[1])
local statuses, done, others = {}, {}, {}

-- Returns the functions that a report which is simply done does not need. The first call creates them.
local function seldom()
  -- include transitions

  -- Returns the report of an attempt that runs. Otherwise sets the status: 'ok' if an earlier call, whose reply was lost, has
  -- stored this outcome.
  local function running(attempt)
    local report, repeated = load(attempt.id), nil
    local mine = report and report.worker == attempt.worker.worker and text(report.attempt) == attempt.attempt
    if mine and report.state == 'running' then
      return report
    elseif not attempt.error or attempt.outcome == 'cancelled' then
      repeated = mine and report.state == (attempt.outcome or 'done')
    else
      repeated = report and report.errors and report.errors[attempt.attempt] == attempt.error
    end
    statuses[attempt.place] = repeated and 'ok' or 'stale'
  end

  -- Ends an attempt without a result.
  local function end_attempt(attempt)
    local report = running(attempt)
    if not report then
      return
    end
    statuses[attempt.place] = 'ok'
    redis.pcall('HDEL', key('leased', report.worker), report.id)
    count_free(report.worker)
    report.previous = attempt.span
    if attempt.outcome == 'cancelled' then
      -- Without the mark the report was not cancelled: the worker handed it back, and it needs another attempt.
      requeue(report)
    elseif attempt.outcome == 'crashed' then
      crash(report, attempt.error)
    else
      blame(report, attempt.error)
      local failures = count(report, 'failures')
      if attempt.outcome == 'retry' and failures < max_attempts and not report.cancelled then
        set_queued(report)
        -- Unbounded doubling would reach years.
        local pause = math.min(backoff * 2 ^ (failures - 1), math.max(backoff, 3600000))
        redis.call('ZADD', prefix .. ':delayed', text(now + pause), report.id)
      else
        give_up(report)
      end
    end
  end

  local functions = { count_free = count_free, end_attempt = end_attempt, running = running, take = take, try = try }
  seldom = function()
    return functions
  end
  return functions
end

for _, worker in ipairs(workers) do
  worker.ids, worker.attempts, worker.released = {}, {}, {}
end
for place = 1, (#ARGV - 1) / 2 do
  local attempt = cmsgpack.unpack(ARGV[2 * place])
  local worker = workers[attempt.worker or 1]
  attempt.place, attempt.worker = place, worker
  if attempt.outcome and attempt.outcome ~= 'done' then
    -- A record is read and written whole, and keeps up to 100 errors.
    attempt.error, attempt.span = string.sub(tostring(attempt.error or ''), 1, 4096), tostring(attempt.span or '')
    others[#others + 1] = attempt
  else
    worker.ids[#worker.ids + 1], worker.attempts[#worker.attempts + 1] = attempt.id, attempt
  end
end

-- Finds the attempts that are leased. Without a lease, or with another one, the record decides.
local ended, seen = {}, {}
for _, worker in ipairs(workers) do
  local leases = #worker.ids > 0 and redis.pcall('HMGET', key('leased', worker.worker), unpack(worker.ids))
  for i, attempt in ipairs(worker.attempts) do
    local lease = leases[i]
    if lease ~= attempt.attempt then
      lease, attempt.input = string.match(lease or '', '^(%d+) (%d+)$')
    end
    if lease ~= attempt.attempt then
      local report = seldom().running(attempt)
      lease, attempt.input = report, report and report.request.input
    end
    if lease then
      statuses[attempt.place] = 'ok'
    end
    if lease and not seen[attempt.id] then
      seen[attempt.id] = true
      done[#done + 1], ended[#ended + 1], worker.released[#worker.released + 1] = attempt, attempt.id, attempt.id
    end
  end
end

-- Results are stored even while Redis is out of memory, because that frees the workers. Redis checks memory only before the first
-- write, and DEL needs none.
redis.call('DEL', prefix .. ':probe')
if #done > 0 then
  local ids, time, bytes, names = table.concat(ended, ' '), cmsgpack.pack(now), 0, {}
  for i, id in ipairs(ended) do
    names[i] = key('report', id)
  end
  -- Read and written whole: APPEND would double the memory of each record.
  local records, to_store, inputs = redis.call('MGET', unpack(names)), {}, {}
  -- Leases first: without one, the record decides about a repetition of this call.
  for _, worker in ipairs(workers) do
    if #worker.released > 0 then
      call_if_typed('HDEL', key('leased', worker.worker), unpack(worker.released))
    end
  end
  -- Before the outcomes: the reaper skips reports that have not ended at this time, but would never find a report that is not listed.
  redis.call('RPUSH', prefix .. ':ended', text(now) .. ' ' .. ids)
  for i, attempt in ipairs(done) do
    local record, result = records[i], ARGV[2 * attempt.place + 1]
    if record then
      bytes = bytes + #result - (attempt.input or 0)
      if #result > max_inline then
        to_store[#to_store + 1], to_store[#to_store + 2] = key('result', attempt.id), result
        result = #result
      end
      -- Of most blocks only the media type is not in the record already.
      local outcome = attempt.span and ARGV[2 * attempt.place] or '\129\171contentType' .. cmsgpack.pack(attempt.contentType or '')
      to_store[#to_store + 1], to_store[#to_store + 2] = names[i], record .. outcome .. time .. cmsgpack.pack(result)
      inputs[#inputs + 1] = attempt.input and key('input', attempt.id)
    end
  end
  if #to_store > 0 then
    redis.call('MSET', unpack(to_store))
  end
  if #inputs > 0 then
    -- Frees the chunks of long inputs in the background. pcall: if an ACL forbids it, they are removed with their reports.
    redis.pcall('UNLINK', unpack(inputs))
  end
  for i, attempt in ipairs(done) do
    if not records[i] then
      -- Has a lease, but no record.
      seldom().running(attempt)
    end
  end
  for _, worker in ipairs(workers) do
    local released = #worker.released
    -- The worker may have announced other types since.
    if released > 0 and not redis.call('ZADD', key('workers', worker.types), 'XX', 'INCR', text(released), worker.worker) then
      seldom().count_free(worker.worker)
    end
  end
  -- pcall: the reaper repairs a damaged sum.
  redis.pcall('INCRBY', prefix .. ':bytes', text(bytes))
  redis.call(publish, prefix .. ':ended', ids)
end
-- After the slots are counted as free: a report that is due again may go to one of these workers.
for _, attempt in ipairs(others) do
  seldom().try(attempt, seldom().end_attempt)
end

local messages = {}
local some_wait = redis.call('EXISTS', prefix .. ':waiting') == 1
for i, worker in ipairs(workers) do
  local more = some_wait and number(worker.more, 0) or 0
  local most = more > 0 and math.min(more, seldom().count_free(worker.worker)) or 0
  messages[i] = most > 0 and seldom().take(worker.worker, most) or {}
end
return { statuses, messages }
