-- Returns the input of an attempt to a worker that has not found it with GET. A server that does not know the attempt may be
-- an old master, so it cannot say whether there is an input: the worker asks again. If the worker has lost the attempt, its
-- next heartbeat says so.
-- ARGV[1..]  id, attempt, worker, number of a chunk from 0 (only if the message has chunks)
-- Returns the input or the chunk, or nil if it is no longer stored.
local id, attempt, worker, chunk = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local stored = redis.call('HMGET', report_key(id), 'state', 'worker', 'attempt')
if stored[1] ~= 'running' or stored[2] ~= worker or stored[3] ~= attempt then
  return redis.error_reply('TRYAGAIN this server does not know the attempt')
end
if chunk then
  return redis.call('HGET', input_key(id), chunk)
end
return redis.call('GET', input_key(id))
