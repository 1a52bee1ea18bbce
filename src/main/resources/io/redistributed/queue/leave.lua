-- Deregisters a worker and requeues its unfinished reports. They are not counted as crashes.
-- ARGV[1]   worker
-- Returns   how many reports were handed back
local worker = ARGV[1]
local transition = transitions()
transition.deregister(worker)

local handed_back = 0
for _, id in ipairs(leased_by(worker)) do
  try(id, function()
    if transition.release(id, worker) then
      transition.requeue(id)
      handed_back = handed_back + 1
    end
  end)
end
return handed_back
