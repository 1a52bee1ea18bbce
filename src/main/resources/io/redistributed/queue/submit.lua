-- Stores a report and hands it to a worker, or lets it wait. Runs twice without harm: the id is the client's.
-- ARGV[7..]  id, type, message (JSON object without the attempt), trace header, trace id, input, most that may wait
-- Returns 'accepted', or 'full' with nothing stored.
local id, kind, message, header, trace, input = ARGV[7], ARGV[8], ARGV[9], ARGV[10], ARGV[11], ARGV[12]

if redis.call('EXISTS', report_key(id)) == 1 then
  return 'accepted'
end
local waiting, most = redis.call('LLEN', lane .. ':waiting'), tonumber(ARGV[13])
if waiting > 0 and waiting >= most then
  return 'full'
end

redis.call('HSET', report_key(id), 'state', 'queued', 'type', kind, 'message', message, 'header', header,
  'trace', trace, 'created', now)
if #input > 0 then
  redis.call('SET', lane .. ':input:' .. id, input)
end

-- Nobody overtakes those who wait already.
if waiting > 0 or not dispatch(id) then
  if waiting >= most then
    redis.call('DEL', report_key(id), lane .. ':input:' .. id)
    return 'full'
  end
  redis.call('RPUSH', lane .. ':waiting', id)
end
redis.call('ZADD', lane .. ':recent', now, id)
return 'accepted'
