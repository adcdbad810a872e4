-- An entry no longer waits. What remains for a day is the revision, which turns away what comes late.
local entry, rev = ARGV[1], ARGV[2]
local key = P .. 'en:' .. entry
local old = redis.call('HMGET', key, 'rev', 'state', 'line', 'ring')
if tonumber(old[1] or '-1') > tonumber(rev) then return {} end
if old[2] == 'wait' then redis.call('ZREM', wait_key(old[3], old[4]), entry) end
redis.call('ZREM', P .. 'due', 'ring|' .. entry, 'limit|' .. entry)
redis.call('HSET', key, 'rev', rev, 'state', 'gone', 'token', '')
redis.call('EXPIRE', key, 86400)
return {}
