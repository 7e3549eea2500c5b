-- Everything that follows from the stream up to a sequence is in this partition. KEYS: as in `order.lua`, then settled.
redis.call('SET', KEYS[FIRST_ORDER], ARGV[1])
return 'noted'
