-- Bits of 32-bit numbers.

local _, require = ...

return require("bit32")
