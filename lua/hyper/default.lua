-- What becomes of a message that no handler took.

return function(insertInbox)
	return function(req)
		insertInbox(req)
		print("New Message")
	end
end
