-- Returns the workers as their latest heartbeats describe them.
-- Returns   for each {worker, information (JSON), free slots, last heartbeat in ms, ids of the reports leased to it}
-- include common
-- include leases
local workers = {}
local heartbeats = redis.call('ZRANGE', prefix .. ':heartbeats', 0, -1, 'WITHSCORES')
for i = 1, #heartbeats, 2 do
  local worker = heartbeats[i]
  workers[#workers + 1] = {
    worker,
    redis.call('HGET', key('worker', worker), 'info') or '{}',
    text(math.max(0, redis.call('ZSCORE', key('workers', type_set_of(worker)), worker) or 0)),
    heartbeats[i + 1],
    leased_by(worker),
  }
end
return workers
