-- Deregisters a worker and requeues its unfinished reports. They are not counted as crashes.
-- ARGV[1]   worker
-- Returns   how many reports were handed back
-- include common
-- include transitions
local worker = ARGV[1]
deregister(worker)

local handed_back = 0
for _, id in ipairs(leased_by(worker)) do
  local report = release(id, worker)
  if report then
    try(report, requeue)
    handed_back = handed_back + 1
  end
end
return handed_back
