-- One atomic reading: now, counters, pools, the document that is due first.
return {
  now,
  redis.call('HGETALL', COUNTERS),
  redis.call('HGETALL', POOLS),
  redis.call('ZRANGE', DUE, 0, 0, 'WITHSCORES'),
}
