-- AES of one block: key and block are lists of bytes.

local _, require = ...
local native = require(".crypto.native")

return function(key_bytes)
	local function run(decrypt, key, block)
		return native.bytes(native.aes("ECB", decrypt,
			native.text(key):sub(1, key_bytes), native.text(block)))
	end
	return {
		blockSize = 16,
		keySize = key_bytes,
		encrypt = function(key, block)
			return run(false, key, block)
		end,
		decrypt = function(key, block)
			return run(true, key, block)
		end,
	}
end
