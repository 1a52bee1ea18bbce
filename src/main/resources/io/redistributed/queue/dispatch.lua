-- Chooses workers for reports and publishes attempts to them.

local function type_set_of(worker)
  return redis.call('HGET', worker_key(worker), 'types') or ''
end

local function leased_by(worker)
  local ids = redis.pcall('HKEYS', leased_key(worker))
  if ids.err then
    return {}
  end
  table.sort(ids)
  return ids
end

-- Returns a worker's slots minus its leases. Negative after the worker has lost leases that still occupy slots.
local function free_slots(worker)
  return number(redis.call('HGET', worker_key(worker), 'slots'), 0) - number(redis.pcall('HLEN', leased_key(worker)), 0)
end

-- XX: only a heartbeat adds a worker to the set.
local function set_free(worker, type_set, free)
  redis.call('ZADD', workers_key(type_set), 'XX', text(free), worker)
end

-- The caller's type set may be outdated. Then the stored one is used.
local function add_free(worker, type_set, slots)
  if not redis.call('ZADD', workers_key(type_set), 'XX', 'INCR', text(slots), worker) and type_set ~= type_set_of(worker) then
    redis.call('ZADD', workers_key(type_set_of(worker)), 'XX', 'INCR', text(slots), worker)
  end
end

-- Reserves sequence numbers and returns the last one. They start at a number that only the worker and Redis know, so the
-- worker can reject messages that other clients publish, and old messages. A damaged number restarts at 0. The worker refuses
-- those messages, and its next heartbeat corrects the number.
local function next_numbers(worker, count)
  local last = redis.pcall('HINCRBY', worker_key(worker), 'sequence', text(count))
  if type(last) == 'table' then
    redis.call('HSET', worker_key(worker), 'sequence', text(count))
    return count
  end
  return last
end

-- Returns the message of an attempt {id, attempt ('1' if absent), header, message, previous}: the trace header, then JSON.
local function message_of(attempt, sequence)
  return attempt.header .. '{"sequence":' .. text(sequence) .. ',"id":"' .. attempt.id .. '","attempt":' .. (attempt.attempt or '1')
    .. (attempt.previous and ',"previous":"' .. attempt.previous .. '",' or ',') .. string.sub(attempt.message, 2)
end

-- Returns the value of a lease. With it finish need not read the record of a report that is done.
local function lease_of(attempt, input)
  return input and attempt .. ' ' .. input or attempt
end

-- Takes ids and leases by turns.
local function lease_to(worker, leases)
  -- If the key is not a hash, the worker's next heartbeat removes it and leases the running attempts again.
  redis.pcall('HSET', leased_key(worker), unpack(leases))
end

-- Returns an iterator over the announced type sets that contain a type.
local function type_sets_with(kind)
  return string.gmatch(redis.call('HGET', prefix .. ':routes', kind) or '', '%S+')
end

-- Returns workers with the type and a free slot. Those with the most free slots come first.
local function free_workers(kind, most)
  local workers, sets = {}, 0
  for type_set in type_sets_with(kind) do
    sets = sets + 1
    local found = redis.call('ZREVRANGE', workers_key(type_set), '0', text(most - 1), 'WITHSCORES')
    for i = 1, #found, 2 do
      if tonumber(found[i + 1]) < 1 then
        break
      end
      workers[#workers + 1] = {
        name = found[i], channel = worker_key(found[i]), free = tonumber(found[i + 1]), type_set = type_set, place = #workers,
        planned = 0, sent = {},
      }
    end
  end
  if sets > 1 then
    table.sort(workers, function(a, b)
      return a.free > b.free or a.free == b.free and a.place < b.place
    end)
  end
  return workers
end

-- Assigns each attempt to the worker with the most free slots at that point. The list is in that order, so the next worker is
-- either the following one or the first.
local function share_out(attempts, workers)
  local at = 1
  for _, attempt in ipairs(attempts) do
    local worker = workers[at]
    if worker.free < 1 then
      return
    end
    worker.free = worker.free - 1
    worker.planned = worker.planned + 1
    attempt.worker = worker
    local following = workers[at + 1]
    at = following and following.free > worker.free and at + 1 or 1
  end
end

-- Publishes attempts of one type to free workers and leases them. Sets attempt.worker to the worker's name. Returns the
-- attempts for which no worker is free. A worker without a subscription is skipped until its next heartbeat.
local function send(kind, attempts)
  local rest = attempts
  while #rest > 0 do
    local workers = free_workers(kind, #rest)
    if #workers == 0 then
      break
    end
    share_out(rest, workers)
    for _, worker in ipairs(workers) do
      if worker.planned > 0 then
        worker.number = next_numbers(worker.name, worker.planned) - worker.planned
      end
    end
    local left, unsubscribed = {}, false
    for _, attempt in ipairs(rest) do
      local worker = attempt.worker
      attempt.worker = nil
      if worker and not worker.unsubscribed then
        worker.number = worker.number + 1
        if redis.call(publish, worker.channel, message_of(attempt, worker.number)) > 0 then
          attempt.worker = worker.name
          worker.sent[#worker.sent + 1] = attempt.id
          worker.sent[#worker.sent + 1] = lease_of(attempt.attempt or '1', attempt.input)
        else
          redis.call('ZREM', workers_key(worker.type_set), worker.name)
          worker.unsubscribed, unsubscribed = true, true
        end
      end
      if not attempt.worker then
        left[#left + 1] = attempt
      end
    end
    for _, worker in ipairs(workers) do
      if #worker.sent > 0 then
        lease_to(worker.name, worker.sent)
        set_free(worker.name, worker.type_set, worker.free)
      end
    end
    rest = left
    if not unsubscribed then
      break
    end
  end
  return rest
end

-- Returns the score of a waiting report. Reports wait in the order of their creation, so a requeued report keeps its place.
-- Each priority level is worth one hour, so a report of low priority waits longer but not forever.
local function place_of(created, priority)
  return text(number(created, now_micros) - number(priority, 0) * 3600000000)
end

local function queue_up(id, kind, created, priority)
  redis.call('ZADD', waiting_key(kind), place_of(created, priority), id)
  redis.call('SADD', prefix .. ':waiting', kind)
end

-- Returns how many more reports of the type may wait. The number of types is bounded, because this reads the length of each.
local function room(kind, most)
  local kinds = redis.call('SMEMBERS', prefix .. ':waiting')
  local waiting, known = 0, false
  for _, other in ipairs(kinds) do
    waiting = waiting + redis.call('ZCARD', waiting_key(other))
    known = known or other == kind
  end
  return (known or #kinds < 1000) and most - waiting or 0
end

-- pcall: the reaper repairs a damaged sum.
local function count_bytes(difference)
  redis.pcall('INCRBY', prefix .. ':bytes', text(difference))
end

-- Appends reports to the list of ended ones, from which the reaper removes the oldest, and announces them in one message. A
-- list, because adding to a sorted set of all reports is slower.
local function ended(ids)
  local entries = {}
  for i, id in ipairs(ids) do
    entries[i] = now_text .. ' ' .. id
  end
  redis.call('RPUSH', prefix .. ':ended', unpack(entries))
  redis.call(publish, prefix .. ':ended', table.concat(ids, ' '))
end
