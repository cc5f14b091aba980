-- A package client: apm.install, apm.search, apm.info, apm.update.
--
--   apm.install("@vendor/package@1.2.3")
--
-- Packages are programs that are run here, so answers count only when they come
-- from the process that was asked, and say that they are a success. Loading
-- this asks the bootstrap registry for the newest client. What is installed
-- stays known when it is loaded again.

local json = require("json")

local VERSION = "2.0.6"
local REGISTRY = "DKF8oXtPvh3q8s0fJFIeHFyHNM6oKrwMCUrPxEMroak"
local BOOTSTRAP = "RLvG3tclmALLBCrwc17NqzNFqZCrUf3-RKZ5v8VRHiU"

-- A client that is there keeps its table: others may hold it.
apm = type(apm) == "table" and apm or {}
apm.ID = apm.ID or REGISTRY
apm._version = VERSION
apm.installed = apm.installed or {}

-- Three numbers, or the id of the message that published it.
local function is_version(text)
	return text:find("^%d+%.%d+%.%d+$") ~= nil
		or (#text == 43 and text:find("^[%w_-]+$") ~= nil)
end

-- "@vendor/name" and the version, if any, of [@vendor/]name[@version].
local function parse(text)
	assert(type(text) == "string" and text ~= "",
		"a package is named [@vendor/]package[@version]")
	local vendor, rest = text:match("^(@[%w_-]+)/(.+)$")
	local name, version = (rest or text):match("^([%w_.-]+)@(.+)$")
	name = name or rest or text
	assert(name:find("^[%w_.-]+$"), "'" .. text:sub(1, 60)
		.. "' is not of the form [@vendor/]package[@version]")
	assert(not version or is_version(version), "the version in '"
		.. text:sub(1, 60) .. "' is neither three numbers nor an id")
	return (vendor or "@apm") .. "/" .. name, version
end

-- What a package is required by: those of the vendor @apm by name alone.
local function module_name(name)
	return (name:gsub("^@apm/", ""))
end

-- Source travels as hex: no character of it can be lost on the way.
local function from_hex(text, what)
	assert(type(text) == "string" and #text % 2 == 0
		and not text:find("%X"), what .. " is not in hex")
	return (text:gsub("..", function(pair)
		return string.char(tonumber(pair, 16))
	end))
end

-- Run a program that came as hex; what it returns.
local function run(data, name)
	local program, err = load(from_hex(data, "'" .. name .. "'"), name, "t")
	return assert(program, err)()
end

-- The answer comes with a later message, if at all.
local function ask(action, data)
	ao.send({ Target = apm.ID, Action = action, Data = data })
end

-- What these return is shown at the prompt.
function apm.install(text)
	local name, version = parse(text)
	ask("APM.Download", name .. (version and "@" .. version or ""))
	return "Asking for " .. name
end

function apm.uninstall(text)
	local name = parse(text)
	assert(apm.installed[name], name .. " is not installed")
	apm.installed[name] = nil
	package.loaded[module_name(name)] = nil
	return "Uninstalled " .. name
end

function apm.search(query)
	assert(type(query) == "string" and query ~= "", "nothing to search for")
	ask("APM.Search", query)
	return "Searching for '" .. query .. "'"
end

function apm.info(text)
	local name = parse(text)
	ask("APM.Info", name)
	return "Asking about " .. name
end

function apm.update()
	ask("APM.Update")
	return "Asking for the newest client"
end

-- a > b, for versions of three numbers.
local function is_newer(a, b)
	local x, y = { a:match("^(%d+)%.(%d+)%.(%d+)$") },
		{ b:match("^(%d+)%.(%d+)%.(%d+)$") }
	for i = 1, 3 do
		local m, n = tonumber(x[i]), tonumber(y[i])
		if not m or not n or m ~= n then
			return m ~= nil and n ~= nil and m > n
		end
	end
	return false
end

-- Answers of that action from our registry; of anyone else's nothing is taken.
local function on_answer(action, handle)
	local function is_answer(msg)
		return msg.Action == action and msg.From == apm.ID
	end
	Handlers.add(action, is_answer, function(msg)
		local latest = msg.Latestclientversion
		if type(latest) == "string"
			and is_newer(latest, apm._version) then
			print("There is a newer client, " .. latest
				.. ": apm.update()")
		end
		if msg.Result and msg.Result ~= "success" then
			print("The registry refused: "
				.. tostring(msg.Data or msg.Result))
			return
		end
		handle(msg)
	end)
end

-- What a package needs and is not there yet.
local function install_missing(list)
	local dependencies = list
	if type(list) == "string" and list ~= "" then
		dependencies = json.decode(list)
	end
	if type(dependencies) ~= "table" then
		return
	end
	for name, about in pairs(dependencies) do
		local full = parse(name)
		local version = type(about) == "table" and about.version
		if not apm.installed[full] then
			apm.install(full .. (version and "@" .. version or ""))
		end
	end
end

-- A package whose code fails is not installed, and what it needs not asked for.
on_answer("APM.DownloadResponse", function(msg)
	assert(msg.Result == "success", "the answer does not say 'success'")
	local name = parse(msg.Name)
	package.loaded[module_name(name)] = run(msg.Data, name)
	apm.installed[name] = tostring(msg.Version)
	if type(msg.Warnings) == "string" and msg.Warnings ~= "" then
		print("Warnings of " .. name .. ": " .. msg.Warnings)
	end
	print("Installed " .. name .. "@" .. tostring(msg.Version))
	install_missing(msg.Dependencies)
end)

-- Data is JSON text, or decoded already when the answer says what it is.
local function decoded(msg)
	local data = msg.Data
	if type(data) == "string" then
		data = json.decode(data)
	end
	assert(type(data) == "table", "the answer holds no list")
	return data
end

-- Only shown.
on_answer("APM.SearchResponse", function(msg)
	local lines = {}
	for i, found in ipairs(decoded(msg)) do
		lines[i] = ("%s/%s - %s"):format(found.Vendor, found.Name,
			found.Description)
	end
	print(#lines > 0 and table.concat(lines, "\n") or "Nothing was found.")
end)

on_answer("APM.InfoResponse", function(msg)
	local info, lines = decoded(msg), {}
	for i, field in ipairs({ "Vendor", "Name", "Description", "Version",
		"TotalInstalls", "PkgID", "Repository" }) do
		lines[i] = field .. ": " .. tostring(info[field])
	end
	print(table.concat(lines, "\n"))
end)

-- The new client puts itself in the place of this one.
local function take_update(msg)
	assert(msg.Result == "success", "the answer does not say 'success'")
	run(msg.Data, "apm")
	print("The package client is now " .. tostring(apm._version))
end

on_answer("APM.UpdateResponse", take_update)

-- Once, from the process that gives the first client.
local function is_bootstrap(msg)
	return msg.Action == "APM.UpdateResponse" and msg.From == BOOTSTRAP
		and msg.Result == "success"
end

Handlers.once("APM.Bootstrap", is_bootstrap, take_update)
ao.send({ Target = BOOTSTRAP, Action = "APM.Update" })

return "Package client " .. VERSION .. ": apm.install, apm.search, apm.info"
