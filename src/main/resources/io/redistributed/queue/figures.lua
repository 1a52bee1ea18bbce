-- Returns the size of the queue. The cost grows with the number of workers and queues, not with the number of reports.
-- Returns {waiting, delayed, running, age of the oldest report at the head of a queue in ms or 0, reports a second as text: of the last
-- 10 s, or of the time of the latest 64 calls if that is shorter}.
-- include common
-- include record
local waiting, waited = 0, 0
for _, queue in ipairs(redis.call('SMEMBERS', prefix .. ':waiting')) do
  waiting = waiting + redis.call('ZCARD', key('waiting', queue))
  local head = redis.call('ZRANGE', key('waiting', queue), '0', '0', 'WITHSCORES')
  -- The score is at most the time of creation: most heads need not be read to know that they are younger.
  local report = head[1] and now_micros - number(head[2], 0) > waited * 1000 and load(head[1])
  if report then
    waited = math.max(waited, math.floor((now_micros - report.created) / 1000))
  end
end
local running = 0
for _, worker in ipairs(redis.call('ZRANGE', prefix .. ':heartbeats', '0', '-1')) do
  running = running + number(redis.pcall('HLEN', key('leased', worker)), 0)
end
local since, created = now_micros - 10000000, 0
local latest = redis.call('ZRANGE', prefix .. ':recent', text(now_micros), text(since), 'BYSCORE', 'REV', 'LIMIT', '0', '64', 'WITHSCORES')
for i = 1, #latest, 2 do
  created = created + select(2, string.gsub(latest[i], '[^ ][^ ]+', ''))
end
if #latest == 128 then
  since = math.min(tonumber(latest[128]), now_micros - 1)
end
return {
  waiting,
  redis.call('ZCARD', prefix .. ':delayed'),
  running,
  waited,
  string.format('%.2f', created * 1000000 / (now_micros - since)),
}
