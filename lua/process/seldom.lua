-- All names of the library are in package.loaded from the start, since programs
-- look there. What most never use is at first a table that fills itself when it
-- is touched, or a function that loads when it is called: see later() in the
-- machine.

local later = require(".later")
local loaded = package.loaded

local tables = {
	".base64", ".handlers-utils", ".pretty",
	".crypto.init",
	".crypto.cipher.init", ".crypto.cipher.aes", ".crypto.cipher.aes128",
	".crypto.cipher.aes192", ".crypto.cipher.aes256",
	".crypto.cipher.issac", ".crypto.cipher.morus", ".crypto.cipher.norx",
	".crypto.cipher.mode.cbc", ".crypto.cipher.mode.cfb",
	".crypto.cipher.mode.ctr", ".crypto.cipher.mode.ecb",
	".crypto.cipher.mode.ofb",
	".crypto.digest.init", ".crypto.digest.sha3",
	".crypto.kdf.init", ".crypto.mac.init",
	".crypto.util.init", ".crypto.util.array", ".crypto.util.hex",
	".crypto.util.stream",
}

local functions = {
	".dump",
	".crypto.digest.blake2b", ".crypto.digest.md2", ".crypto.digest.md4",
	".crypto.digest.md5", ".crypto.digest.sha1", ".crypto.digest.sha2_256",
	".crypto.digest.sha2_512", ".crypto.kdf.pbkdf2", ".crypto.mac.hmac",
	".crypto.padding.zero", ".crypto.util.queue",
}

local function offer(names, is_function)
	for _, name in ipairs(names) do
		if loaded[name] == nil then
			loaded[name] = later(name, is_function)
		end
	end
end

offer(tables, false)
offer(functions, true)
loaded[".crypto"] = loaded[".crypto"] or loaded[".crypto.init"]
loaded[".crypto.util.bit"] = loaded[".crypto.util.bit"] or require("bit32")
