-- An agent is not free.
local agent, rev = ARGV[1], ARGV[2]
local key = P .. 'ag:' .. agent
local old = redis.call('HMGET', key, 'rev', 'state')
if tonumber(old[1] or '-1') > tonumber(rev) then return {} end
if old[2] == 'idle' then leave_idle(agent) end
redis.call('HSET', key, 'rev', rev, 'state', 'busy', 'token', '')
return {}
