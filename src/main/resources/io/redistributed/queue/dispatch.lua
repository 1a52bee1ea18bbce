-- Chooses workers for reports and publishes attempts to them.

-- Reserves sequence numbers and returns the one before them. They start at a number that only the worker and Redis know, so the
-- worker can reject messages that other clients publish, and old messages. A damaged number restarts at 0, and so does one in a
-- key that was no hash. The worker refuses those messages, and its next heartbeat corrects the number.
local function reserve_numbers(worker, count)
  local last = redis.pcall('HINCRBY', key('worker', worker), 'sequence', text(count))
  if type(last) == 'table' then
    if string.find(last.err, 'WRONGTYPE', 1, true) then
      redis.call('UNLINK', key('worker', worker))
    end
    redis.call('HSET', key('worker', worker), 'sequence', text(count))
    return 0
  end
  return last - count
end

-- Returns the message of an attempt {id, message (as submit got it), attempt, previous, input (bytes)}.
local function message_of(attempt, sequence)
  return attempt.message .. ',"sequence":' .. text(sequence) .. ',"attempt":' .. attempt.attempt
    .. (attempt.previous and ',"previous":"' .. attempt.previous .. '"}' or '}')
end

-- With these leases finish need not parse the record of a report that is done. If the key is not a hash, the worker's next heartbeat
-- removes it and leases the running attempts again. Lua's stack has room for some thousand arguments.
local function lease_to(worker, attempts)
  local leases = {}
  for i, attempt in ipairs(attempts) do
    leases[2 * i - 1] = attempt.id
    leases[2 * i] = attempt.input and attempt.attempt .. ' ' .. attempt.input or attempt.attempt
  end
  for first = 1, #leases, 1000 do
    call_if_typed('HSET', key('leased', worker), unpack(leases, first, math.min(first + 999, #leases)))
  end
end

-- Returns the announced type sets that contain a type.
local function type_sets_with(kind)
  local sets = {}
  for _, type_set in ipairs(redis.call('ZRANGE', prefix .. ':typesets', '0', '-1')) do
    if string.find(',' .. type_set .. ',', ',' .. kind .. ',', 1, true) then
      sets[#sets + 1] = type_set
    end
  end
  table.sort(sets)
  return sets
end

-- Returns workers with the type and a free slot. Those with the most free slots come first.
local function free_workers(kind, most)
  local workers, sets = {}, type_sets_with(kind)
  for _, type_set in ipairs(sets) do
    local found = redis.call('ZRANGE', key('workers', type_set), '+inf', '1', 'BYSCORE', 'REV', 'LIMIT', '0', text(most), 'WITHSCORES')
    for i = 1, #found, 2 do
      workers[#workers + 1] = {
        name = found[i], channel = key('worker', found[i]), free = tonumber(found[i + 1]), type_set = type_set, place = #workers,
        number = false, sent = {},
      }
    end
  end
  if #sets > 1 then
    table.sort(workers, function(a, b)
      return a.free > b.free or a.free == b.free and a.place < b.place
    end)
  end
  return workers
end

-- Publishes attempts of one type to free workers and leases them. Each goes to the worker with the most free slots at that point.
-- Sets attempt.worker. Returns the attempts for which no worker is free. A worker without a subscription is skipped until its next
-- heartbeat.
local function send(kind, attempts)
  local workers, at, sent = free_workers(kind, #attempts), 1, 0
  local unsubscribed
  for _, attempt in ipairs(attempts) do
    -- Workers before this one have one slot less than they had, those after it have all.
    if workers[at] ~= workers[1] and (not workers[at] or workers[at].free <= workers[1].free) then
      at = 1
    end
    local worker = workers[at]
    if not worker or worker.free < 1 then
      break
    end
    worker.number = (worker.number or reserve_numbers(worker.name, #attempts)) + 1
    if redis.call(publish, worker.channel, message_of(attempt, worker.number)) == 0 then
      redis.call('ZREM', key('workers', worker.type_set), worker.name)
      unsubscribed = true
      break
    end
    attempt.worker = worker.name
    worker.free = worker.free - 1
    worker.sent[#worker.sent + 1] = attempt
    at, sent = at + 1, sent + 1
  end
  for _, worker in ipairs(workers) do
    if #worker.sent > 0 then
      lease_to(worker.name, worker.sent)
      redis.call('ZADD', key('workers', worker.type_set), 'XX', text(worker.free), worker.name)
    end
  end
  local rest = { unpack(attempts, sent + 1) }
  return unsubscribed and send(kind, rest) or rest
end
