-- The machine's own, under the name that it has here.

return require("json")
