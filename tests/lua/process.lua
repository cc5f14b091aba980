-- A process under test: the one of a program, and the environment of its
-- messages.

local json = require("json_text")

local Process = {}

-- What p:check() has at hand, in front of the code on its first line.
local PRELUDE = [[
local function is(got, want)
	if got ~= want or math.type(got) ~= math.type(want) then
		error("got " .. tostring(got) .. ", not " .. tostring(want), 2)
	end
end
local function same(got, want)
	local got, want = json.encode(got), json.encode(want)
	if got ~= want then
		error("got " .. got .. ", not " .. want, 2)
	end
end
local function raises(part, fn, ...)
	local ok, err = pcall(fn, ...)
	if ok or type(err) ~= "string" or err:sub(-#part) ~= part then
		error("got " .. tostring(not ok and err) .. ", not " .. part, 2)
	end
end
]]
PRELUDE = PRELUDE:gsub("%s+", " ")

-- Tags from a map (sorted) or a list of pairs.
local function tag_list(tags)
	local names, out = {}, {}
	for k, v in pairs(tags or {}) do
		if type(k) == "number" then
			out[k] = { name = v[1], value = v[2] }
		else
			names[#names + 1] = k
		end
	end
	table.sort(names)
	for _, k in ipairs(names) do
		out[#out + 1] = { name = k, value = tags[k] }
	end
	return out
end

-- A process with these process tags, before its first message. It is the
-- program's only one: the one before is gone.
function Process.new(program, tags)
	local self = {
		program = program, number = program:reset(), count = 0,
		owner = "OWNER",
		env = {
			Process = { Id = "PID", Owner = "OWNER",
				Tags = tag_list(tags) },
			Module = { Id = "MOD", Owner = "X", Tags = {} },
		},
	}
	-- globals of the process, to look at and to set
	self.world = setmetatable({}, {
		__index = function(_, name)
			return self:get(name)
		end,
		__newindex = function(_, name, value)
			self:show(("%s = require('json').decode(%q)[1]"):format(name,
				json.encode({ value })))
		end,
	})
	return setmetatable(self, Process)
end

Process.__index = Process

-- Hand it a message as it is. `more`: further fields of the request.
function Process:handle(msg, more)
	if self.program.process ~= self.number then
		error("this process is gone: there is a newer one", 2)
	end
	local request = { op = "handle", msg = msg, env = self.env }
	for k, v in pairs(more or {}) do
		request[k] = v
	end
	return self.program:result(request)
end

function Process:message(tags, fields)
	local msg = {
		Id = "m" .. self.count, Target = "PID", From = "YOU", Owner = "YOU",
		Module = "MOD", ["Block-Height"] = 100, Timestamp = 1000,
		Nonce = self.count, Epoch = 0, Cron = false, Tags = tag_list(tags),
	}
	for k, v in pairs(fields or {}) do
		msg[k] = v or nil
	end
	return msg
end

-- `fields` replace those of an ordinary message from a stranger; false: none.
-- The result is kept in self.last; what handle() raises is an error here.
function Process:send(tags, fields)
	self.count = self.count + 1
	self.last = self:handle(self:message(tags, fields))
	return self.last
end

function Process:eval(code, fields)
	local all = { From = self.owner, Owner = self.owner, Data = code }
	for k, v in pairs(fields or {}) do
		all[k] = v
	end
	return self:send({ Action = "Eval" }, all)
end

-- What code prints or returns, without colours; an error fails the test.
function Process:show(code)
	local result = self:eval(code)
	if result.Error then
		error(result.Error, 2)
	end
	return (result.Output.data:gsub("\27%[%d+m", ""))
end

-- The value of an expression: what JSON can hold of it. Leaves no trace.
function Process:get(expression)
	local code = "require('json').encode({ v = " .. expression .. " })"
	local result = self:handle(self:message({ Action = "Eval" },
		{ From = self.owner, Owner = self.owner, Data = code }),
		{ keep = false })
	if result.Error then
		error(result.Error, 2)
	end
	return json.decode(result.Output.data).v
end

-- Code with is(), same() and raises() for its own checks, run in the process.
function Process:check(code)
	local result = self:eval(PRELUDE .. code)
	if result.Error then
		error(result.Error, 2)
	end
end

-- The process's own first message.
function Process:boot(tags, fields)
	local all = { Id = "PID", From = "OWNER", Owner = "OWNER" }
	for k, v in pairs(fields or {}) do
		all[k] = v
	end
	local with = { Type = "Process" }
	for k, v in pairs(tags or {}) do
		with[k] = v
	end
	return self:send(with, all)
end

return Process
