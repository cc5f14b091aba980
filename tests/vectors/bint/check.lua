-- Each line of `vectors` is BITS/WORDBITS OPERATION A B RESULT, its results
-- from another implementation. Gives how many hold, or the first that does not.

local functions = { tdiv = "tdiv", tmod = "tmod", udiv = "udiv",
	umod = "umod", brol = "brol", bror = "bror", bwrap = "bwrap",
	ipow = "ipow", ult = "ult", ule = "ule", add = "__add", sub = "__sub",
	mul = "__mul", idiv = "__idiv", mod = "__mod", band = "__band",
	bor = "__bor", bxor = "__bxor", shl = "__shl", shr = "__shr",
	bnot = "__bnot", unm = "__unm", lt = "__lt", le = "__le" }

local function text(x)
	if type(x) == "boolean" then
		return x and "1" or "0"
	end
	return tostring(x)
end

local special = {}

function special.upowmod(bint, a, m, power)
	return bint.upowmod(a, power, m)
end

-- There and back.
function special.base(bint, a, _, base)
	local shown = bint.tobase(a, tonumber(base), false)
	assert(bint.frombase(shown, tonumber(base)) == a)
	return shown
end

function special.ubase(bint, a, _, base)
	local shown = bint.tobase(a, tonumber(base), true)
	assert(bint.frombase(shown:upper(), tonumber(base)) == a)
	return shown
end

function special.be(bint, a)
	local bytes = bint.tobe(a)
	assert(bint.frombe(bytes) == a and bint.fromle(bint.tole(a)) == a)
	assert(bint.frombe(bint.tobe(bint.abs(a), true)) == bint.abs(a))
	return (bytes:gsub(".", function(c)
		return ("%02x"):format(c:byte())
	end))
end

function special.tointeger(bint, a)
	return bint.tointeger(a)
end

local count = 0
for bits, word, op, a, b, want in vectors:gmatch(
	"(%d+)/(%d+) (%S+) (%S+) (%S+) (%S+)\n") do
	local bint = require(".bint")(tonumber(bits), tonumber(word))
	local name, extra = op:match("^(%a+):?(%d*)$")
	local x, y = bint(a), bint(b)
	local got
	if special[name] then
		got = special[name](bint, x, y, extra)
	else
		got = bint[functions[name]](x, y)
	end
	if text(got) ~= want or tostring(x) ~= a or tostring(y) ~= b then
		return table.concat({ bits, op, a, b, "gave", text(got) }, " ")
	end
	count = count + 1
end
return count
