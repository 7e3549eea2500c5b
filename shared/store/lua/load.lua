-- Reads an order. Per order: its id. One that is forgotten has no business in the due set any more.
return eachOrder(function(key, at)
  local reply = view('known', key)
  if #reply[3] == 0 then due[ARGV[at + 1]] = false end
  return reply
end)
