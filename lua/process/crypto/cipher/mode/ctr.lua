-- The mode CTR.

local _, require = ...

return require(".crypto.cipher.mode.of")("CTR")
