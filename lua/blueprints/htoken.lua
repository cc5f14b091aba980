-- A token for hyper-aos: the token blueprint with names in lower case.
--
--   send({ target = id, action = "Transfer", recipient = friend,
--     quantity = "250" })
--
-- Quantities are texts of decimal digits. What is there already is kept, so
-- this may be loaded again.

local bint = require(".bint")(256)
local json = require(package.loaded[".json"] and ".json" or "json")
-- The longest number that may still be within 255 bits.
local DIGITS_MAX = 77

-- What the process calls itself and how it sends, wherever this runs.
local own = id or ao.id
local post = send or Send or ao.send

Variant = "0.0.3"
Denomination = Denomination or 12
Name = Name or "Hyper Test Coin"
Ticker = Ticker or "HYPER"
Logo = Logo or "SBCCXwwecBlDqRLUjb8dYABExTJXLieawf7m2aBJ-KY"

-- Ten thousand whole coins.
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

Balances = Balances or { [own] = initial_supply() }
TotalSupply = TotalSupply or sum_of(Balances)

-- A handler gets the whole assignment, the message proper is its body.
local function body_of(msg)
	return type(msg.body) == "table" and msg.body or msg
end

-- The signer of a body, as the commitments say.
local function signer_of(body)
	local first
	for _, commitment in pairs(body.commitments or {}) do
		if (commitment.alg or commitment.type) == "rsa-pss-sha512" then
			return commitment.committer
		end
		first = first or commitment.committer
	end
	return first
end

-- Who speaks. A body may hold anything, also a field "from": only what the
-- library has checked counts.
local function sender_of(msg)
	local sender = msg.from
	if type(msg.body) == "table" then
		sender = msg.body["from-process"] or signer_of(msg.body)
	end
	return assert(sender, "the message does not tell who sent it")
end

local function field(msg, name)
	return body_of(msg)[name]
end

-- A quantity of a message as a number; whatever is no such is refused.
local function quantity(text)
	assert(type(text) == "string" and text ~= "", "quantity is required!")
	local digits = text:match("^0*(%d*)$")
	local shown = "quantity '" .. text:sub(1, 40) .. "' "
	assert(digits, shown .. "is not a whole number")
	assert(digits ~= "", "quantity must be greater than 0")
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

-- With the library's own reply, wherever it has put that; else a plain message
-- that says what it answers.
local function reply(msg, answer)
	local answering = msg.reply or body_of(msg).reply
	if answering then
		return answering(answer)
	end
	answer.target = sender_of(msg)
	answer["x-reference"] = field(msg, "x-reference")
		or field(msg, "reference")
	return post(answer)
end

-- By the action's text, in whatever case, the action being the name.
local function on(action, handle)
	Handlers.add(action, function(msg)
		local asked = field(msg, "action")
		return type(asked) == "string" and asked:lower() == action
	end, handle)
end

on("info", function(msg)
	reply(msg, {
		name = Name,
		ticker = Ticker,
		logo = Logo,
		denomination = tostring(Denomination),
		supply = TotalSupply,
	})
end)

on("balance", function(msg)
	local whose = field(msg, "recipient") or sender_of(msg)
	local held = tostring(held_by(whose))
	reply(msg, {
		balance = held,
		ticker = Ticker,
		account = whose,
		data = held,
	})
end)

on("balances", function(msg)
	-- an empty table would be shown as a list
	reply(msg, { data = next(Balances) and json.encode(Balances) or "{}" })
end)

-- Both sides hear of it, with all fields of the request that begin with x-.
local function notify(msg, from, to, amount)
	local debit = {
		action = "Debit-Notice",
		recipient = to,
		quantity = amount,
		data = "You transferred " .. amount .. " to " .. to,
	}
	local credit = {
		target = to,
		action = "Credit-Notice",
		sender = from,
		quantity = amount,
		data = "You received " .. amount .. " from " .. from,
	}
	for name, value in pairs(body_of(msg)) do
		name = tostring(name):lower()
		if name:sub(1, 2) == "x-" then
			debit[name], credit[name] = value, value
		end
	end
	reply(msg, debit)
	post(credit)
end

-- All is checked before anything changes. A field cast asks for no notices.
on("transfer", function(msg)
	local from, to = sender_of(msg), field(msg, "recipient")
	assert(type(to) == "string" and to ~= "", "recipient is required!")
	local amount = quantity(field(msg, "quantity"))
	if held_by(from) < amount then
		return reply(msg, {
			action = "Transfer-Error",
			["message-id"] = field(msg, "id"),
			error = "Insufficient Balance!",
		})
	end
	add(from, -amount)
	add(to, amount)
	if not field(msg, "cast") then
		notify(msg, from, to, tostring(amount))
	end
end)

-- New coins go to the process itself, which its owner tells to pass them on.
on("mint", function(msg)
	local amount = quantity(field(msg, "quantity"))
	if sender_of(msg) ~= own then
		return reply(msg, {
			action = "Mint-Error",
			["message-id"] = field(msg, "id"),
			error = "Only the process itself can mint " .. Ticker,
		})
	end
	local supply = bint(TotalSupply) + amount
	assert(not bint.isneg(supply), "the total supply would be too large")
	add(own, amount)
	TotalSupply = tostring(supply)
	reply(msg, { data = "Successfully minted " .. tostring(amount) })
end)

on("total-supply", function(msg)
	assert(sender_of(msg) ~= own,
		"total-supply cannot be asked by the process itself")
	reply(msg, {
		action = "Total-Supply",
		ticker = Ticker,
		data = TotalSupply,
	})
end)
