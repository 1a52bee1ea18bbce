-- Puts right what died. Any node calls it; the lane is reaped about once a beat, however many nodes there are.
-- ARGV[1]  the most reports to move in one call
-- Returns {1 if this call did the work else 0, expired leases, delayed reports now due, vanished workers, 1 if there is
-- more to do at once else 0, entries that were found damaged and skipped since the last call that did the work}.
local limit = tonumber(ARGV[1])
local home = homes()
local beat = home.beat

-- Time to read a result, however much is stored.
local kept_for_sure = math.min(60000, retention)

local last = number(redis.call('GET', lane .. ':reaped'), -1)
-- A clock set back must not stop the reaping.
if last <= now and now - last < beat * 0.9 then
  return { 0, 0, 0, 0, 0, {} }
end
write_without_memory()
redis.call('SET', lane .. ':reaped', now)

-- Nobody could reap, so nobody could beat either (Redis was away, say): let the workers speak first. After a short
-- silence not twice in a row, or a node that is always late would never get to reap.
local grace = number(redis.call('GET', lane .. ':grace'), 0)
-- One that nobody has set.
if grace > now + 2 * beat then
  grace = 0
end
local silence = now - last
if last < 0 or silence < 0 or silence > lease or silence > 2.5 * beat and last > grace then
  grace = now + 2 * beat
  redis.call('SET', lane .. ':grace', grace)
end

for _, worker in ipairs(redis.call('ZRANGEBYSCORE', lane .. ':beats', '-inf', now - 2.5 * beat)) do
  redis.call('ZREM', workers_key(type_set_of(worker)), worker)
end

local expired = {}
if grace <= now then
  expired = redis.call('ZRANGEBYSCORE', lane .. ':leases', '-inf', now, 'LIMIT', 0, limit)
end
for _, id in ipairs(expired) do
  redis.call('ZREM', lane .. ':leases', id)
  try(id, function()
    local stored = record(id, 'state', 'worker')
    if stored[1] == 'running' and stored[2] then
      home.crashed(id, stored[2])
    else
      damaged(lane .. ':leases', id .. ' is ' .. (stored[1] or 'no report') .. ', and no worker has it')
      if stored[1] == 'running' then
        home.requeue(id)
      end
    end
  end)
end

local due = redis.call('ZRANGEBYSCORE', lane .. ':delayed', '-inf', now, 'LIMIT', 0, limit)
for _, id in ipairs(due) do
  redis.call('ZREM', lane .. ':delayed', id)
  try(id, function()
    local state = record(id, 'state')[1]
    if state == 'queued' then
      home.requeue(id)
    else
      damaged(lane .. ':delayed', id .. ' is ' .. (state or 'no report'))
    end
  end)
end

local vanished = redis.call('ZRANGEBYSCORE', lane .. ':beats', '-inf', now - 2 * lease, 'LIMIT', 0, limit)
for _, worker in ipairs(vanished) do
  for _, id in ipairs(held_by(worker)) do
    if not redis.call('ZSCORE', lane .. ':leases', id) then
      try(id, function()
        home.crashed(id, worker)
      end)
    end
  end
  if #held_by(worker) == 0 then
    redis.call('UNLINK', held_key(worker))
    home.strike_off(worker)
  end
end

-- A type lives as long as workers beat that have it, and reports wait for it.
if grace <= now and redis.call('ZREMRANGEBYSCORE', lane .. ':typesets', '-inf', now - lease) > 0 then
  home.route()
end
if grace <= now then
  local kinds = redis.pcall('HKEYS', lane .. ':types')
  for _, kind in ipairs(kinds.err and {} or kinds) do
    if redis.call('HEXISTS', lane .. ':routes', kind) == 0 and redis.call('EXISTS', waiting_key(kind)) == 0 then
      redis.call('HDEL', lane .. ':types', kind)
      redis.pcall('HDEL', lane .. ':announcers', kind)
    end
  end
end

redis.call('ZREMRANGEBYSCORE', lane .. ':recent', '-inf', now_micros - retention * 1000)

-- Of what has ended the oldest goes first: all that is past the retention, and more while too much is stored.
local sum = redis.call('GET', lane .. ':bytes')
local stored = number(sum, 0)
if sum and not string.match(sum, '^%-?%d+$') or stored < 0 then
  stored = 0
  damaged(lane .. ':bytes', 'it was ' .. sum .. ', and counts from 0 again')
  redis.call('SET', lane .. ':bytes', '0')
end
local before, looked_at, forgotten = stored, 0, {}
for _, ending in ipairs(redis.call('LRANGE', lane .. ':endings', 0, limit - 1)) do
  local when, id = string.match(ending, '^(%d+) (.+)$')
  local report = id and record(id, 'ended', 'bytes') or {}
  local age = now - number(when, 0)
  -- One of a time to come would keep all behind it. After a clock was set back that is right, if there is such a report.
  local readable = when and (age >= 0 or report[2])
  if not readable then
    damaged(lane .. ':endings', "'" .. string.sub(ending, 1, 100) .. "' is not the time and the id of a report that has ended")
  elseif age < kept_for_sure or age < retention and stored <= most_stored then
    break
  end
  looked_at = looked_at + 1
  -- Else it was tried again, and has not ended yet, or stands in the list once more; or its record is damaged.
  if readable and (report[1] == when or #report == 0) then
    stored = math.max(0, stored - number(report[2], 0))
    redis.call('UNLINK', report_key(id), lane .. ':input:' .. id, lane .. ':result:' .. id)
    forgotten[#forgotten + 1] = id
  end
end
if looked_at > 0 then
  redis.call('LTRIM', lane .. ':endings', looked_at, -1)
end
if #forgotten > 0 then
  redis.call('ZREM', lane .. ':recent', unpack(forgotten))
  count_bytes(stored - before)
end

local more = 0
if #expired == limit or #due == limit or looked_at == limit then
  -- The rest is not to wait for the next beat.
  redis.call('SET', lane .. ':reaped', now - beat)
  more = 1
end
local found = redis.pcall('LRANGE', lane .. ':damaged', 0, -1)
redis.call('DEL', lane .. ':damaged')
return { 1, #expired, #due, #vanished, more, found.err and {} or found }
