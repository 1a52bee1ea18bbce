-- Returns whether an error means that an ACL forbids the command. Up to Redis 7.0 this error has no code in a script.
local function is_forbidden(why)
  return string.find(why, 'NOPERM', 1, true) or string.find(why, 'The user executing the script', 1, true)
end

-- Fails if an ACL forbids a command that sends, queues or moves reports. Redis does not roll back a script that an ACL stops
-- half-way: a report could be left in no state.
local function require_permissions()
  -- With arguments after the key with which they change no other key. LuaCommandsTest compares.
  local needed = 'DEL,EXISTS,GET,HDEL 0,HGET 0,HINCRBY 0 1,HKEYS,HLEN,HMGET 0,HSET 0 0,INCRBY 0,LTRIM 0 0,MGET,MSET 0,PERSIST,RPUSH 0,SADD 0,SET 0,'
    .. 'SMEMBERS,SREM 0,UNLINK,ZADD 0 0,ZCARD,ZPOPMIN,ZRANGE 0 0,ZREM 0,' .. publish .. ' 0'
  for name, arguments in string.gmatch(needed, '(%u+)([^,]*)') do
    local command = { name, prefix .. ':probe' }
    for argument in string.gmatch(arguments, '%S+') do
      command[#command + 1] = argument
    end
    if not redis.acl_check_cmd then
      -- Redis 6.2 tells only when the command is run.
      local reply = redis.pcall(unpack(command))
      if type(reply) == 'table' and reply.err and is_forbidden(reply.err) then
        redis.call(unpack(command))
      end
    elseif not redis.acl_check_cmd(unpack(command)) then
      error({ err = "NOPERM this user has no permissions to run the '" .. string.lower(command[1]) .. "' command in a script" })
    end
  end
  if not redis.acl_check_cmd then
    redis.pcall('DEL', prefix .. ':probe')
  end
end
