-- What orders hold from the pools; set before `commit.lua`. Arguments of a hold: id, should, units as JSON.
local HOLD = 3

-- What the pools hold, as this batch sees it; written back at its end.
local left, changed = {}, {}

local function unitsLeft(pool)
  if left[pool] == nil then left[pool] = tonumber(redis.call('HGET', POOLS, pool) or '') or false end
  return left[pool]
end

local function move(units, sign)
  for pool, amount in pairs(cjson.decode(units)) do
    left[pool] = (unitsLeft(pool) or 0) + sign * amount
    changed[pool] = true
  end
end

-- Hold id -> the order's field of it, or false.
local function holdsOf(key, first, last)
  local is = {}
  for at = first, last, HOLD do is[ARGV[at]] = redis.call('HGET', key, 'h:' .. ARGV[at]) end
  return is
end

-- The pools that cannot give what the change takes of them all together, sorted.
local function shortPools(is, first, last)
  local needed, asked, short = {}, {}, {}
  for at = first, last, HOLD do
    local id = ARGV[at]
    if ARGV[at + 1] == 'held' and not is[id] and not asked[id] then
      asked[id] = true
      for pool, amount in pairs(cjson.decode(ARGV[at + 2])) do add(needed, pool, amount) end
    end
  end
  for pool, amount in pairs(needed) do
    local units = unitsLeft(pool)
    if not units or units < amount then short[#short + 1] = pool end
  end
  table.sort(short)
  return short
end

-- Nothing happens but: none -> held -> returned or spent. What was taken is stored with the hold, so that nothing else
-- can come back.
local function applyHold(is, id, should, units)
  local current = is[id]
  if should == 'held' then
    if current then return end
    move(units, -1)
    is[id] = 'held' .. units
  elseif current and string.sub(current, 1, 4) == 'held' then
    if should == 'returned' then move(string.sub(current, 5), 1) end
    is[id] = should
  end
end

local function applyHolds(key, is, first, last)
  for at = first, last, HOLD do applyHold(is, ARGV[at], ARGV[at + 1], ARGV[at + 2]) end
  for id, value in pairs(is) do
    if value then redis.call('HSET', key, 'h:' .. id, value) end
  end
end

local function writePools()
  for pool in pairs(changed) do redis.call('HSET', POOLS, pool, left[pool]) end
end
