-- What ciphers and digests answer with: the bytes, in three forms. Every read
-- gives all of them.

local _, require = ...
local native = require(".crypto.native")

-- `upper`: the hex is in upper case. `bytes`: asBytes, where it is another one
-- than a list of 0 … 255.
return function(text, upper, bytes)
	return {
		asBytes = bytes or function()
			return native.bytes(text)
		end,
		asHex = function()
			return native.hex(text, upper)
		end,
		asString = function()
			return text
		end,
	}
end
