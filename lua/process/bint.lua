-- Integers of a fixed number of bits in two's complement, for quantities that
-- no number of Lua can hold. Results that do not fit wrap round.
--
--   local bint = require(".bint")(256)
--   tostring(bint("12345678901234567890") * 2 + "7")
--
-- A value is a list of words, the least one first, with its class as metatable.
-- Functions whose names begin with an underscore change their first argument.

-- An update leaves it as it is: values know each other by their class.
local live = select(3, ...)
if live then
	return live
end

local words_module = require(".bint.words")
local word_operations, fail = words_module.operations, words_module.fail
local add_conversions = require(".bint.convert")
local add_bits = require(".bint.bits")
local getmetatable, setmetatable = getmetatable, setmetatable
local type = type

-- A value to be compared that is no integer.
local function comparand(class, x)
	return class.tonumber(x) or fail("attempt to compare a bint with a "
		.. type(x) .. " value")
end

-- Questions.
local function add_predicates(class, words, sign)
	-- x is one of ours, or any value that == understands
	local function is_number(n)
		local same = class.frominteger(n)
		return function(x)
			if getmetatable(x) == class then
				return class.__eq(x, same)
			end
			return x == n
		end
	end

	-- These take numbers of Lua, floats too, as well as values.
	class.iszero, class.isone = is_number(0), is_number(1)
	class.isminusone = is_number(-1)

	function class.isintegral(x)
		return getmetatable(x) == class or math.type(x) == "integer"
	end

	function class.isnumeric(x)
		return getmetatable(x) == class or type(x) == "number"
	end

	function class.type(x)
		return getmetatable(x) == class and "bint" or math.type(x)
	end

	-- The sign is the highest bit of the highest word.
	function class.isneg(x)
		if getmetatable(x) == class then
			return x[#x] & sign ~= 0
		end
		return x < 0
	end

	function class.ispos(x)
		return not class.isneg(x) and not class.iszero(x)
	end

	function class.iseven(x)
		if getmetatable(x) == class then
			return x[1] & 1 == 0
		end
		return x % 2 == 0
	end

	function class.isodd(x)
		if getmetatable(x) == class then
			return x[1] & 1 == 1
		end
		return x % 2 == 1
	end

	-- Lua calls it for two tables alone: == of a value and a number is
	-- false, whatever they are. class.eq() is there for that.
	function class.__eq(x, y)
		if getmetatable(x) ~= class or getmetatable(y) ~= class then
			return false
		end
		for i = 1, #x do
			if x[i] ~= y[i] then
				return false
			end
		end
		return true
	end

	-- Order with the sign; floats are compared as such.
	local function signed_less(x, y)
		local a = x[#x] & sign
		if a ~= y[#y] & sign then
			return a ~= 0
		end
		return words.less(x, y)
	end

	-- < and <= take numbers and texts on either side.
	function class.__lt(x, y)
		local a, b = class.tobint(x), class.tobint(y)
		if a and b then
			return signed_less(a, b)
		end
		return comparand(class, x) < comparand(class, y)
	end

	function class.__le(x, y)
		local a, b = class.tobint(x), class.tobint(y)
		if a and b then
			return not signed_less(b, a)
		end
		return comparand(class, x) <= comparand(class, y)
	end

	-- == for values of any kind.
	function class.eq(x, y)
		local a, b = class.tobint(x), class.tobint(y)
		if a and b then
			return class.__eq(a, b)
		end
		return class.tonumber(x) == class.tonumber(y)
	end

	-- The same without a sign: what is negative is large.
	function class.ult(x, y)
		return words.less(class.check(x), class.check(y))
	end

	function class.ule(x, y)
		return not words.less(class.check(y), class.check(x))
	end

	-- Of either a copy, for whoever changes the result in place.
	function class.max(x, y)
		return class.parse(class.__lt(x, y) and y or x, true)
	end

	function class.min(x, y)
		return class.parse(class.__lt(y, x) and y or x, true)
	end
end

-- An operand that is no integer, as a number of Lua.
local function operand(class, x)
	return class.tonumber(x) or fail("attempt to perform arithmetic on a "
		.. type(x) .. " value")
end

-- Sums, products, powers.
local function add_arithmetic(class, words, size)
	local function value(list)
		return setmetatable(list, class)
	end

	-- Integers are added as such; with a float the result is a float.
	local function binary(on_words, on_numbers)
		return function(x, y)
			local a, b = class.tobint(x), class.tobint(y)
			if a and b then
				return value(on_words(a, b))
			end
			return on_numbers(operand(class, x), operand(class, y))
		end
	end

	class.__add = binary(function(x, y)
		return words.add(words.zero(), x, y)
	end, function(x, y)
		return x + y
	end)

	class.__sub = binary(function(x, y)
		return words.subtract(words.zero(), x, y)
	end, function(x, y)
		return x - y
	end)

	class.__mul = binary(function(x, y)
		return words.multiply(words.zero(), x, y, size)
	end, function(x, y)
		return x * y
	end)

	-- / and ^ give floats, as they do for integers of Lua.
	function class.__div(x, y)
		return operand(class, x) / operand(class, y)
	end

	function class.__pow(x, y)
		return operand(class, x) ^ operand(class, y)
	end

	-- In place; the value itself is the result.
	function class._add(x, y)
		return words.add(x, x, class.check(y))
	end

	function class._sub(x, y)
		return words.subtract(x, x, class.check(y))
	end

	-- The least integer is its own negative: it wraps round.
	function class._unm(x)
		return words.negate(x, x)
	end

	function class.__unm(x)
		return class.new(x):_unm()
	end

	function class._abs(x)
		return class.isneg(x) and x:_unm() or x
	end

	function class.abs(x)
		local a = class.tobint(x, true)
		return a and a:_abs() or math.abs(operand(class, x))
	end

	-- Made once: they are added, never changed.
	local one, minus_one = class.frominteger(1), class.frominteger(-1)

	-- By one; inc() and dec() leave x as it is, and take numbers.
	function class._inc(x)
		return words.add(x, x, one)
	end

	function class._dec(x)
		return words.add(x, x, minus_one)
	end

	function class.inc(x)
		return class.__add(x, one)
	end

	function class.dec(x)
		return class.__add(x, minus_one)
	end

	function class._assign(x, y)
		return table.move(class.check(y), 1, size, 1, x)
	end

	-- x to the power y, which is taken without its sign.
	function class.ipow(x, y)
		local z, square = class.one(), class.check(x)
		local left = class.new(y)
		while not class.iszero(left) do
			if left[1] & 1 == 1 then
				z = z * square
			end
			left:_shrone()
			square = square * square
		end
		return z
	end

	-- All words of a product, twice as many as a value has.
	local function wide_product(x, y)
		local z = {}
		for i = 1, 2 * size do
			z[i] = 0
		end
		return words.multiply(z, x, y, 2 * size)
	end

	-- The same modulo m, all three without sign, and without loss.
	function class.upowmod(x, y, m)
		local modulus, left = class.check(m), class.new(y)
		local z = class.umod(1, modulus)
		local square = class.umod(x, modulus)
		local function product(a, b)
			local _, r = words.divide(wide_product(a, b), modulus,
				2 * size)
			return value(r)
		end
		while not class.iszero(left) do
			if left[1] & 1 == 1 then
				z = product(z, square)
			end
			left:_shrone()
			square = product(square, square)
		end
		return z
	end
end

-- Quotients and remainders: of three kinds, as the sign is to be taken.
local function add_division(class, words)
	local function value(list)
		return setmetatable(list, class)
	end

	-- Both as integers of Lua, when they are small and not negative.
	local function both_small(x, y)
		local a = words.small(x)
		local b = a and words.small(y)
		if b == 0 then
			fail("attempt to perform division by zero")
		end
		return b and a, b
	end

	-- nil when they are not small: most that are divided are.
	local function small_quotient(x, y)
		local a, b = both_small(x, y)
		if b then
			return value(words.from_integer(a // b)),
				value(words.from_integer(a % b))
		end
	end

	local function unsigned(x, y)
		local q, r = small_quotient(x, y)
		if q then
			return q, r
		elseif class.iszero(y) then
			fail("attempt to perform division by zero")
		end
		q, r = words.divide(x, y)
		return value(q), value(r)
	end

	-- Towards zero: the remainder has the sign of x.
	local function truncated(x, y)
		local x_neg, y_neg = class.isneg(x), class.isneg(y)
		local q, r = unsigned(x_neg and -x or x, y_neg and -y or y)
		if x_neg ~= y_neg then
			q:_unm()
		end
		return q, x_neg and r:_unm() or r
	end

	-- Downwards: the remainder has the sign of y.
	local function floored(x, y)
		local q, r = truncated(x, y)
		if class.isneg(x) ~= class.isneg(y) and not class.iszero(r) then
			q:_dec()
			r:_add(y)
		end
		return q, r
	end

	function class.udivmod(x, y)
		return unsigned(class.check(x), class.check(y))
	end

	function class.idivmod(x, y)
		local a, b = class.tobint(x), class.tobint(y)
		if a and b then
			local q, r = small_quotient(a, b)
			if q then
				return q, r
			end
			return floored(a, b)
		end
		a, b = operand(class, x), operand(class, y)
		return a // b, a % b
	end

	function class.tdivmod(x, y)
		local a, b = class.tobint(x), class.tobint(y)
		if a and b then
			-- the one quotient that does not fit
			if class.isminusone(b) and a == class.mininteger() then
				fail("division overflow")
			end
			return truncated(a, b)
		end
		a, b = operand(class, x), operand(class, y)
		return (math.modf(a / b)), math.fmod(a, b)
	end

	for _, kind in ipairs({ "u", "i", "t" }) do
		local both = class[kind .. "divmod"]
		class[kind .. "div"] = function(x, y)
			local q = both(x, y)
			return q
		end
		class[kind .. "mod"] = function(x, y)
			local _, r = both(x, y)
			return r
		end
	end
	class.__idiv, class.__mod = class.idiv, class.imod
end

-- An error has the place of the caller in the program, see fail().
local function check(ok, text)
	return ok or fail(text)
end

-- Words of up to 32 bits: the product of two has to fit into 64. Whole bytes,
-- so that tole() and tobe() lose nothing.
local function check_sizes(bits, wordbits)
	check(math.type(bits) == "integer" and math.type(wordbits) == "integer",
		"bitsize and word bitsize must be integers")
	check(bits >= 64, "bitsize must be at least 64")
	check(wordbits >= 8 and wordbits <= 32,
		"word bitsize must be at least 8 and at most 32")
	check(bits % wordbits == 0,
		"bitsize must be a multiple of the word bitsize")
	check(bits % 8 == 0, "bitsize must be a multiple of 8")
end

-- A class for a size. Later parts use what earlier ones have put into it.
local function make_class(bits, wordbits)
	local class = { bits = bits }
	class.__index = class
	local size = bits // wordbits
	local words = word_operations(size, wordbits)
	add_conversions(class, words, bits)
	add_predicates(class, words, 1 << wordbits - 1)
	add_arithmetic(class, words, size)
	add_bits(class, words, bits, wordbits)
	add_division(class, words)
	return setmetatable(class, {
		__call = function(_, x)
			return class.new(x)
		end,
	})
end

-- Values know each other by their class, so all who ask must get the same one.
local classes = {}

return function(bits, wordbits)
	wordbits = wordbits or 32
	check_sizes(bits, wordbits)
	local name = bits .. "/" .. wordbits
	classes[name] = classes[name] or make_class(bits, wordbits)
	return classes[name]
end
