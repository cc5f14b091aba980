-- A mode of AES, step by step:
--   mode.Cipher().setKey(bytes).setBlockCipher(aes128).setPadding(zero).init()
--       .update(stream of the iv).update(stream).finish().asHex()
-- and the same with mode.Decipher(). ECB takes no iv.

local _, require = ...
local native = require(".crypto.native")
local result = require(".crypto.result")
local drain = require(".crypto.util.stream").toString

local function steps(mode, decrypt)
	local key, cipher, padding
	local parts, output = {}, ""
	local self = {}
	function self.setKey(bytes)
		key = native.text(bytes)
		return self
	end
	function self.setBlockCipher(block_cipher)
		cipher = block_cipher
		return self
	end
	function self.setPadding(f)
		padding = f
		return self
	end
	function self.init()
		parts, output = {}, ""
		return self
	end
	function self.update(stream)
		parts[#parts + 1] = drain(stream)
		return self
	end
	function self.finish()
		local text = table.concat(parts)
		if padding and not decrypt then
			text = text .. drain(padding(cipher.blockSize, #text))
		end
		output = native.aes(mode, decrypt, key:sub(1, cipher.keySize),
			text)
		return self
	end
	for name in pairs(result("")) do
		self[name] = function()
			return result(output, true)[name]()
		end
	end
	return self
end

return function(mode)
	return {
		Cipher = function()
			return steps(mode, false)
		end,
		Decipher = function()
			return steps(mode, true)
		end,
	}
end
