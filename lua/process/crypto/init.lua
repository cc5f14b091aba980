-- Digests, ciphers, MACs, key derivation: the front of the crypto library. What
-- computes is native; these files give it its shape.

local _, require = ...

return {
	_version = "0.0.1",
	cipher = require(".crypto.cipher.init"),
	digest = require(".crypto.digest.init"),
	kdf = require(".crypto.kdf.init"),
	mac = require(".crypto.mac.init"),
	utils = require(".crypto.util.init"),
	random = function(...)
		return require(".crypto.cipher.issac").random(...)
	end,
}
