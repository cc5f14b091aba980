-- Lists of bytes.

local _, require = ...
local native = require(".crypto.native")
local hex = require(".crypto.util.hex")
local stream = require(".crypto.util.stream")

local array = {
	fromString = native.bytes,
	toString = native.text,
	fromStream = stream.toArray,
	toStream = stream.fromArray,
}

function array.size(a)
	return #a
end

function array.fromHex(h)
	return native.bytes(hex.hexToString(h))
end

function array.toHex(a)
	return native.hex(native.text(a), true)
end

function array.copy(a)
	return table.move(a, 1, #a, 1, {})
end

-- These make new lists and leave their arguments as they are.
function array.concat(a, b)
	return table.move(b, 1, #b, #a + 1, array.copy(a))
end

function array.truncate(a, n)
	return table.move(a, 1, math.min(n, #a), 1, {})
end

-- As long as the first.
function array.XOR(a, b)
	local out = {}
	for i = 1, #a do
		out[i] = a[i] ~ b[i]
	end
	return out
end

-- Each byte by what the table has for it.
function array.substitute(a, by)
	local out = {}
	for i = 1, #a do
		out[i] = by[a[i]]
	end
	return out
end

-- At each place the byte that stood where the table says.
function array.permute(a, places)
	local out = {}
	for i = 1, #places do
		out[i] = a[places[i]]
	end
	return out
end

-- As string.sub: negative places count from the end.
function array.slice(a, from, to)
	from, to = from or 1, to or #a
	if from < 0 then
		from = #a + from + 1
	end
	if to < 0 then
		to = #a + to + 1
	end
	return table.move(a, math.max(from, 1), math.min(to, #a), 1, {})
end

-- From and to those of .crypto.util.queue.
function array.readFromQueue(queue, n)
	local out = {}
	for i = 1, n do
		out[i] = queue.pop()
	end
	return out
end

function array.writeToQueue(queue, a)
	for i = 1, #a do
		queue.push(a[i])
	end
end

return array
