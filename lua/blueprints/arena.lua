-- An arena for games: players pay to enter, play in rounds, and win the pot.
--
-- Rounds follow the clock, so the process needs messages that come by
-- themselves (cron). A game is a program loaded after this one; it defines
--   PlayerInitState()   what a player begins with
--   onTick()            called with each message while a round is played
-- and calls announce(), eliminatePlayer(), sendReward(), endGame().
--
-- Every token that was paid in is paid out again, or waits in BonusQty. Loading
-- this again keeps the round that is being played.

local json = require("json")
local bint = require(".bint")(256)
-- The longest number that may still be within 255 bits.
local DIGITS_MAX = 77
local FAUCET = "10000000"

-- Times are in milliseconds, Now that of the last message. Quantities are texts
-- of digits in the smallest unit of the token.
GameMode = GameMode or "Not-Started"
StateChangeTime = StateChangeTime or 0
Now = Now or 0
WaitTime = WaitTime or 120000
GameTime = GameTime or 1200000
PaymentToken = PaymentToken or ao.id
PaymentQty = PaymentQty or "1"
BonusQty = BonusQty or "0"
MinimumPlayers = MinimumPlayers or 2
-- address -> whether it has paid for the next round
Waiting = Waiting or {}
-- address -> state in this round; each has PaymentQty in the pot
Players = Players or {}
-- addresses, in the order in which they came
Listeners = Listeners or {}

-- A quantity of a message as a number; nil when it is no such.
local function quantity(text)
	local digits = type(text) == "string" and text:match("^0*(%d*)$")
	if not digits or digits == "" or #digits > DIGITS_MAX then
		return nil
	end
	local n = bint(digits)
	return bint.ispos(n) and n or nil
end

-- amount + n as text.
local function plus(amount, n)
	local sum = bint(amount) + n
	assert(not bint.isneg(sum), "the sum would be too large")
	return tostring(sum)
end

local function count(players)
	local n = 0
	for _ in pairs(players) do
		n = n + 1
	end
	return n
end

-- Where messages have no reply of their own, an answer is a plain message.
local function reply(msg, answer)
	if msg.reply then
		return msg.reply(answer)
	end
	answer.Target = msg.From
	return ao.send(answer)
end

-- To all who listen, players among them.
function announce(event, text)
	for _, address in ipairs(Listeners) do
		ao.send({
			Target = address,
			Action = "Announcement",
			Event = event,
			Data = text,
		})
	end
end

-- Nothing is sent for a reward of nothing: a token would refuse it.
function sendReward(recipient, amount, reason)
	local n = bint(amount)
	assert(not bint.isneg(n), "a reward cannot be negative")
	if bint.iszero(n) then
		return
	end
	ao.send({
		Target = PaymentToken,
		Action = "Transfer",
		Quantity = tostring(n),
		Recipient = recipient,
		Reason = reason,
	})
end

-- Its index; nil when it is not there.
local function place_of(address)
	for i, listener in ipairs(Listeners) do
		if listener == address then
			return i
		end
	end
end

local function remove_listener(address)
	local place = place_of(address)
	if place then
		table.remove(Listeners, place)
	end
end

-- The time in which players pay, before a round.
local function start_waiting()
	GameMode = "Waiting"
	StateChangeTime = Now + WaitTime
	announce("Started-Waiting-Period", "The game begins in "
		.. WaitTime // 1000 .. " seconds. Pay to take part.")
end

-- Who has not paid does not play, and is told.
local function eject_unpaid()
	for address, paid in pairs(Waiting) do
		if not paid then
			ao.send({
				Target = address,
				Action = "Ejected",
				Reason = "Did-Not-Pay",
			})
			Waiting[address] = nil
			remove_listener(address)
		end
	end
end

-- With too few who paid the wait begins anew, and their payments stand.
local function start_round()
	local paid = 0
	for _, has_paid in pairs(Waiting) do
		paid = paid + (has_paid and 1 or 0)
	end
	if paid < MinimumPlayers then
		announce("Not-Enough-Players", "Not enough players have paid: "
			.. paid .. " of " .. MinimumPlayers .. ".")
		return start_waiting()
	end
	eject_unpaid()
	for address in pairs(Waiting) do
		local state = type(PlayerInitState) == "function"
			and PlayerInitState()
		Players[address] = state or {}
	end
	Waiting = {}
	GameMode = "Playing"
	StateChangeTime = Now + GameTime
	announce("Started-Game", "The game has begun, with " .. paid
		.. " players and " .. GameTime // 1000 .. " seconds.")
end

-- Each survivor gets back what it paid and an equal part of the bonus; what
-- cannot be divided stays for the next round.
function endGame()
	local winners = count(Players)
	local share = winners > 0 and bint(BonusQty) // winners or bint.zero()
	for address in pairs(Players) do
		sendReward(address, bint(PaymentQty) + share, "Win")
		Waiting[address] = Waiting[address] or false
	end
	BonusQty = plus(BonusQty, -share * winners)
	Players = {}
	announce("Game-Ended", "The game has ended, with " .. winners
		.. " winners.")
	start_waiting()
end

-- One who is left alone has won.
local function end_if_decided()
	if GameMode == "Playing" and count(Players) < MinimumPlayers then
		endGame()
	end
end

-- What the victim paid goes to another player, else into the bonus.
function eliminatePlayer(victim, by)
	assert(Players[victim], tostring(victim) .. " is not playing")
	Players[victim] = nil
	Waiting[victim] = Waiting[victim] or false
	if by ~= nil and Players[by] then
		sendReward(by, PaymentQty, "Eliminated-Player")
	else
		BonusQty = plus(BonusQty, bint(PaymentQty))
	end
	local name = tostring(by or "nobody")
	ao.send({ Target = victim, Action = "Eliminated", Eliminator = name })
	announce("Player-Eliminated", victim .. " was eliminated by " .. name
		.. ".")
	end_if_decided()
end

-- A round goes Not-Started, Waiting, Playing, Waiting and so on.
local function on_clock()
	if GameMode == "Not-Started" then
		start_waiting()
	elseif GameMode == "Waiting" then
		if Now >= StateChangeTime then
			start_round()
		end
	elseif GameMode == "Playing" then
		if type(onTick) == "function" then
			onTick()
		end
		-- the tick may have ended it
		if GameMode == "Playing" and Now >= StateChangeTime then
			endGame()
		end
	end
end

local function always()
	return "continue"
end

-- In front of all else: no message finds a round that should be over. A tag of
-- that name takes the field's place: then it is no clock.
Handlers.prepend("Game-State-Timers", always, function(msg)
	local time = math.tointeger(tonumber(msg.Timestamp))
	if msg.Tags.Timestamp == nil and time then
		Now = time
		on_clock()
	end
end)

-- A token passes on tags that begin with X-, and no others.
local function is_bet(msg)
	return msg.Reason == "AddBet" or msg["X-Reason"] == "AddBet"
end

-- Others of the token's notices are left to other handlers.
local function is_payment(msg)
	local paid = quantity(msg.Quantity)
	return msg.Action == "Credit-Notice" and msg.From == PaymentToken
		and not is_bet(msg) and paid ~= nil and paid >= PaymentQty
		and "continue" or "skip"
end

-- What is paid twice or too much is given back.
Handlers.add("Transfer", is_payment, function(msg)
	local player, paid = msg.Sender, quantity(msg.Quantity)
	assert(type(player) == "string" and player ~= "",
		"the notice does not tell its Sender")
	if Waiting[player] then
		return sendReward(player, paid, "Refund")
	end
	Waiting[player] = true
	ao.send({
		Target = player,
		Action = "Payment-Received",
		Data = "You are in the game.",
	})
	sendReward(player, paid - PaymentQty, "Refund")
	announce("Player-Ready", player .. " is ready to play.")
end)

-- With Mode = "Listen" one hears all and need not pay.
Handlers.add("Register", { Action = "Register" }, function(msg)
	local listens = msg.Mode == "Listen"
	if not place_of(msg.From) then
		table.insert(Listeners, msg.From)
	end
	if not listens and Waiting[msg.From] == nil then
		Waiting[msg.From] = false
	end
	reply(msg, {
		Action = "Registered",
		Data = listens and "You will hear what happens."
			or "Pay " .. PaymentQty .. " to take part.",
	})
	announce("New Player Registered", msg.From .. " has joined"
		.. (listens and " as a listener." or " the game."))
end)

-- Who leaves before a round gets its payment back; within one it is lost to
-- the bonus.
Handlers.add("Unregister", { Action = "Unregister" }, function(msg)
	local from = msg.From
	remove_listener(from)
	if Waiting[from] then
		sendReward(from, PaymentQty, "Refund")
	end
	Waiting[from] = nil
	local played = Players[from] ~= nil
	Players[from] = nil
	reply(msg, { Action = "Unregistered" })
	if played then
		BonusQty = plus(BonusQty, bint(PaymentQty))
		end_if_decided()
	end
end)

-- Only what the token says, or this process or its owner of their own accord:
-- a bonus that nobody paid would be taken from the players.
local function is_added_bet(msg)
	if msg.Action == "Credit-Notice" then
		return is_bet(msg) and msg.From == PaymentToken
	end
	return msg.Reason == "AddBet"
		and (msg.From == ao.id or msg.From == Owner)
end

Handlers.add("AddBet", is_added_bet, function(msg)
	local amount = assert(quantity(msg.Quantity),
		"Quantity must be a whole number greater than 0")
	BonusQty = plus(BonusQty, amount)
	announce("Bet-Added", tostring(msg.Sender or msg.From) .. " has added "
		.. tostring(amount) .. ". The bonus is " .. BonusQty .. ".")
end)

-- For players that are programs.
Handlers.add("GetGameState", { Action = "GetGameState" }, function(msg)
	reply(msg, {
		Action = "GameState",
		Data = json.encode({
			GameMode = GameMode,
			TimeRemaining = math.max(StateChangeTime - Now, 0),
			Players = Players,
		}),
	})
end)

Handlers.add("AnnounceTick", { Action = "Tick" }, function()
	local seconds = math.max(StateChangeTime - Now, 0) // 1000
	announce("Tick", seconds .. " seconds are left.")
end)

-- Where this process is a token itself, players may have some to begin with.
Handlers.add("RequestTokens", { Action = "RequestTokens" }, function(msg)
	ao.send({
		Target = ao.id,
		Action = "Transfer",
		Quantity = FAUCET,
		Recipient = msg.From,
	})
end)
