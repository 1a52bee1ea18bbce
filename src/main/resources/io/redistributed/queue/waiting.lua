-- Reports that wait for a worker, in queues: one for each type and owner, so that the callers can take turns.

-- Returns the name of the queue of a report, which is its type or, if it has an owner, its type, a space and the end of its id that
-- tells the owner; and that end, or ''. Types have no spaces.
local function queue_of(kind, id)
  local owner = string.match(id, '%-.*%-(.*)$')
  return owner and kind .. ' ' .. owner or kind, owner or ''
end

-- Returns the queues that have reports, and true for each of their types.
local queues
local function all_queues()
  if not queues then
    queues = {}
    for i, name in ipairs(redis.call('SMEMBERS', prefix .. ':waiting')) do
      local kind, owner = string.match(name, '^([^ ]*) ?(.*)$')
      queues[i], queues[kind] = { name = name, kind = kind, owner = owner }, true
    end
  end
  return queues
end

-- Returns whether reports of the type wait, of any caller.
local function waits(kind)
  return all_queues()[kind]
end

-- Takes a place for one more report of a queue and returns whether there is one: `most` places are for all. An owner may have eight
-- times as many as stay free (the dynamic threshold of shared-memory switches), so that there are places for others. The number of
-- queues is bounded, because this reads the length of each.
local total, of_owner, listed
local function take_place(name, owner, most)
  if not total then
    total, of_owner, listed = 0, {}, { count = #all_queues() }
    for _, queue in ipairs(all_queues()) do
      local length = redis.call('ZCARD', key('waiting', queue.name))
      total, of_owner[queue.owner], listed[queue.name] = total + length, (of_owner[queue.owner] or 0) + length, true
    end
  end
  local own = of_owner[owner] or 0
  if total >= most or owner ~= '' and own >= 8 * (most - total) or not listed[name] and listed.count >= 1000 then
    return false
  end
  listed.count = listed.count + (listed[name] and 0 or 1)
  total, of_owner[owner], listed[name] = total + 1, own + 1, true
  return true
end

-- Returns the score of a waiting report. Reports wait in the order of their creation, so a requeued report keeps its place. Each
-- priority level is worth one hour, so a report of low priority waits longer but not forever.
local function place_of(created, priority)
  return text(created - number(priority, 0) * 3600000000)
end

-- Takes places and ids by turns.
local function queue_up(name, places)
  redis.call('ZADD', key('waiting', name), unpack(places))
  if redis.call('SADD', prefix .. ':waiting', name) == 1 then
    queues = nil
  end
end
