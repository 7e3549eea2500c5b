-- The orders in groups, those first that have been for longest, each followed by since when. Changes nothing.
-- Arguments: limit.
local limit = tonumber(ARGV[1])
if limit < 1 then return {} end
return redis.call('ZRANGE', SINCE, 0, limit - 1, 'WITHSCORES')
