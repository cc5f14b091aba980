-- A token: balances, transfers with notices to both sides, minting.
--
--   Send({ Target = ao.id, Action = "Mint", Quantity = "1000" })
--   Send({ Target = ao.id, Action = "Transfer", Recipient = friend,
--     Quantity = "250" })
--
-- Quantities are texts of decimal digits, counted in the smallest unit, of
-- which Denomination digits stand behind the point. What is there already is
-- kept, so this may be loaded again; Ticker, Logo and so on may be set.

local json = require("json")
local bint = require(".bint")(256)

-- The longest number that may still be within 255 bits.
local DIGITS_MAX = 77

Variant = "0.0.3"
Denomination = Denomination or 12
Ticker = Ticker or "PNTS"
Logo = Logo or "SBCCXwwecBlDqRLUjb8dYABExTJXLieawf7m2aBJ-KY"

-- Ten thousand whole coins. With 72 digits behind the point they still fit.
local function initial_supply()
	local places = math.tointeger(tonumber(Denomination))
	assert(places and places >= 0 and places <= 72,
		"Denomination must be a whole number from 0 to 72")
	return tostring(bint.ipow(10, places) * 10000)
end

-- For a process whose balances are older than this blueprint.
local function sum_of(balances)
	local sum = bint.zero()
	for _, held in pairs(balances) do
		sum = sum + bint(held)
	end
	return tostring(sum)
end

Balances = Balances or { [ao.id] = initial_supply() }
TotalSupply = TotalSupply or sum_of(Balances)

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

local function held_by(account)
	return bint(Balances[account] or 0)
end

-- The amount may be negative; whoever calls has seen that there is enough.
local function add(account, amount)
	local sum = held_by(account) + amount
	assert(not bint.isneg(sum), "the balance of '" .. account
		.. "' would be too large")
	Balances[account] = tostring(sum)
end

-- Where messages have no reply of their own, an answer is a plain message.
local function reply(msg, answer)
	if msg.reply then
		return msg.reply(answer)
	end
	answer.Target = msg.From
	return ao.send(answer)
end

-- Tell the node what changed, so that it can be read without asking us.
local function publish(...)
	local changed = {}
	for _, account in ipairs({ ... }) do
		changed[account] = Balances[account]
	end
	ao.send({
		device = "patch@1.0",
		balances = changed,
		["token-info"] = {
			name = Name,
			ticker = Ticker,
			logo = Logo,
			denomination = tostring(Denomination),
			supply = TotalSupply,
		},
	})
end

-- What goes wrong for a reason that the sender should hear of.
local function refuse(msg, action, text)
	reply(msg, { Action = action, ["Message-Id"] = msg.Id, Error = text })
end

-- Names are in lower case here: who gets them finds them in title case.
Handlers.add("info", { Action = "Info" }, function(msg)
	reply(msg, {
		name = Name,
		ticker = Ticker,
		logo = Logo,
		denomination = tostring(Denomination),
		supply = TotalSupply,
	})
end)

-- Target as a tag is what older clients send; the field is our own id.
Handlers.add("balance", { Action = "Balance" }, function(msg)
	local whose = msg.Recipient or msg.From
	local target = msg.Tags.Target
	if not msg.Recipient and target and Balances[target] then
		whose = target
	end
	local held = tostring(held_by(whose))
	reply(msg, {
		Balance = held,
		Ticker = Ticker,
		Account = msg.Recipient or msg.From,
		Data = held,
	})
end)

Handlers.add("balances", { Action = "Balances" }, function(msg)
	-- an empty table would be shown as a list
	reply(msg, { Data = next(Balances) and json.encode(Balances) or "{}" })
end)

-- Both sides hear of it, with all tags of the request that begin with X-.
local function notify(msg, amount)
	local from, to = msg.From, msg.Recipient
	local debit = {
		Action = "Debit-Notice",
		Recipient = to,
		Quantity = amount,
		Data = "You transferred " .. amount .. " to " .. to,
	}
	local credit = {
		Target = to,
		Action = "Credit-Notice",
		Sender = from,
		Quantity = amount,
		Data = "You received " .. amount .. " from " .. from,
	}
	for name, value in pairs(msg.Tags) do
		if name:sub(1, 2) == "X-" then
			debit[name], credit[name] = value, value
		end
	end
	reply(msg, debit)
	ao.send(credit)
end

-- All is checked before anything changes. A tag Cast asks for no notices.
Handlers.add("transfer", { Action = "Transfer" }, function(msg)
	local from, to = msg.From, msg.Recipient
	assert(type(to) == "string" and to ~= "", "Recipient is required!")
	local amount = quantity(msg.Quantity)
	if held_by(from) < amount then
		return refuse(msg, "Transfer-Error", "Insufficient Balance!")
	end
	add(from, -amount)
	add(to, amount)
	if not msg.Cast then
		notify(msg, tostring(amount))
	end
	publish(from, to)
end)

-- New coins go to the process itself, which its owner tells to pass them on.
Handlers.add("mint", { Action = "Mint" }, function(msg)
	local amount = quantity(msg.Quantity)
	if msg.From ~= ao.id then
		return refuse(msg, "Mint-Error",
			"Only the process itself can mint " .. Ticker)
	end
	local supply = bint(TotalSupply) + amount
	assert(not bint.isneg(supply), "the total supply would be too large")
	add(ao.id, amount)
	TotalSupply = tostring(supply)
	reply(msg, { Data = "Successfully minted " .. tostring(amount) })
	publish(ao.id)
end)

Handlers.add("totalSupply", { Action = "Total-Supply" }, function(msg)
	assert(msg.From ~= ao.id,
		"Total-Supply cannot be asked by the process itself")
	reply(msg, {
		Action = "Total-Supply",
		Ticker = Ticker,
		Data = TotalSupply,
	})
end)

-- So that the action is known, and not taken for a message.
Handlers.add("burn", { Action = "Burn" }, function()
	print("Burn is not implemented yet.")
end)
