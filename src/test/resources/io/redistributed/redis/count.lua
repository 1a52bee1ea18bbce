-- include prelude
if ARGV[1] == 'fail' then
  return redis.error_reply('MYERR on purpose')
end
return { add(KEYS[1], ARGV[1]), ARGV[2] }
