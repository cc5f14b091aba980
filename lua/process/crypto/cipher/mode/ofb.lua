-- The mode OFB.

local _, require = ...

return require(".crypto.cipher.mode.of")("OFB")
