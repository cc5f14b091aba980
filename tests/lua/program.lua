-- A running `aosh eval-json`, spoken to through two pipes that have names: Lua
-- itself can only open one end of a program.

local json = require("json_text")

local Program = {}
Program.__index = Program

local function shell(command)
	assert(os.execute(command), command)
end

-- Options are words for the shell.
function Program.start(options)
	local made = io.popen("mktemp -d")
	local folder = made:read("l")
	made:close()
	shell(("mkfifo '%s/in' '%s/out'"):format(folder, folder))
	local self = setmetatable({ process = 0 }, Program)
	self.child = io.popen(("exec '%s/aosh' eval-json %s <'%s/in' >'%s/out'"):format(
		os.getenv("B") or "build", options or "", folder, folder))
	-- each waits for the program to open the other end
	self.input = assert(io.open(folder .. "/in", "w"))
	self.output = assert(io.open(folder .. "/out"))
	shell("rm -r '" .. folder .. "'")
	return self
end

-- One request; its answer, as a table.
function Program:ask(request)
	self.input:write(json.encode(request), "\n")
	self.input:flush()
	local line = self.output:read("l")
	if not line then
		error("the program has ended")
	end
	return json.decode(line)
end

-- The result of a request; an answer that is not ok is an error of that text.
function Program:result(request)
	local answer = self:ask(request)
	if not answer.ok then
		error(answer.error, 0)
	end
	return answer.result
end

-- A fresh process in it. The number tells who may still speak to it.
function Program:reset()
	self:result({ op = "reset" })
	self.process = self.process + 1
	return self.process
end

-- Whether it ended well.
function Program:close()
	self.input:close()
	self.output:close()
	return self.child:close()
end

return Program
