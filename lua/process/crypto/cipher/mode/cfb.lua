-- The mode CFB.

local _, require = ...

return require(".crypto.cipher.mode.of")("CFB")
