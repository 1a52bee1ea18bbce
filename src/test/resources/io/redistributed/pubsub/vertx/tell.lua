-- Counts in KEYS[1] and tells so by the command ARGV[1] on the channel ARGV[2]; returns the count and the number of
-- receivers.
local count = redis.call('INCR', KEYS[1])
return { count, redis.call(ARGV[1], ARGV[2], count) }
