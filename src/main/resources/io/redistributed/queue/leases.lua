-- Returns '' also for a worker whose key is no hash, until its next heartbeat.
local function type_set_of(worker)
  local types = call_if_typed('HGET', key('worker', worker), 'types')
  return type(types) == 'string' and types or ''
end

local function leased_by(worker)
  local ids = redis.pcall('HKEYS', key('leased', worker))
  if ids.err then
    return {}
  end
  table.sort(ids)
  return ids
end
