-- The workers, as they told of themselves with their latest beats.
-- Returns for each {worker, information (JSON), free slots, last beat in ms, ids of the reports it holds}.
local workers = {}
local beats = redis.call('ZRANGE', lane .. ':beats', 0, -1, 'WITHSCORES')
for i = 1, #beats, 2 do
  local worker = beats[i]
  workers[#workers + 1] = {
    worker,
    redis.call('HGET', lane .. ':info', worker) or '{}',
    text(math.max(0, redis.call('ZSCORE', workers_key(type_set_of(worker)), worker) or 0)),
    beats[i + 1],
    held_by(worker),
  }
end
return workers
