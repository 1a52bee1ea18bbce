-- Functions that the queue's scripts share. QueueScripts puts this file, dispatch.lua and transitions.lua in front of each
-- script. One script makes each change of a report's state, so a report is in exactly one of waiting, delayed, leased or
-- ended, even after a crash. docs/queue.md shows the states and lists the keys.
--
-- KEYS[1]   prefix of every key, such as {rd:0}: a script uses one slot of a cluster
-- ARGV      see each script; a block is a MessagePack map with the names that the script lists; absent names are left out
-- QueueScripts defines the settings (QueueSettings.asLua) and publish, the command, as local constants in front of this file.

-- Without this Redis 6.2 refuses writes after TIME. Redis 7 and later always replicate scripts by their effects.
if redis.replicate_commands then
  redis.replicate_commands()
end

local prefix = KEYS[1]

-- Formats a number as the argument of a command. Redis would print it as floating point with 17 digits, which is slower.
local function text(number)
  return string.format('%d', number)
end

local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local now_micros = clock[1] * 1000000 + clock[2]
local now_text = text(now)

-- Time between heartbeats of a worker, and between runs of the reaper. Same as QueueSettings.heartbeatInterval.
local interval = math.floor(lease / 5)

local function report_key(id)
  return prefix .. ':report:' .. id
end

-- String; or hash of number to chunk, if the input is long.
local function input_key(id)
  return prefix .. ':input:' .. id
end

-- Hash of what a worker announces. The worker's channel has the same name.
local function worker_key(worker)
  return prefix .. ':worker:' .. worker
end

local function leased_key(worker)
  return prefix .. ':leased:' .. worker
end

-- Sorted set of the waiting reports of one type. The set {prefix}:waiting lists the types for which this key exists.
local function waiting_key(kind)
  return prefix .. ':waiting:' .. kind
end

-- Sorted set of the workers with the same types, by free slots. A type set is the sorted type names, separated by commas.
local function workers_key(type_set)
  return prefix .. ':workers:' .. type_set
end

-- Stored values may be damaged by other clients. A value that is not a number in our range counts as the default.
local function number(stored, default)
  local number = tonumber(stored)
  return number and number > -1e17 and number < 1e17 and number or default
end

-- Records a damaged entry. The node that reaps next logs it.
local function damaged(key, why)
  redis.pcall('RPUSH', prefix .. ':damaged', key .. ': ' .. why)
  redis.pcall('LTRIM', prefix .. ':damaged', -100, -1)
end

-- Returns fields of a report's record, or an empty table if the key is not a hash.
local function record(id, ...)
  local stored = redis.pcall('HMGET', report_key(id), ...)
  if stored.err then
    if not string.find(stored.err, 'WRONGTYPE', 1, true) then
      -- Another error says nothing about the record: fail the script with it.
      redis.call('HMGET', report_key(id), ...)
    end
    damaged(report_key(id), 'not a hash')
    return {}
  end
  return stored
end

-- Returns the block that submit got; nil if it is damaged.
local function request_of(id)
  local readable, request = pcall(cmsgpack.unpack, record(id, 'request')[1] or '')
  return readable and type(request) == 'table' and type(request.message) == 'string' and request or nil
end

-- Returns whether an error means that an ACL forbids the command. Up to Redis 7.0 this error has no code in a script.
local function is_forbidden(why)
  return string.find(why, 'NOPERM', 1, true) or string.find(why, 'The user executing the script', 1, true)
end

-- Commands that send reports to workers or queue them, and those of transitions.lua. LuaCommandsTest compares.
local submitting = 'EXISTS HGET HINCRBY HLEN HMGET HSET PERSIST PEXPIRE RPUSH SADD SET SMEMBERS UNLINK ZADD ZCARD ZREM ZREVRANGE '
  .. 'ZREVRANGEBYSCORE ' .. publish
local moving = 'DEL EXISTS HDEL HGET HINCRBY HKEYS HLEN HMGET HSET RPUSH SADD SMEMBERS SREM ZADD ZCARD ZRANGE ZREM '
  .. 'ZREMRANGEBYRANK ZREVRANGE ' .. publish

-- Arguments with which a command fails, or changes no key but the one of the probe.
local harmless = {
  HDEL = { '0' }, HGET = { '0' }, HINCRBY = { '0', 'x' }, HMGET = { '0' }, HSET = { '0', '0', '0' }, PEXPIRE = { '0' },
  RPUSH = { '0' }, SADD = { '0' }, SET = { '', 'XX' }, SREM = { '0' }, ZADD = { 'NX', 'XX', '0', '0' }, ZRANGE = { '0', '0' },
  ZREM = { '0' }, ZREMRANGEBYRANK = { '0', '0' }, ZREVRANGE = { '0', '0' }, ZREVRANGEBYSCORE = { '0', '0' }, [publish] = { '' },
}

-- Fails if an ACL forbids one of the commands. Redis does not roll back a script that an ACL stops half-way: a report could be
-- left in no state.
local function require_permissions(commands)
  local key = prefix .. ':probe'
  for command in string.gmatch(commands, '%S+') do
    if redis.acl_check_cmd then
      -- The key thrice, because some commands take several keys.
      if not redis.acl_check_cmd(command, key, key, key) then
        error({ err = "NOPERM this user has no permissions to run the '" .. string.lower(command) .. "' command in a script" })
      end
    else
      -- Redis 6.2 tells only when the command is run.
      local arguments = harmless[command] or {}
      local reply = redis.pcall(command, key, unpack(arguments))
      if type(reply) == 'table' and reply.err and is_forbidden(reply.err) then
        redis.call(command, key, unpack(arguments))
      end
    end
  end
  if not redis.acl_check_cmd then
    redis.pcall('DEL', key)
  end
end

-- Runs a step for one report. If the report's data is damaged, the step fails alone and the script continues.
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

-- Lets a script write while Redis is out of memory. Redis checks memory only before the first write, and DEL needs none. For
-- scripts that end work or free memory.
local function write_without_memory()
  redis.call('DEL', prefix .. ':probe')
end
