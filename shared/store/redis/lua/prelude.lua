-- Set before every script but `epoch`. Knows documents and integers, no rule of any flow.
-- The last argument is the epoch that the caller knows. Under any other nothing is done: what was read before a loss of data is
-- never written after it, and only the one who rebuilds writes meanwhile.
-- KEYS: epoch, due, leases, counters, pools of one store, then a document per call of the batch.
--   due       sorted set: id -> when to look at the document, ms
--   leases    sorted set: "<due time> <id>" -> until when it is claimed, ms
--   counters  hash of integers            pools  hash: pool -> units left
--   document  list of entries; its length is its version
-- Hazards: a script that fails half way undoes nothing. tostring() of a time loses digits (1.7e+12).
local EPOCH, DUE, LEASES, COUNTERS, POOLS = unpack(KEYS, 1, 5)
local FIRST = 6
local epoch = table.remove(ARGV)
if redis.call('GET', EPOCH) ~= epoch then return 'other-epoch' end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local function view(key, id) return { redis.call('ZSCORE', DUE, id) or '', redis.call('LRANGE', key, 0, -1) } end

-- A document that fails (foreign data under its key) answers with its error, and leaves the rest of the batch alone.
local function guarded(step, ...)
  local ok, reply = pcall(step, ...)
  return ok and reply or { 'error', type(reply) == 'table' and reply.err or tostring(reply) }
end
