-- Arguments: 'missing' or 'raise', then pool, units, pool, ... Counts what is added to each pool, ever.
for at = 2, #ARGV, 2 do
  local pool, units = ARGV[at], tonumber(ARGV[at + 1])
  local left = tonumber(redis.call('HGET', POOLS, pool) or '')
  if not left or (ARGV[1] == 'raise' and left < units) then
    redis.call('HSET', POOLS, pool, ARGV[at + 1])
    redis.call('HINCRBY', COUNTERS, 'filled:' .. pool, string.format('%.0f', units - (left or 0)))
  end
end
return 'stocked'
