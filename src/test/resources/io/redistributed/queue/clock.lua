-- Stands before the queue's scripts in the model test, so that what they do depends on the test alone: they read the time
-- from KEYS[2] and KEYS[3], as TIME would give it, what expires does so by that time too, and sets are in order.
local server = redis
local millis = KEYS[2] * 1000 + math.floor(KEYS[3] / 1000)
local redis = setmetatable({
  call = function(command, ...)
    if command == 'TIME' then
      return { KEYS[2], KEYS[3] }
    elseif command == 'SET' and select(3, ...) == 'PX' then
      local key, value, _, ttl = ...
      return server.call('SET', key, value, 'PXAT', millis + ttl)
    end
    local reply = server.call(command, ...)
    if command == 'SMEMBERS' then
      table.sort(reply)
    end
    return reply
  end
}, { __index = server })

for _, key in ipairs(server.call('KEYS', KEYS[1] .. ':*')) do
  local expires = server.call('PEXPIRETIME', key)
  if expires > 0 and expires <= millis then
    server.call('DEL', key)
  end
end
