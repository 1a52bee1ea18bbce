-- How much waits and runs. Costs the same however much that is.
-- Returns {waiting, delayed, running, ms since the oldest of those that are next of their type was created or 0, created within
-- the last 10 s}.
local waiting, waited = 0, 0
for _, kind in ipairs(redis.call('SMEMBERS', lane .. ':waiting')) do
  waiting = waiting + redis.call('ZCARD', waiting_key(kind))
  local head = redis.call('ZRANGE', waiting_key(kind), '0', '0')[1]
  local created = head and tonumber(record(head, 'created')[1])
  if created then
    waited = math.max(waited, math.floor((now_micros - created) / 1000))
  end
end
return {
  waiting,
  redis.call('ZCARD', lane .. ':delayed'),
  redis.call('ZCARD', lane .. ':leases'),
  waited,
  redis.call('ZCOUNT', lane .. ':recent', now_micros - 10000000, '+inf'),
}
