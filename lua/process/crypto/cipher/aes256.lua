-- AES-256 as a block cipher: FIPS 197.

local _, require = ...

return require(".crypto.cipher.block")(32)
