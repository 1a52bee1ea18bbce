-- Moves single reports from one state to the next. Reports are tables as load returns them.
-- include record
-- include leases
-- include permissions
-- include dispatch
-- include waiting
require_permissions()

-- Time between heartbeats of a worker, and between runs of the reaper. Same as QueueSettings.heartbeatInterval.
local interval = math.floor(lease / 5)
local max_undelivered = 20

-- Updates a worker's place among those with its types and returns its free slots, which are its slots minus its leases: negative
-- after it has lost leases that still occupy slots. XX: only a heartbeat adds a worker.
local function count_free(worker)
  local free = number(redis.pcall('HGET', key('worker', worker), 'slots'), 0) - number(redis.pcall('HLEN', key('leased', worker)), 0)
  redis.call('ZADD', key('workers', type_set_of(worker)), 'XX', text(free), worker)
  return free
end

-- Lets a script write while Redis is out of memory. Redis checks memory only before the first write, and DEL needs none. For
-- scripts that end work or free memory.
local function write_without_memory()
  redis.call('DEL', prefix .. ':probe')
end

local function set_queued(report)
  report.state, report.worker, report.waiting, report.progress = 'queued', nil, nil, nil
  save(report)
end

-- Runs a step for one report, which has been taken from its place. If it meets damaged data, the step fails alone and the script
-- continues: the report is delayed, so that the reaper tries again.
local function try(report, step, ...)
  local done, result = pcall(step, report, ...)
  if not done then
    local why = type(result) == 'table' and result.err or tostring(result)
    if is_forbidden(why) then
      error(result, 0)
    end
    damaged(key('report', report.id), why)
    if not report.ended then
      set_queued(report)
      redis.call('ZADD', prefix .. ':delayed', text(now + interval), report.id)
    end
  end
end

-- Adds an entry of ended reports, from which the reaper removes the oldest, and announces them. A list, because adding to a
-- sorted set of all reports is slower.
local function list_ended(id)
  redis.call('RPUSH', prefix .. ':ended', text(now) .. ' ' .. id)
  redis.call(publish, prefix .. ':ended', id)
end

local function conclude(report, state)
  report.state, report.ended, report.waiting, report.progress = state, now, nil, nil
  save(report)
  list_ended(report.id)
end

-- Returns a report that was taken from its place. A damaged one cannot go anywhere; the reaper removes it like one that has
-- ended.
local function load_taken(id)
  local report = load(id)
  if not report then
    list_ended(id)
  end
  return report
end

-- Returns the next attempt of a report. A report without a message ends.
local function next_attempt(report)
  local id, request = report.id, report.request
  local message = request.message or redis.pcall('GET', key('message', id))
  if type(message) ~= 'string' then
    damaged(key('message', id), 'is not the message of a report')
    report.error = 'its message in Redis was lost'
    conclude(report, 'failed')
    return nil
  end
  return {
    id = id, message = message, attempt = text(report.attempt + 1), previous = report.previous ~= '' and report.previous,
    input = request.input,
  }
end

local function assign(report, worker)
  report.state, report.worker, report.attempt = 'running', worker, report.attempt + 1
  report.started, report.waiting, report.progress = now, nil, nil
  save(report)
end

-- Starts another attempt, or queues the report if none of its type may overtake or no worker is free. Returns false, without
-- changes, if `most` reports wait.
local function place(report, most)
  local attempt, kind = next_attempt(report), report.request.type
  if not attempt then
    return true
  end
  local queue, owner = queue_of(kind, report.id)
  if not waits(kind) and #send(kind, { attempt }) == 0 then
    assign(report, attempt.worker)
  elseif most and not take_place(queue, owner, most) then
    return false
  else
    set_queued(report)
    queue_up(queue, { place_of(report.created, report.request.priority), report.id })
  end
  return true
end

-- Places a report again whose attempt has ended. A cancelled report ends.
local function requeue(report)
  if report.cancelled then
    conclude(report, 'cancelled')
  else
    place(report)
  end
end

-- Ends a report that gets no more attempts.
local function give_up(report)
  conclude(report, report.cancelled and 'cancelled' or 'failed')
end

-- Records the error of an attempt. Those of the latest 100 attempts are kept.
local function blame(report, why)
  report.error, report.errors = why, report.errors or {}
  report.errors[text(report.attempt)], report.errors[text(report.attempt - 100)] = why, nil
end

local function count(report, name)
  report[name] = (report[name] or 0) + 1
  return report[name]
end

-- Ends an attempt that was lost with its worker, or could have killed it. Counted apart from failures, so that a report that
-- kills its workers is given up soon.
local function crash(report, why)
  blame(report, why)
  if count(report, 'crashes') >= max_crashes then
    give_up(report)
  else
    requeue(report)
  end
end

-- Ends an attempt that no worker has begun. Not counted as a crash. The limit ends a report that never reaches a worker.
local function undelivered(report)
  if count(report, 'undelivered') < max_undelivered then
    requeue(report)
  else
    blame(report, 'sent to workers ' .. max_undelivered .. ' times, but no worker ran it')
    give_up(report)
  end
end

-- Ends a worker's lease of a report. Returns the report unless it is not running on that worker: a leased set that was
-- changed by hand must not affect a report that runs elsewhere or has ended.
local function release(id, worker)
  redis.pcall('HDEL', key('leased', worker), id)
  local report = load_taken(id)
  return report and report.state == 'running' and report.worker == worker and report
end

-- Call this after a report was removed from a queue.
local function forget_if_none_waits(name)
  if redis.call('EXISTS', key('waiting', name)) == 0 then
    redis.call('SREM', prefix .. ':waiting', name)
    queues = nil
    if redis.call('EXISTS', prefix .. ':waiting') == 0 then
      redis.call('DEL', prefix .. ':turns')
    end
  end
end

-- Returns the first reports of some queues in the order of their places, each as {id, queue, score, place}.
local function first_of(names, most)
  local first = {}
  for _, name in ipairs(names) do
    local found = redis.call('ZRANGE', key('waiting', name), '0', text(most - 1), 'WITHSCORES')
    if #found == 0 then
      forget_if_none_waits(name)
    end
    for i = 1, #found, 2 do
      first[#first + 1] = { id = found[i], queue = name, score = tonumber(found[i + 1]), place = #first }
    end
  end
  if #names > 1 then
    table.sort(first, function(a, b)
      return a.score < b.score or a.score == b.score and a.place < b.place
    end)
  end
  return first
end

-- Returns the owners with waiting reports in the order of their turns. An owner who has begun to wait is the last.
local function by_turn(owners, waiting)
  local stored, order, known = redis.pcall('GET', prefix .. ':turns'), {}, {}
  local function add(owner)
    if waiting[owner] and not known[owner] then
      known[owner], order[#order + 1] = true, owner
    end
  end
  for owner in string.gmatch(type(stored) == 'string' and stored or '', '([^ ]*) ') do
    add(owner)
  end
  for _, owner in ipairs(owners) do
    add(owner)
  end
  return order
end

-- Removes up to `most` waiting reports of these types and returns their ids. Owners take turns: one report each, the first in
-- order of all its reports of these types.
local function pop_waiting(type_set, most)
  local kinds, owners, names, takers = {}, {}, {}, 0
  for kind in string.gmatch(type_set, '[^,]+') do
    kinds[kind] = true
  end
  for _, queue in ipairs(all_queues()) do
    if not names[queue.owner] then
      names[queue.owner], owners[#owners + 1] = {}, queue.owner
    end
    if kinds[queue.kind] then
      local own = names[queue.owner]
      own[#own + 1] = queue.name
      takers = takers + (#own == 1 and 1 or 0)
    end
  end
  local several = #owners > 1
  local order = several and by_turn(owners, names) or owners
  local ids, popped, first, taken, turn = {}, {}, {}, {}, 1
  while order[turn] and #ids < most do
    local owner = order[turn]
    -- Others have one each before an owner has two.
    first[owner] = first[owner] or first_of(names[owner], math.max(1, most - takers + 1))
    taken[owner] = (taken[owner] or 0) + 1
    local report = first[owner][taken[owner]]
    if report then
      ids[#ids + 1] = report.id
      popped[report.queue] = (popped[report.queue] or 0) + 1
      -- The owner becomes the last. table.remove would move all that follow.
      order[turn], order[#order + 1] = false, owner
    end
    turn = turn + 1
  end
  if several and #ids > 0 then
    local turns = {}
    for _, owner in ipairs(order) do
      turns[#turns + 1] = owner or nil
    end
    redis.call('SET', prefix .. ':turns', table.concat(turns, ' ') .. ' ')
  end
  for name, count in pairs(popped) do
    redis.call('ZPOPMIN', key('waiting', name), text(count))
    forget_if_none_waits(name)
  end
  return ids
end

-- Gives a worker up to `most` waiting reports of its types and returns their messages.
local function take(worker, most)
  local type_set, attempts, skipped = type_set_of(worker), {}, 0
  while #attempts < most and skipped < 100 do
    local popped = pop_waiting(type_set, most - #attempts)
    if #popped == 0 then
      break
    end
    for _, id in ipairs(popped) do
      local report = load_taken(id)
      local attempt = report and report.state == 'queued' and next_attempt(report)
      if attempt then
        assign(report, worker)
        attempts[#attempts + 1] = attempt
      else
        damaged(key('report', id), 'was waiting, but its record is not queued or has no message')
        skipped = skipped + 1
      end
    end
  end
  local messages = {}
  if #attempts > 0 then
    lease_to(worker, attempts)
    count_free(worker)
    local number = reserve_numbers(worker, #attempts)
    for i, attempt in ipairs(attempts) do
      messages[i] = message_of(attempt, number + i)
    end
  end
  return messages
end

-- Has a worker get no reports. If its key is damaged, its types are unknown.
local function unlist(worker)
  local type_set = type_set_of(worker)
  redis.call('ZREM', key('workers', type_set), worker)
  for _, other in ipairs(type_set == '' and redis.call('ZRANGE', prefix .. ':typesets', '0', '-1') or {}) do
    redis.call('ZREM', key('workers', other), worker)
  end
end

-- Removes a worker, except for its leases.
local function deregister(worker)
  unlist(worker)
  redis.call('ZREM', prefix .. ':heartbeats', worker)
  redis.call('DEL', key('worker', worker))
end
