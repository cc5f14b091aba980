-- The mode ECB.

local _, require = ...

return require(".crypto.cipher.mode.of")("ECB")
