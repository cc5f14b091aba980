-- Replies on processes that have none.

return function(t)
	local test, is, has, tag = t.test, t.is, t.has, t.tag
	local blueprint = require("blueprint")(t)

	-- A process whose messages have no reply, but for the blueprint.
	local function open()
		local p = blueprint.process("patch-legacy-reply")
		p:eval("Handlers.prepend('old', function() return 'continue' end,"
			.. " function(m) m.reply = nil end)"
			.. " Handlers.add('ask', 'Ask', function(m)"
			.. " m.reply({ Data = 'here', Target = m.Tags.To }) end)")
		return p
	end

	local function ask(p, tags)
		tags.Action = "Ask"
		return p:send(tags).Messages[1]
	end

	test("patch-legacy-reply: where the answer goes", function()
		local p = open()
		is(ask(p, {}).Target, "YOU")
		is(ask(p, { To = "T" }).Target, "T")
		is(ask(p, { To = "T", ["Reply-To"] = "R" }).Target, "R")
		is(ask(p, {}).Data, "here")
	end)

	test("patch-legacy-reply: to what it answers", function()
		local p = open()
		is(tag(ask(p, {}), "X-Reference"), nil)
		is(tag(ask(p, { Reference = "1" }), "X-Reference"), "1")
		local m = ask(p, { Reference = "1", ["X-Reference"] = "2",
			["X-Origin"] = "O" })
		is(tag(m, "X-Reference"), "2")
		is(tag(m, "X-Origin"), "O")
		p:eval("Handlers.add('ask', 'Ask', function(m) m.reply('x') end)")
		has(p:send({ Action = "Ask" }).Error, "should be a table")
	end)

	test("patch-legacy-reply: first in the list, and lets pass", function()
		local p = blueprint.process("patch-legacy-reply")
		blueprint.load(p, "patch-legacy-reply")
		is(blueprint.value(p, "Handlers.list[1].name"), "_patch_reply")
		is(blueprint.value(p, "Handlers.list[2].name"), "APM.DownloadResponse")
		has(p:send({ Action = "Any" }).Output.data, "New Message")
	end)

	test("patch-legacy-reply: a reply that is there stays", function()
		local p = blueprint.process("patch-legacy-reply")
		p:eval("Handlers.prepend('new', function() return 'continue' end,"
			.. " function(m) m.reply = print end)"
			.. " Handlers.add('ask', 'Ask', function(m) m.reply('own') end)")
		is(p:send({ Action = "Ask" }).Output.data, "own")
	end)
end
