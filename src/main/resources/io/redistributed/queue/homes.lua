-- Moves reports from one home to the next. In a function, since to make all these takes longer than most calls do, and the
-- common ones need none of them.
local function homes()
  local function assign(id, attempt, worker)
    redis.call('HSET', report_key(id), 'state', 'running', 'worker', worker, 'attempt', attempt, 'started', now_text)
    hold(id, worker)
  end

  -- The number of a report's next attempt and its message; false if there is none to be made.
  local function next_attempt(id)
    local stored = record(id, 'attempt', 'header', 'previous', 'message')
    if not stored[4] or string.sub(stored[4], 1, 1) ~= '{' then
      return false
    end
    local attempt = text(number(stored[1], 0) + 1)
    return attempt, message_of(id, stored[2] or '', attempt, stored[3] or '', stored[4])
  end

  local function conclude(id, state)
    redis.call('HSET', report_key(id), 'state', state, 'ended', now_text)
    redis.call('HDEL', report_key(id), 'progress')
    ended(id, state)
  end

  local function fail_damaged(id)
    redis.call('HSET', report_key(id), 'error', 'its record in Redis was damaged')
    conclude(id, 'failed')
  end

  -- Hands a report over to a worker that is free and has its type; false if there is none.
  local function dispatch(id, kind)
    local attempt, message = next_attempt(id)
    local worker = attempt and send(kind, message)
    if worker then
      assign(id, attempt, worker)
    end
    return worker
  end

  -- To be called when a report of the type no longer waits.
  local function forget_if_none_waits(kind)
    if redis.call('EXISTS', waiting_key(kind)) == 0 then
      redis.call('SREM', lane .. ':waiting', kind)
    end
  end

  -- The type, of those in the set, whose first waiting report comes before that of the others; nil if none waits.
  local function first_waiting(type_set)
    local first, place
    for kind in string.gmatch(type_set, '[^,]+') do
      local head = redis.call('ZRANGE', waiting_key(kind), '0', '0', 'WITHSCORES')
      if head[1] and (not first or tonumber(head[2]) < place) then
        first, place = kind, tonumber(head[2])
      end
    end
    return first
  end

  -- The message of the first waiting report that the worker has the type of, now assigned to it; false if none waits or the
  -- worker has no slot.
  local function take(worker, type_set, free)
    local most_skipped = 100
    while free > 0 and most_skipped > 0 do
      local kind = first_waiting(type_set)
      if not kind then
        return false
      end
      local id = redis.call('ZPOPMIN', waiting_key(kind))[1]
      forget_if_none_waits(kind)
      local queued = record(id, 'state')[1] == 'queued'
      local attempt, message = next_attempt(id)
      if queued and attempt then
        assign(id, attempt, worker)
        return address(message, worker)
      end
      damaged(report_key(id), 'it stood in ' .. waiting_key(kind) .. ' without a record that is queued and has a message')
      if queued then
        fail_damaged(id)
      end
      most_skipped = most_skipped - 1
    end
    return false
  end

  -- Takes a running report out of a worker's hands, whatever becomes of it, and returns the number of the attempt; false if
  -- it is not in them: what somebody changed by hand must not drag along a report that is elsewhere, or over.
  local function release(id, worker)
    local stored = record(id, 'state', 'worker', 'attempt')
    if stored[1] == 'running' and stored[2] == worker then
      let_go(id, worker)
      return text(number(stored[3], 0))
    end
    redis.pcall('SREM', held_key(worker), id)
    return false
  end

  local function wait(id)
    local stored = record(id, 'type', 'created', 'priority')
    queue_up(id, stored[1], stored[2], stored[3])
  end

  -- Another attempt, now or once a worker is free and those are served who wait already; unless the report was cancelled
  -- meanwhile.
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

  -- No attempt is left, or none is wanted.
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

  -- Counts one more; what is no number counts as none.
  local function count(id, field)
    local counted = number(record(id, field)[1], 0) + 1
    redis.call('HSET', report_key(id), field, text(counted))
    return counted
  end

  -- An attempt ended without a word from its worker. Counted apart from failures: what kills its worker dies soon.
  local function crashed(id, worker)
    local attempt = release(id, worker)
    offer(worker, type_set_of(worker), free_slots(worker))
    if not attempt then
      return
    end
    blame(id, attempt, 'worker ' .. worker .. ' was lost, or held on past the time allowed')
    if count(id, 'crashes') >= crashes then
      give_up(id)
    else
      requeue(id)
    end
  end

  -- Forgets a worker, but for what it holds.
  local function strike_off(worker)
    redis.call('ZREM', workers_key(type_set_of(worker)), worker)
    redis.call('HDEL', lane .. ':sets', worker)
    redis.call('ZREM', lane .. ':beats', worker)
    redis.call('HDEL', lane .. ':slots', worker)
    redis.call('HDEL', lane .. ':info', worker)
    redis.call('HDEL', lane .. ':sequence', worker)
  end

  -- Which type sets have a type, from the sets that workers have announced.
  local function route()
    local sets = redis.call('ZRANGE', lane .. ':typesets', '0', '-1')
    table.sort(sets)
    local routes = {}
    for _, type_set in ipairs(sets) do
      for kind in string.gmatch(type_set, '[^,]+') do
        routes[kind] = (routes[kind] and routes[kind] .. ' ' or '') .. type_set
      end
    end
    redis.call('DEL', lane .. ':routes')
    for kind, with_it in pairs(routes) do
      redis.call('HSET', lane .. ':routes', kind, with_it)
    end
  end

  return {
    dispatch = dispatch, take = take, release = release, wait = wait, conclude = conclude, requeue = requeue,
    give_up = give_up, fail = fail, crashed = crashed, strike_off = strike_off, count = count, route = route,
    forget_if_none_waits = forget_if_none_waits,
    -- How often workers beat and the lane is reaped; QueueSettings.beatInterval in Java.
    beat = math.floor(lease / 5),
  }
end
