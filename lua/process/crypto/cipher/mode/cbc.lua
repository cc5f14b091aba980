-- The mode CBC.

local _, require = ...

return require(".crypto.cipher.mode.of")("CBC")
