-- Changes a field of a report's record.
-- KEYS[1]  the record
-- ARGV     its name, and the new value; without one the field is removed
local stored = redis.call('GET', KEYS[1])
local request, created, changes, outcome, ended, result = cmsgpack.unpack(stored)
local head = string.sub(stored, 1, (cmsgpack.unpack_limit(stored, 2)))
local name, value = ARGV[1], ARGV[2]
local numbers = { attempt = 1, started = 1, ended = 1, cancelled = 1, failures = 1, crashes = 1, undelivered = 1, size = 1 }
if numbers[name] then
  value = tonumber(value) or value
end
if name == 'created' then
  head = cmsgpack.pack(request, value)
elseif name == 'type' or name == 'trace' or name == 'input' or name == 'message' or name == 'timeout' or name == 'priority' then
  request[name] = value
  head = cmsgpack.pack(request, created)
elseif outcome and (name == 'size' or name == 'result') then
  result = value
elseif outcome and name == 'ended' then
  ended = value
elseif outcome and name == 'contentType' then
  outcome.contentType = value
else
  changes[name] = value
end
-- What counts as stored stays right.
redis.pcall('INCRBY', string.match(KEYS[1], '^(.-):report:') .. ':bytes', #head - cmsgpack.unpack_limit(stored, 2))
local record = head .. cmsgpack.pack(changes)
if outcome then
  record = record .. cmsgpack.pack(outcome, ended, result)
end
redis.call('SET', KEYS[1], record)
