-- Cleans up after dead workers and removes expired reports. Every node calls it, but it works about once in a heartbeat
-- interval.
-- ARGV[1]   how many reports to move in one call at most
-- Returns   {1 if this call did the work else 0, reports of dead workers, delayed reports now due, expired workers, 1 if more
--           work is due at once else 0, damaged entries that were skipped since the last call that did the work, when the last
--           such call was (-1: unknown), now}
-- include common
-- include transitions
local limit = tonumber(ARGV[1])

-- Returns how many bytes a report takes: its request, and its input until that has led to a result.
local function size_of(report)
  local message = report.request.message and 0 or number(redis.pcall('STRLEN', key('message', report.id)), 0)
  return #report.head + message + number(report.size or report.request.input, 0)
end

-- A client has this long to read a result, even when too much is stored.
local kept_for_sure = math.min(60000, retention)

local last = number(redis.call('GET', prefix .. ':reaped'), -1)
-- A clock that was set back must not stop the reaper.
if last <= now and now - last < interval * 0.9 then
  return { 0, 0, 0, 0, 0, {}, last, now }
end
write_without_memory()
redis.call('SET', prefix .. ':reaped', now)

-- If no node could reap, for example in an outage of Redis, workers could not send heartbeats either. They get a grace period.
-- After a short pause it is not granted twice in a row, or a cluster whose nodes are always late would never reap.
local grace = number(redis.call('GET', prefix .. ':grace'), 0)
local pause = now - last
-- A grace period that ends later is damaged, or the clock was set back.
local misplaced = grace > now + 2 * interval
if last < 0 or pause < 0 or pause > lease or misplaced or pause > 2.5 * interval and last > grace then
  grace = now + 2 * interval
  redis.call('SET', prefix .. ':grace', grace)
end

-- If the clock was set back, the time of workers begins now, and delayed reports are due as much earlier.
for _, worker in ipairs(redis.call('ZRANGEBYSCORE', prefix .. ':heartbeats', '(' .. now, '+inf')) do
  redis.call('ZADD', prefix .. ':heartbeats', 'XX', text(now), worker)
end
if pause < 0 then
  local delayed = redis.call('ZRANGE', prefix .. ':delayed', '0', '-1', 'WITHSCORES')
  for i = 1, #delayed, 2 do
    redis.call('ZADD', prefix .. ':delayed', text(delayed[i + 1] + pause), delayed[i])
  end
end
for _, worker in ipairs(redis.call('ZRANGEBYSCORE', prefix .. ':heartbeats', '-inf', now - 2.5 * interval)) do
  unlist(worker)
end

-- A worker without a heartbeat for a whole lease is dead. Its attempts count as crashed, except those that wait.
local crashed, expired = 0, {}
if grace <= now then
  expired = redis.call('ZRANGEBYSCORE', prefix .. ':heartbeats', '-inf', now - lease, 'LIMIT', 0, limit)
end
for _, worker in ipairs(expired) do
  for _, id in ipairs(leased_by(worker)) do
    if crashed == limit then
      break
    end
    crashed = crashed + 1
    local report = release(id, worker)
    if report and report.waiting then
      try(report, undelivered)
    elseif report then
      try(report, crash, 'worker ' .. worker .. ' was lost, or exceeded the time limit')
    else
      damaged(key('leased', worker), id .. ' is not running there')
    end
  end
  if #leased_by(worker) == 0 then
    redis.call('UNLINK', key('leased', worker))
    deregister(worker)
  end
end

local due = redis.call('ZRANGEBYSCORE', prefix .. ':delayed', '-inf', now, 'LIMIT', 0, limit)
for _, id in ipairs(due) do
  redis.call('ZREM', prefix .. ':delayed', id)
  local report = load_taken(id)
  if report and report.state == 'queued' then
    try(report, requeue)
  else
    damaged(prefix .. ':delayed', id .. ' is ' .. (report and report.state or 'no report'))
  end
end

-- A type is kept while a worker has it or a report waits for it.
if grace <= now then
  redis.call('ZREMRANGEBYSCORE', prefix .. ':typesets', '-inf', now - lease)
  local kinds = redis.pcall('HKEYS', prefix .. ':types')
  for _, kind in ipairs(kinds.err and {} or kinds) do
    if #type_sets_with(kind) == 0 and not waits(kind) then
      redis.call('HDEL', prefix .. ':types', kind)
      redis.pcall('HDEL', prefix .. ':announcers', kind)
    end
  end
end

redis.call('ZREMRANGEBYSCORE', prefix .. ':recent', '-inf', now_micros - retention * 1000)

-- Ended reports are removed from the oldest on: those past the retention, and more while too much is stored.
local sum = redis.call('GET', prefix .. ':bytes')
local stored = number(sum, 0)
if sum and not string.match(sum, '^%-?%d+$') or stored < 0 then
  stored = 0
  damaged(prefix .. ':bytes', 'was ' .. sum .. ', reset to 0')
  redis.call('SET', prefix .. ':bytes', '0')
end
local before, created, gone = stored, {}, {}

-- Removes those of some reports, at most 64, that ended at this time. Others were retried and have a later entry or none yet.
local function remove(ids, ended)
  local names, keys = {}, {}
  for i, id in ipairs(ids) do
    names[i] = key('report', id)
  end
  local records = #ids > 0 and redis.call('MGET', unpack(names))
  for i, id in ipairs(ids) do
    -- MGET does not tell a record of another type from none, load does.
    local report = (records[i] and read or load)(id, records[i])
    if not gone[id] and (not report or report.ended == ended) then
      gone[id] = true
      for _, kind in ipairs({ 'report', 'message', 'input', 'result' }) do
        keys[#keys + 1] = key(kind, id)
      end
      stored = math.max(0, stored - (report and size_of(report) or 0))
      created[#created + 1] = report and number(report.created, 0)
    end
  end
  if #keys > 0 then
    redis.call('UNLINK', unpack(keys))
  end
end

-- Few are read at once, as one can have 64 reports.
local entries, looked_at, at_once = 0, 0, math.min(limit, 16)
for _, entry in ipairs(redis.call('LRANGE', prefix .. ':ended', 0, at_once - 1)) do
  local when, ids = string.match(entry, '^(%d+) (%S.*)$')
  local age = now - number(when, 0)
  -- An entry with a future time would keep all entries behind it. It is valid only if its first report exists and the clock was
  -- set back.
  local readable = when and (age >= 0 or load(string.match(ids, '%S+')))
  if not readable then
    damaged(prefix .. ':ended', "'" .. string.sub(entry, 1, 100) .. "' is not the time and the ids of reports that have ended")
  elseif math.abs(age) < kept_for_sure or age < retention and stored <= max_stored or looked_at >= limit then
    break
  end
  entries = entries + 1
  local part = {}
  for id in string.gmatch(readable and ids or '', '%S+') do
    looked_at, part[#part + 1] = looked_at + 1, id
    if #part == 64 then
      remove(part, tonumber(when))
      part = {}
    end
  end
  remove(part, tonumber(when))
end
-- An entry of reports that were created in one call is removed with the last of them. The latest is the first that is looked for: it
-- usually ends last, and one that is stored is enough.
table.sort(created)
local next_entry = 0
for _, time in ipairs(created) do
  local found = time >= next_entry and redis.call('ZRANGE', prefix .. ':recent', text(time), '-inf', 'BYSCORE', 'REV', 'LIMIT', '0', '1', 'WITHSCORES') or {}
  if found[1] then
    local ids = {}
    for id in string.gmatch(found[1], '[^ ]+') do
      ids[#ids + 1] = id
    end
    next_entry = tonumber(found[2]) + #ids
    local stored_one = #ids
    while stored_one > 0 and redis.call('EXISTS', key('report', ids[stored_one])) == 0 do
      stored_one = stored_one - 1
    end
    if stored_one == 0 then
      redis.call('ZREM', prefix .. ':recent', found[1])
    end
  end
end
if entries > 0 then
  redis.call('LTRIM', prefix .. ':ended', entries, -1)
  redis.pcall('INCRBY', prefix .. ':bytes', text(stored - before))
end

local more = 0
if crashed == limit or #due == limit or looked_at >= limit or entries == at_once then
  -- Do not wait for the next interval with the rest.
  redis.call('SET', prefix .. ':reaped', now - interval)
  more = 1
end
local found = redis.pcall('LRANGE', prefix .. ':damaged', 0, -1)
redis.call('DEL', prefix .. ':damaged')
return { 1, crashed, #due, #expired, more, found.err and {} or found, last, now }
