-- Ciphers. ISAAC is spelled as programs know it.

local _, require = ...

return {
	_version = "0.0.1",
	aes = require(".crypto.cipher.aes"),
	issac = require(".crypto.cipher.issac"),
	morus = require(".crypto.cipher.morus"),
	norx = require(".crypto.cipher.norx"),
}
