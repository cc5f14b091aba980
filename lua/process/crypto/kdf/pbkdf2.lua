-- PBKDF2 of RFC 8018, with the HMAC of RFC 2104.

local _, require = ...
local native = require(".crypto.native")
local result = require(".crypto.result")

return function(password, salt, iterations, size, algorithm)
	algorithm = algorithm or "sha1"
	if algorithm ~= "sha1" and algorithm ~= "sha256" then
		error("Unsupported algorithm: " .. tostring(algorithm), 0)
	end
	return result(native.pbkdf2(algorithm, native.text(password),
		native.text(salt), iterations, size), true)
end
