-- The zeroes that fill up the last block, as a stream; none for whole blocks.

local _, require = ...
local native = require(".crypto.native")

return function(block, count)
	return native.stream(("\0"):rep(-count % block))
end
