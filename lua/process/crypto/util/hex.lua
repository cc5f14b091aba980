-- Texts as hex and back.

local _, require = ...
local native = require(".crypto.native")

local hex = {}

-- With so many bytes on a line, the separator between those of a line.
function hex.stringToHex(s, per_line, separator)
	if not per_line then
		return native.hex(s)
	end
	local lines = {}
	for i = 1, #s, per_line do
		local line = {}
		for j = i, math.min(i + per_line - 1, #s) do
			line[#line + 1] = native.hex(s:sub(j, j))
		end
		lines[#lines + 1] = table.concat(line, separator)
	end
	return table.concat(lines, "\n")
end

-- `unsafe`: what is no hex stays as it is.
function hex.hexToString(h, unsafe)
	local s = native.unhex(h)
	if s or not unsafe then
		return s or error("invalid hex string", 0)
	end
	return (h:gsub("%s+", ""):gsub("%x%x", function(digits)
		return string.char(tonumber(digits, 16))
	end))
end

return hex
