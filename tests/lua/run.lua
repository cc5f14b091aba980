-- Tests of the process library in plain Lua, by the rows of the checklist of
-- spec/aos-process.md 17. From the top folder:
--
--   lua5.4 tests/lua/run.lua [PATTERN]     prints TAP

package.path = "tests/lua/?.lua;" .. package.path

local host = require("host")

local FILES = { "rows_eval", "rows_identity", "rows_inbox", "rows_sending",
	"rows_handlers", "rows_waiting", "rows_modules", "rows_hyper",
	"rows_apm", "blueprint_token", "blueprint_chatroom",
	"blueprint_staking", "blueprint_voting", "blueprint_chat",
	"blueprint_apm", "blueprint_arns", "blueprint_patch_legacy_reply",
	"blueprint_arena", "blueprint_htoken" }

-- A process: a world with the library, and the environment of its messages.

local Process = {}
Process.__index = Process

local function copy(v)
	if type(v) ~= "table" then
		return v
	end
	local out = {}
	for k, x in pairs(v) do
		out[k] = copy(x)
	end
	return out
end

-- Tags from a map (sorted) or a list of pairs.
local function tag_list(tags)
	local out = {}
	for k, v in host.pairs(tags or {}) do
		if type(k) == "number" then
			out[#out + 1] = { name = v[1], value = v[2] }
		else
			out[#out + 1] = { name = k, value = v }
		end
	end
	return out
end

-- `fields` replace those of an ordinary message from a stranger; false: none.
function Process:send(tags, fields)
	self.count = self.count + 1
	local msg = {
		Id = "m" .. self.count, Target = "PID", From = "YOU", Owner = "YOU",
		Module = "MOD", ["Block-Height"] = 100, Timestamp = 1000,
		Nonce = self.count, Epoch = 0, Cron = false, Tags = tag_list(tags),
	}
	for k, v in pairs(fields or {}) do
		msg[k] = v or nil
	end
	self.last = self.world.require(".process").handle(msg, copy(self.env))
	return self.last
end

function Process:eval(code, fields)
	local all = { From = "OWNER", Owner = "OWNER", Data = code }
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

local t = {}

-- A process with these process tags, before its first message.
function t.raw(tags)
	return setmetatable({
		world = host.open(),
		count = 0,
		env = {
			Process = { Id = "PID", Owner = "OWNER",
				Tags = tag_list(tags) },
			Module = { Id = "MOD", Owner = "X", Tags = {} },
		},
	}, Process)
end

-- The same, booted.
function t.process(tags)
	local p = t.raw(tags)
	p:boot()
	return p
end

local function show(v)
	if type(v) == "table" then
		local ok, text = pcall(host.json.encode, v)
		return ok and text or tostring(v)
	end
	return string.format("%q", tostring(v))
end

local function fail(level, ...)
	error(table.concat({ ... }), level + 1)
end

function t.is(got, want)
	if got ~= want or math.type(got) ~= math.type(want) then
		fail(2, "got ", show(got), ", not ", show(want))
	end
end

-- Tables with the same content.
function t.same(got, want)
	if show(got) ~= show(want) then
		fail(2, "got ", show(got), ", not ", show(want))
	end
end

function t.has(text, part)
	if type(text) ~= "string" or not text:find(part, 1, true) then
		fail(2, show(text), " lacks ", show(part))
	end
end

function t.ends(text, part)
	if type(text) ~= "string" or text:sub(-#part) ~= part then
		fail(2, show(text), " does not end with ", show(part))
	end
end

-- fn(...) raises an error that ends with `part`.
function t.raises(part, fn, ...)
	local ok, err = pcall(fn, ...)
	if ok then
		fail(2, "no error, not ", show(part))
	end
	if type(err) ~= "string" or err:sub(-#part) ~= part then
		fail(2, "error ", show(err), ", not ", show(part))
	end
end

-- The value of the first tag of that name in an outgoing message.
function t.tag(out, name)
	for _, tag in ipairs(out.Tags) do
		if tag.name == name then
			return tag.value
		end
	end
end

t.json = host.json
t.colors = { red = "\27[31m", green = "\27[32m", blue = "\27[34m",
	gray = "\27[90m", reset = "\27[0m" }

local tests = {}

function t.test(name, fn)
	tests[#tests + 1] = { name = name, fn = fn }
end

for _, file in ipairs(FILES) do
	require(file)(t)
end

local wanted, failed, number = arg[1], 0, 0
local lines = {}
for _, one in ipairs(tests) do
	if not wanted or one.name:find(wanted) then
		number = number + 1
		local ok, err = xpcall(one.fn, debug.traceback)
		lines[number] = (ok and "ok " or "not ok ") .. number .. " - "
			.. one.name
		if not ok then
			failed = failed + 1
			lines[number] = lines[number] .. "\n# "
				.. tostring(err):gsub("\n", "\n# ")
		end
	end
end
print("1.." .. number)
print(table.concat(lines, "\n"))
os.exit(failed == 0)
