-- Rows 55 and 56: modules.

local MODULES = [[json ao .ao .apm .assignment .base64 .boot .chance .crypto
	.crypto.init .crypto.cipher.init .crypto.cipher.aes .crypto.cipher.aes128
	.crypto.cipher.aes192 .crypto.cipher.aes256 .crypto.cipher.issac
	.crypto.cipher.morus .crypto.cipher.norx .crypto.cipher.mode.cbc
	.crypto.cipher.mode.cfb .crypto.cipher.mode.ctr .crypto.cipher.mode.ecb
	.crypto.cipher.mode.ofb .crypto.digest.init .crypto.digest.blake2b
	.crypto.digest.md2 .crypto.digest.md4 .crypto.digest.md5
	.crypto.digest.sha1 .crypto.digest.sha2_256 .crypto.digest.sha2_512
	.crypto.digest.sha3 .crypto.kdf.init .crypto.kdf.pbkdf2 .crypto.mac.init
	.crypto.mac.hmac .crypto.padding.zero .crypto.util.init
	.crypto.util.array .crypto.util.bit .crypto.util.hex .crypto.util.queue
	.crypto.util.stream .default .dump .eval .handlers .handlers-utils
	.pretty .process .stringify .utils bit32]]

return function(t)
	local test, is, has = t.test, t.is, t.has

	test("row 56: modules and what is the same", function()
		local p = t.process()
		for name in MODULES:gmatch("%S+") do
			p:check(("is(package.loaded[%q] ~= nil, true)"
				.. " is(require(%q), package.loaded[%q])"):format(name,
				name, name))
		end
		-- the one that may come at its first use
		p:check("is(require('.bint'), package.loaded['.bint'])")
		is(p:show("ao == require('ao') and ao == require('.ao')"
			.. " and Handlers == require('.handlers')"
			.. " and Utils == require('.utils') and json == require('json')"
			.. " and Dump == require('.dump')"
			.. " and base64 == require('.base64')"
			.. " and apm == require('.apm')"
			.. " and require('.crypto') == require('.crypto.init')"
			.. " and Utils.includes('.crypto.init',"
			.. " Utils.keys(_G.package.loaded))"
			.. " and Handlers.utils == require('.handlers-utils')"), "true")
		is(p:show("_G == _ENV and getmetatable(_G) == nil"), "true")
		is(p:show("require('.process')._version .. ao._version"
			.. " .. Handlers._version .. Utils._version"),
			"2.0.40.0.60.0.50.0.5")
		is(p:show("Version()"), "version: 2.0.4")
		is(p:show("Tab({ Tags = { { name = 'A', value = '1' },"
			.. " { name = 'A', value = '2' } } }).A"), "1")
		is(p:show("Bell"), "\7")
	end)

	test("row 55: modules that programs store", function()
		local p = t.process()
		p:eval("package.loaded['m'] = { x = 5 }")
		is(p:show("require('m').x"), "5")
		p:eval("package.loaded['.utils'] = { mine = true }")
		is(p:show("require('.utils').mine"), "true")
		has(p:eval("require('nowhere')").Error,
			"module 'nowhere' not found:")
		is(p:show("package.path .. package.cpath"), "")
	end)

	test("row 55: modules as a client packs them", function()
		local p = t.process()
		p:show([[
local function _loaded_mod_lib_util()
	return { twice = function(x) return 2 * x end }
end
_G.package.loaded["lib.util"] = _loaded_mod_lib_util()
local function _loaded_mod_nothing() end
_G.package.loaded["nothing"] = _loaded_mod_nothing()
local util = require("lib.util")
answer = util.twice(21)]])
		is(p.world.answer, 42)
		is(p:show("require('lib.util').twice(2)"), "4")
		has(p:eval("require('nothing')").Error,
			"module 'nothing' not found:")
		-- a module may be any value, and one of the library's may go
		p:show("package.loaded.seven = 7 package.loaded['.pretty'] = nil")
		is(p:show("require('seven') + 1"), "8")
		is(p:show("type(require('.pretty').tprint)"), "function")
	end)

	test("row 56: next() walks a module that nobody has touched", function()
		local p = t.process()
		p:check([[
			local seen, count = {}, 0
			for k in next, Utils do
				seen[k], count = true, count + 1
			end
			is(count, #Utils.keys(Utils))
			is(seen.map and seen.matchesSpec and seen._version, true)
			is(next(base64) ~= nil, true)]])
	end)
end
