-- Gives a failed or cancelled report all its attempts again. Attempt numbers continue, so a late worker is still fenced off.
-- ARGV[1..]  id, how many reports may wait at most
-- Returns 'ok', 'unknown', 'full', 'no input' (no longer stored), or the state that forbids a retry.
-- include common
-- Refused while Redis is out of memory. Once a script has written, as the check of permissions does on Redis 6.2, it is not.
redis.call('SET', prefix .. ':probe', '', 'XX')
-- include transitions
local id, most = ARGV[1], tonumber(ARGV[2])
local report = load(id)
if not report then
  return 'unknown'
elseif report.state ~= 'failed' and report.state ~= 'cancelled' then
  return report.state
elseif report.request.input and redis.call('EXISTS', key('input', id)) == 0 then
  return 'no input'
end

local entry = text(report.ended) .. ' ' .. id
for _, name in ipairs({ 'failures', 'crashes', 'undelivered', 'cancelled', 'ended', 'error' }) do
  report[name] = nil
end
-- Like a new report, it does not overtake waiting reports of its type.
if not place(report, most) then
  return 'full'
end
-- Else a client that cancels and retries would make the list grow. An entry that is far from the end stays until the reaper is there.
local latest = redis.pcall('LRANGE', prefix .. ':ended', '-100', '-1')
for i = #latest, 1, -1 do
  if latest[i] == entry then
    redis.call('LTRIM', prefix .. ':ended', '0', text(i - #latest - 2))
    if i < #latest then
      redis.call('RPUSH', prefix .. ':ended', unpack(latest, i + 1))
    end
    break
  end
end
return 'ok'
