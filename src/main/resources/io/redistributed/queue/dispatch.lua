-- How reports get to workers.

local function type_set_of(worker)
  return redis.call('HGET', worker_key(worker), 'types') or ''
end

local function leased_by(worker)
  local ids = redis.pcall('SMEMBERS', leased_key(worker))
  if ids.err then
    return {}
  end
  table.sort(ids)
  return ids
end

-- What a worker offers less what it has. Negative where it has lost some of what it has.
local function free_slots(worker)
  return number(redis.call('HGET', worker_key(worker), 'slots'), 0) - number(redis.pcall('SCARD', leased_key(worker)), 0)
end

-- XX: a worker that is not listed comes back with its next heartbeat only.
local function set_free(worker, type_set, free)
  redis.call('ZADD', workers_key(type_set), 'XX', text(free), worker)
end

-- The type set is what the worker takes for its own; a call that comes late may be wrong.
local function add_free(worker, type_set, slots)
  if not redis.call('ZADD', workers_key(type_set), 'XX', 'INCR', text(slots), worker) and type_set ~= type_set_of(worker) then
    redis.call('ZADD', workers_key(type_set_of(worker)), 'XX', 'INCR', text(slots), worker)
  end
end

-- Reserves as many sequence numbers and returns the last one. They go up from one that only the worker and Redis know, so that it
-- can tell what was published by others, or before. A number that cannot be counted up begins again: the worker refuses those
-- messages, and its next heartbeat corrects the number.
local function next_numbers(worker, count)
  local last = redis.pcall('HINCRBY', worker_key(worker), 'sequence', text(count))
  if type(last) == 'table' then
    redis.call('HSET', worker_key(worker), 'sequence', text(count))
    return count
  end
  return last
end

-- The message of an attempt {id, attempt, header, message, previous}: the trace header, then JSON.
local function message_of(attempt, sequence)
  return attempt.header .. '{"sequence":' .. text(sequence) .. ',"id":"' .. attempt.id .. '","attempt":' .. attempt.attempt
    .. (attempt.previous and ',"previous":"' .. attempt.previous .. '",' or ',') .. string.sub(attempt.message, 2)
end

local function lease_to(worker, ids)
  -- If the set has another type, it is removed by the worker's next heartbeat, which leases again what it has.
  redis.pcall('SADD', leased_key(worker), unpack(ids))
end

-- The type sets that have a type, as their workers have announced them.
local function type_sets_with(kind)
  return string.gmatch(redis.call('HGET', prefix .. ':routes', kind) or '', '%S+')
end

-- Free workers that have the type, the ones with the most free slots first.
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

-- Shares attempts out among workers, each to the one with the most free slots then. The list is in that order, so the next is
-- either the one behind or the first again.
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

-- Publishes attempts of one type to free workers that have it, and leases them; attempt.worker then names the worker. Returns
-- those that no worker is free for. A worker that does not listen is passed over until its next heartbeat.
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
    local left, deaf = {}, false
    for _, attempt in ipairs(rest) do
      local worker = attempt.worker
      attempt.worker = nil
      if worker and not worker.deaf then
        worker.number = worker.number + 1
        if redis.call(publish, worker.channel, message_of(attempt, worker.number)) > 0 then
          attempt.worker = worker.name
          worker.sent[#worker.sent + 1] = attempt.id
        else
          redis.call('ZREM', workers_key(worker.type_set), worker.name)
          worker.deaf, deaf = true, true
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
    if not deaf then
      break
    end
  end
  return rest
end

-- Reports wait in the order of their creation, so one that comes back has not lost its place. Each level of priority is an
-- hour's head start: what matters less waits longer, but not for ever.
local function place_of(created, priority)
  return text(number(created, now_micros) - number(priority, 0) * 3600000000)
end

local function queue_up(id, kind, created, priority)
  redis.call('ZADD', waiting_key(kind), place_of(created, priority), id)
  redis.call('SADD', prefix .. ':waiting', kind)
end

-- How many more reports of the type may wait. The types are bounded too, as this looks at each.
local function room(kind, most)
  local kinds = redis.call('SMEMBERS', prefix .. ':waiting')
  local waiting, known = 0, false
  for _, other in ipairs(kinds) do
    waiting = waiting + redis.call('ZCARD', waiting_key(other))
    known = known or other == kind
  end
  return (known or #kinds < 1000) and most - waiting or 0
end

-- A sum that is no number is left to the reaper, which puts it right.
local function count_bytes(difference)
  redis.pcall('INCRBY', prefix .. ':bytes', text(difference))
end

-- Of what has ended the reaper removes the oldest. A list, as to add to a sorted set of all costs 3 µs more. One message names all.
local function ended(ids)
  local entries = {}
  for i, id in ipairs(ids) do
    entries[i] = now_text .. ' ' .. id
  end
  redis.call('RPUSH', prefix .. ':ended', unpack(entries))
  redis.call(publish, prefix .. ':ended', table.concat(ids, ' '))
end
