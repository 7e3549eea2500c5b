-- Whether a partition's data can be built upon, and who may write it. Needs nothing of `order.lua`.
-- KEYS: epoch, settled, lease. Arguments: what, then what it needs.
--   epoch    'whole:<unique>@<run id of the server>' or 'rebuilding:<unique>', with which every other script is called; none:
--            nothing was ever here, or it is lost
--   settled  what follows from the stream up to this sequence is here. It is as old as the data beside it: after a restart
--            that lost the end of the append-only file, or from a backup, it is what it was then
--   lease    there while the one who rebuilds is alive
local EPOCH, SETTLED, LEASE = KEYS[1], KEYS[2], KEYS[3]
local what, epoch = ARGV[1], redis.call('GET', EPOCH) or ''

-- seen, own epoch, lease ms. A partition without an epoch has nothing that could be built upon.
if what == 'begin' then
  if epoch ~= ARGV[2] or redis.call('EXISTS', LEASE) == 1 then return 'no' end
  if epoch == '' then redis.call('DEL', SETTLED) end
  redis.call('SET', EPOCH, ARGV[3])
  redis.call('SET', LEASE, ARGV[3], 'PX', ARGV[4])
  return 'yes'
end

-- On purpose: lease ms, in which nobody begins while the keys are removed, and at their end.
if what == 'drop' then
  redis.call('DEL', EPOCH, SETTLED)
  redis.call('SET', LEASE, 'drop', 'PX', ARGV[2])
  return 'yes'
elseif what == 'dropped' then
  if redis.call('GET', LEASE) == 'drop' then redis.call('DEL', LEASE) end
  return 'yes'
end

-- For the rest: own epoch, then lease ms, or what is settled, or the new epoch and what is settled.
if what ~= 'read' and epoch ~= ARGV[2] then return 'no' end
if what == 'renew' then
  redis.call('SET', LEASE, epoch, 'PX', ARGV[3])
elseif what == 'note' then
  redis.call('SET', SETTLED, ARGV[3])
elseif what == 'abandon' then
  redis.call('DEL', LEASE)
elseif what == 'complete' then
  redis.call('SET', SETTLED, ARGV[4])
  redis.call('SET', EPOCH, ARGV[3])
  redis.call('DEL', LEASE)
end
return what == 'read' and { epoch, redis.call('GET', SETTLED) or '0', redis.call('EXISTS', LEASE) } or 'yes'
