-- An entry waits: whole arrival in one step.
local building, now, token, settled = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local entry, rev, line, place, arrived, hold_for, pref = ARGV[5], ARGV[6], ARGV[7], ARGV[8], ARGV[9], ARGV[10], ARGV[11]
local alone, floor = ARGV[12], ARGV[13]
if lost(building) then return {'LOST'} end
local opens = opens_of(line)
if #opens == 0 then return {'LINE'} end
local key = P .. 'en:' .. entry
local old = redis.call('HMGET', key, 'rev', 'state', 'token', 'set')
local old_rev = tonumber(old[1] or '-1')
if old_rev > tonumber(rev) then return {} end
if old_rev == tonumber(rev) and (old[2] == 'gone' or (old[2] == 'held' and old[3] ~= settled)) then return {} end
if old[2] == 'wait' then redis.call('ZREM', old[4], entry) end
redis.call('HSET', key, 'rev', rev, 'state', 'wait', 'line', line, 'place', place, 'arrived', arrived,
  'hold', hold_for, 'pref', pref, 'alone', alone, 'floor', floor, 'token', '')
redis.call('PERSIST', key)
local ring = ring_at(opens, now, arrived, alone, floor)
local agent = building ~= '1' and agent_for(line, ring, pref)
-- whoever is held at once stands in no set
if agent then return hold(entry, agent, now, token, hold_for) end
stand(entry, line, ring, opens, place, arrived, pref, alone)
return {}
