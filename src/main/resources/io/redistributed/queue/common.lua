-- What all scripts of the queue begin with. One script makes each change of a report's state, so a report is in exactly one of
-- waiting, delayed, leased or ended, even after a crash. docs/queue.md shows the states and lists the keys.
--
-- KEYS[1]   prefix of every key, such as {rd:0}: a script uses one slot of a cluster
-- ARGV      see each script; a block is a MessagePack map with the names that the script lists; absent names are left out
-- QueueScripts defines the settings (QueueSettings.asLua), publish (the command) and data_version as local constants in front of
-- this file.
--
-- A line "-- include NAME" stands for that file. Creating functions takes longer than the usual call, so submit and finish
-- include what they seldom need inside a function.

-- Without this Redis 6.2 refuses writes after TIME. Redis 7 and later always replicate scripts by their effects.
if redis.replicate_commands then
  redis.replicate_commands()
end

local prefix = KEYS[1]
local clock = redis.call('TIME')
local seconds, micros = tonumber(clock[1]), tonumber(clock[2])
local now, now_micros = seconds * 1000 + math.floor(micros / 1000), seconds * 1000000 + micros

-- Messages and results up to this length are part of the record, which saves a key. Longer ones would slow down its readers.
local max_inline = 1024

-- Formats a number as the argument of a command. Redis would print it as floating point with 17 digits, which is slower.
local function text(number)
  return string.format('%d', number)
end

-- Returns the key of one report, worker, type or type set (its sorted type names, separated by commas).
local function key(kind, name)
  return prefix .. ':' .. kind .. ':' .. name
end

-- Stored values may be damaged by other clients. A value that is not a number in our range counts as the default.
local function number(stored, default)
  local number = tonumber(stored)
  return number and number > -1e17 and number < 1e17 and number or default
end

-- Calls a command whose key other clients may have replaced by one of another type. Then it has no effect.
local function call_if_typed(...)
  local reply = redis.pcall(...)
  if type(reply) == 'table' and reply.err and not string.find(reply.err, 'WRONGTYPE', 1, true) then
    redis.call(...)
  end
  return reply
end

-- Redis can lose its data, or get those of a backup, while nodes run.
local stored_version = call_if_typed('GET', prefix .. ':version')
if type(stored_version) == 'string' and stored_version ~= data_version then
  return redis.error_reply('VERSION the data in Redis are of version ' .. stored_version .. ', but this node reads and writes version ' .. data_version)
end
