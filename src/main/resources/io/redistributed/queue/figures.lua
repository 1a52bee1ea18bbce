-- Returns the size of the queue. The cost grows with the number of workers and types, not with the number of reports.
-- Returns {waiting, delayed, running, age of the oldest report at the head of a type in ms or 0, created in the last 10 s}.
local waiting, waited = 0, 0
for _, kind in ipairs(redis.call('SMEMBERS', prefix .. ':waiting')) do
  waiting = waiting + redis.call('ZCARD', waiting_key(kind))
  local head = redis.call('ZRANGE', waiting_key(kind), '0', '0')[1]
  local created = head and tonumber(record(head, 'created')[1])
  if created then
    waited = math.max(waited, math.floor((now_micros - created) / 1000))
  end
end
local running = 0
for _, worker in ipairs(redis.call('ZRANGE', prefix .. ':heartbeats', '0', '-1')) do
  running = running + number(redis.pcall('HLEN', leased_key(worker)), 0)
end
return {
  waiting,
  redis.call('ZCARD', prefix .. ':delayed'),
  running,
  waited,
  redis.call('ZCOUNT', prefix .. ':recent', now_micros - 10000000, '+inf'),
}
