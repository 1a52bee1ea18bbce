-- Reports from the newest to the oldest, a page at a time. Looks at a bounded number of reports a call, so a page may be
-- short, or empty, with more to come.
-- ARGV[1..]  state or '', type or '', most to return, cursor: '' or what the page before returned
-- Returns {cursor of the next page or '' at the end, for each report {id, {field, value, …}}}.
local state, kind, limit, cursor = ARGV[1], ARGV[2], tonumber(ARGV[3]), ARGV[4]
local batch, most_looked_at = 100, 2000

-- All but what is for workers: parameters may be long.
local function fields_of(id)
  local names = {}
  for _, name in ipairs(redis.call('HKEYS', report_key(id))) do
    if name ~= 'message' and name ~= 'header' and #names < 1000 then
      names[#names + 1] = name
    end
  end
  local fields = {}
  for i, value in ipairs(redis.call('HMGET', report_key(id), unpack(names))) do
    fields[2 * i - 1], fields[2 * i] = names[i], value
  end
  return fields
end

-- No report is created at a time outside of these.
local newest = cursor == '' and '9007199254740991' or '(' .. cursor
local reports, looked_at = {}, 0
while looked_at < most_looked_at do
  local page = redis.call('ZREVRANGEBYSCORE', lane .. ':recent', newest, '0', 'WITHSCORES', 'LIMIT', 0, batch)
  for i = 1, #page, 2 do
    local id, created = page[i], text(math.floor(page[i + 1]))
    newest = '(' .. created
    looked_at = looked_at + 1
    local stored = record(id, 'state', 'type')
    if stored[1] and (state == '' or stored[1] == state) and (kind == '' or stored[2] == kind) then
      reports[#reports + 1] = { id, fields_of(id) }
      if #reports == limit then
        return { created, reports }
      end
    end
  end
  if #page < 2 * batch then
    return { '', reports }
  end
end
return { string.sub(newest, 2), reports }
