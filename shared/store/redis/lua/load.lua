-- Arguments: the ids. Answers now, then per document its due time ('' for none) and its entries.
local documents = {}
for at = FIRST, #KEYS do documents[#documents + 1] = guarded(view, KEYS[at], ARGV[at - FIRST + 1]) end
return { now, documents }
