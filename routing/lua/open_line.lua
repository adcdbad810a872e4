-- A line and its members; one that is open stays as it is. The line's hash is written last, with everybody in it.
local line, queue, opens, count = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local key = P .. 'line:' .. line
if redis.call('EXISTS', key) == 1 then return {} end
for index = 5, #ARGV, 2 do
  local agent, ring = ARGV[index], ARGV[index + 1]
  redis.call('HSET', P .. 'rings:' .. agent, line, ring)
  local row = redis.call('HMGET', P .. 'ag:' .. agent, 'state', 'since')
  if row[1] == 'idle' then redis.call('ZADD', idle_key(line, ring), row[2], agent) end
end
redis.call('HSET', key, 'queue', queue, 'opens', opens, 'count', count)
return {}
