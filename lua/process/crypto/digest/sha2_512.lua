-- SHA-512 of a text: FIPS 180-4. Its asBytes is kept from aos: eight numbers of
-- 64 bits.

local _, require = ...
local native = require(".crypto.native")
local result = require(".crypto.result")
local unpack = string.unpack

local WORDS = ">" .. ("i8"):rep(8)

return function(text)
	local digest = native.digest("sha512", text)
	return result(digest, false, function()
		local words = { unpack(WORDS, digest) }
		-- the last value is where reading ended
		words[#words] = nil
		return words
	end)
end
