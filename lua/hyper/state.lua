-- What the process is between its messages: globals, settled by the first.

local ao = require(".ao")

local INBOX_MAX = 10000

local state = {}

-- Before each message; `process` is the definition of the process.
function state.init(process)
	HandlerPrintLogs = {}
	Errors = type(Errors) == "table" and Errors or {}
	Inbox = type(Inbox) == "table" and Inbox or {}
	if Owner == nil then
		Owner = ao.sender(process)
	end
	if Name == nil then
		Name = type(process.name) == "string" and process.name or "aos"
	end
end

-- The oldest goes: a state must not grow without end.
function state.insertInbox(req)
	table.insert(Inbox, req)
	while #Inbox > INBOX_MAX do
		table.remove(Inbox, 1)
	end
end

return state
