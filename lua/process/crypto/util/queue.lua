-- First in, first out. Head and tail count what was pushed and popped.

return function()
	local items, head, tail = {}, 0, 0
	local queue = {}
	function queue.push(item)
		items[head] = item
		head = head + 1
	end
	function queue.pop()
		if tail == head then
			return nil
		end
		local item = items[tail]
		items[tail] = nil
		tail = tail + 1
		return item
	end
	function queue.size()
		return head - tail
	end
	function queue.getHead()
		return head
	end
	function queue.getTail()
		return tail
	end
	function queue.reset()
		items, head, tail = {}, 0, 0
	end
	return queue
end
