-- Bits of values of .bint: operators, shifts, the ends of the range.

local fail = require(".bint.words").fail
local setmetatable = setmetatable

-- Add that to a class whose values have so many bits.
local function add_bits(class, words, bits, wordbits)
	local size = bits // wordbits
	local MASK = (1 << wordbits) - 1

	local function value(list)
		return setmetatable(list, class)
	end

	-- Any number may be shifted by, but no fraction.
	local function shift_count(y)
		return class.tointeger(y)
			or fail("value has no integer representation")
	end

	-- Left for positive numbers of bits, right for negative ones.
	local function shift(x, by)
		if by <= -bits or by >= bits then
			return class.zero()
		elseif by >= 0 then
			return value(words.shift_left(x, by))
		end
		return value(words.shift_right(x, -by))
	end

	-- Without a sign: zeroes come in from both sides.
	function class.__shl(x, y)
		return shift(class.check(x), shift_count(y))
	end

	function class.__shr(x, y)
		return shift(class.check(x), -shift_count(y))
	end

	-- Into x itself, for what others hold.
	local function assign(x, list)
		return table.move(list, 1, size, 1, x)
	end

	-- In place: by one bit, and by whole words.
	function class._shlone(x)
		return assign(x, words.shift_left(x, 1))
	end

	function class._shrone(x)
		return assign(x, words.shift_right(x, 1))
	end

	function class._shlwords(x, n)
		return assign(x, shift(x, n * wordbits))
	end

	function class._shrwords(x, n)
		return assign(x, shift(x, -n * wordbits))
	end

	-- Each operator in both forms: x op y, and in place.
	local function add_operator(name, on_word)
		class["_" .. name] = function(x, y)
			y = class.check(y)
			for i = 1, size do
				x[i] = on_word(x[i], y[i])
			end
			return x
		end
		class["__" .. name] = function(x, y)
			return class["_" .. name](class.new(x), y)
		end
	end

	add_operator("band", function(a, b)
		return a & b
	end)
	add_operator("bor", function(a, b)
		return a | b
	end)
	add_operator("bxor", function(a, b)
		return a ~ b
	end)

	-- Words are kept within their bits, so each is cut again.
	function class._bnot(x)
		for i = 1, size do
			x[i] = ~x[i] & MASK
		end
		return x
	end

	function class.__bnot(x)
		return class.new(x):_bnot()
	end

	-- The lowest y bits.
	function class.bwrap(x, y)
		x = class.check(x)
		if y <= 0 then
			return class.zero()
		elseif y >= bits then
			return class.new(x)
		end
		return x & (class.one() << y):_dec()
	end

	-- Rotate; a negative number of bits goes the other way.
	function class.brol(x, y)
		local by = shift_count(y) % bits
		x = class.check(x)
		return shift(x, by) | shift(x, by - bits)
	end

	function class.bror(x, y)
		return class.brol(x, -(shift_count(y) % bits))
	end

	-- The sign bit alone, and all bits but that.
	function class.mininteger()
		return class.one() << bits - 1
	end

	function class.maxinteger()
		return class.mininteger():_dec()
	end
end

return add_bits
