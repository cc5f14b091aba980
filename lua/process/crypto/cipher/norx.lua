-- NORX 64-4-1: text, header and trailer under one tag.

local _, require = ...
local native = require(".crypto.native")
local result = require(".crypto.result")

local norx = { key_size = 32, nonce_size = 32, variant = "NORX 64-4-1" }

function norx.encrypt(key, nonce, text, header, trailer)
	local sealed = native.norx_encrypt(key, nonce, text, header or "",
		trailer or "")
	return result(sealed, false, function()
		return { sealed }
	end)
end

function norx.decrypt(key, nonce, sealed, header, trailer)
	local plain = native.norx_decrypt(key, nonce, sealed, header or "",
		trailer or "")
	if not plain then
		return nil, "auth failure"
	end
	return plain
end

return norx
