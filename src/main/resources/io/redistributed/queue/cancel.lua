-- Cancels a report. A queued report is cancelled at once. A running one gets a mark in its record, which survives the worker,
-- and the worker gets a hint. Idempotent.
-- ARGV[1]  id
-- Returns 'unknown', 'ended' (too late), 'cancelled', or 'cancelling' until the worker has stopped.
local id = ARGV[1]
local stored = redis.call('HMGET', report_key(id), 'state', 'worker', 'attempt', 'type')
local state = stored[1]
if not state then
  return 'unknown'
elseif state == 'cancelled' then
  return 'cancelled'
end
write_without_memory()
if state == 'queued' then
  local transition = transitions()
  if stored[4] then
    redis.call('ZREM', waiting_key(stored[4]), id)
    transition.forget_if_none_waits(stored[4])
  end
  redis.call('ZREM', prefix .. ':delayed', id)
  transition.conclude(id, 'cancelled')
  return 'cancelled'
elseif state == 'running' then
  redis.call('HSET', report_key(id), 'cancelled', now)
  redis.call(publish, prefix .. ':control:' .. (stored[2] or ''), id .. '#' .. (stored[3] or ''))
  return 'cancelling'
end
return 'ended'
