-- Tables as plain indented lines.

local function lines(t, indent, out, open)
	open[t] = true
	for k, v in pairs(t) do
		local head = string.rep(" ", indent) .. tostring(k) .. ": "
		if type(v) ~= "table" then
			out[#out + 1] = head .. tostring(v) .. "\n"
		elseif open[v] then
			out[#out + 1] = head .. "<circular reference>\n"
		else
			out[#out + 1] = head .. "\n"
			lines(v, indent + 1, out, open)
		end
	end
	open[t] = nil
	return out
end

return {
	tprint = function(t, indent)
		return table.concat(lines(t, indent or 0, {}, {}))
	end,
}
