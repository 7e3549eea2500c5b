-- What every step on orders shares; set before each of those scripts. Knows no rule of any flow.
--
-- The last argument is the epoch that the caller knows: another one, or none, and nothing is done. So what was read before
-- a loss of data is never written after it, and only the one who rebuilds writes meanwhile.
--
-- KEYS: due, totals, groups, pools, since, epoch of one partition, then one order per call of the batch, repeats allowed.
--   due     sorted set: order id -> when to look at it, ms: the earlier of `d` and the first claim to run out
--   totals  hash: total:<name>, and outbox:pending
--   groups  hash: group -> orders in it; a group without orders has no field
--   pools   hash: pool -> units left
--   since   sorted set: order id, if it is in a group -> since when it counts there, ms
--   epoch   see `epoch.lua`
-- An order is one hash with one field per thing, so that a step writes only what is new and never parses. A field's
-- place is "<version>.<n>": the version whose step added it and its number in there, by which the reader sorts.
--   v version    s state, JSON    g group or ''    d due at, ms, or ''    p number of outbox entries, or none
--   x when to forget the order, ms, or none; becomes the key's expiry once the outbox is empty
--   f:<event id>    place, space, the fact as JSON     k:<fact key>      ''
--   e:<emitted id>  place                              c:<counted name>  place
--   o:<emitted id>  claimed until, ms, space, message; gone once published
--   h:<hold id>     'held' + JSON of its units, 'returned' or 'spent'
--
-- Hazards: a script that fails half way undoes nothing, so whatever can be refused is refused before the first write,
-- and by the caller before that. tostring() of a time loses digits (1.7e+12); a number given to redis.call or to the
-- reply does not. Every argument costs the server about as much as writing a field: send few.
local DUE, TOTALS, GROUPS, POOLS, SINCE, EPOCH = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6]
local FIRST_ORDER = 7

local wanted = table.remove(ARGV)
if redis.call('GET', EPOCH) ~= wanted then return 'other-epoch' end
local rebuilding = string.sub(wanted, 1, 11) == 'rebuilding:'

-- The one clock that judges claims, leases and deadlines, whatever the hosts' clocks say.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

-- The reply from which the client builds a Correlation.
local function view(outcome, key)
  return { outcome, now, redis.call('HGETALL', key) }
end

-- What the batch adds to the shared keys, written once at its end: one call per name instead of one per order.
local totals, groups, due, since = {}, {}, {}, {}

local function add(sums, name, by)
  sums[name] = (sums[name] or 0) + by
end

-- The earlier of `at`, if any, and the first claim to run out. Reads the whole order, which few steps have to.
local function earliest(key, at)
  local fields = redis.call('HGETALL', key)
  for place = 1, #fields, 2 do
    if string.sub(fields[place], 1, 2) == 'o:' then
      local claim = tonumber(string.match(fields[place + 1], '^%d+'))
      if not at or claim < at then at = claim end
    end
  end
  return at
end

local function writeTimes(key, times)
  local scores, gone = {}, {}
  for id, at in pairs(times) do
    if at then
      scores[#scores + 1] = at
      scores[#scores + 1] = id
    else
      gone[#gone + 1] = id
    end
  end
  if #scores > 0 then redis.call('ZADD', key, unpack(scores)) end
  if #gone > 0 then redis.call('ZREM', key, unpack(gone)) end
end

-- Totals come last: one that overflows is refused by Redis, and must not keep the rest from being written.
local function writeShared()
  writeTimes(DUE, due)
  writeTimes(SINCE, since)
  for name, by in pairs(groups) do
    if by ~= 0 and redis.call('HINCRBY', GROUPS, name, by) == 0 then redis.call('HDEL', GROUPS, name) end
  end
  for name, by in pairs(totals) do redis.pcall('HINCRBY', TOTALS, name, string.format('%.0f', by)) end
end

-- Runs the step for every order; `at` is where its arguments begin in ARGV, of which the first says how many they are.
-- One that fails answers with its error and leaves the others alone.
local function eachOrder(step)
  local replies, at = {}, 1
  for index = FIRST_ORDER, #KEYS do
    local following = at + ARGV[at]
    local ok, reply = pcall(step, KEYS[index], at, following - 1)
    if not ok then reply = { 'error', type(reply) == 'table' and reply.err or tostring(reply) } end
    replies[index - FIRST_ORDER + 1] = reply
    at = following
  end
  writeShared()
  return replies
end
