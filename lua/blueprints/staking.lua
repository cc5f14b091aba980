-- Staking for a token: balances are set aside, and come back after a delay.
--
--   Send({ Target = ao.id, Action = "Stake", Quantity = "1000" })
--   Send({ Target = ao.id, Action = "Unstake", Quantity = "1000" })
--
-- Load the token first: stakes are taken from its Balances. Heights are those
-- of the blocks that messages name. Loading it again keeps all stakes.

assert(type(Balances) == "table",
	"there are no Balances: load the blueprint 'token' first")

local json = require("json")
local bint = require(".bint")(256)
local DIGITS_MAX = 77

Variant = "0.0.4"
Stakers = Stakers or {}
Unstaking = Unstaking or {}
UnstakeDelay = UnstakeDelay or 670

-- A quantity of a message as a number; whatever is no such is refused.
local function quantity(text)
	assert(type(text) == "string" and text ~= "", "Quantity is required!")
	local digits = text:match("^0*(%d*)$")
	local shown = "Quantity '" .. text:sub(1, 40) .. "' "
	assert(digits, shown .. "is not a whole number")
	assert(digits ~= "", "Quantity must be greater than 0")
	assert(#digits <= DIGITS_MAX and bint.ispos(bint(digits)),
		shown .. "is too large")
	return bint(digits)
end

-- The height of the chain; nil when the message does not tell it. A tag of that
-- name takes the field's place, so with one it is only what the sender says.
local function height_of(msg)
	if msg.Tags["Block-Height"] ~= nil then
		return nil
	end
	return math.tointeger(tonumber(msg["Block-Height"]))
end

-- amount + n as text, for what may not be there yet.
local function plus(amount, n)
	return tostring(bint(amount or 0) + n)
end

-- Where messages have no reply of their own, an answer is a plain message.
local function answer(msg, text)
	if msg.reply then
		return msg.reply({ Data = text })
	end
	return ao.send({ Target = msg.From, Data = text })
end

Handlers.add("staking.balances", { Action = "Stakers" }, function(msg)
	-- an empty table would be shown as a list
	answer(msg, next(Stakers) and json.encode(Stakers) or "{}")
end)

Handlers.add("staking.stake", { Action = "Stake" }, function(msg)
	local from, amount = msg.From, quantity(msg.Quantity)
	local height = height_of(msg)
	assert(height, "the message does not tell its Block-Height")
	assert(bint(Balances[from] or 0) >= amount,
		"Insufficient balance to stake " .. tostring(amount))
	local stake = Stakers[from] or {}
	Balances[from] = plus(Balances[from], -amount)
	Stakers[from] = {
		amount = plus(stake.amount, amount),
		unstake_at = height + UnstakeDelay,
	}
	answer(msg, "Successfully Staked " .. tostring(amount))
end)

-- Who unstakes again before the first part is released waits for both.
Handlers.add("staking.unstake", { Action = "Unstake" }, function(msg)
	local from, amount = msg.From, quantity(msg.Quantity)
	local stake = Stakers[from]
	assert(stake and bint(stake.amount) >= amount,
		"Insufficient stake to unstake " .. tostring(amount))
	local waiting = Unstaking[from] or { release_at = 0 }
	stake.amount = plus(stake.amount, -amount)
	Unstaking[from] = {
		amount = plus(waiting.amount, amount),
		release_at = math.max(waiting.release_at,
			stake.unstake_at or 0),
	}
	answer(msg, "Successfully unstaked " .. tostring(amount))
end)

local function always()
	return "continue"
end

-- With every message, whatever it is, since nothing else tells the height.
Handlers.prepend("staking.finalize", always, function(msg)
	local height = height_of(msg)
	for address, waiting in pairs(Unstaking) do
		if height and waiting.release_at <= height then
			Balances[address] = plus(Balances[address],
				bint(waiting.amount))
			Unstaking[address] = nil
		end
	end
end)
