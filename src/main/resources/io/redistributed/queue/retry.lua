-- Gives a failed or cancelled report all its attempts again. Attempt numbers continue, so a late worker is still fenced off.
-- ARGV[1..]  id, how many reports may wait at most
-- Returns 'ok', 'unknown', 'full', 'no input' (no longer stored), or the state that forbids a retry.
local id, most = ARGV[1], tonumber(ARGV[2])
local key = report_key(id)
local stored = redis.call('HMGET', key, 'state', 'input', 'type')
local state = stored[1]
if not state then
  return 'unknown'
elseif state ~= 'failed' and state ~= 'cancelled' then
  return state
elseif stored[2] and redis.call('EXISTS', input_key(id)) == 0 then
  return 'no input'
end

-- Refused while Redis is out of memory. Once a script has written, as the check of permissions does on Redis 6.2, it is not.
redis.call('SET', prefix .. ':probe', '', 'XX')
-- Like a new report, it does not overtake waiting reports of its type.
local transition = transitions()
local kind = stored[3]
if redis.call('EXISTS', waiting_key(kind)) == 1 or not transition.dispatch(id, kind) then
  if room(kind, most) < 1 then
    return 'full'
  end
  redis.call('HSET', key, 'state', 'queued')
  redis.call('HDEL', key, 'worker')
  transition.wait(id)
end
redis.call('HDEL', key, 'failures', 'crashes', 'undelivered', 'cancelled', 'ended', 'error')
return 'ok'
