-- MT19937: random numbers that every machine draws alike.

-- An update leaves it as it is: who draws goes on with his numbers.
local live = select(3, ...)
if live then
	return live
end

local WORDS, MIDDLE = 624, 397

local chance = {}

-- The words are made at the first draw: they take 10 KiB, and many processes
-- are seeded but never draw.
local start, words, place = 5489, nil, 0

-- Constants and steps are those of MT19937, as everywhere.
local function fill()
	local w = { [0] = start }
	for i = 1, WORDS - 1 do
		local p = w[i - 1]
		w[i] = (1812433253 * (p ~ p >> 30) + i) & 0xffffffff
	end
	words, place = w, WORDS
end

-- All words anew, when all have been drawn.
local function twist()
	local w = words
	for i = 0, WORDS - 1 do
		local y = w[i] & 0x80000000 | w[(i + 1) % WORDS] & 0x7fffffff
		w[i] = w[(i + MIDDLE) % WORDS] ~ y >> 1 ~ (y & 1) * 0x9908b0df
	end
	place = 0
end

-- By the whole part, modulo 2^32.
function chance.seed(n)
	n = tonumber(n) or 0
	local whole = math.tointeger(n)
	if not whole then
		-- NaN and infinity have no whole part
		whole = math.abs(n) < math.huge
			and math.tointeger(n // 1 % 4294967296) or 0
	end
	start, words = whole & 0xffffffff, nil
end

-- From 0 to below 1, in steps of 2^-32.
function chance.random()
	if not words then
		fill()
	end
	if place >= WORDS then
		twist()
	end
	local y = words[place]
	place = place + 1
	y = y ~ y >> 11
	y = y ~ y << 7 & 0x9d2c5680
	y = y ~ y << 15 & 0xefc60000
	return (y ~ y >> 18) * (1 / 4294967296)
end

function chance.integer(min, max)
	if max < min then
		error("max must bigger than min", 0)
	end
	return math.floor(chance.random() * (max - min + 1) + min)
end

return chance
