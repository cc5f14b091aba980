-- Tables as people read them, in colours.

local RED, GREEN, BLUE, RESET = "\27[31m", "\27[32m", "\27[34m", "\27[0m"

local ipairs, next, pairs, rawget, tostring, type =
	ipairs, next, pairs, rawget, tostring, type
local concat, rep = table.concat, string.rep

local stringify = { _version = "0.0.1" }

-- The keys are 1 … n.
local function is_list(t)
	local n = 0
	for _ in next, t do
		n = n + 1
	end
	for i = 1, n do
		if rawget(t, i) == nil then
			return false
		end
	end
	return true
end

-- Lists of numbers and texts stand on one line.
function stringify.isSimpleArray(t)
	if not is_list(t) then
		return false
	end
	for _, v in next, t do
		if type(v) ~= "number" and type(v) ~= "string" then
			return false
		end
	end
	return true
end

-- Texts in quotes, so that "1" is told from 1.
local function scalar(v)
	if type(v) == "string" then
		return GREEN .. '"' .. v .. '"' .. RESET
	end
	return BLUE .. tostring(v) .. RESET
end

-- `open`: the tables that are being shown now, so that one inside itself is
-- told from one that merely occurs twice.
local function format(t, indent, open)
	if type(t) ~= "table" then
		return scalar(t)
	elseif open[t] then
		return "<circular reference>"
	end
	open[t] = true
	local out = {}
	local pad = rep(" ", indent)
	local text
	if stringify.isSimpleArray(t) then
		for i, v in ipairs(t) do
			out[i] = scalar(v)
		end
		text = "{ " .. concat(out, ", ") .. " }"
	elseif is_list(t) then
		for i, v in ipairs(t) do
			out[i] = pad .. "  " .. format(v, indent + 2, open)
		end
		text = "{\n" .. concat(out, ",\n") .. "\n" .. pad .. " }"
	else
		for k, v in pairs(t) do
			out[#out + 1] = pad .. "  " .. RED .. tostring(k)
				.. RESET .. " = " .. format(v, indent + 2, open)
		end
		text = "{\n " .. concat(out, ",\n ") .. "\n" .. pad .. "}"
	end
	open[t] = nil
	return text
end

-- `visited` is for programs that call it as that of aos.
function stringify.format(t, indent, visited)
	return format(t, indent or 0, visited or {})
end

return stringify
