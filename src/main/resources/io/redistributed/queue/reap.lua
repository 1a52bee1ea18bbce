-- Puts right what died. Any node calls it; the lane is reaped about once a beat, however many nodes there are.
-- ARGV[7]  the most reports to move in one call
-- Returns {1 if this call did the work else 0, expired leases, delayed reports now due, vanished workers}.
local limit = tonumber(ARGV[7])

local last = tonumber(redis.call('GET', lane .. ':reaped') or -1)
-- A clock set back must not stop the reaping.
if last <= now and now - last < beat * 0.9 then
  return { 0, 0, 0, 0 }
end
redis.call('SET', lane .. ':reaped', now)

local expired = redis.call('ZRANGEBYSCORE', lane .. ':leases', '-inf', now, 'LIMIT', 0, limit)
if last < 0 or last > now or now - last > lease then
  -- Nobody could reap, so nobody could beat either (Redis was down, say): let the workers speak first.
  for _, id in ipairs(expired) do
    redis.call('ZADD', lane .. ':leases', now + 2 * beat, id)
  end
  expired = {}
end

for _, worker in ipairs(redis.call('ZRANGEBYSCORE', lane .. ':beats', '-inf', now - 2.5 * beat)) do
  redis.call('ZREM', lane .. ':workers', worker)
end
for _, id in ipairs(expired) do
  crashed(id)
end

local due = redis.call('ZRANGEBYSCORE', lane .. ':delayed', '-inf', now, 'LIMIT', 0, limit)
for _, id in ipairs(due) do
  redis.call('ZREM', lane .. ':delayed', id)
  requeue(id)
end

local vanished = redis.call('ZRANGEBYSCORE', lane .. ':beats', '-inf', now - 2 * lease, 'LIMIT', 0, limit)
for _, worker in ipairs(vanished) do
  for _, id in ipairs(redis.call('SMEMBERS', held_key(worker))) do
    if not redis.call('ZSCORE', lane .. ':leases', id) then
      crashed(id)
    end
  end
  if redis.call('SCARD', held_key(worker)) == 0 then
    redis.call('ZREM', lane .. ':beats', worker)
    redis.call('ZREM', lane .. ':workers', worker)
    redis.call('HDEL', lane .. ':slots', worker)
    redis.call('HDEL', lane .. ':info', worker)
  end
end

redis.call('ZREMRANGEBYSCORE', lane .. ':recent', '-inf', now - retention)
return { 1, #expired, #due, #vanished }
