-- The chat room.

return function(t)
	local test, is, tag = t.test, t.is, t.tag
	local blueprint = require("blueprint")(t)
	local from, value = blueprint.from, blueprint.value

	local function ask(p, who, action, data)
		return p:send({ Action = action, Reference = "1" },
			from(who, data)).Messages
	end

	test("chatroom: register and unregister", function()
		local p = blueprint.process("chatroom")
		local m = ask(p, "ann", "Register")
		is(#m, 1)
		is(m[1].Target .. m[1].Data, "annRegistered.")
		is(tag(m[1], "X-Reference"), "1")
		is(ask(p, "ann", "Register")[1].Data, "Already registered.")
		is(ask(p, "bob", "Unregister")[1].Data, "Not registered")
		is(ask(p, "ann", "Unregister")[1].Data, "Unregistered")
		is(ask(p, "ann", "Unregister")[1].Data, "Not registered")
		is(value(p, "#Members"), "0")
	end)

	test("chatroom: a broadcast, each member once", function()
		local p = blueprint.process("chatroom")
		ask(p, "ann", "Register")
		ask(p, "bob", "Register")
		local out = ask(p, "eve", "Broadcast", "hello")
		is(#out, 3)
		t.same({ out[1].Target, out[1].Data, tag(out[1], "Action"),
			tag(out[1], "Broadcaster") },
			{ "ann", "hello", "Broadcast-Notice", "eve" })
		is(out[2].Target, "bob")
		is(out[3].Target .. out[3].Data, "eveBroadcasted.")
		p:eval("table.insert(Members, 'ann')")
		is(#ask(p, "ann", "Broadcast", "x"), 3)
		-- without data it is an empty notice
		is(ask(p, "ann", "Broadcast")[1].Data, nil)
	end)

	test("chatroom: loading it again keeps the members", function()
		local p = blueprint.process("chatroom")
		ask(p, "ann", "Register")
		blueprint.load(p, "chatroom")
		is(value(p, "Members[1] .. #Members"), "ann1")
		is(ask(p, "ann", "Register")[1].Data, "Already registered.")
	end)
end
