-- Returns the report types that workers have announced or that reports wait for.
-- Returns for each {type, description (JSON; '' if there is none, or it is too long), its length in bytes, the worker that
-- announced it or '', number of live workers with it, number of reports that wait for it}.
-- include common
-- include dispatch
-- include waiting
local max_types, longest = 1000, 65536

local kinds, seen = {}, {}
local function add(names)
  for _, kind in ipairs(names) do
    if not seen[kind] and #kinds < max_types then
      seen[kind] = true
      kinds[#kinds + 1] = kind
    end
  end
end
add(redis.call('HKEYS', prefix .. ':types'))
local waiting = {}
for _, queue in ipairs(all_queues()) do
  add({ queue.kind })
  waiting[queue.kind] = (waiting[queue.kind] or 0) + redis.call('ZCARD', key('waiting', queue.name))
end

local types = {}
for i, kind in ipairs(kinds) do
  local length = redis.call('HSTRLEN', prefix .. ':types', kind)
  local workers = 0
  for _, type_set in ipairs(type_sets_with(kind)) do
    workers = workers + redis.call('ZCARD', key('workers', type_set))
  end
  types[i] = {
    kind,
    length > 0 and length <= longest and redis.call('HGET', prefix .. ':types', kind) or '',
    length,
    redis.call('HGET', prefix .. ':announcers', kind) or '',
    workers,
    waiting[kind] or 0,
  }
end
return types
