-- Forgets the bytes of what is published. Per order: its id, then the outbox fields, at least one.
return eachOrder(function(key, at, last)
  local removed = redis.call('HDEL', key, unpack(ARGV, at + 2, last))
  if removed == 0 then return 'unchanged' end
  add(totals, 'outbox:pending', -removed)
  local left = redis.call('HINCRBY', key, 'p', -removed)
  local order = redis.call('HMGET', key, 'd', 'x')
  local dueAt = tonumber(order[1])
  if left > 0 then
    due[ARGV[at + 1]] = earliest(key, dueAt)
  else
    due[ARGV[at + 1]] = dueAt or false
    if order[2] then redis.call('PEXPIREAT', key, order[2]) end
  end
  return 'marked'
end)
