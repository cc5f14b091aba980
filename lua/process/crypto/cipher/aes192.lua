-- AES-192 as a block cipher: FIPS 197.

local _, require = ...

return require(".crypto.cipher.block")(24)
