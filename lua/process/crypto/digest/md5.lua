-- MD5 of a stream: RFC 1321.

local _, require = ...

return require(".crypto.digest.of_stream")("md5")
