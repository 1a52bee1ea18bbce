-- Returns the fields of a report's record and their values, by turns; nothing if there is none.
-- KEYS[1]  the record
-- include fields
local stored = redis.call('GET', KEYS[1])
return stored and fields(stored) or {}
