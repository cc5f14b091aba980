-- MD2 of a stream: RFC 1319.

local _, require = ...

return require(".crypto.digest.of_stream")("md2")
