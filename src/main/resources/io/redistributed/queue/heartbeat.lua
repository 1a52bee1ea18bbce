-- Records a heartbeat: the worker's types and the attempts that it runs. It extends the worker's leases, takes back attempts
-- that never arrived, ends attempts that exceed their time limit, and gives the worker waiting reports for its free slots.
-- ARGV[1]   block {worker, slots, info (JSON), sequence (number of the latest message it has seen), types (its type set),
--           protocol (version that the worker speaks; absent is 1), descriptions (type to JSON, only if they are to be stored),
--           attempts ({id, attempt, progress, span} for each: progress is 0..1, 'finishing' once the outcome is on its way, or
--           ''; span is trace id-span id, hex)}
-- Returns   {attempts that the worker has lost, attempts taken back as never arrived, messages of new attempts, cancelled
--           attempts of the worker, types without a description, {type, worker} for each description that differs from that of
--           another live worker}; an attempt is 'id#attempt'
local call = cmsgpack.unpack(ARGV[1])
if (call.protocol or 1) ~= 1 then
  return redis.error_reply('PROTOCOL version ' .. tostring(call.protocol) .. ' of the worker protocol is not supported, use 1')
end
local worker, type_set = call.worker, call.types
local max_undelivered, max_messages = 20, 1000
local transition = transitions()

write_without_memory()
redis.call('ZADD', prefix .. ':heartbeats', now_text, worker)
local known = redis.call('HMGET', worker_key(worker), 'types', 'sequence')
if known[1] and known[1] ~= type_set then
  redis.call('ZREM', workers_key(known[1]), worker)
end
redis.call('HSET', worker_key(worker), 'info', call.info, 'types', type_set)
-- Redis may have lost the latest numbers if the end of its append-only file was lost.
if number(known[2], -1) < call.sequence then
  redis.call('HSET', worker_key(worker), 'sequence', text(call.sequence))
end

if type(redis.pcall('HLEN', leased_key(worker))) == 'table' then
  damaged(leased_key(worker), 'not a hash')
  redis.call('UNLINK', leased_key(worker))
end

-- GT: after the clock was set back, a set must not expire before another worker that has it.
if type_set ~= '' and redis.call('ZADD', prefix .. ':typesets', 'GT', now_text, type_set) == 1 then
  transition.route()
end
local contested, undescribed = {}, {}
for kind in string.gmatch(type_set, '[^,]+') do
  -- pcall: a type that cannot be stored does not stop the worker.
  local description = call.descriptions and call.descriptions[kind]
  if description then
    local stored = redis.pcall('HGET', prefix .. ':types', kind)
    local announcer = redis.pcall('HGET', prefix .. ':announcers', kind)
    if stored and stored ~= description and type(announcer) == 'string' and announcer ~= worker
        and redis.call('ZSCORE', prefix .. ':heartbeats', announcer) then
      contested[#contested + 1] = { kind, announcer }
    end
    redis.pcall('HSET', prefix .. ':types', kind, description)
    redis.pcall('HSET', prefix .. ':announcers', kind, worker)
  elseif redis.pcall('HEXISTS', prefix .. ':types', kind) == 0 then
    undescribed[#undescribed + 1] = kind
  end
end

local running, lost, cancelled, overdue, late = {}, {}, {}, {}, {}
for _, attempt in ipairs(call.attempts) do
  local id, name = attempt.id, attempt.id .. '#' .. attempt.attempt
  local stored = record(id, 'state', 'worker', 'attempt', 'cancelled', 'started', 'input')
  if stored[1] == 'running' and stored[2] == worker and stored[3] == attempt.attempt then
    running[id] = true
    redis.call('HSET', report_key(id), 'previous', attempt.span)
    local since = now - number(stored[5], now) - lease
    if since >= 0 and number((request_of(id) or {}).timeout, timeout) <= since then
      -- The worker ends attempts that exceed their time limit. If it does not, the lease ends here.
      if not late[id] then
        late[id] = true
        overdue[#overdue + 1] = { id, attempt.attempt }
        lost[#lost + 1] = name
        redis.call('HDEL', leased_key(worker), id)
      end
    else
      redis.call('HSET', leased_key(worker), id, lease_of(attempt.attempt, stored[6]))
      local progress = tonumber(attempt.progress)
      if progress and progress >= 0 and progress <= 1 then
        redis.call('HSET', report_key(id), 'progress', attempt.progress)
      end
      if stored[4] then
        cancelled[#cancelled + 1] = name
      end
    end
  elseif attempt.progress ~= 'finishing' then
    lost[#lost + 1] = name
  end
end

local missing, taken_back = {}, {}
for _, id in ipairs(leased_by(worker)) do
  -- An attempt sent within the last interval may not have arrived yet.
  if not running[id] and number(record(id, 'started')[1], 0) + interval < now then
    local attempt = transition.release(id, worker)
    if attempt then
      missing[#missing + 1] = { id, attempt }
      taken_back[#taken_back + 1] = id .. '#' .. attempt
    end
  end
end

-- Lost attempts still occupy slots of the worker.
redis.call('HSET', worker_key(worker), 'slots', text(math.max(0, call.slots - #lost)))
redis.call('ZADD', workers_key(type_set), text(free_slots(worker)), worker)
for _, attempt in ipairs(overdue) do
  try(attempt[1], function()
    transition.crashed(attempt[1], attempt[2], worker)
  end)
end
for _, attempt in ipairs(missing) do
  local id, number = attempt[1], attempt[2]
  -- An undelivered attempt is not counted as a crash. The limit ends a report that never reaches a worker.
  try(id, function()
    if transition.count(id, 'undelivered') < max_undelivered then
      transition.requeue(id)
    else
      transition.fail(id, number, 'sent to workers ' .. max_undelivered .. ' times, but no worker ran it')
    end
  end)
end

local messages = {}
local most = math.min(free_slots(worker), max_messages)
if most > 0 and redis.call('EXISTS', prefix .. ':waiting') == 1 then
  messages = transition.take(worker, most)
  set_free(worker, type_set, free_slots(worker))
end
return { lost, taken_back, messages, cancelled, undescribed, contested }
