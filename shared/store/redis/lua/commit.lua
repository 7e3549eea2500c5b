-- Per document: id, version seen, entry ('': none), due time and expiry in ms ('': as before, or 'never'; a due time with '!' in
-- front replaces one that has passed, which stays otherwise), how many arguments follow for counters and how many for pools,
-- then these as name, difference. Answers now, then per document 'done', { 'insufficient', pools } or { 'beaten', as of load }.
local rebuilding = string.sub(epoch, 1, 11) == 'rebuilding:'
local HEAD, added, moved = 7, {}, {}
-- Writes nothing, and fails as every write does when the server is full or read-only; after it none is refused for that.
redis.call('SETRANGE', EPOCH, 0, '')

local function insufficient(first, last)
  local pools = {}
  for at = first, last, 2 do
    local units, by = tonumber(redis.call('HGET', POOLS, ARGV[at]) or moved[ARGV[at]] and 0 or ''), tonumber(ARGV[at + 1])
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
  local wanted, attended = string.gsub(dueAt, '!', '')
  local was = wanted ~= '' and redis.call('ZSCORE', DUE, id)
  if was and tonumber(was) <= now and attended == 0 and not rebuilding then wanted = '' end
  if wanted == 'never' then redis.call('ZREM', DUE, id) elseif wanted ~= '' then redis.call('ZADD', DUE, wanted, id) end
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
-- Last: a sum that overflows is refused, and must not keep the rest from being written.
for pool, by in pairs(moved) do redis.pcall('HINCRBY', POOLS, pool, string.format('%.0f', by)) end
for name, by in pairs(added) do redis.pcall('HINCRBY', COUNTERS, name, string.format('%.0f', by)) end
return { now, replies }
