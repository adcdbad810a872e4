-- What every script shares. KEYS[1] is the prefix of all keys of the site, hash tag included.
-- en:<entry>   hash  rev state(wait|held|gone) line place arrived ring hold pref token
-- ag:<agent>   hash  rev state(idle|held|busy) since token        rings:<agent>  hash line -> ring
-- line:<line>  hash  queue opens count
-- wait:<line>:<ring>  zset of entries by place     idle:<line>:<ring>  zset of agents by idle-since
-- due  zset of timers     offers  stream, the outbox     fence  counter     built  marker
local P = KEYS[1]

local function lost(building)
  return building ~= '1' and redis.call('EXISTS', P .. 'built') == 0
end

local function wait_key(line, ring) return P .. 'wait:' .. line .. ':' .. ring end
local function idle_key(line, ring) return P .. 'idle:' .. line .. ':' .. ring end
-- '..' would round a number of microseconds: whole numbers are written by this
local function whole(number) return string.format('%.0f', number) end

local function opens_of(line)
  local found = {}
  for after in string.gmatch(redis.call('HGET', P .. 'line:' .. line, 'opens') or '', '%d+') do
    found[#found + 1] = tonumber(after)
  end
  return found
end

local function open_ring(opens, waited)
  local ring = 0
  for index = 1, #opens do
    if opens[index] <= waited then ring = index - 1 end
  end
  return ring
end

local function leave_idle(agent)
  local rings = redis.call('HGETALL', P .. 'rings:' .. agent)
  for index = 1, #rings, 2 do
    redis.call('ZREM', idle_key(rings[index], rings[index + 1]), agent)
  end
end

local function enter_idle(agent, since)
  local rings = redis.call('HGETALL', P .. 'rings:' .. agent)
  for index = 1, #rings, 2 do
    redis.call('ZADD', idle_key(rings[index], rings[index + 1]), since, agent)
  end
end

local function stand(entry, line, ring, opens, place, arrived)
  redis.call('ZADD', wait_key(line, whole(ring)), place, entry)
  redis.call('HSET', P .. 'en:' .. entry, 'ring', whole(ring))
  if ring + 1 < #opens then
    redis.call('ZADD', P .. 'due', whole(tonumber(arrived) + opens[ring + 2]), 'ring|' .. entry)
  else
    redis.call('ZREM', P .. 'due', 'ring|' .. entry)
  end
end

-- agent and entry held in one step, the lease set, the offer written where it cannot be lost
local function hold(entry, agent, now, token)
  local row = redis.call('HMGET', P .. 'en:' .. entry, 'line', 'ring', 'hold')
  redis.call('ZREM', wait_key(row[1], row[2]), entry)
  leave_idle(agent)
  redis.call('HSET', P .. 'en:' .. entry, 'state', 'held', 'token', token)
  redis.call('HSET', P .. 'ag:' .. agent, 'state', 'held', 'token', token)
  local fence = redis.call('INCR', P .. 'fence')
  local till = whole(tonumber(now) + tonumber(row[3]))
  redis.call('ZADD', P .. 'due', till, 'hold|' .. token)
  local slip = redis.call('XADD', P .. 'offers', '*', 'token', token, 'entry', entry, 'agent', agent, 'fence', whole(fence), 'till', till)
  return {token, entry, agent, whole(fence), till, slip}
end

local function agent_for(entry)
  local row = redis.call('HMGET', P .. 'en:' .. entry, 'line', 'ring', 'pref')
  local line, ring, preferred = row[1], tonumber(row[2]), row[3]
  if preferred ~= '' and redis.call('HGET', P .. 'ag:' .. preferred, 'state') == 'idle' then
    local own = redis.call('HGET', P .. 'rings:' .. preferred, line)
    if own and tonumber(own) <= ring then return preferred end
  end
  for inner = 0, ring do
    local first = redis.call('ZRANGE', idle_key(line, whole(inner)), 0, 0)
    if first[1] then return first[1] end
  end
  return nil
end

local function entry_for(agent, discipline)
  local rings = redis.call('HGETALL', P .. 'rings:' .. agent)
  local best, best_place, best_ring
  for index = 1, #rings, 2 do
    local line, own = rings[index], tonumber(rings[index + 1])
    local count = tonumber(redis.call('HGET', P .. 'line:' .. line, 'count') or '0')
    for ring = own, count - 1 do
      local head = redis.call('ZRANGE', wait_key(line, whole(ring)), 0, 0, 'WITHSCORES')
      if head[1] then
        local place, rank = tonumber(head[2]), discipline == 'innermost' and own or 0
        if not best or rank < best_ring or (rank == best_ring and (place < best_place
            or (place == best_place and head[1] < best))) then
          best, best_place, best_ring = head[1], place, rank
        end
      end
    end
  end
  return best
end
