-- A token: balances, transfers with their notices, minting.
--
--   aos> .load lua/examples/token.lua
--   aos> Send({ Target = ao.id, Action = "Mint", Quantity = "1000" })
--   aos> Send({ Target = ao.id, Action = "Transfer", Recipient = friend,
--          Quantity = "250" })
--
-- Loading it again changes the handlers and keeps the balances.

Denomination = Denomination or 12
TotalSupply = TotalSupply or "10000" .. ("0"):rep(Denomination)
Balances = Balances or { [ao.id] = TotalSupply }
Ticker = Ticker or "PNTS"
Logo = Logo or "SBCCXwwecBlDqRLUjb8dYABExTJXLieawf7m2aBJ-KY"

-- Quantities are texts of digits, of any length, without leading zeros.

local function less(a, b)
	return #a < #b or #a == #b and a < b
end

local function digit(a, i)
	return i < #a and a:byte(#a - i) - 48 or 0
end

-- a + sign * b, from the last digit to the first; never below zero.
local function sum(a, sign, b)
	local digits, carry = "", 0
	for i = 0, math.max(#a, #b) - 1 do
		local d = digit(a, i) + sign * digit(b, i) + carry
		digits = d % 10 .. digits
		carry = d // 10
	end
	digits = carry .. digits
	return (digits:gsub("^0+(%d)", "%1"))
end

local function quantity(msg)
	local q = msg.Quantity
	assert(type(q) == "string" and q:match("^%d+$"), "Quantity is required!")
	q = q:gsub("^0+(%d)", "%1")
	assert(q ~= "0", "Quantity must be greater than 0")
	return q
end

local function balance(account)
	return Balances[account] or "0"
end

-- Tell the node what changed, so that it can be read without asking us.
local function publish(...)
	local changed = {}
	for _, account in ipairs({ ... }) do
		changed[account] = balance(account)
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

Handlers.add("info", { Action = "Info" }, function(msg)
	msg.reply({
		name = Name,
		ticker = Ticker,
		logo = Logo,
		denomination = tostring(Denomination),
		supply = TotalSupply,
	})
end)

Handlers.add("balance", { Action = "Balance" }, function(msg)
	local account = msg.Recipient or msg.From
	local held = balance(account)
	if not msg.Recipient and Balances[msg.Tags.Target] then
		held = Balances[msg.Tags.Target]
	end
	msg.reply({
		Balance = held,
		Ticker = Ticker,
		Account = account,
		Data = held,
	})
end)

Handlers.add("balances", { Action = "Balances" }, function(msg)
	msg.reply({ Data = json.encode(Balances) })
end)

Handlers.add("transfer", { Action = "Transfer" }, function(msg)
	local from, to, amount = msg.From, msg.Recipient, quantity(msg)
	assert(type(to) == "string", "Recipient is required!")
	if less(balance(from), amount) then
		msg.reply({
			Action = "Transfer-Error",
			["Message-Id"] = msg.Id,
			Error = "Insufficient Balance!",
		})
		return
	end
	Balances[from] = sum(balance(from), -1, amount)
	Balances[to] = sum(balance(to), 1, amount)
	if not msg.Cast then
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
			if name:match("^X%-") then
				debit[name], credit[name] = value, value
			end
		end
		msg.reply(debit)
		Send(credit)
	end
	publish(from, to)
end)

Handlers.add("mint", { Action = "Mint" }, function(msg)
	local amount = quantity(msg)
	if msg.From ~= ao.id then
		msg.reply({
			Action = "Mint-Error",
			["Message-Id"] = msg.Id,
			Error = "Only the process itself can mint " .. Ticker,
		})
		return
	end
	Balances[ao.id] = sum(balance(ao.id), 1, amount)
	TotalSupply = sum(TotalSupply, 1, amount)
	msg.reply({ Data = "Minted " .. amount .. " " .. Ticker })
	publish(ao.id)
end)

Handlers.add("totalSupply", { Action = "Total-Supply" }, function(msg)
	assert(msg.From ~= ao.id, "Total-Supply is for others to ask")
	msg.reply({
		Action = "Total-Supply",
		Ticker = Ticker,
		Data = TotalSupply,
	})
end)
