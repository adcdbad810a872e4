-- What has run out, handed out under a lease: whoever takes it may die.
local now, lease, limit = ARGV[1], ARGV[2], ARGV[3]
if lost('') then return {'LOST'} end
local found = redis.call('ZRANGEBYSCORE', P .. 'due', '-inf', now, 'LIMIT', 0, limit)
local till = whole(tonumber(now) + tonumber(lease))
for index = 1, #found do redis.call('ZADD', P .. 'due', till, found[index]) end
return {till, found}
