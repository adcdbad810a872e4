-- Open the rings an entry has waited for, and look for an agent in them.
local now, token, entry = ARGV[1], ARGV[2], ARGV[3]
if lost('') then return {'LOST'} end
local row = redis.call('HMGET', P .. 'en:' .. entry, 'state', 'line', 'ring', 'place', 'arrived', 'set', 'pref', 'alone', 'floor')
if row[1] ~= 'wait' then return {} end
local opens, old = opens_of(row[2]), tonumber(row[3])
local ring = math.max(old, ring_at(opens, now, row[5], row[8], row[9]))
if ring > old then
  redis.call('ZREM', row[6], entry)
  stand(entry, row[2], ring, opens, row[4], row[5], row[7], row[8])
end
local agent = agent_for(row[2], ring, row[7])
if not agent then return {} end
return hold(entry, agent, now, token)
