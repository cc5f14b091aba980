-- The HMAC of aos: of RFC 2104 in all but the block, which is 32 bytes in place
-- of 64. Programs compare with values that were made so.

local _, require = ...
local native = require(".crypto.native")
local result = require(".crypto.result")
local drain = require(".crypto.util.stream").toString

local BLOCK = 32

return function(stream, key, algorithm)
	algorithm = algorithm or "sha1"
	if algorithm ~= "sha1" and algorithm ~= "sha256" then
		error("Unsupported algorithm: " .. tostring(algorithm), 0)
	end
	return result(native.hmac(algorithm, BLOCK, native.text(key),
		drain(stream)))
end
