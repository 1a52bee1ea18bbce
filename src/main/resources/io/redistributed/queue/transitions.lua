local moving = 'EXISTS HDEL HGET HMGET HSET SADD SCARD SREM ZADD ZRANGE ZREM ZREMRANGEBYRANK'

-- Moves single reports from one state to the next. In a function, since to make all these takes longer than most calls do, and
-- the common ones need none of them.
local function transitions()
  -- What is refused half-way stays half done, and a report that stands nowhere is lost: so nothing is moved by a user who may not
  -- do all of it. Redis tells from 7 on, for 0.1 µs a command.
  for command in string.gmatch(redis.acl_check_cmd and moving or '', '%S+') do
    if not redis.acl_check_cmd(command, prefix .. ':probe', '0', '0') then
      error({ err = "NOPERM this user has no permissions to run the '" .. string.lower(command) .. "' command in a script" })
    end
  end

  local function assign(id, attempt, worker)
    redis.call('HSET', report_key(id), 'state', 'running', 'worker', worker, 'attempt', attempt, 'started', now_text)
  end

  -- A report's next attempt; false if there is none to be made.
  local function next_attempt(id)
    local stored = record(id, 'attempt', 'header', 'previous', 'message')
    if not stored[4] or string.sub(stored[4], 1, 1) ~= '{' then
      return false
    end
    return {
      id = id, attempt = text(number(stored[1], 0) + 1), header = stored[2] or '',
      previous = stored[3] ~= '' and stored[3], message = stored[4],
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

  -- Sends a report to a worker that is free and has its type; false if there is none.
  local function dispatch(id, kind)
    local attempt = next_attempt(id)
    if not attempt or #send(kind, { attempt }) > 0 then
      return false
    end
    assign(id, attempt.attempt, attempt.worker)
    return true
  end

  -- To be called when a report of the type no longer waits.
  local function forget_if_none_waits(kind)
    if redis.call('EXISTS', waiting_key(kind)) == 0 then
      redis.call('SREM', prefix .. ':waiting', kind)
    end
  end

  -- Removes from those that wait the first reports of these types, at most that many, and returns their ids in order.
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

  -- Gives a worker the first reports that wait for one that has its types, at most that many, and returns their messages.
  local function take(worker, most)
    local type_set = type_set_of(worker)
    local attempts, ids, skipped = {}, {}, 0
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
          ids[#ids + 1] = id
        else
          damaged(report_key(id), 'it waited without a record that is queued and has a message')
          if queued then
            fail_damaged(id)
          end
          skipped = skipped + 1
        end
      end
    end
    local messages = {}
    if #ids > 0 then
      lease_to(worker, ids)
      local number = next_numbers(worker, #ids) - #ids
      for i, attempt in ipairs(attempts) do
        messages[i] = message_of(attempt, number + i)
      end
    end
    return messages
  end

  -- Ends a worker's lease of a report, whatever becomes of that, and returns the number of the attempt; false if the worker has
  -- it no longer: what somebody changed by hand must not drag along a report that is elsewhere, or over.
  local function release(id, worker)
    redis.pcall('SREM', leased_key(worker), id)
    local stored = record(id, 'state', 'worker', 'attempt')
    return stored[1] == 'running' and stored[2] == worker and text(number(stored[3], 0))
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

  -- An attempt ended without a word from its worker, and is released. Counted apart from failures: what kills its worker dies
  -- soon.
  local function crashed(id, attempt, worker)
    blame(id, attempt, 'worker ' .. worker .. ' was lost, or held on past the time allowed')
    if count(id, 'crashes') >= max_crashes then
      give_up(id)
    else
      requeue(id)
    end
  end

  -- Forgets a worker, but for what is leased to it.
  local function deregister(worker)
    redis.call('ZREM', workers_key(type_set_of(worker)), worker)
    redis.call('ZREM', prefix .. ':heartbeats', worker)
    redis.call('DEL', worker_key(worker))
  end

  -- Which type sets have a type, from the sets that workers have announced.
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
