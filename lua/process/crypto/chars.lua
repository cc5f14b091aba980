-- A text as a list of its characters.

return function(text)
	local list = {}
	for i = 1, #text do
		list[i] = text:sub(i, i)
	end
	return list
end
