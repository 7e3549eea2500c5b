-- Arguments: limit, lease ms. A lease is of one due time: it ends when the document is due at another.
local wanted, claimed = 2 * ARGV[1], {}
redis.call('ZREMRANGEBYSCORE', LEASES, '-inf', now)
local reach = ARGV[1] + redis.call('ZCARD', LEASES)
local found = redis.call('ZRANGEBYSCORE', DUE, '-inf', now, 'WITHSCORES', 'LIMIT', 0, reach)
for at = 1, #found, 2 do
  local lease = found[at + 1] .. ' ' .. found[at]
  if #claimed < wanted and not redis.call('ZSCORE', LEASES, lease) then
    redis.call('ZADD', LEASES, now + ARGV[2], lease)
    claimed[#claimed + 1] = found[at]
    claimed[#claimed + 1] = found[at + 1]
  end
end
return claimed
