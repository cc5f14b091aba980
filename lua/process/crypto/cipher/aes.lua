-- AES by mode and key length. The iv and the data are one text, of which the
-- first block is the iv; ECB has none, so there an iv is data that comes first.
-- The last block is filled up by zeroes, which stay when decrypted.

local _, require = ...
local native = require(".crypto.native")
local result = require(".crypto.result")
local hex = require(".crypto.util.hex")

local ZEROES = ("\0"):rep(16)

local is_mode = { CBC = true, CFB = true, CTR = true, ECB = true, OFB = true }
local key_bytes = { [128] = 16, [192] = 24, [256] = 32 }

local function run(decrypt, data, key, iv, mode, size)
	local bytes = key_bytes[size or 128] or key_bytes[128]
	if #key < bytes then
		error("key of " .. bytes .. " bytes expected, got " .. #key, 0)
	end
	return result(native.aes(is_mode[mode or "CBC"] and mode or "CBC",
		decrypt, key:sub(1, bytes), (iv or ZEROES) .. data), true)
end

local aes = {}

function aes.encrypt(data, key, iv, mode, size)
	return run(false, data, key, iv, mode, size)
end

function aes.decrypt(data, key, iv, mode, size)
	return run(true, hex.hexToString(data), key, iv, mode, size)
end

return aes
