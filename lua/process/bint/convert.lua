-- How values of .bint are made and shown.

local unpack, tointeger = table.unpack, math.tointeger
local getmetatable, setmetatable = getmetatable, setmetatable
local tonumber, type = tonumber, type
local words_module = require(".bint.words")
local bases_known, fail = words_module.bases, words_module.fail

-- A number or its text as an integer of Lua; nil when it has a fraction.
local function whole(x)
	return tointeger(tonumber(x))
end

-- Add that to a class.
local function add_conversions(class, words, bits)
	local function value(list)
		return setmetatable(list, class)
	end

	-- Of this very class: one of another size is no value here.
	function class.isbint(x)
		return getmetatable(x) == class
	end

	function class.zero()
		return value(words.zero())
	end

	function class.one()
		return value(words.from_integer(1))
	end

	-- nil for a fraction, and for what is no number.
	function class.frominteger(x)
		local n = whole(x)
		return n and value(words.from_integer(n))
	end

	-- The 64 bits of an integer as a number without sign.
	function class.fromuinteger(x)
		local n = class.frominteger(x)
		return n and class.bwrap(n, 64)
	end

	-- Wraps round like all else: digits beyond the size are lost.
	local function from_digits(sign, digits, base)
		local list = words.from_digits(digits, base)
		if list and sign == "-" then
			words.negate(list, list)
		end
		return list and value(list)
	end

	-- nil when the text is none of that base.
	function class.frombase(text, base)
		base = base or 10
		if type(text) ~= "string" or not bases_known[base] then
			return nil
		end
		local sign, digits = text:match("^([+-]?)(%w+)$")
		return digits and from_digits(sign, digits, base)
	end

	local bases = { x = 16, X = 16, b = 2, B = 2 }

	-- Decimal, or with 0x or 0b in front of the digits.
	function class.fromstring(text)
		if type(text) ~= "string" then
			return nil
		end
		local sign, digits = text:match("^([+-]?)(%d+)$")
		if digits then
			return from_digits(sign, digits, 10)
		end
		local base
		sign, base, digits = text:match("^([+-]?)0([xXbB])(%x+)$")
		return digits and from_digits(sign, digits, bases[base])
	end

	local function check_bytes(bytes)
		if type(bytes) ~= "string" then
			fail("buffer is not a string")
		end
	end

	-- The least byte first, or the greatest; missing ones are zero.
	function class.fromle(bytes)
		check_bytes(bytes)
		return value(words.from_bytes(bytes))
	end

	function class.frombe(bytes)
		check_bytes(bytes)
		return value(words.from_bytes(bytes:reverse()))
	end

	-- nil when x is no integer; a copy is made only when asked for.
	function class.tobint(x, clone)
		if getmetatable(x) == class then
			return clone and value({ unpack(x, 1, #x) }) or x
		elseif type(x) == "number" then
			return class.frominteger(x)
		end
		return class.fromstring(x)
	end

	function class.new(x)
		return class.tobint(x, true)
			or fail("value cannot be represented by a bint")
	end

	-- An integer, else what tonumber() makes of it.
	function class.parse(x, clone)
		return class.tobint(x, clone) or tonumber(x)
	end

	-- An integer by one of the ways to round; nil for no number.
	local function rounded(round)
		return function(x)
			if getmetatable(x) == class then
				return class.new(x)
			end
			local n = tonumber(x)
			return n and class.frominteger(round(n))
		end
	end

	class.floor, class.ceil = rounded(math.floor), rounded(math.ceil)
	class.trunc = rounded(function(n)
		return (math.modf(n))
	end)

	-- The lowest 64 bits.
	function class.tointeger(x)
		if getmetatable(x) ~= class then
			return whole(x)
		end
		local n, width = 0, bits // #x
		for i = 1, (63 + width) // width do
			n = n | (x[i] or 0) << (i - 1) * width
		end
		return n
	end

	-- Integers of Lua have no other form without sign.
	class.touinteger = class.tointeger

	-- An integer when it fits into one, else the nearest float.
	function class.tonumber(x)
		if getmetatable(x) ~= class then
			return tonumber(x)
		end
		local n = class.tointeger(x)
		return class.__eq(x, class.frominteger(n)) and n
			or tonumber(class.__tostring(x))
	end

	-- Bases other than ten show the bits, unless told to show a sign.
	function class.tobase(x, base, unsigned)
		base = base or 10
		x = class.tobint(x)
		if not x or not bases_known[base] then
			return nil
		elseif unsigned == nil then
			unsigned = base ~= 10
		end
		if unsigned or not class.isneg(x) then
			return words.digits(x, base)
		end
		return "-" .. words.digits(words.negate({}, x), base)
	end

	-- Small values, which most are, are shown by Lua.
	function class.__tostring(x)
		local n = words.small(x)
		if n then
			return string.format("%d", n)
		end
		return class.tobase(x, 10, false)
	end

	-- As bytes; `trim` leaves out zeroes at the greater end, but for one.
	function class.tole(x, trim)
		local bytes = words.bytes(class.check(x))
		return trim and bytes:match("^(..-)\0*$") or bytes
	end

	function class.tobe(x, trim)
		return class.tole(x, trim):reverse()
	end

	-- For what has to be an integer: those values, or an error.
	function class.check(x)
		return class.tobint(x)
			or fail("value has no integer representation")
	end
end

return add_conversions
