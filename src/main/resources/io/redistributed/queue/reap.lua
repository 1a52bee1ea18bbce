-- Puts right what died. Any node calls it; the lane is reaped about once a beat, however many nodes there are.
-- ARGV[1]  the most reports to move in one call
-- Returns {1 if this call did the work else 0, expired leases, delayed reports now due, vanished workers, 1 if there is
-- more to do at once else 0}.
local limit = tonumber(ARGV[1])
local home = homes()
local beat = home.beat

-- Time to read a result, however much is stored.
local kept_for_sure = math.min(60000, retention)

local last = tonumber(redis.call('GET', lane .. ':reaped') or -1)
-- A clock set back must not stop the reaping.
if last <= now and now - last < beat * 0.9 then
  return { 0, 0, 0, 0, 0 }
end
redis.call('SET', lane .. ':reaped', now)

-- Nobody could reap, so nobody could beat either (Redis was away, say): let the workers speak first. After a short
-- silence not twice in a row, or a node that is always late would never get to reap.
local grace = tonumber(redis.call('GET', lane .. ':grace') or 0)
local silence = now - last
if last < 0 or silence < 0 or silence > lease or silence > 2.5 * beat and last > grace then
  grace = now + 2 * beat
  redis.call('SET', lane .. ':grace', grace)
end

for _, worker in ipairs(redis.call('ZRANGEBYSCORE', lane .. ':beats', '-inf', now - 2.5 * beat)) do
  redis.call('ZREM', lane .. ':workers', worker)
end

local expired = {}
if grace <= now then
  expired = redis.call('ZRANGEBYSCORE', lane .. ':leases', '-inf', now, 'LIMIT', 0, limit)
end
for _, id in ipairs(expired) do
  redis.call('ZREM', lane .. ':leases', id)
  home.crashed(id, redis.call('HGET', report_key(id), 'worker') or '')
end

local due = redis.call('ZRANGEBYSCORE', lane .. ':delayed', '-inf', now, 'LIMIT', 0, limit)
for _, id in ipairs(due) do
  redis.call('ZREM', lane .. ':delayed', id)
  if redis.call('HGET', report_key(id), 'state') == 'queued' then
    home.requeue(id)
  end
end

local vanished = redis.call('ZRANGEBYSCORE', lane .. ':beats', '-inf', now - 2 * lease, 'LIMIT', 0, limit)
for _, worker in ipairs(vanished) do
  for _, id in ipairs(redis.call('SMEMBERS', held_key(worker))) do
    if not redis.call('ZSCORE', lane .. ':leases', id) then
      home.crashed(id, worker)
    end
  end
  if redis.call('SCARD', held_key(worker)) == 0 then
    home.strike_off(worker)
  end
end

redis.call('ZREMRANGEBYSCORE', lane .. ':recent', '-inf', now_micros - retention * 1000)

-- Of what has ended the oldest goes first: all that is past the retention, and more while too much is stored.
local stored = tonumber(redis.call('GET', lane .. ':bytes') or 0)
local before, looked_at, forgotten = stored, 0, {}
for _, ending in ipairs(redis.call('LRANGE', lane .. ':endings', 0, limit - 1)) do
  local when, id = string.match(ending, '^(%d+) (.+)$')
  local age = now - when
  if age < kept_for_sure or age < retention and stored <= most_stored then
    break
  end
  looked_at = looked_at + 1
  local report = redis.call('HMGET', report_key(id), 'ended', 'bytes')
  -- Else it was tried again, and has not ended yet, or stands in the list once more.
  if report[1] == when then
    stored = stored - (report[2] or 0)
    redis.call('UNLINK', report_key(id), lane .. ':input:' .. id, lane .. ':result:' .. id)
    forgotten[#forgotten + 1] = id
  end
end
if looked_at > 0 then
  redis.call('LTRIM', lane .. ':endings', looked_at, -1)
end
if #forgotten > 0 then
  redis.call('ZREM', lane .. ':recent', unpack(forgotten))
  redis.call('DECRBY', lane .. ':bytes', before - stored)
end

local more = 0
if #expired == limit or #due == limit or looked_at == limit then
  -- The rest is not to wait for the next beat.
  redis.call('SET', lane .. ':reaped', now - beat)
  more = 1
end
return { 1, #expired, #due, #vanished, more }
