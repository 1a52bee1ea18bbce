-- Tells whether a submit would be accepted, without storing anything.
-- Returns what is wrong with the keys that all reports share, a line each; an error if Redis refuses to write.
local types = {
  waiting = 'set', typesets = 'zset', heartbeats = 'zset', delayed = 'zset', recent = 'zset',
  routes = 'hash', announcers = 'hash', types = 'hash',
  ended = 'list', bytes = 'string', reaped = 'string', grace = 'string',
}
-- Keys below a name of the wrong type are not reported separately.
local function each(reply, key)
  for _, name in ipairs(reply.err and {} or reply) do
    types[key .. name] = 'zset'
  end
end
each(redis.pcall('SMEMBERS', prefix .. ':waiting'), 'waiting:')
-- Also where nothing waits yet.
each(redis.pcall('HKEYS', prefix .. ':types'), 'waiting:')
each(redis.pcall('HKEYS', prefix .. ':routes'), 'waiting:')
each(redis.pcall('ZRANGE', prefix .. ':typesets', '0', '-1'), 'workers:')
local wrong = {}
for name, expected in pairs(types) do
  local found = redis.call('TYPE', prefix .. ':' .. name).ok
  if found ~= expected and found ~= 'none' then
    wrong[#wrong + 1] = 'key ' .. prefix .. ':' .. name .. ' is of type ' .. found .. ', not ' .. expected
  end
end
table.sort(wrong)
-- Refused like any write that needs memory, and without effect, as nothing makes this key.
redis.call('SET', prefix .. ':probe', '', 'XX')
redis.call(publish, prefix .. ':probe', '')
return wrong
