-- AES-128 as a block cipher: FIPS 197.

local _, require = ...

return require(".crypto.cipher.block")(16)
