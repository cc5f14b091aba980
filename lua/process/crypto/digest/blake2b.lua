-- BLAKE2b of a text: RFC 7693.

local _, require = ...
local native = require(".crypto.native")
local result = require(".crypto.result")
local chars = require(".crypto.chars")

return function(data, size, key)
	size, key = size or 64, key or ""
	if size < 1 or size > 64 or #key > 64 then
		return nil, "illegal parameters"
	end
	local digest = native.blake2b(data, size, key)
	return result(digest, false, function()
		return chars(digest)
	end)
end
