-- Claims what is due, the longest overdue first: its next look is put off by the lease, so that a crash loses none.
-- Arguments: limit, lease ms.
local limit, lease = ARGV[1], tonumber(ARGV[2])
local ids = redis.call('ZRANGEBYSCORE', DUE, '-inf', now, 'LIMIT', 0, limit)
for _, id in ipairs(ids) do redis.call('ZADD', DUE, now + lease, id) end
return ids
