-- A JSON codec in plain Lua, to set the native one beside: `aosh bench json`.
-- Only for measuring: it takes what is well formed. Defines Plain, a document of
-- about 100 KiB, and the same as text.

Plain = {}

local escapes = { ['"'] = '\\"', ["\\"] = "\\\\", ["\b"] = "\\b",
	["\f"] = "\\f", ["\n"] = "\\n", ["\r"] = "\\r", ["\t"] = "\\t" }

local function escape(c)
	return escapes[c] or ("\\u%04x"):format(c:byte())
end

local encode

local function encode_list(v, out)
	for i, x in ipairs(v) do
		out[#out + 1] = i == 1 and "[" or ","
		encode(x, out)
	end
	out[#out + 1] = #v == 0 and "[]" or "]"
end

local function encode_object(v, out)
	local keys = {}
	for k in next, v do
		keys[#keys + 1] = k
	end
	table.sort(keys)
	for i, k in ipairs(keys) do
		out[#out + 1] = i == 1 and '{"' or ',"'
		out[#out + 1] = k:gsub('[%c"\\]', escape)
		out[#out + 1] = '":'
		encode(v[k], out)
	end
	out[#out + 1] = "}"
end

function encode(v, out)
	local kind = type(v)
	if kind == "string" then
		out[#out + 1] = '"' .. v:gsub('[%c"\\]', escape) .. '"'
	elseif kind == "number" then
		out[#out + 1] = ("%.14g"):format(v)
	elseif kind ~= "table" then
		out[#out + 1] = tostring(v)
	elseif v[1] ~= nil or next(v) == nil then
		encode_list(v, out)
	else
		encode_object(v, out)
	end
end

function Plain.encode(v)
	local out = {}
	encode(v, out)
	return table.concat(out)
end

local decode
local unescaped = { b = "\b", f = "\f", n = "\n", r = "\r", t = "\t" }
local literals = { ["true"] = true, ["false"] = false }

local function decode_string(s, i)
	local from = i + 1
	local to = s:find('["\\]', from)
	while s:byte(to) == 92 do
		to = s:find('["\\]', to + 2)
	end
	local text = s:sub(from, to - 1)
	if text:find("\\", 1, true) then
		text = text:gsub("\\u(%x%x%x%x)", function(x)
			return utf8.char(tonumber(x, 16))
		end):gsub("\\(.)", function(c)
			return unescaped[c] or c
		end)
	end
	return text, to + 1
end

local function decode_list(s, i)
	local out, n = {}, 0
	i = s:find("%S", i + 1)
	while s:byte(i) ~= 93 do
		n = n + 1
		out[n], i = decode(s, i)
		i = s:find("[^%s,]", i)
	end
	return out, i + 1
end

local function decode_object(s, i)
	local out = {}
	i = s:find("%S", i + 1)
	while s:byte(i) ~= 125 do
		local k
		k, i = decode_string(s, i)
		i = s:find("[^%s:]", i)
		out[k], i = decode(s, i)
		i = s:find("[^%s,]", i)
	end
	return out, i + 1
end

function decode(s, i)
	local c = s:byte(i)
	if c == 34 then
		return decode_string(s, i)
	elseif c == 123 then
		return decode_object(s, i)
	elseif c == 91 then
		return decode_list(s, i)
	end
	local word, after = s:match("^([%w.+-]+)()", i)
	return literals[word] == nil and tonumber(word) or literals[word], after
end

function Plain.decode(s)
	return (decode(s, s:find("%S")))
end

Document = {}
for i = 1, 400 do
	Document[i] = { id = "process-" .. i, height = 1400000 + i,
		balance = tostring(i * 123456789), share = i / 7,
		active = i % 2 == 0, note = ("line\t%d of \"text\"\n"):format(i),
		tags = { { name = "Action", value = "Transfer" },
			{ name = "Quantity", value = tostring(i) } },
		list = { i, i + 1, i + 2, i * 1.5 } }
end
Text = json.encode(Document)
