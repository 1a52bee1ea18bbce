-- What the queue's scripts share; it stands before each of them, and handover.lua and homes.lua after it. Every change of a report's home is one script,
-- so a report is in exactly one of waiting, delayed, leased or ended, whoever dies in between.
--
-- KEYS[1]   the lane's prefix, such as {rd:0}; every key hangs below it, so that a script touches one slot of a cluster
-- ARGV      the script's own
-- Before this stand, as local constants, the rules of QueueSettings.asLua, and publish, the command.

-- Redis 6.2 would else refuse to write after TIME; from 7 on this is how scripts replicate anyway.
if redis.replicate_commands then
  redis.replicate_commands()
end

local lane = KEYS[1]

-- For arguments of commands: a number takes 0.7 µs, as Redis prints it as floating point with 17 digits; like this it takes 0.5, and
-- 0.2 each time it is used again. There are some 25 of them a report.
local function text(number)
  return string.format('%d', number)
end

local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local now_micros = clock[1] * 1000000 + clock[2]
local now_text = text(now)

local function report_key(id)
  return lane .. ':report:' .. id
end

local function held_key(worker)
  return lane .. ':held:' .. worker
end

-- Reports of a type that wait for a worker. The set {lane}:waiting has the types for which this key exists.
local function waiting_key(kind)
  return lane .. ':waiting:' .. kind
end

-- Free workers that have the same report types. A type set is their names in order, with commas between.
local function workers_key(type_set)
  return lane .. ':workers:' .. type_set
end

-- What is stored may have been damaged by others: what is no number that we store counts as the default.
local function number(stored, default)
  local number = tonumber(stored)
  return number and number > -1e17 and number < 1e17 and number or default
end

-- Remembers an entry that cannot be what was stored, for the log of the node that reaps next.
local function damaged(key, why)
  redis.pcall('RPUSH', lane .. ':damaged', key .. ': ' .. why)
  redis.pcall('LTRIM', lane .. ':damaged', -100, -1)
end

-- Fields of a report's record; none if the key has another type.
local function record(id, ...)
  local stored = redis.pcall('HMGET', report_key(id), ...)
  if stored.err then
    damaged(report_key(id), 'it is no hash')
    return {}
  end
  return stored
end

-- Runs a step of one report; if what is stored of that report stops it, the others go on.
local function try(id, step)
  local done, result = pcall(step)
  if not done then
    damaged(report_key(id), type(result) == 'table' and result.err or tostring(result))
  end
  return done and result
end

-- While Redis is out of memory it refuses the first write of a script that may need more, and lets through what follows one
-- that does not. For scripts that end work or free memory.
local function write_without_memory()
  redis.call('DEL', lane .. ':probe')
end
