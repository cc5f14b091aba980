-- MORUS-1280-128: text and associated data under one tag.

local _, require = ...
local native = require(".crypto.native")
local result = require(".crypto.result")

local morus = {
	key_size = 32,
	nonce_size = 16,
	variant = "Morus-1280",
	state_update = native.morus_update,
}

function morus.encrypt(key, iv, text, data)
	data = data or ""
	local sealed = native.morus_encrypt(key, iv, text, data)
	return result(data .. sealed, false, function()
		return { data, sealed }
	end)
end

-- The data comes first in `text`.
function morus.decrypt(key, iv, text, data_length)
	local data = text:sub(1, data_length or 0)
	local plain = native.morus_decrypt(key, iv, text:sub(#data + 1), data)
	if not plain then
		return nil, "decrypt error"
	end
	return plain
end

return morus
