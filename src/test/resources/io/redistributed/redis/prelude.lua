local function add(key, amount)
  return redis.call('INCRBY', key, amount)
end
-- This last line has no end of its own.