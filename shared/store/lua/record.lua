-- Adds a fact once. Per order: the field of its id, the field of its key ('' for none), the fact as JSON.
return eachOrder(function(key, at)
  local id, business, json = ARGV[at + 1], ARGV[at + 2], ARGV[at + 3]
  local known = redis.call('HMGET', key, 'v', id, business)
  if known[2] then return view('same-id', key) end
  if known[3] then return view('same-key', key) end
  local version = (known[1] or 0) + 1
  local fact = version .. '.0 ' .. json
  if business == '' then
    redis.call('HSET', key, 'v', version, id, fact)
  else
    redis.call('HSET', key, 'v', version, id, fact, business, '')
  end
  return view('new', key)
end)
