-- One atomic reading of everything that must balance.
return {
  now,
  redis.call('HGETALL', TOTALS),
  redis.call('HGETALL', GROUPS),
  redis.call('HGETALL', POOLS),
  redis.call('ZRANGE', DUE, 0, 0, 'WITHSCORES'),
  redis.call('ZRANGE', SINCE, 0, 0, 'WITHSCORES'),
}
