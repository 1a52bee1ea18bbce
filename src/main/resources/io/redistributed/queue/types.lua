-- Returns the report types that workers have announced or that reports wait for.
-- Returns for each {type, description (JSON; '' if there is none, or it is too long), its length in bytes, the worker that
-- announced it or '', number of live workers with it, number of reports that wait for it}.
-- include common
-- include dispatch
-- include waiting
local max_types, longest = 1000, 65536

local kinds, waiting = redis.call('HKEYS', prefix .. ':types'), {}
for _, kind in ipairs(kinds) do
  waiting[kind] = 0
end
for _, queue in ipairs(all_queues()) do
  if not waiting[queue.kind] then
    waiting[queue.kind], kinds[#kinds + 1] = 0, queue.kind
  end
  waiting[queue.kind] = waiting[queue.kind] + redis.call('ZCARD', key('waiting', queue.name))
end

local types = {}
for i = 1, math.min(#kinds, max_types) do
  local kind = kinds[i]
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
    waiting[kind],
  }
end
return types
