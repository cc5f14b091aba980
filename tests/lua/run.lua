-- Tests of the process library through the real program, by the rows of the
-- checklist of spec/aos-process.md 17. From the top folder:
--
--   lua5.4 tests/lua/run.lua [PATTERN]     prints TAP

package.path = "tests/lua/?.lua;" .. package.path

local json = require("json_text")
local Process = require("process")
local Program = require("program")

local FILES = { "rows_eval", "rows_identity", "rows_inbox", "rows_sending",
	"rows_matching", "rows_handlers", "rows_waiting", "rows_time",
	"rows_modules", "rows_utils", "rows_json", "rows_text", "rows_sandbox",
	"rows_library", "rows_apm", "rows_hyper", "blueprint_token",
	"blueprint_chatroom", "blueprint_staking", "blueprint_voting",
	"blueprint_chat", "blueprint_apm", "blueprint_arns",
	"blueprint_patch_legacy_reply", "blueprint_arena", "blueprint_htoken" }

local t = {}

-- One program with these options for all tests that share it.
local programs = {}

function t.program(options)
	options = options or ""
	programs[options] = programs[options] or Program.start(options)
	return programs[options]
end

-- A process with these process tags, before its first message. Only the newest
-- one of a program can be spoken to.
function t.raw(tags, other)
	return Process.new(other or t.program(), tags)
end

-- The same, booted.
function t.process(tags, other)
	local p = t.raw(tags, other)
	p:boot()
	return p
end

-- fn(program) with a program of its own, started with these options.
function t.with_program(options, fn)
	local other = Program.start(options)
	local ok, err = xpcall(fn, debug.traceback, other)
	local ended = other:close()
	if not ok then
		error(err, 0)
	end
	assert(ended, "the program did not end well")
end

local function show(v)
	if type(v) == "table" then
		local ok, text = pcall(json.encode, v)
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

t.json = json
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
io.stdout:setvbuf("line")
for _, one in ipairs(tests) do
	if not wanted or one.name:find(wanted) then
		number = number + 1
		local ok, err = xpcall(one.fn, debug.traceback)
		print((ok and "ok " or "not ok ") .. number .. " - " .. one.name)
		if not ok then
			failed = failed + 1
			print("# " .. tostring(err):gsub("\n", "\n# "))
		end
	end
end
for options, program in pairs(programs) do
	if not program:close() then
		failed = failed + 1
		print("# 'eval-json " .. options .. "' did not end well")
	end
end
print("1.." .. number)
os.exit(failed == 0)
