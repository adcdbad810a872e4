-- An agent is free: whole match in one step.
local building, now, token, settled = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local agent, rev, since, discipline, occupied = ARGV[5], ARGV[6], ARGV[7], ARGV[8], ARGV[9]
if lost(building) then return {'LOST'} end
local key = P .. 'ag:' .. agent
local old = redis.call('HMGET', key, 'rev', 'state', 'token')
local old_rev = tonumber(old[1] or '-1')
if old_rev > tonumber(rev) then return {} end
if old_rev == tonumber(rev) and (old[2] == 'busy' or (old[2] == 'held' and old[3] ~= settled)) then return {} end
redis.call('HSET', key, 'rev', rev, 'state', 'idle', 'since', since, 'occ', occupied, 'token', '')
enter_idle(agent, since, occupied)
if building == '1' then return {} end
local entry = entry_for(agent, discipline)
if not entry then return {} end
return hold(entry, agent, now, token)
