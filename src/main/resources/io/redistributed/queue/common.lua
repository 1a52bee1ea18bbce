-- What the queue's scripts share. It stands before each of them, followed by dispatch.lua and transitions.lua. Every change of a
-- report's state is one script, so a report is in exactly one of waiting, delayed, leased or ended, whatever dies in between.
-- docs/queue.md draws the states and lists the keys.
--
-- KEYS[1]   prefix of every key, such as {rd:0}: a script touches one slot of a cluster
-- ARGV      see each script; a block is one MessagePack value with the names that the script lists, absent ones left out
-- Before this stand, as local constants, the settings (QueueSettings.asLua), and publish, the command.

-- Redis 6.2 refuses to write after TIME otherwise; from 7 on scripts always replicate like this.
if redis.replicate_commands then
  redis.replicate_commands()
end

local prefix = KEYS[1]

-- For arguments of commands: Redis prints a number as floating point with 17 digits, which costs 0.2 µs more, each time.
local function text(number)
  return string.format('%d', number)
end

local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local now_micros = clock[1] * 1000000 + clock[2]
local now_text = text(now)

-- How often workers send heartbeats and the queue is reaped; QueueSettings.heartbeatInterval in Java.
local interval = math.floor(lease / 5)

local function report_key(id)
  return prefix .. ':report:' .. id
end

-- What a worker said of itself. Its channel has the same name.
local function worker_key(worker)
  return prefix .. ':worker:' .. worker
end

local function leased_key(worker)
  return prefix .. ':leased:' .. worker
end

-- Reports of a type that wait for a worker. The set {prefix}:waiting has the types for which this key exists.
local function waiting_key(kind)
  return prefix .. ':waiting:' .. kind
end

-- Workers that have the same types, by free slots. A type set is the names in order, with commas between.
local function workers_key(type_set)
  return prefix .. ':workers:' .. type_set
end

-- What is stored may have been damaged by others: what is no number that we store counts as the default.
local function number(stored, default)
  local number = tonumber(stored)
  return number and number > -1e17 and number < 1e17 and number or default
end

-- Remembers an entry that cannot be what was stored, for the log of the node that reaps next.
local function damaged(key, why)
  redis.pcall('RPUSH', prefix .. ':damaged', key .. ': ' .. why)
  redis.pcall('LTRIM', prefix .. ':damaged', -100, -1)
end

-- Fields of a report's record; none if the key has another type.
local function record(id, ...)
  local stored = redis.pcall('HMGET', report_key(id), ...)
  if stored.err then
    if not string.find(stored.err, 'WRONGTYPE', 1, true) then
      -- Refused, which tells nothing of the record: fails the script.
      redis.call('HMGET', report_key(id), ...)
    end
    damaged(report_key(id), 'it is no hash')
    return {}
  end
  return stored
end

-- Whether Redis says that our user may not run a command. Up to 7.0 such an error has no code within a script.
local function is_forbidden(why)
  return string.find(why, 'NOPERM', 1, true) or string.find(why, 'The user executing the script', 1, true)
end

-- Runs a step of one report; if what is stored of that report stops it, the others go on.
local function try(id, step)
  local done, result = pcall(step)
  if not done then
    local why = type(result) == 'table' and result.err or tostring(result)
    if is_forbidden(why) then
      error(result, 0)
    end
    damaged(report_key(id), why)
  end
  return done and result
end

-- While Redis is out of memory it refuses the first write of a script that may need more, and lets through what follows one
-- that does not. For scripts that end work or free memory.
local function write_without_memory()
  redis.call('DEL', prefix .. ':probe')
end
