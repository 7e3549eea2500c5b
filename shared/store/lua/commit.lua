-- Applies a change if nobody was first. The caller has left out what was done before, and writes the fields of what is new:
-- per order
--   id, version seen, how many arguments the fields are, outbox entries, their claim in ms, forget after ms, since, how many
--   arguments the holds are, then
--   the fields and their values: v, s, g, d, then x if it is to be forgotten, then facts and counted names, then, if it owes
--   messages, the emitted ids, p and the outbox entries themselves; then the holds; then per count its total and by how much.
-- '' stands for "none" everywhere. What only the server's clock knows (x, claims) is put in its place here.
local HEAD = 9

-- One that is in no group before and after is not in the set either.
local function moveGroup(id, from, to, at)
  if to ~= '' then since[id] = tonumber(at) or now elseif from ~= '' then since[id] = false end
  if from == to then return end
  if from ~= '' then add(groups, from, -1) end
  if to ~= '' then add(groups, to, 1) end
end

-- Completes the fields p and o of the entries, which end at `last`. Returns when their claim runs out.
local function claim(entries, ms, pending, last)
  local untilMs = now + ms
  local prefix = string.format('%.0f ', untilMs)
  for place = last - 2 * entries + 2, last, 2 do ARGV[place] = prefix .. ARGV[place] end
  ARGV[last - 2 * entries] = pending + entries
  return untilMs
end

-- An order is not forgotten while it owes a message: the expiry waits in `x` until the outbox is empty.
local function expire(key, before, at, pending)
  if at and pending == 0 then
    redis.call('PEXPIREAT', key, at)
  elseif before then
    if not at then redis.call('HDEL', key, 'x') end
    redis.call('PERSIST', key)
  end
end

local function commit(key, at, last)
  local order = redis.call('HMGET', key, 'v', 'g', 'd', 'x', 'p')
  if (order[1] or '0') ~= ARGV[at + 2] then return view('stale', key) end
  local id, entries = ARGV[at + 1], tonumber(ARGV[at + 4])
  local first, counts = at + HEAD, at + HEAD + ARGV[at + 3] + ARGV[at + 8]
  local holds = counts - ARGV[at + 8]
  local is = holds < counts and holdsOf(key, holds, counts - 1)
  if is then
    -- What a rebuild takes is history, whatever is left.
    local short = rebuilding and {} or shortPools(is, holds, counts - 1)
    if #short > 0 then return { 'short', unpack(short) } end
  end

  local pending, dueAt, group = tonumber(order[5] or 0), tonumber(ARGV[first + 7]), ARGV[first + 5]
  local forgetAt = ARGV[at + 6] ~= '' and now + ARGV[at + 6]
  if forgetAt then ARGV[first + 9] = forgetAt end
  local claimed = entries > 0 and claim(entries, ARGV[at + 5], pending, holds - 1)
  redis.call('HSET', key, unpack(ARGV, first, holds - 1))
  if is then applyHolds(key, is, holds, counts - 1) end
  if claimed then add(totals, 'outbox:pending', entries) end
  for place = counts, last, 2 do add(totals, ARGV[place], ARGV[place + 1]) end
  moveGroup(id, order[2] or '', group, ARGV[at + 7])

  local look = dueAt
  if pending > 0 then
    look = earliest(key, dueAt)
  elseif claimed and not (dueAt and dueAt < claimed) then
    look = claimed
  end
  due[id] = look or false
  if forgetAt or order[4] then expire(key, order[4], forgetAt, pending + entries) end
  return 'done'
end

local replies = eachOrder(commit)
writePools()
return replies
