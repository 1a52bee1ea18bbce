-- All keys of a partition, read in one go, so that nothing moves meanwhile.
-- KEYS[1]  the partition's prefix
-- Returns {name behind the prefix, type, when it expires or -1, content} of each key; a record is a hash of its fields.
-- include fields
local read = {
  string = { 'GET' },
  hash = { 'HGETALL' },
  set = { 'SMEMBERS' },
  list = { 'LRANGE', 0, -1 },
  zset = { 'ZRANGE', 0, -1, 'WITHSCORES' },
}
local keys = {}
for _, key in ipairs(redis.call('KEYS', KEYS[1] .. ':*')) do
  local kind = redis.call('TYPE', key).ok
  local command = { unpack(read[kind]) }
  table.insert(command, 2, key)
  local expires = redis.pcall('PEXPIRETIME', key)
  if type(expires) == 'table' then
    -- Redis 6.2 tells only how long it takes.
    expires = redis.call('PTTL', key)
  end
  local content = redis.call(unpack(command))
  if kind == 'string' and string.find(key, KEYS[1] .. ':report:', 1, true) then
    kind, content = 'hash', fields(content)
  end
  keys[#keys + 1] = { string.sub(key, #KEYS[1] + 2), kind, expires, content }
end
return keys
