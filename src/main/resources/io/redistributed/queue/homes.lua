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

  -- Hands a report over to a worker that is free; false if there is none.
  local function dispatch(id)
    local attempt, message = next_attempt(id)
    local worker = attempt and send(message)
    if worker then
      assign(id, attempt, worker)
    end
    return worker
  end

  -- The message of the report that waits first, now assigned to the worker; false if none waits or the worker has no slot.
  local function take(worker, free)
    local most_skipped = 100
    while free > 0 and most_skipped > 0 do
      local id = redis.call('ZPOPMIN', lane .. ':waiting')[1]
      if not id then
        return false
      end
      local queued = record(id, 'state')[1] == 'queued'
      local attempt, message = next_attempt(id)
      if queued and attempt then
        assign(id, attempt, worker)
        return address(message, worker)
      end
      damaged(report_key(id), 'it stood in ' .. lane .. ':waiting without a record that is queued and has a message')
      if queued then
        redis.call('HSET', report_key(id), 'error', 'its record in Redis was damaged')
        conclude(id, 'failed')
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
    local stored = record(id, 'created', 'priority')
    queue_up(id, stored[1], stored[2])
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
    offer(worker, free_slots(worker))
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
    redis.call('ZREM', lane .. ':workers', worker)
    redis.call('ZREM', lane .. ':beats', worker)
    redis.call('HDEL', lane .. ':slots', worker)
    redis.call('HDEL', lane .. ':info', worker)
    redis.call('HDEL', lane .. ':sequence', worker)
  end

  return {
    dispatch = dispatch, take = take, release = release, wait = wait, conclude = conclude, requeue = requeue,
    give_up = give_up, fail = fail, crashed = crashed, strike_off = strike_off, count = count,
    -- How often workers beat and the lane is reaped; QueueSettings.beatInterval in Java.
    beat = math.floor(lease / 5),
  }
end
