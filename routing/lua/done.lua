-- A timer was dealt with; one set anew in the meantime stays.
local member, lease = ARGV[1], ARGV[2]
local score = redis.call('ZSCORE', P .. 'due', member)
if score and tonumber(score) == tonumber(lease) then redis.call('ZREM', P .. 'due', member) end
return {}
