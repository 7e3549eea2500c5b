-- Fills pools, and counts what was put into each, ever. Arguments: 'missing' or 'raise', then pool, units, pool, ... Answers
-- pool, units added, pool, ...
local mode = ARGV[1]
local added = {}
for place = 2, #ARGV, 2 do
  local pool, units = ARGV[place], tonumber(ARGV[place + 1])
  local left = tonumber(redis.call('HGET', POOLS, pool) or '')
  if not left or (mode == 'raise' and left < units) then
    redis.call('HSET', POOLS, pool, units)
    local more = units - (left or 0)
    if more > 0 then
      redis.call('HINCRBY', TOTALS, 'total:filled:' .. pool, string.format('%.0f', more))
      added[#added + 1] = pool
      added[#added + 1] = more
    end
  end
end
return added
