-- Digests whose input is a stream, which they use up.

local _, require = ...
local native = require(".crypto.native")
local result = require(".crypto.result")
local drain = require(".crypto.util.stream").toString

return function(name)
	return function(stream)
		return result(native.digest(name, drain(stream)))
	end
end
