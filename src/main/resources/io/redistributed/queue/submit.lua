-- Stores a report and hands it to a worker, or lets it wait. Runs twice without harm: the id is the client's.
-- ARGV[1..]  id, type, message (JSON object without id and attempt), trace header, trace id, input, most that may wait,
--            timeout in ms or '', priority, idempotency key or '', fingerprint of the request
-- Returns {'accepted'}; {'known', id, trace id} of the report that the idempotency key made before; {'conflict', its id}
-- if that was another request; {'full'} with nothing stored.
local id, kind, message, header, trace, input = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5], ARGV[6]
local most, allowed, priority = tonumber(ARGV[7]), ARGV[8], tonumber(ARGV[9])
local idempotency, fingerprint = lane .. ':idempotency:' .. ARGV[10], ARGV[11]

-- One command for both, as mostly it is neither.
local others_wait = false
if redis.call('EXISTS', report_key(id), lane .. ':waiting') > 0 then
  if redis.call('EXISTS', report_key(id)) == 1 then
    return { 'accepted' }
  end
  others_wait = redis.call('EXISTS', waiting_key(kind)) == 1
end
if ARGV[10] ~= '' then
  local known = redis.pcall('HMGET', idempotency, 'id', 'fingerprint')
  local known_trace = known[1] and record(known[1], 'trace')[1]
  if known_trace and known[2] ~= fingerprint then
    return { 'conflict', known[1] }
  elseif known_trace then
    return { 'known', known[1], known_trace }
  end
end

-- Nobody overtakes those of the same type who wait already.
local worker = not others_wait and send(kind, message_of(id, header, '1', '', message))
if not worker and not has_room(kind, most) then
  return { 'full' }
end

-- The pages of a list follow each other by time of creation, so no two reports share one.
local created = now_micros
local created_text = text(created)
while redis.call('ZCOUNT', lane .. ':recent', created_text, created_text) > 0 do
  created = created + 1
  created_text = text(created)
end

local bytes = text(#message + #input)
local fields = { 'type', kind, 'message', message, 'header', header, 'trace', trace, 'created', created_text,
  'bytes', bytes }
local function add(field, value)
  fields[#fields + 1] = field
  fields[#fields + 1] = value
end
if allowed ~= '' then
  add('timeout', allowed)
end
if priority > 0 then
  add('priority', ARGV[9])
end
if #input > 0 then
  add('input', text(#input))
end
-- First what a key of another type could stop, so that nothing is left behind that nobody removes.
if worker then
  hold(id, worker)
else
  queue_up(id, kind, created, priority)
end
redis.call('ZADD', lane .. ':recent', created_text, id)
if worker then
  redis.call('HSET', report_key(id), 'state', 'running', 'worker', worker, 'attempt', '1', 'started', now_text, unpack(fields))
else
  redis.call('HSET', report_key(id), 'state', 'queued', unpack(fields))
end
if #input > 0 then
  redis.call('SET', lane .. ':input:' .. id, input)
end
count_bytes(bytes)
if ARGV[10] ~= '' then
  if redis.pcall('HMGET', idempotency, 'id').err then
    damaged(idempotency, 'it was no hash')
    redis.call('UNLINK', idempotency)
  end
  redis.call('HSET', idempotency, 'id', id, 'fingerprint', fingerprint)
  redis.call('PEXPIRE', idempotency, retention)
end
return { 'accepted' }
