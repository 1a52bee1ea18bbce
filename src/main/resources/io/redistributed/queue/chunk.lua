-- Stores one chunk of an input, before its report. The input expires unless submit takes it within six minutes of the last chunk:
-- a request body may take five minutes to arrive, and its chunk half a minute until its turn.
-- Idempotent: a late repetition does not let the input of a stored report expire.
-- ARGV[1..]  id of the report to come, number of the chunk from 0, bytes
-- Returns    nothing
-- include common
local id, chunk, bytes = ARGV[1], ARGV[2], ARGV[3]
if redis.call('EXISTS', key('report', id)) == 0 then
  redis.call('HSET', key('input', id), chunk, bytes)
  redis.call('PEXPIRE', key('input', id), '360000')
end
