-- What every script shares. KEYS[1] is the prefix of all keys of the site, hash tag included: one slot of a cluster.
-- en:<entry>   hash  rev state(wait|held|gone) line place arrived ring set hold pref alone floor token
-- ag:<agent>   hash  rev state(idle|held|busy) since occ token
-- rings:<agent>  hash line -> 'ring count letter': his ring, how many there are, i (longest idle) or o (least occupied)
-- line:<line>  hash  queue opens
-- wait:<line>:<ring>  zset of entries by place     mine:<agent>  zset of entries that wait for him alone
-- idle:<line>:<ring>  zset of agents by idle-since, or by their occupied part
-- due  zset of timers     offers  stream, the outbox     fence  counter     built  marker
local P = KEYS[1]
local ALONE = -1

local function lost(building)
  return building ~= '1' and redis.call('EXISTS', P .. 'built') == 0
end

local function idle_key(line, ring) return P .. 'idle:' .. line .. ':' .. ring end
-- '..' would round a number of microseconds: whole numbers are written by this
local function whole(number) return string.format('%.0f', number) end
local function wait_key(line, ring) return P .. 'wait:' .. line .. ':' .. whole(ring) end

local function opens_of(line)
  local found = {}
  for after in string.gmatch(redis.call('HGET', P .. 'line:' .. line, 'opens') or '', '%d+') do
    found[#found + 1] = tonumber(after)
  end
  return found
end

-- the ring an entry stands in; ALONE while only the preferred agent is offered it
local function ring_at(opens, now, arrived, alone, floor)
  now = tonumber(now)
  if tonumber(alone) > now then return ALONE end
  local ring, waited = math.min(tonumber(floor), #opens - 1), now - tonumber(arrived)
  for index = ring + 2, #opens do
    if opens[index] <= waited then ring = index - 1 end
  end
  return ring
end

local function parted(value)
  local own, count, letter = string.match(value, '^(%d+) (%d+) (%a)$')
  return own, tonumber(count), letter
end

local function leave_idle(agent)
  local rings = redis.call('HGETALL', P .. 'rings:' .. agent)
  for index = 1, #rings, 2 do
    redis.call('ZREM', idle_key(rings[index], (parted(rings[index + 1]))), agent)
  end
end

local function enter_idle(agent, since, occupied)
  local rings = redis.call('HGETALL', P .. 'rings:' .. agent)
  for index = 1, #rings, 2 do
    local own, _, letter = parted(rings[index + 1])
    redis.call('ZADD', idle_key(rings[index], own), letter == 'o' and occupied or since, agent)
  end
end

local function stand(entry, line, ring, opens, place, arrived, pref, alone)
  local set = ring == ALONE and P .. 'mine:' .. pref or wait_key(line, ring)
  redis.call('ZADD', set, place, entry)
  redis.call('HSET', P .. 'en:' .. entry, 'ring', whole(ring), 'set', set)
  if ring == ALONE then
    redis.call('ZADD', P .. 'due', alone, 'ring|' .. entry)
  elseif ring + 1 < #opens then
    redis.call('ZADD', P .. 'due', whole(tonumber(arrived) + opens[ring + 2]), 'ring|' .. entry)
  else
    redis.call('ZREM', P .. 'due', 'ring|' .. entry)
  end
end

-- agent and entry held in one step, the lease set, the offer written where it cannot be lost; `lease` is given for
-- an entry that stands in no set yet
local function hold(entry, agent, now, token, lease)
  if not lease then
    local row = redis.call('HMGET', P .. 'en:' .. entry, 'set', 'hold')
    redis.call('ZREM', row[1], entry)
    lease = row[2]
  end
  leave_idle(agent)
  redis.call('HSET', P .. 'en:' .. entry, 'state', 'held', 'token', token)
  redis.call('HSET', P .. 'ag:' .. agent, 'state', 'held', 'token', token)
  local fence = redis.call('INCR', P .. 'fence')
  local till = whole(tonumber(now) + tonumber(lease))
  redis.call('ZADD', P .. 'due', till, 'hold|' .. token)
  local slip = redis.call('XADD', P .. 'offers', '*', 'token', token, 'entry', entry, 'agent', agent, 'fence', whole(fence), 'till', till)
  return {token, entry, agent, whole(fence), till, slip}
end

local function agent_for(line, ring, pref)
  if pref ~= '' and redis.call('HGET', P .. 'ag:' .. pref, 'state') == 'idle' then
    if ring == ALONE then return pref end
    local own = redis.call('HGET', P .. 'rings:' .. pref, line)
    if own and tonumber((parted(own))) <= ring then return pref end
  end
  for inner = 0, ring do
    local first = redis.call('ZRANGE', idle_key(line, whole(inner)), 0, 0)
    if first[1] then return first[1] end
  end
  return nil
end

-- the head that comes first: by place, or by the agent's ring before the place
local function entry_for(agent, discipline)
  local best, best_place, best_ring
  local function look(set, own)
    local head = redis.call('ZRANGE', set, 0, 0, 'WITHSCORES')
    if not head[1] then return end
    local place, rank = tonumber(head[2]), discipline == 'innermost' and own or 0
    if not best or rank < best_ring or (rank == best_ring and (place < best_place
        or (place == best_place and head[1] < best))) then
      best, best_place, best_ring = head[1], place, rank
    end
  end
  look(P .. 'mine:' .. agent, ALONE)
  local rings = redis.call('HGETALL', P .. 'rings:' .. agent)
  for index = 1, #rings, 2 do
    local own, count = parted(rings[index + 1])
    own = tonumber(own)
    for ring = own, count - 1 do look(wait_key(rings[index], ring), own) end
  end
  return best
end
