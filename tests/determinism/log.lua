-- One process's log: what stands between two lines of dashes is an Eval. Each
-- shows something that depends on addresses, seeds, clocks, processors or
-- locales in a stock Lua.
---- walks: texts
words = {}
for w in ("the quick brown fox jumps over the lazy dog and runs away from it"
	):gmatch("%a+") do words[w] = #w words[w:upper()] = -#w end
local out = {}
for k, v in pairs(words) do out[#out + 1] = k .. "=" .. v end
return table.concat(out, " ")
---- walks: next alone
local out = {}
for k, v in next, words do out[#out + 1] = k .. "=" .. v end
return table.concat(out, " ")
---- walks: numbers, booleans, floats
local t, out = {}, {}
for i = 1, 40 do t[i * 7919 % 101] = i t[-i] = i t[i + 0.5] = i end
t[true], t[false], t[1e300], t[-1e300], t[2^53] = 1, 2, 3, 4, 5
t[math.huge], t[-math.huge] = 6, 7
for k, v in pairs(t) do out[#out + 1] = tostring(k) .. "=" .. v end
for k, v in next, t do out[#out + 1] = tostring(k) .. "=" .. v end
return table.concat(out, " ")
---- walks: tables, functions, coroutines as keys
objects = {}
for i = 1, 60 do
	objects[{}] = i
	objects[function() return i end] = i
	objects[coroutine.create(print)] = i
end
local out = {}
for k, v in pairs(objects) do out[#out + 1] = type(k):sub(1, 1) .. v end
for k, v in next, objects do out[#out + 1] = type(k):sub(1, 1) .. v end
return table.concat(out, " ")
---- walks: C functions as keys
local t, out = {}, {}
for name, f in pairs(string) do t[f] = "string." .. name end
for name, f in pairs(table) do t[f] = "table." .. name end
for name, f in pairs(math) do
	if type(f) == "function" then t[f] = "math." .. name end
end
t[print], t[pairs], t[Send], t[Handlers.add] = "p", "q", "s", "h"
for _, name in pairs(t) do out[#out + 1] = name end
for _, name in next, t do out[#out + 1] = name end
return table.concat(out, " ")
---- walks: mixed, changed while walked
local t, out = {}, {}
for i = 1, 50 do t["k" .. i] = i t[i] = i t[{}] = i end
for k, v in pairs(t) do
	out[#out + 1] = tostring(v)
	if v % 3 == 0 then t[k] = nil else t[k] = v + 100 end
	t["k" .. (v % 50)] = nil
end
local n = 0
for k in next, t do n = n + 1 end
return table.concat(out, " ") .. " left " .. n
---- walks: the world
local out, seen = {}, {}
local function walk(t, name)
	if seen[t] then return end
	seen[t] = true
	for k, v in pairs(t) do
		out[#out + 1] = name .. "." .. tostring(k)
		if type(v) == "table" then walk(v, name .. "." .. tostring(k)) end
	end
end
walk(_G, "_G")
return #out .. " " .. table.concat(out, " ")
---- walks: upvalues of a closure kept over messages
counter = (function() local n, t = 0, {} return function(k)
	n = n + 1 t[k] = n local out = {}
	for a, b in next, t do out[#out + 1] = tostring(a):sub(1, 5) .. b end
	return table.concat(out, " ") end end)()
return counter({}) .. counter("a") .. counter(print)
---- walks: goes on
return counter({}) .. counter("b") .. counter(Send)
---- borders: holes after texts came and went
local out = {}
for n = 1, 40 do
	local t = {}
	for i = 1, n do t["s" .. i * n] = i end
	for i = 1, n do t[i] = i end
	for i = 1, n do t["s" .. i * n] = nil end
	for i = n, 1, -3 do t[i] = nil end
	for i = 1, n do t["x" .. i] = i end
	out[#out + 1] = #t
	table.insert(t, "y")
	out[#out + 1] = #t
	table.remove(t)
	out[#out + 1] = select("#", table.unpack(t))
end
return table.concat(out, " ")
---- borders: constructors
local out = {}
for _, t in ipairs({ { 1, nil, 3 }, { nil, nil, 3 }, { nil, 2, nil, 4 },
	{ n = 1, 1, nil, 3, nil } }) do out[#out + 1] = #t end
local t = {}
for i = 1, 100 do t[i] = i end
for i = 30, 90 do t[i] = nil end
out[#out + 1] = #t
t.z = 1
out[#out + 1] = #t
return table.concat(out, " ")
---- addresses in texts
local co = coroutine.create(function() end)
local named = setmetatable({}, { __name = "My.Type" })
return table.concat({ tostring({}), tostring(print), tostring(function() end),
	tostring(co), ("%p %p"):format({}, "text"), tostring(named),
	("%s"):format(named), tostring(coroutine.running()),
	tostring(Handlers), tostring(_G), ("%p"):format(1) }, " ")
---- addresses in errors
local ok, err = pcall(error, setmetatable({}, { __name = "Odd" }))
local _, again = pcall(function() return {} < print end)
local _, third = pcall(function() return #co end)
local _, fourth = pcall(string.rep, named)
return tostring(err) .. again .. third .. fourth
---- errors with tracebacks
local function deep(n) if n == 0 then error("at the end") end
	return (deep(n - 1)) end
local _, trace = xpcall(deep, debug.traceback, 30)
return trace
---- an error of the log itself
local t = {} t.x.y = 1
---- an error in a handler
Handlers.add("fails", "Fails", function(msg) local x = msg.nothing.at.all end)
return #Handlers.list
---- an error that is an object
error(setmetatable({ code = 7 }, { __tostring = function(e)
	return "code " .. e.code .. tostring(e.other) end }))
---- sorting: many, equal ones, unbalanced
local t, state = {}, 42
for i = 1, 500 do
	state = (state * 1103515245 + 12345) % 2147483648
	t[i] = { key = state % 17, place = i }
end
table.sort(t, function(a, b) return a.key < b.key end)
local out = {}
for i, v in ipairs(t) do out[i] = v.key .. ":" .. v.place end
local u = {}
for i = 1, 300 do u[i] = i % 2 == 0 and i or 300 - i end
table.sort(u, function(a, b) return a > b end)
return table.concat(out, " ") .. table.concat(u, " ")
---- sorting: an order that is none
local t = {}
for i = 1, 150 do t[i] = i * 7919 % 151 end
local calls = 0
local ok, err = pcall(table.sort, t, function(a, b)
	calls = calls + 1 return (a + b + calls) % 3 == 0 end)
return tostring(ok) .. calls .. " " .. table.concat(t, " ")
---- random numbers
local out = {}
for i = 1, 20 do out[i] = math.random() end
for i = 1, 20 do out[#out + 1] = math.random(1000) end
for i = 1, 20 do out[#out + 1] = math.random(-5, 5) end
math.randomseed(os.time()) out[#out + 1] = math.random()
return table.concat(out, " ")
---- time
return table.concat({ os.time(), os.clock(), os.date("!%c", 86400),
	os.date("%Y-%m-%d %H:%M:%S"), os.date("*t").yday, os.date("%A %B %p"),
	os.time({ year = 2020, month = 13, day = 40, hour = 25 }) }, " ")
---- weak tables
weak = setmetatable({}, { __mode = "k" })
values = setmetatable({}, { __mode = "v" })
for i = 1, 200 do
	weak[{}] = i
	values[i] = { i }
	if i % 10 == 0 then weak["s" .. i] = i end
end
local n, m = 0, 0
for _ in pairs(weak) do n = n + 1 end
for _ in pairs(values) do m = m + 1 end
return n .. " " .. m
---- weak tables, when they are cleared
local out = {}
for i = 1, 100 do
	local waste = {}
	for j = 1, 100 do waste[j] = { tostring(j) } end
	local n = 0
	for _ in pairs(weak) do n = n + 1 end
	out[i] = n
end
return table.concat(out, " ")
---- finalizers, when they are called
finished = {}
for i = 1, 50 do
	setmetatable({}, { __gc = function() finished[#finished + 1] = i end })
end
local out = {}
for i = 1, 60 do
	local waste = {}
	for j = 1, 200 do waste[j] = { j .. "" } end
	out[i] = #finished
end
return table.concat(out, " ") .. "; " .. table.concat(finished, " ")
---- memory
local out = { collectgarbage("count") }
for i = 1, 20 do
	local t = {}
	for j = 1, i * 10 do t["key" .. j] = { j } end
	out[#out + 1] = collectgarbage("count")
end
collectgarbage()
out[#out + 1] = collectgarbage("count")
return table.concat(out, " ")
---- elementary functions
local out = {}
for i = 1, 60 do
	local x = i * 0.7310585786300049 - 20.3
	for _, f in ipairs({ "sin", "cos", "tan", "exp", "atan", "sqrt",
		"log", "asin", "acos" }) do
		local arg = (f == "sqrt" or f == "log") and math.abs(x)
			or (f == "asin" or f == "acos") and x / 30 or x
		out[#out + 1] = ("%a"):format(math[f](arg))
	end
	out[#out + 1] = ("%a"):format(math.abs(x) ^ (x / 7))
	out[#out + 1] = ("%a"):format(math.log(math.abs(x) + 1, 10))
	out[#out + 1] = ("%a"):format(math.log(math.abs(x) + 1, 3))
	out[#out + 1] = ("%a"):format(x % 0.37)
end
return table.concat(out, " ")
---- numbers as texts
local zero = 0
return table.concat({ 1.5, 1e100, 0.1, -0.0, zero / zero, 1 / zero, 2^63,
	1e15, 123456789012, ("%.3f %g %e %a %5.1f"):format(1.5, 1e-7, 12345.678,
	0.1, -2.25), tostring(3.0), 7 // 2.0, tonumber("0x1p4"),
	tonumber("1,5") == nil and "none" or "some", ("%d"):format(3.0),
	math.tointeger("8") or "nil" }, " ")
---- packed numbers
local packed = (string.pack("<d>d=d<f", 0.1, -0.0, zero and 0/0 or 1, 1e30):gsub(".",
	function(c) return ("%02x"):format(c:byte()) end))
return packed
---- letters beyond ASCII
local s = "\xe9\xc9Stra\xc3\x9fe \xc3\xa9\xe4"
local shown = (s:upper() .. s:lower() .. s:gsub("%a", "."):gsub("[^%g%s]", "?")
	.. tostring("a" < "B") .. tostring("\xe9" < "z") .. tostring("Z" < "a")
	.. #s:gsub("%w", "")):gsub("[\x80-\xff]", function(c)
	return ("<%02x>"):format(c:byte()) end)
return shown
---- json and stringify of maps
local t = { b = 1, a = { z = true, y = { 1, 2, { q = "r" } } }, [""] = 0 }
for i = 1, 20 do t["key" .. i] = i end
return json.encode(t) .. require(".stringify").format(t) .. Dump(t)
---- tags from maps
local msg = { Target = "someone", Data = "x" }
for i = 1, 20 do msg["Tag-" .. i * 37 % 23] = i end
Send(msg)
Send({ Target = "t", Tags = { zeta = 1, alpha = 2, Mid = 3 } })
Spawn("module", { Tags = { b = "1", a = "2" } })
return #ao.outbox.Messages
---- resolvers and specs with many keys
Handlers.add("many", { Action = "Many" }, {
	[{ Kind = "a" }] = function() print("kind a") end,
	[{ Kind = { "b", "c" } }] = function() print("kind b") end,
	[function(m) return m.Kind == "d" end] = function() print("kind d") end,
	[{ Kind = "_" }] = function() print("kind any") end,
})
return #Handlers.list
---- coroutines that go on in later messages
threads = {}
for i = 1, 20 do
	threads[i] = coroutine.wrap(function()
		local it = ("a b c d e f g"):gmatch("%a")
		while true do coroutine.yield((it() or "-") .. i) end
	end)
end
local out = {}
for i, f in ipairs(threads) do out[i] = f() end
return table.concat(out, " ")
---- they go on
local out = {}
for i, f in ipairs(threads) do out[i] = f() end
return table.concat(out, " ")
---- deep recursion
local function depth(n) return pcall(depth, n + 1) and n or n end
local n = 0
local function down() n = n + 1 return 1 + down() end
local ok, err = pcall(down)
local levels = n
n = 0
local function through() n = n + 1 return pcall(through) end
through()
local co = 0
local function nest() co = co + 1 return coroutine.wrap(nest)() end
pcall(nest)
return levels .. " " .. n .. " " .. co .. " " .. tostring(err)
---- out of memory
local t = {}
while true do t[#t + 1] = ("x"):rep(100000) .. #t end
---- after it
return #finished .. " " .. collectgarbage("count")
---- bits and 64-bit sums
local out, x = {}, 1
for i = 1, 70 do x = x * 6364136223846793005 + i
	out[#out + 1] = x out[#out + 1] = x // 3 out[#out + 1] = x % 1000
	out[#out + 1] = x >> 7 ~ x << 3 end
return table.concat(out, " ")
---- collisions
local t = {}
for i = 1, 2000 do t[i * 65536] = i t[i * 1.25] = i t["" .. i] = i end
for i = 1, 2000, 2 do t[i * 65536] = nil t["" .. i] = nil end
local a, n = 0, 0
for k, v in next, t do n = n + 1 a = (a * 31 + v * n) % 1000000007 end
return n .. " " .. a .. " " .. #t
