-- Tells whether a submit would be accepted, without storing anything.
-- Returns what is wrong with the keys that all reports share, a line each; an error if Redis refuses to write.
local types = {
  waiting = 'zset', workers = 'zset', beats = 'zset', leases = 'zset', delayed = 'zset', recent = 'zset',
  slots = 'hash', sequence = 'hash', info = 'hash', types = 'hash',
  endings = 'list', bytes = 'string', reaped = 'string', grace = 'string',
}
local wrong = {}
for name, expected in pairs(types) do
  local found = redis.call('TYPE', lane .. ':' .. name).ok
  if found ~= expected and found ~= 'none' then
    wrong[#wrong + 1] = 'key ' .. lane .. ':' .. name .. ' is of type ' .. found .. ', not ' .. expected
  end
end
table.sort(wrong)
-- Refused like any write that needs memory, and without effect, as nothing makes this key.
redis.call('SET', lane .. ':probe', '', 'XX')
redis.call(publish, lane .. ':probe', '')
return wrong
