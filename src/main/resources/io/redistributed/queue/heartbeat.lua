-- Records a heartbeat: the worker's types and the attempts that it runs. It extends the worker's leases, takes back attempts
-- that never arrived, ends attempts that exceed their time limit, and gives the worker waiting reports for its free slots.
-- ARGV[1]   block {worker, slots, info (JSON), sequence (number of the latest message it has seen), types (its type set),
--           protocol (version that the worker speaks; absent is 1), descriptions (type to JSON, only if they are to be stored),
--           attempts ({id, attempt, progress, span} for each: progress is 0..1, 'waiting' before the work has begun, 'finishing'
--           once the outcome is on its way, or ''; span is trace id-span id, hex)}
-- Returns   {attempts that the worker has lost, attempts taken back as never arrived, messages of new attempts, cancelled
--           attempts of the worker, types without a description, {type, worker} for each description that differs from that of
--           another live worker, those of the first list whose reports are no longer stored}; an attempt is 'id#attempt'
-- include common
-- include transitions
local call = cmsgpack.unpack(ARGV[1])
if (call.protocol or 1) ~= 1 then
  return redis.error_reply('PROTOCOL version ' .. tostring(call.protocol) .. ' of the worker protocol is not supported, use 1')
end
local worker, type_set = call.worker, call.types
local max_messages = 1000

write_without_memory()
-- After a longer time than a lease since the latest heartbeat all stood still, or the clock was set forward.
local since = now - number(redis.call('ZSCORE', prefix .. ':heartbeats', worker), now)
local skipped = since > lease and since or 0
redis.call('ZADD', prefix .. ':heartbeats', text(now), worker)
-- Replaces keys that other clients have given another type.
for _, kind in ipairs({ 'worker', 'leased' }) do
  if type(redis.pcall('HLEN', key(kind, worker))) == 'table' then
    damaged(key(kind, worker), 'not a hash')
    redis.call('UNLINK', key(kind, worker))
  end
end
local known = redis.call('HMGET', key('worker', worker), 'types', 'sequence')
if known[1] and known[1] ~= type_set then
  redis.call('ZREM', key('workers', known[1]), worker)
end
-- Redis may have lost the latest numbers if the end of its append-only file was lost.
local sequence = math.max(number(known[2], -1), call.sequence)
redis.call('HSET', key('worker', worker), 'info', call.info, 'types', type_set, 'sequence', text(sequence))

-- GT: after the clock was set back, a set must not expire before another worker that has it.
if type_set ~= '' then
  redis.call('ZADD', prefix .. ':typesets', 'GT', text(now), type_set)
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

-- Attempts that end here, as arguments of try.
local ending = {}
local running, kept, lost, gone, cancelled = {}, {}, {}, {}, {}
for _, attempt in ipairs(call.attempts) do
  local id, name = attempt.id, attempt.id .. '#' .. attempt.attempt
  local report = load(id)
  if report and report.state == 'running' and report.worker == worker and text(report.attempt) == attempt.attempt then
    local progress = tonumber(attempt.progress)
    progress = progress and progress >= 0 and progress <= 1 and tostring(attempt.progress) or report.progress
    local waiting = attempt.progress == 'waiting' or nil
    -- Its time begins when it no longer waits. A clock that was set back does not extend it, skipped time does not shorten it.
    local started = (waiting or report.waiting) and now or math.min(report.started + skipped, now)
    if report.previous ~= attempt.span or report.progress ~= progress or report.started ~= started or report.waiting ~= waiting then
      report.previous, report.progress = tostring(attempt.span), progress
      report.started, report.waiting = started, waiting
      save(report)
    end
    if now - lease >= started + number(report.request.timeout, timeout) then
      -- The worker ends attempts that exceed their time limit. If it does not, the lease ends here.
      if not running[id] then
        lost[#lost + 1] = name
        redis.call('HDEL', key('leased', worker), id)
        ending[#ending + 1] = { report, crash, 'worker ' .. worker .. ' was lost, or exceeded the time limit' }
      end
    else
      kept[#kept + 1] = { id = id, attempt = attempt.attempt, input = report.request.input }
      if report.cancelled then
        cancelled[#cancelled + 1] = name
      end
    end
    running[id] = true
  elseif attempt.progress ~= 'finishing' then
    lost[#lost + 1] = name
    if redis.call('EXISTS', key('report', id)) == 0 then
      gone[#gone + 1] = name
    end
  end
end
if #kept > 0 then
  lease_to(worker, kept)
end

local taken_back = {}
for _, id in ipairs(leased_by(worker)) do
  local started = running[id] and now or (load(id) or {}).started or 0
  -- An attempt sent within the last interval may not have arrived yet. One of the future was sent before the clock was set back.
  if started + interval < now or started > now then
    local report = release(id, worker)
    if report then
      taken_back[#taken_back + 1] = id .. '#' .. text(report.attempt)
      ending[#ending + 1] = { report, undelivered }
    end
  end
end

-- Other workers get these first, because messages may not arrive here; this one gets the rest in the reply.
if #ending > 0 then
  redis.call('ZREM', key('workers', type_set), worker)
  for _, step in ipairs(ending) do
    try(unpack(step))
  end
end

-- Lost attempts still occupy slots of the worker.
redis.call('HSET', key('worker', worker), 'slots', text(math.max(0, call.slots - #lost)))
redis.call('ZADD', key('workers', type_set), '0', worker)
local messages = {}
local most = math.min(count_free(worker), max_messages)
if most > 0 and redis.call('EXISTS', prefix .. ':waiting') == 1 then
  messages = take(worker, most)
end
return { lost, taken_back, messages, cancelled, undescribed, contested, gone }
