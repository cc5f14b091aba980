-- SHA-3 (FIPS 202) of a text, and the Keccak before it, which pads in another
-- way.

local _, require = ...
local native = require(".crypto.native")
local result = require(".crypto.result")

local sha3 = { _version = "0.0.1" }

for _, name in ipairs({ "sha3_256", "sha3_512", "keccak256", "keccak512" }) do
	sha3[name] = function(text)
		return result(native.digest(name, text))
	end
end

return sha3
