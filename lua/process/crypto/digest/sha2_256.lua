-- SHA-256 of a stream: FIPS 180-4.

local _, require = ...

return require(".crypto.digest.of_stream")("sha256")
