-- The input of an attempt, once more for a worker that has found none. A server that does not know the attempt as the worker's
-- cannot tell whether there is one: it may be an old master, which has not heard of it. So the worker is to ask again; if
-- it has lost the attempt, a heartbeat will say so.
-- ARGV[1..]  id, attempt, worker
-- Returns the input, or nil if it is no longer stored.
local id, attempt, worker = ARGV[1], ARGV[2], ARGV[3]
local stored = redis.call('HMGET', report_key(id), 'state', 'worker', 'attempt')
if stored[1] ~= 'running' or stored[2] ~= worker or stored[3] ~= attempt then
  return redis.error_reply('TRYAGAIN this server does not know the attempt')
end
return redis.call('GET', prefix .. ':input:' .. id)
