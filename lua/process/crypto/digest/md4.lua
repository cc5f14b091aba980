-- MD4 of a stream: RFC 1320.

local _, require = ...

return require(".crypto.digest.of_stream")("md4")
