local function type_set_of(worker)
  return redis.call('HGET', key('worker', worker), 'types') or ''
end

local function leased_by(worker)
  local ids = redis.pcall('HKEYS', key('leased', worker))
  if ids.err then
    return {}
  end
  table.sort(ids)
  return ids
end
