-- Cancels a report. A queued report is cancelled at once. A running one gets a mark in its record, which survives the worker,
-- and the worker gets a hint. Idempotent.
-- ARGV[1]  id
-- Returns 'unknown', 'ended' (too late), 'cancelled', or 'cancelling' until the worker has stopped.
-- include common
-- include transitions
local id = ARGV[1]
local report = load(id)
if not report then
  return 'unknown'
elseif report.state == 'cancelled' then
  return 'cancelled'
end
write_without_memory()
if report.state == 'queued' then
  local queue = queue_of(report.request.type, id)
  redis.call('ZREM', key('waiting', queue), id)
  forget_if_none_waits(queue)
  redis.call('ZREM', prefix .. ':delayed', id)
  conclude(report, 'cancelled')
  return 'cancelled'
elseif report.state == 'running' then
  report.cancelled = now
  save(report)
  redis.call(publish, prefix .. ':control:' .. report.worker, id .. '#' .. text(report.attempt))
  return 'cancelling'
end
return 'ended'
