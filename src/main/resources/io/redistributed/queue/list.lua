-- Reports from the newest to the oldest, a page at a time. Looks at a bounded number of reports a call, so a page may be
-- short, or empty, with more to come.
-- ARGV[7..]  state or '', type or '', most to return, cursor: '' or what the page before returned
-- Returns {cursor of the next page or '' at the end, ids}.
local state, kind, limit, cursor = ARGV[7], ARGV[8], tonumber(ARGV[9]), ARGV[10]
local batch, most_looked_at = 100, 2000

local newest = cursor == '' and '+inf' or '(' .. cursor
local ids, looked_at = {}, 0
while looked_at < most_looked_at do
  local page = redis.call('ZREVRANGEBYSCORE', lane .. ':recent', newest, '-inf', 'WITHSCORES', 'LIMIT', 0, batch)
  for i = 1, #page, 2 do
    local id, created = page[i], page[i + 1]
    newest = '(' .. created
    looked_at = looked_at + 1
    local stored = redis.call('HMGET', report_key(id), 'state', 'type')
    if stored[1] and (state == '' or stored[1] == state) and (kind == '' or stored[2] == kind) then
      ids[#ids + 1] = id
      if #ids == limit then
        return { created, ids }
      end
    end
  end
  if #page < 2 * batch then
    return { '', ids }
  end
end
return { string.sub(newest, 2), ids }
