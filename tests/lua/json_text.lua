-- JSON for the tests' side of the channel: objects with sorted keys.

local json = {}

local escapes = { ['"'] = '\\"', ["\\"] = "\\\\", ["\n"] = "\\n" }
local plain = { ['"'] = '"', ["\\"] = "\\", ["/"] = "/", b = "\b", f = "\f",
	n = "\n", r = "\r", t = "\t" }

local function quote(s)
	return '"' .. s:gsub('[%c"\\]', function(c)
		return escapes[c] or ("\\u%04x"):format(c:byte())
	end) .. '"'
end

local function number(n)
	if math.type(n) == "integer" then
		return ("%d"):format(n)
	end
	local text = ("%.17g"):format(n)
	return text:find("[.en]") and text or text .. ".0"
end

local function encode_object(v)
	local keys, out = {}, {}
	for k in pairs(v) do
		keys[#keys + 1] = k
	end
	table.sort(keys)
	for i, k in ipairs(keys) do
		out[i] = quote(k) .. ":" .. json.encode(v[k])
	end
	return "{" .. table.concat(out, ",") .. "}"
end

-- An empty table is a list.
function json.encode(v)
	if type(v) == "string" then
		return quote(v)
	elseif type(v) == "number" then
		return number(v)
	elseif type(v) ~= "table" then
		return v == nil and "null" or tostring(v)
	elseif #v == 0 and next(v) ~= nil then
		return encode_object(v)
	end
	local out = {}
	for i, x in ipairs(v) do
		out[i] = json.encode(x)
	end
	return "[" .. table.concat(out, ",") .. "]"
end

local decode_value

local function decode_unicode(s, i)
	local c = tonumber(s:sub(i, i + 3), 16)
	local low = c >= 0xd800 and c < 0xdc00 and
		tonumber(s:match("^\\u(%x%x%x%x)", i + 4), 16)
	if low then
		c = 0x10000 + (c - 0xd800) * 0x400 + low - 0xdc00
	end
	return utf8.char(c), i + (low and 10 or 4)
end

local function decode_string(s, i)
	local parts = {}
	while true do
		local text, c, after = s:match('^([^"\\]*)(["\\])()', i)
		parts[#parts + 1] = text
		if c == '"' then
			return table.concat(parts), after
		end
		local kind = s:sub(after, after)
		if kind == "u" then
			parts[#parts + 1], i = decode_unicode(s, after + 1)
		else
			parts[#parts + 1], i = plain[kind], after + 1
		end
	end
end

local function decode_items(s, i, close, item)
	local out = {}
	while s:sub(i, i) ~= close do
		i = item(out, i)
		i = s:match("^,?()", i)
	end
	return out, i + 1
end

local function decode_member(out, s, i)
	if s:sub(i, i) ~= '"' then
		error("no JSON: " .. s, 0)
	end
	local key, after = decode_string(s, i + 1)
	out[key], after = decode_value(s, after + 1)
	return after
end

function decode_value(s, i)
	local c = s:sub(i, i)
	if c == '"' then
		return decode_string(s, i + 1)
	elseif c == "{" then
		return decode_items(s, i + 1, "}", function(out, at)
			return decode_member(out, s, at)
		end)
	elseif c == "[" then
		return decode_items(s, i + 1, "]", function(out, at)
			out[#out + 1], at = decode_value(s, at)
			return at
		end)
	end
	local word, after = s:match("^([%w.+-]+)()", i)
	if word == "true" or word == "false" then
		return word == "true", after
	end
	if not word then
		error("no JSON: " .. s, 0)
	end
	return tonumber(word), after
end

-- Text without blanks, as the program writes it.
function json.decode(s)
	return (decode_value(s, 1))
end

return json
