-- ISAAC-32: numbers, and characters shifted by them.

local _, require = ...
local native = require(".crypto.native")
local result = require(".crypto.result")
local chars = require(".crypto.chars")

local seed, number, shift = native.isaac()

local issac = { seedIsaac = seed, getRandom = number }

function issac.getRandomChar()
	return number() % 95 + 32
end

-- Without a seed it is always the same number, as in aos. The default of `max`
-- is a float, and so is what comes of it.
function issac.random(min, max, text)
	min, max = min or 0, max or 2 ^ 31 - 1
	seed(text or "", text ~= nil)
	return number() % (max - min + 1) + min
end

function issac.encrypt(text, key)
	seed(key, true)
	local shifted = shift(text, true)
	return result(shifted, false, function()
		return chars(shifted)
	end)
end

function issac.decrypt(text, key)
	seed(key, true)
	return shift(text, false)
end

return issac
