-- Votes of stakers: yay or nay on anything, weighed by stake, with a deadline.
--
--   Send({ Target = ao.id, Action = "Vote", Tags = { Target = "proposal-1" },
--     Side = "yay", Deadline = "100" })
--
-- Load staking first. The first vote on a target sets its deadline, in blocks
-- from now. Who votes again changes his vote. Loading it again keeps all votes.

assert(type(Stakers) == "table",
	"there are no Stakers: load the blueprint 'staking' first")

local bint = require(".bint")(256)

-- Ten years of blocks; what is meant for ever is a mistake.
local DEADLINE_MAX = 2629800

Votes = Votes or {}

-- The height of the chain; nil when the message does not tell it. A tag of that
-- name takes the field's place, so with one it is only what the sender says.
local function height_of(msg)
	if msg.Tags["Block-Height"] ~= nil then
		return nil
	end
	return math.tointeger(tonumber(msg["Block-Height"]))
end

local function stake_of(address)
	local stake = Stakers[address]
	return bint(stake and stake.amount or 0)
end

-- Count again: nobody counts for more than he has staked now, or else the same
-- tokens could be staked and vote for one account after the other.
local function count(vote)
	-- a record of an older version does not tell who voted
	if not vote.voters then
		return bint(vote.yay) > bint(vote.nay)
	end
	local sums = { yay = bint.zero(), nay = bint.zero() }
	for address, ballot in pairs(vote.voters) do
		local weight = bint.min(ballot.weight, stake_of(address))
		sums[ballot.side] = sums[ballot.side] + weight
	end
	vote.yay, vote.nay = tostring(sums.yay), tostring(sums.nay)
	return sums.yay > sums.nay
end

-- A new record, which ends so many blocks from now.
local function open(blocks, height)
	local n = type(blocks) == "string" and blocks:find("^%d+$")
		and math.tointeger(tonumber(blocks))
	assert(n and n > 0 and n <= DEADLINE_MAX,
		"Deadline must be a number of blocks, at most " .. DEADLINE_MAX)
	return { yay = "0", nay = "0", deadline = height + n, voters = {} }
end

Handlers.add("vote", { Action = "Vote" }, function(msg)
	local target, side = msg.Tags.Target, msg.Side
	local weight, height = stake_of(msg.From), height_of(msg)
	assert(type(target) == "string" and target ~= "",
		"Target is required: what is voted on")
	assert(side == "yay" or side == "nay", "Side must be 'yay' or 'nay'")
	assert(bint.ispos(weight), "no stake, no vote")
	assert(height, "the message does not tell its Block-Height")
	local vote = Votes[target] or open(msg.Deadline, height)
	vote.voters = vote.voters or {}
	vote.voters[msg.From] = { side = side, weight = tostring(weight) }
	count(vote)
	Votes[target] = vote
end)

local function always()
	return "continue"
end

-- In front of all else, so that no vote counts that comes after the deadline.
Handlers.prepend("finalize", always, function(msg)
	local height = height_of(msg)
	for target, vote in pairs(Votes) do
		if height and vote.deadline <= height then
			if count(vote) then
				print("Vote passed: " .. target .. ", yay "
					.. vote.yay .. ", nay " .. vote.nay)
			end
			Votes[target] = nil
		end
	end
end)
