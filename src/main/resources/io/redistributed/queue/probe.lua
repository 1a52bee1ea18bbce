-- Checks whether a submit would be accepted, without storing anything.
-- Returns one line for each shared key with a problem; an error if Redis refuses to write.
-- include common
-- include permissions
local types = {
  waiting = 'set', typesets = 'zset', heartbeats = 'zset', delayed = 'zset', recent = 'zset',
  announcers = 'hash', types = 'hash',
  ended = 'list', bytes = 'string', reaped = 'string', grace = 'string', version = 'string',
}
-- A key of the wrong type is reported once, without the keys that it names.
local function each(reply, key)
  for _, name in ipairs(reply.err and {} or reply) do
    types[key .. name] = 'zset'
  end
end
each(redis.pcall('SMEMBERS', prefix .. ':waiting'), 'waiting:')
-- Also types without waiting reports.
each(redis.pcall('HKEYS', prefix .. ':types'), 'waiting:')
each(redis.pcall('ZRANGE', prefix .. ':typesets', '0', '-1'), 'workers:')
local wrong = {}
for name, expected in pairs(types) do
  local found = redis.call('TYPE', prefix .. ':' .. name).ok
  if found ~= expected and found ~= 'none' then
    wrong[#wrong + 1] = 'key ' .. prefix .. ':' .. name .. ' is of type ' .. found .. ', not ' .. expected
  end
end
table.sort(wrong)
-- Redis refuses this like any write that needs memory. It has no effect, because the key never exists.
redis.call('SET', prefix .. ':probe', '', 'XX')
redis.call(publish, prefix .. ':probe', '')
-- After SET: on Redis 6.2 this writes, and only the first write of a script is refused for want of memory.
require_permissions()
return wrong
