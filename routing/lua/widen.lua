-- Open the rings an entry has waited for, and look for an agent in them.
local now, token, entry = ARGV[1], ARGV[2], ARGV[3]
if lost('') then return {'LOST'} end
local row = redis.call('HMGET', P .. 'en:' .. entry, 'state', 'line', 'ring', 'place', 'arrived')
if row[1] ~= 'wait' then return {} end
local opens = opens_of(row[2])
local ring = open_ring(opens, tonumber(now) - tonumber(row[5]))
if ring > tonumber(row[3]) then
  redis.call('ZREM', wait_key(row[2], row[3]), entry)
  stand(entry, row[2], ring, opens, row[4], row[5])
end
local agent = agent_for(entry)
if not agent then return {} end
return hold(entry, agent, now, token)
