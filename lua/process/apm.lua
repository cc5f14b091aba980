-- The package client, as small as it can be: most processes never use it, so
-- what it does is loaded by its first use.

local handlers = require(".handlers")

-- A library loaded over a live process keeps what is installed; in an update the
-- very table.
local live = select(3, ...)
local old = type(live) == "table" and live or type(apm) == "table" and apm or {}
local apm = old == live and live or {}

apm._version = "2.0.6"
apm.ID = old.ID or "DKF8oXtPvh3q8s0fJFIeHFyHNM6oKrwMCUrPxEMroak"
apm.installed = old.installed or {}

for _, name in ipairs({ "install", "search", "info", "update",
	"uninstall" }) do
	apm[name] = function(...)
		return require(".apm.client")[name](apm, ...)
	end
end

local function answered(msg)
	require(".apm.client")[msg.Action](apm, msg)
end

-- Answers count from the registry alone: they bring code.
for _, name in ipairs({ "Download", "Search", "Info", "Update" }) do
	local action = "APM." .. name .. "Response"
	handlers.add(action, function(msg)
		return msg.Action == action and msg.From == apm.ID
	end, answered)
end

return apm
