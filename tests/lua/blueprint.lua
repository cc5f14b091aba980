-- What the tests of blueprints share: loading them, asking for globals.

return function(t)
	local blueprint = {}

	-- Evaluate that blueprint in the process, perhaps with code in front;
	-- what it shows.
	function blueprint.load(p, name, before)
		local file = assert(io.open("lua/blueprints/" .. name .. ".lua"))
		local r = p:eval((before or "") .. file:read("a"))
		file:close()
		if r.Error then
			error(r.Error, 2)
		end
		return r.Output.data
	end

	-- A process with these blueprints.
	function blueprint.process(...)
		local p = t.process({ Name = "coin" })
		for _, name in ipairs({ ... }) do
			blueprint.load(p, name)
		end
		return p
	end

	-- The value of an expression, as text.
	function blueprint.value(p, expression, fields)
		local r = p:eval("return tostring(" .. expression .. ")", fields)
		if r.Error then
			error(r.Error, 2)
		end
		return r.Output.data
	end

	-- The fields of a message from that sender.
	function blueprint.from(who, data)
		return { From = who, Owner = who, Data = data }
	end

	-- "Target Action" of each message, for a look at what was sent.
	function blueprint.sent(r)
		local out = {}
		for i, m in ipairs(r.Messages) do
			out[i] = (m.Target or "-") .. " "
				.. (t.tag(m, "Action") or "-")
		end
		return table.concat(out, ", ")
	end

	-- Texts that are no quantity, and what their refusal says.
	blueprint.wrong_quantities = {
		{ nil, "Quantity is required!" },
		{ "", "Quantity is required!" },
		{ "0", "greater than 0" },
		{ "000", "greater than 0" },
		{ "-5", "not a whole number" },
		{ "+5", "not a whole number" },
		{ "1.5", "not a whole number" },
		{ "1e3", "not a whole number" },
		{ "0x10", "not a whole number" },
		{ " 1", "not a whole number" },
		{ "1 ", "not a whole number" },
		{ "1\n", "not a whole number" },
		{ "1,000", "not a whole number" },
		{ "nan", "not a whole number" },
		{ "٣", "not a whole number" },
		-- 2^255 is the first that is too large
		{ "5789604461865809771178549250434395392663499233282028201972"
			.. "8792003956564819968", "too large" },
		{ ("9"):rep(77), "too large" },
		-- 2^256 + 5, which would wrap round to 5
		{ "1157920892373161954235709850086879078532699846656405640394"
			.. "57584007913129639941", "too large" },
		{ ("9"):rep(5000), "too large" },
		{ 5, "Quantity is required!" },
		{ { "5" }, "Quantity is required!" },
		{ true, "Quantity is required!" },
	}

	return blueprint
end
