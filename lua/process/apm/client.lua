-- What the package client does. Whatever is wrong with an answer is said in a
-- printed line, and then nothing has changed.

local json = require("json")
local ao = require("ao")

local format, gsub, lower, match = string.format, string.gsub, string.lower,
	string.match

-- A function of the client is called with the table of .apm in front: a client
-- that is replaced leaves what is installed where it was.
local client = {}

-- Packages that could not run before what they need: name -> answer. An update
-- does not forget them.
local live = select(3, ...)
local waiting = type(live) == "table" and live.waiting or {}
client.waiting = waiting

-- "[@vendor/]package[@version]" as key of package.loaded, full name, version;
-- nil: it is no name. A version is x.y.z or the id of a message.
local function parse(text)
	if type(text) ~= "string" then
		return nil
	end
	local vendor, rest = match(text, "^@([%w_-]+)/(.*)$")
	local name, at, version = match(rest or text, "^([%w_-]+)(@?)(.*)$")
	if not name then
		return nil
	elseif at == "" and version ~= "" or at == "@"
		and not match(version, "^%d+%.%d+%.%d+$")
		and not (#version == 43 and match(version, "^[%w_-]+$")) then
		return nil
	end
	vendor = vendor or "apm"
	local full = "@" .. vendor .. "/" .. name
	return vendor == "apm" and name or full, full,
		version ~= "" and version or nil
end

-- The same, for what a person has typed.
local function check_name(text)
	local key, full, version = parse(text)
	if not key then
		error("apm: '" .. tostring(text) .. "' is no package name: "
			.. "[@vendor/]package[@version]", 0)
	end
	return key, full, version
end

local function check_text(text)
	if type(text) ~= "string" or text == "" then
		error("apm: a text to look for is needed", 0)
	end
	return text
end

-- Whether version a is higher than b; what is no x.y.z is higher than nothing.
local function is_newer(a, b)
	local pattern = "^(%d+)%.(%d+)%.(%d+)$"
	local x = { match(tostring(a), pattern) }
	local y = { match(tostring(b), pattern) }
	for i = 1, #x == 3 and #y == 3 and 3 or 0 do
		local m, n = tonumber(x[i]), tonumber(y[i])
		if m ~= n then
			return m > n
		end
	end
	return false
end

-- The answer comes with a later message, if at all.
local function ask(apm, action, data)
	ao.send({ Target = apm.ID, Action = "APM." .. action, Data = data })
end

-- What these return is shown at the prompt.
function client.install(apm, text)
	local _, full, version = check_name(text)
	full = full .. (version and "@" .. version or "")
	ask(apm, "Download", full)
	return "apm: asked for " .. full
end

function client.search(apm, query)
	ask(apm, "Search", check_text(query))
	return "apm: searching for '" .. query .. "'"
end

function client.info(apm, query)
	ask(apm, "Info", check_text(query))
	return "apm: asked about '" .. query .. "'"
end

function client.update(apm)
	ask(apm, "Update")
	return "apm: asked for the newest client"
end

-- Also what only waits is forgotten.
function client.uninstall(apm, text)
	local key = check_name(text)
	waiting[key] = nil
	if apm.installed[key] == nil then
		return "apm: " .. key .. " is not installed"
	end
	apm.installed[key], package.loaded[key] = nil, nil
	return "apm: " .. key .. " is uninstalled"
end

-- Text from elsewhere, for a printed line: no escapes, not without end.
local function line(value)
	local text = gsub(tostring(value), "%c+", " ")
	return #text > 300 and string.sub(text, 1, 300) .. "..." or text
end

-- All lines of the client begin alike, so people know who speaks.
local function say(...)
	print("apm: " .. format(...))
end

-- The value of JSON text, or what a Content-Type decoded before; nil: neither.
local function decode(data)
	if type(data) ~= "string" then
		return data
	end
	local ok, value = pcall(json.decode, data)
	return ok and value or nil
end

-- Every answer may tell of a newer client. True: it is a good one. Answers to
-- a search or a question carry no Result unless they failed.
local function is_good(apm, msg, what)
	-- names of tags are in title case by now
	local latest = msg.Tags.Latestclientversion
	if is_newer(latest, apm._version) then
		say("client %s is out, this is %s: apm.update()", line(latest),
			apm._version)
	end
	local result = msg.Tags.Result
	if result == nil or result == "success" then
		return true
	end
	say("%s failed: %s", what,
		line(msg.Data or result or "no reason given"))
	return false
end

-- The text of hex digits, or nil and what is wrong.
local function decode_hex(data)
	local hex = type(data) == "string" and gsub(lower(data), "%s+", "")
		or ""
	if hex == "" or #hex % 2 ~= 0 or match(hex, "[^0-9a-f]") then
		return nil, "the source is not in hex"
	end
	local bytes = {}
	for i = 0, 255 do
		bytes[format("%02x", i)] = string.char(i)
	end
	return (gsub(hex, "..", bytes))
end

-- A function of source in hex, or nil and what is wrong.
local function compile(data, name)
	local source, err = decode_hex(data)
	if not source then
		return nil, err
	end
	return load(source, name, "t")
end

-- An installed package is good enough when it is not older than is asked for.
local function has(apm, key, version)
	local there = apm.installed[key]
	return there ~= nil and not is_newer(version, there)
end

-- Ask for what is not there: name -> { version }. Gives how many those are.
local function ask_for_missing(apm, dependencies)
	local missing = 0
	for name, dependency in pairs(type(dependencies) == "table"
		and dependencies or {}) do
		local version = type(dependency) == "table"
			and dependency.version
		version = type(version) == "string" and version ~= "*"
			and version
		local text = tostring(name)
			.. (version and "@" .. version or "")
		local key = parse(text)
		if not key then
			say("'%s' is no package name", line(text))
		elseif not has(apm, key, version) then
			say("%s", match(client.install(apm, text),
				"^apm: (.*)"))
			missing = missing + 1
		end
	end
	return missing
end

-- As require() does: what gives nothing is there, too.
local function keep(apm, key, version, value)
	if value == nil then
		value = true
	end
	package.loaded[key] = value
	apm.installed[key] = version
	say("installed %s %s", key, version)
end

-- Those that waited: one that ran may be what the next one needs.
local function run_waiting(apm)
	local again = true
	while again do
		again = false
		for key, one in pairs(waiting) do
			local ok, value = pcall(one.run)
			if ok then
				waiting[key], again = nil, true
				keep(apm, key, one.version, value)
			end
		end
	end
end

-- The registry sends one, or a list of them.
local function warn_of(warnings)
	if warnings == nil then
		return
	end
	local list = decode(warnings)
	for _, text in ipairs(type(list) == "table" and list or { warnings }) do
		say("warning: %s", line(type(text) == "table"
			and json.encode(text) or text))
	end
end

-- Answers, by their action. All is looked at before anything changes: the code
-- of a package is run last.
client["APM.DownloadResponse"] = function(apm, msg)
	if not is_good(apm, msg, "download") then
		return
	end
	local key, full = parse(msg.Tags.Name)
	local version = line(msg.Tags.Version or "0.0.0")
	if not key then
		return say("'%s' is no package name", line(msg.Tags.Name))
	elseif package.loaded[key] ~= nil and apm.installed[key] == nil then
		return say("%s is not installed: "
			.. "there is a module '%s' already", full, key)
	end
	local run, err = compile(msg.Data, key)
	if not run then
		return say("%s is not installed: %s", full, line(err))
	end
	warn_of(msg.Tags.Warnings)
	local missing = ask_for_missing(apm, decode(msg.Tags.Dependencies))
	local ok, value = pcall(run)
	if ok then
		waiting[key] = nil
		keep(apm, key, version, value)
		run_waiting(apm)
	elseif missing > 0 then
		waiting[key] = { run = run, version = version }
		say("%s waits for what it needs", full)
	else
		say("%s is not installed: %s", full, line(value))
	end
end

-- Only shown. Entries that are none are passed over.
client["APM.SearchResponse"] = function(apm, msg)
	if not is_good(apm, msg, "search") then
		return
	end
	local list = decode(msg.Data)
	if type(list) ~= "table" then
		return say("the answer to a search is no list")
	end
	local lines = { format("apm: %d found", #list) }
	for _, p in ipairs(list) do
		if type(p) == "table" then
			lines[#lines + 1] = format("  %s/%s  %s",
				line(p.Vendor), line(p.Name),
				line(p.Description or ""))
		end
	end
	print(table.concat(lines, "\n"))
end

client["APM.InfoResponse"] = function(apm, msg)
	if not is_good(apm, msg, "info") then
		return
	end
	local p = decode(msg.Data)
	if type(p) ~= "table" then
		return say("the answer about a package is no object")
	end
	local lines = { format("apm: %s/%s", line(p.Vendor), line(p.Name)) }
	for _, field in ipairs({ "Description", "Version", "TotalInstalls",
		"PkgID", "Repository" }) do
		if p[field] ~= nil then
			lines[#lines + 1] = format("  %s: %s", field,
				line(p[field]))
		end
	end
	print(table.concat(lines, "\n"))
end

-- The new client is a program that puts itself in the place of this one.
client["APM.UpdateResponse"] = function(apm, msg)
	if not is_good(apm, msg, "update") then
		return
	end
	local version = line(msg.Tags.Version)
	if not is_newer(version, apm._version) then
		return say("client %s is the newest", apm._version)
	end
	local run, err = compile(msg.Data, "apm")
	if not run then
		return say("the client is not updated: %s", line(err))
	end
	local ok, why = pcall(run)
	if not ok then
		return say("the client is not updated: %s", line(why))
	end
	say("the client is updated to %s", version)
end

return client
