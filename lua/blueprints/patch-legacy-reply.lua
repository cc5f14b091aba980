-- A reply function for messages, on processes older than 2.0.
--
-- Where messages have one already nothing is changed.

local function always()
	return "continue"
end

Handlers.prepend("_patch_reply", always, function(msg)
	if msg.reply then
		return
	end
	local tags = msg.Tags or {}
	local function field(name)
		return msg[name] or tags[name]
	end
	function msg.reply(answer)
		assert(type(answer) == "table", "msg should be a table")
		answer.Target = field("Reply-To") or answer.Target or msg.From
		answer["X-Reference"] = field("X-Reference")
			or field("Reference")
		answer["X-Origin"] = field("X-Origin") or answer["X-Origin"]
		return ao.send(answer)
	end
end)
