-- Base64 with alphabets to order. An encoder maps 0 … 63, and 64 for the
-- padding, to byte codes; a decoder the other way round.

local base64 = {}

-- The two last characters and the padding differ between the kinds of base64.
function base64.makeencoder(s62, s63, pad)
	local text = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
		.. "0123456789" .. (s62 or "+") .. (s63 or "/") .. (pad or "=")
	local encoder = {}
	for i = 0, 64 do
		encoder[i] = text:byte(i + 1)
	end
	return encoder
end

function base64.makedecoder(s62, s63, pad)
	local decoder = {}
	for code, byte in pairs(base64.makeencoder(s62, s63, pad)) do
		decoder[byte] = code
	end
	return decoder
end

-- Made on first use: most processes never need them.
local standard_encoder, standard_decoder

-- Three bytes to four characters, the last ones padded.
function base64.encode(s, encoder)
	standard_encoder = standard_encoder or base64.makeencoder()
	local e = encoder or standard_encoder
	local out, char = {}, string.char
	for i = 1, #s, 3 do
		local a, b, c = s:byte(i, i + 2)
		local n = a << 16 | (b or 0) << 8 | (c or 0)
		out[#out + 1] = char(e[n >> 18], e[n >> 12 & 63],
			b and e[n >> 6 & 63] or e[64], c and e[n & 63] or e[64])
	end
	return table.concat(out)
end

-- What is no character of the alphabet, a line feed or so, is passed over;
-- behind the padding another text may begin.
function base64.decode(s, decoder)
	standard_decoder = standard_decoder or base64.makedecoder()
	local d = decoder or standard_decoder
	local out, char = {}, string.char
	local n, bits = 0, 0
	for i = 1, #s do
		local code = d[s:byte(i)]
		if code == 64 then
			n, bits = 0, 0
		elseif code then
			n, bits = (n << 6 | code) & 0xffff, bits + 6
			if bits >= 8 then
				bits = bits - 8
				out[#out + 1] = char(n >> bits & 255)
			end
		end
	end
	return table.concat(out)
end

return base64
