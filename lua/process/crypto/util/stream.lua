-- A stream is a function that gives the next byte, or nil at its end. Those of
-- texts are native and read at once; any other function will do.

local _, require = ...
local native = require(".crypto.native")
local hex = require(".crypto.util.hex")

local stream = { fromString = native.stream }

-- The digests that take a stream are easily given a text.
function stream.toString(s)
	local text = native.rest(s)
	if text then
		return text
	elseif type(s) == "string" then
		error("a stream expected, got a text: see "
			.. ".crypto.util.stream, fromString", 0)
	end
	local bytes = {}
	for byte in s do
		bytes[#bytes + 1] = byte
	end
	return native.text(bytes)
end

local drain = stream.toString

function stream.fromArray(a)
	local i = 0
	return function()
		i = i + 1
		return a[i]
	end
end

function stream.toArray(s)
	local a = {}
	for byte in s do
		a[#a + 1] = byte
	end
	return a
end

function stream.fromHex(h)
	return native.stream(hex.hexToString(h))
end

function stream.toHex(s)
	return native.hex(drain(s), true)
end

return stream
