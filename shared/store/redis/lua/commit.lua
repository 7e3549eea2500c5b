-- Per document: id, version seen, entry ('': none), due time and expiry in ms ('': as before, or 'never'; a due time with '!' in
-- front replaces one that has passed, which stays otherwise), how many arguments
-- follow for counters and how many for pools, then these as name, difference. Answers now, then per document 'done',
-- { 'insufficient', pools } or { 'beaten', as of load }.
local rebuilding = string.sub(epoch, 1, 11) == 'rebuilding:'
local HEAD, added, moved, due = 7, {}, {}, {}

local function insufficient(first, last)
  local pools = {}
  for at = first, last, 2 do
    local units, by = tonumber(redis.call('HGET', POOLS, ARGV[at]) or ''), tonumber(ARGV[at + 1])
    if by < 0 and (not units or units + (moved[ARGV[at]] or 0) + by < 0) then pools[#pools + 1] = ARGV[at] end
  end
  return pools
end

local function add(sums, first, last)
  for at = first, last, 2 do sums[ARGV[at]] = (sums[ARGV[at]] or 0) + ARGV[at + 1] end
end

local function commit(key, at, pools, last)
  local id, entry, dueAt, expiry = ARGV[at], ARGV[at + 2], ARGV[at + 3], ARGV[at + 4]
  if redis.call('LLEN', key) ~= tonumber(ARGV[at + 1]) then return { 'beaten', view(key, id) } end
  local refused = rebuilding and {} or insufficient(pools, last)
  if #refused > 0 then return { 'insufficient', refused } end
  if entry ~= '' then redis.call('RPUSH', key, entry) end
  if expiry == 'never' then redis.call('PERSIST', key) elseif expiry ~= '' then redis.call('PEXPIRE', key, expiry) end
  local attended, was = string.sub(dueAt, 1, 1) == '!', dueAt ~= '' and tonumber(redis.call('ZSCORE', DUE, id) or '')
  if dueAt ~= '' and (attended or rebuilding or not was or was > now) then due[id] = string.match(dueAt, '[^!]+') end
  add(added, at + HEAD, pools - 1)
  add(moved, pools, last)
  return 'done'
end

local replies, at = {}, 1
for index = FIRST, #KEYS do
  local pools = at + HEAD + ARGV[at + 5]
  local following = pools + ARGV[at + 6]
  replies[#replies + 1] = guarded(commit, KEYS[index], at, pools, following - 1)
  at = following
end
for id, dueAt in pairs(due) do
  if dueAt == 'never' then redis.call('ZREM', DUE, id) else redis.call('ZADD', DUE, dueAt, id) end
end
-- Last: a sum that overflows is refused, and must not keep the rest from being written.
for pool, by in pairs(moved) do redis.pcall('HINCRBY', POOLS, pool, string.format('%.0f', by)) end
for name, by in pairs(added) do redis.pcall('HINCRBY', COUNTERS, name, string.format('%.0f', by)) end
return { now, replies }
