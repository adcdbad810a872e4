-- A line and its members; one that is open stays as it is. The line's hash is written last, with everybody in it.
local line, queue, opens, count, letter = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]
local key = P .. 'line:' .. line
if redis.call('EXISTS', key) == 1 then return {} end
for index = 6, #ARGV, 2 do
  local agent, ring = ARGV[index], ARGV[index + 1]
  redis.call('HSET', P .. 'rings:' .. agent, line, ring .. ' ' .. count .. ' ' .. letter)
  local row = redis.call('HMGET', P .. 'ag:' .. agent, 'state', 'since', 'occ')
  if row[1] == 'idle' then redis.call('ZADD', idle_key(line, ring), letter == 'o' and row[3] or row[2], agent) end
end
redis.call('HSET', key, 'queue', queue, 'opens', opens)
return {}
