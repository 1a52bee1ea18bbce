-- Returns functions that move single reports from one state to the next. They are created on demand, because creating them
-- takes longer than most calls, and the common calls need none.
local function transitions()
  require_permissions(moving)

  local function assign(id, attempt, worker)
    redis.call('HSET', report_key(id), 'state', 'running', 'worker', worker, 'attempt', attempt, 'started', now_text)
  end

  -- Returns a report's next attempt; false if its record is damaged.
  local function next_attempt(id)
    local request = request_of(id)
    if not request then
      return false
    end
    local stored = record(id, 'attempt', 'previous', 'input')
    return {
      id = id, attempt = text(number(stored[1], 0) + 1), header = request.header or '',
      previous = stored[2] ~= '' and stored[2], message = request.message, input = stored[3],
    }
  end

  local function conclude(id, state)
    redis.call('HSET', report_key(id), 'state', state, 'ended', now_text)
    redis.call('HDEL', report_key(id), 'progress')
    ended({ id })
  end

  local function fail_damaged(id)
    redis.call('HSET', report_key(id), 'error', 'its record in Redis was damaged')
    conclude(id, 'failed')
  end

  -- Sends a report to a free worker with its type; returns false if there is none.
  local function dispatch(id, kind)
    local attempt = next_attempt(id)
    if not attempt or #send(kind, { attempt }) > 0 then
      return false
    end
    assign(id, attempt.attempt, attempt.worker)
    return true
  end

  -- Call this after a report of the type was removed from the waiting ones.
  local function forget_if_none_waits(kind)
    if redis.call('EXISTS', waiting_key(kind)) == 0 then
      redis.call('SREM', prefix .. ':waiting', kind)
    end
  end

  -- Removes up to `most` waiting reports of these types, first in order, and returns their ids.
  local function pop_waiting(type_set, most)
    local first, kinds = {}, 0
    for kind in string.gmatch(type_set, '[^,]+') do
      local found = redis.call('ZRANGE', waiting_key(kind), '0', text(most - 1), 'WITHSCORES')
      kinds = kinds + math.min(#found, 1)
      for i = 1, #found, 2 do
        first[#first + 1] = { id = found[i], score = tonumber(found[i + 1]), kind = kind, place = #first }
      end
    end
    if kinds > 1 then
      table.sort(first, function(a, b)
        return a.score < b.score or a.score == b.score and a.place < b.place
      end)
    end
    local ids, popped = {}, {}
    for i = 1, math.min(#first, most) do
      ids[i] = first[i].id
      popped[first[i].kind] = (popped[first[i].kind] or 0) + 1
    end
    for kind, count in pairs(popped) do
      redis.call('ZREMRANGEBYRANK', waiting_key(kind), '0', text(count - 1))
      forget_if_none_waits(kind)
    end
    return ids
  end

  -- Gives a worker up to `most` waiting reports of its types and returns their messages.
  local function take(worker, most)
    local type_set = type_set_of(worker)
    local attempts, leases, skipped = {}, {}, 0
    while #attempts < most and skipped < 100 do
      local popped = pop_waiting(type_set, most - #attempts)
      if #popped == 0 then
        break
      end
      for _, id in ipairs(popped) do
        local queued = record(id, 'state')[1] == 'queued'
        local attempt = next_attempt(id)
        if queued and attempt then
          assign(id, attempt.attempt, worker)
          attempts[#attempts + 1] = attempt
          leases[#leases + 1] = id
          leases[#leases + 1] = lease_of(attempt.attempt, attempt.input)
        else
          damaged(report_key(id), 'was waiting, but its record is not queued or has no message')
          if queued then
            fail_damaged(id)
          end
          skipped = skipped + 1
        end
      end
    end
    local messages = {}
    if #attempts > 0 then
      lease_to(worker, leases)
      local number = next_numbers(worker, #attempts) - #attempts
      for i, attempt in ipairs(attempts) do
        messages[i] = message_of(attempt, number + i)
      end
    end
    return messages
  end

  -- Ends a worker's lease of a report and returns the number of the attempt; false if the report is not running on that
  -- worker. A leased set that was changed by hand must not affect a report that runs elsewhere or has ended.
  local function release(id, worker)
    redis.pcall('HDEL', leased_key(worker), id)
    local stored = record(id, 'state', 'worker', 'attempt')
    return stored[1] == 'running' and stored[2] == worker and text(number(stored[3], 0))
  end

  local function wait(id)
    local stored = record(id, 'type', 'created')
    queue_up(id, stored[1], stored[2], (request_of(id) or {}).priority)
  end

  -- Starts another attempt, or queues the report if none of its type may overtake or no worker is free. A cancelled report
  -- ends.
  local function requeue(id)
    local stored = record(id, 'cancelled', 'type')
    if stored[1] then
      conclude(id, 'cancelled')
      return
    elseif not stored[2] then
      fail_damaged(id)
      return
    end
    redis.call('HSET', report_key(id), 'state', 'queued')
    redis.call('HDEL', report_key(id), 'worker', 'progress')
    if redis.call('EXISTS', waiting_key(stored[2])) == 1 or not dispatch(id, stored[2]) then
      wait(id)
    end
  end

  -- Ends a report that gets no more attempts.
  local function give_up(id)
    conclude(id, redis.call('HGET', report_key(id), 'cancelled') and 'cancelled' or 'failed')
  end

  local function blame(id, attempt, why)
    redis.call('HSET', report_key(id), 'error', why, 'error:' .. attempt, why)
  end

  local function fail(id, attempt, why)
    blame(id, attempt, why)
    give_up(id)
  end

  -- Increments a counter of a report and returns it. A damaged counter restarts at 0.
  local function count(id, field)
    local counted = number(record(id, field)[1], 0) + 1
    redis.call('HSET', report_key(id), field, text(counted))
    return counted
  end

  -- Ends a released attempt whose worker did not report an outcome. Counted apart from failures, so that a report that kills
  -- its workers is given up soon.
  local function crashed(id, attempt, worker)
    blame(id, attempt, 'worker ' .. worker .. ' was lost, or exceeded the time limit')
    if count(id, 'crashes') >= max_crashes then
      give_up(id)
    else
      requeue(id)
    end
  end

  -- Removes a worker, except for its leases.
  local function deregister(worker)
    redis.call('ZREM', workers_key(type_set_of(worker)), worker)
    redis.call('ZREM', prefix .. ':heartbeats', worker)
    redis.call('DEL', worker_key(worker))
  end

  -- Rebuilds the map from types to type sets from the announced sets.
  local function route()
    local sets = redis.call('ZRANGE', prefix .. ':typesets', '0', '-1')
    table.sort(sets)
    local routes = {}
    for _, type_set in ipairs(sets) do
      for kind in string.gmatch(type_set, '[^,]+') do
        routes[kind] = (routes[kind] and routes[kind] .. ' ' or '') .. type_set
      end
    end
    redis.call('DEL', prefix .. ':routes')
    for kind, with_it in pairs(routes) do
      redis.call('HSET', prefix .. ':routes', kind, with_it)
    end
  end

  return {
    dispatch = dispatch, take = take, release = release, wait = wait, conclude = conclude, requeue = requeue,
    give_up = give_up, fail = fail, crashed = crashed, deregister = deregister, count = count, route = route,
    forget_if_none_waits = forget_if_none_waits,
  }
end
