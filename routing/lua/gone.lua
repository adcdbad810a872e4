-- An entry no longer waits. What remains for a day is the revision, which turns away what comes late.
local entry, rev = ARGV[1], ARGV[2]
local key = P .. 'en:' .. entry
local old = redis.call('HMGET', key, 'rev', 'state', 'set')
if tonumber(old[1] or '-1') > tonumber(rev) then return {} end
if old[2] == 'wait' then redis.call('ZREM', old[3], entry) end
redis.call('ZREM', P .. 'due', 'ring|' .. entry, 'limit|' .. entry, 'overflow|' .. entry)
redis.call('HSET', key, 'rev', rev, 'state', 'gone', 'token', '')
redis.call('EXPIRE', key, 86400)
return {}
