-- Returns the input of an attempt to a worker that has not found it with GET. A server that does not know the attempt may be
-- an old master, so it cannot say whether there is an input: the worker asks again. If the worker has lost the attempt, its
-- next heartbeat says so.
-- ARGV[1..]  id, attempt, worker, number of a chunk from 0 (only if the message has chunks)
-- Returns the input or the chunk, or nil if it is no longer stored.
-- include common
-- include record
local id, attempt, worker, chunk = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local report = load(id)
if not report or report.state ~= 'running' or report.worker ~= worker or text(report.attempt) ~= attempt then
  return redis.error_reply('TRYAGAIN this server does not know the attempt')
end
if chunk then
  return redis.call('HGET', key('input', id), chunk)
end
return redis.call('GET', key('input', id))
