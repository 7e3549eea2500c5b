-- Orders that are to be looked at by a time. Changes nothing. Arguments: ms, limit.
return redis.call('ZRANGEBYSCORE', DUE, '-inf', ARGV[1], 'LIMIT', 0, ARGV[2])
