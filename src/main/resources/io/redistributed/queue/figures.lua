-- How much waits and runs. Costs the same however much that is.
-- Returns {waiting, delayed, running, ms since the one that is next was created or 0, created within the last 10 s}.
local waited = 0
local head = redis.call('ZRANGE', lane .. ':waiting', 0, 0)[1]
local created = head and tonumber(record(head, 'created')[1])
if created then
  waited = math.max(0, math.floor((now_micros - created) / 1000))
end
return {
  redis.call('ZCARD', lane .. ':waiting'),
  redis.call('ZCARD', lane .. ':delayed'),
  redis.call('ZCARD', lane .. ':leases'),
  waited,
  redis.call('ZCOUNT', lane .. ':recent', now_micros - 10000000, '+inf'),
}
