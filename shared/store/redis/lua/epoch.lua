-- Whether a store's data can be built upon, and who may write it. KEYS: epoch, checkpoint, lease. Arguments: what, the epoch
-- that the caller knows ('' for none), then what it needs.
--   epoch       'whole:<unique>@<run id of the server>' or 'rebuilding:<unique>'; none: nothing was ever here, or it is lost
--   checkpoint  '<sequence> <stream>', as old as the data beside it: after a restart that lost the end, or from a backup, it is what it was then
--   lease       there while whoever rebuilds is alive
local EPOCH, CHECKPOINT, LEASE = unpack(KEYS)
local what, epoch = ARGV[1], redis.call('GET', EPOCH) or ''
if what == 'read' then return { epoch, redis.call('GET', CHECKPOINT) or '0', redis.call('EXISTS', LEASE) } end
if epoch ~= ARGV[2] or (what == 'begin' and redis.call('EXISTS', LEASE) == 1) then return 'no' end
if what == 'begin' then
  if epoch == '' then redis.call('DEL', CHECKPOINT) end
  redis.call('SET', EPOCH, ARGV[3])
  redis.call('SET', LEASE, ARGV[3], 'PX', ARGV[4])
elseif what == 'renew' then
  redis.call('SET', LEASE, epoch, 'PX', ARGV[3])
elseif what == 'checkpoint' then
  redis.call('SET', CHECKPOINT, ARGV[3])
else
  if what == 'complete' then redis.call('MSET', CHECKPOINT, ARGV[3], EPOCH, ARGV[4]) end
  redis.call('DEL', LEASE)
end
return 'yes'
