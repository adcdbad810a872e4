-- Everything is there again. Fences go on above those that SQL has seen, whatever copy this store came back from.
local fence = tonumber(ARGV[1])
if tonumber(redis.call('GET', P .. 'fence') or '0') < fence then redis.call('SET', P .. 'fence', whole(fence)) end
redis.call('SET', P .. 'built', '1')
return {}
