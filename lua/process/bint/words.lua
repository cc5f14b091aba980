-- Lists of words as unsigned integers of any size: the arithmetic of .bint.
--
-- The least word comes first. Words have at most 32 bits, so that a product of
-- two, with two words added, is just within an integer of Lua. Where it may be
-- above 2^63, and so look negative, only those operators are used that treat it
-- as unsigned.

local format, ult = string.format, math.ult
local concat, unpack = table.concat, table.unpack

-- base^width for digits that are taken together: the most below 2^31.
local chunks = {}
for base = 2, 36 do
	local power, width = base, 1
	while power * base < 1 << 31 do
		power, width = power * base, width + 1
	end
	chunks[base] = { power = power, width = width }
end

local DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"

-- The digits of n, at least `width` of them.
local function digits_of(n, base, width)
	if base == 10 then
		return format("%0" .. width .. "d", n)
	end
	local out = ""
	while n > 0 or #out < width do
		local digit = n % base
		out = DIGITS:sub(digit + 1, digit + 1) .. out
		n = n // base
	end
	return out
end

-- Unsigned n // d, for d below 2^32.
local function unsigned_quotient(n, d)
	if n >= 0 then
		return n // d
	end
	local q = (n >> 1) // d << 1
	return n - q * d >= d and q + 1 or q
end

-- The number of words up to the last that is not zero.
local function used(x, n)
	while n > 0 and x[n] == 0 do
		n = n - 1
	end
	return n
end

-- What is done with lists of `size` words as if they were unsigned.
local function word_operations(size, wordbits)
	local MASK = (1 << wordbits) - 1
	local zero = {}
	for i = 1, size do
		zero[i] = 0
	end
	local words = {}

	-- A constructor with all values makes a table of just the right size.
	function words.zero()
		return { unpack(zero, 1, size) }
	end

	-- x + y, into z.
	function words.add(z, x, y)
		local carry = 0
		for i = 1, size do
			local sum = x[i] + y[i] + carry
			z[i], carry = sum & MASK, sum >> wordbits
		end
		return z
	end

	-- x - y, into z.
	function words.subtract(z, x, y)
		local borrow = 0
		for i = 1, size do
			local rest = x[i] - y[i] - borrow
			z[i], borrow = rest & MASK, rest >> 63
		end
		return z
	end

	function words.negate(z, x)
		return words.subtract(z, zero, x)
	end

	-- The greatest word that differs decides.
	function words.less(x, y)
		for i = size, 1, -1 do
			if x[i] ~= y[i] then
				return x[i] < y[i]
			end
		end
		return false
	end

	-- z + x * y * 2^(wordbits * skip), into z, for one word x. What goes
	-- beyond `room` words is lost.
	local function add_row(z, x, y, top, skip, room)
		local carry = 0
		for i = 1, top <= room - skip and top or room - skip do
			local sum = x * y[i] + z[i + skip] + carry
			z[i + skip], carry = sum & MASK, sum >> wordbits
		end
		if skip + top < room then
			z[skip + top + 1] = carry
		end
	end

	-- x * y, its lowest `room` words; z comes as so many zeroes.
	function words.multiply(z, x, y, room)
		local top = used(y, size)
		for i = 1, used(x, size) do
			if x[i] ~= 0 then
				add_row(z, x[i], y, top, i - 1, room)
			end
		end
		return z
	end

	-- x as an integer of Lua, when it is below 2^63.
	function words.small(x)
		local n, value = used(x, size), 0
		if n * wordbits > 64 then
			return nil
		end
		for i = n, 1, -1 do
			value = value << wordbits | x[i]
		end
		return value >= 0 and value or nil
	end

	-- Any integer of Lua, the sign continued to the left.
	function words.from_integer(n)
		local z, i = words.zero(), 1
		local sign = n < 0 and ~(-1 >> wordbits) or 0
		while i <= size and n ~= 0 do
			z[i] = n & MASK
			n, i = n >> wordbits | sign, i + 1
		end
		return z
	end

	-- z = z * factor + more, for factors below 2^31; n words are in use.
	local function scale(z, n, factor, more)
		for i = 1, n do
			local sum = z[i] * factor + more
			z[i], more = sum & MASK, sum >> wordbits
		end
		while more > 0 and n < size do
			n = n + 1
			z[n], more = more & MASK, more >> wordbits
		end
		return n
	end

	-- From digits; nil when one of them is none of the base.
	function words.from_digits(text, base)
		local width = chunks[base].width
		local z, n = words.zero(), 0
		local first, last = 1, (#text - 1) % width + 1
		while first <= #text do
			local part = tonumber(text:sub(first, last), base)
			if not part then
				return nil
			end
			n = scale(z, n, chunks[base].power, part)
			first, last = last + 1, last + width
		end
		return z
	end

	-- Divide by one word, in place; the remainder. Below 2^31 nothing is
	-- ever taken for negative.
	local function divide_short(x, n, d)
		local rest = 0
		if d < 1 << 31 then
			for i = n, 1, -1 do
				local part = rest << wordbits | x[i]
				local q = part // d
				x[i], rest = q, part - q * d
			end
			return rest
		end
		for i = n, 1, -1 do
			local part = rest << wordbits | x[i]
			local q = unsigned_quotient(part, d)
			x[i], rest = q, part - q * d
		end
		return rest
	end

	-- Several digits are taken off by each division, the last ones first.
	function words.digits(x, base)
		local power, width = chunks[base].power, chunks[base].width
		local parts, at = {}, 0
		local rest, n = { unpack(x, 1, size) }, used(x, size)
		repeat
			local part = divide_short(rest, n, power)
			n = used(rest, n)
			parts[at] = digits_of(part, base, n > 0 and width or 1)
			at = at - 1
		until n == 0
		return concat(parts, "", at + 1, 0)
	end

	-- n words of x, shifted left by less than a word, and what falls out.
	local function shifted(x, n, by)
		local z, carry = {}, 0
		for i = 1, n do
			local part = x[i] << by | carry
			z[i], carry = part & MASK, part >> wordbits
		end
		return z, carry
	end

	-- One digit of a long quotient: how often v goes into n + 1 words of
	-- u from `at`, which becomes the remainder. Guessed from the first two
	-- words, and mended: the guess is at most two too large.
	local function quotient_digit(u, at, v, n)
		local top, part = v[n], u[at + n] << wordbits | u[at + n - 1]
		local q = unsigned_quotient(part, top)
		local rest = part - q * top
		while q > MASK or rest <= MASK and ult(
			rest << wordbits | u[at + n - 2], q * v[n - 1]) do
			q, rest = q - 1, rest + top
		end
		local borrow = 0
		for i = 1, n do
			local product = q * v[i] + borrow
			local left = u[at + i - 1] - (product & MASK)
			u[at + i - 1] = left & MASK
			borrow = (product >> wordbits) + (left >> 63)
		end
		local left = u[at + n] - borrow
		u[at + n] = left & MASK
		if left >= 0 then
			return q
		end
		local carry = 0
		for i = 1, n do
			local sum = u[at + i - 1] + v[i] + carry
			u[at + i - 1], carry = sum & MASK, sum >> wordbits
		end
		u[at + n] = 0
		return q - 1
	end

	-- By a divisor of n >= 2 words: as by hand, the divisor made to begin
	-- with a bit that is set.
	local function divide_long(x, m, y, n)
		local by = 0
		while y[n] << by & (MASK + 1 >> 1) == 0 do
			by = by + 1
		end
		local u, carry = shifted(x, m, by)
		local v = shifted(y, n, by)
		local q, r = words.zero(), words.zero()
		u[m + 1] = carry
		for at = m - n + 1, 1, -1 do
			q[at] = quotient_digit(u, at, v, n)
		end
		for i = 1, n do
			r[i] = (u[i] >> by | u[i + 1] << wordbits - by) & MASK
		end
		return q, r
	end

	-- Quotient and remainder. y is not zero; x may have more words (m),
	-- when the quotient is of no interest.
	function words.divide(x, y, m)
		m = used(x, m or size)
		local n = used(y, size)
		if m < n then
			return words.zero(), { unpack(x, 1, size) }
		elseif n > 1 then
			return divide_long(x, m, y, n)
		end
		local q, r = { unpack(x) }, words.zero()
		r[1] = divide_short(q, m, y[1])
		return q, r
	end

	-- By any number of bits; what goes beyond the ends is lost.
	function words.shift_left(x, by)
		local skip, bits = by // wordbits, by % wordbits
		local z, low = words.zero(), 0
		for i = skip + 1, size do
			local word = x[i - skip]
			z[i] = (word << bits | low >> wordbits - bits) & MASK
			low = word
		end
		return z
	end

	function words.shift_right(x, by)
		local skip, bits = by // wordbits, by % wordbits
		local z, high = words.zero(), 0
		for i = size - skip, 1, -1 do
			local word = x[i + skip]
			z[i] = (word >> bits | high << wordbits - bits) & MASK
			high = word
		end
		return z
	end

	-- Bytes, the least one first.
	function words.bytes(x)
		local out, held, count = {}, 0, 0
		for i = 1, size do
			held, count = held | x[i] << count, count + wordbits
			while count >= 8 do
				out[#out + 1] = string.char(held & 255)
				held, count = held >> 8, count - 8
			end
		end
		return concat(out)
	end

	function words.from_bytes(text)
		local z, held, count, at = words.zero(), 0, 0, 1
		for i = 1, size do
			while count < wordbits do
				held = held | (text:byte(at) or 0) << count
				count, at = count + 8, at + 1
			end
			z[i], held, count = held & MASK, held >> wordbits,
				count - wordbits
		end
		return z
	end

	return words
end

local getinfo, error = debug.getinfo, error

-- An error with the place of the first caller that is not one of ours.
local function fail(text)
	local level = 2
	local at = getinfo(level, "S")
	while at and at.source:sub(1, 5) == ".bint" do
		level = level + 1
		at = getinfo(level, "S")
	end
	error(text, level)
end

return { operations = word_operations, bases = chunks, fail = fail }
