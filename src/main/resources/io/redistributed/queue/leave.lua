-- A worker stops: what it could not finish goes back at once, without blame.
-- ARGV[7]  worker
-- Returns how many reports were handed back.
local worker = ARGV[7]
redis.call('ZREM', lane .. ':workers', worker)
redis.call('ZREM', lane .. ':beats', worker)
redis.call('HDEL', lane .. ':slots', worker)
redis.call('HDEL', lane .. ':info', worker)

local held = redis.call('SMEMBERS', held_key(worker))
for _, id in ipairs(held) do
  release(id, worker)
  requeue(id)
end
return #held
