# The include rule: a file includes its own folder and folders of lower rank,
# never a neighbour of its rank, never upward. src/*.c may include everything.
BEGIN {
	n = split("base crypto codec ao store vm term engine net pane shell", f)
	split("0 1 2 3 4 4 4 5 5 5 6", r)
	for (i = 1; i <= n; i++)
		rank[f[i]] = r[i]
}
{
	split(FILENAME, at, "/")
	me = at[2]
}
match($0, /^#include "[a-z]+\//) {
	to = substr($0, 11, RLENGTH - 11)
	if (me in rank && to != me && rank[to] >= rank[me]) {
		bad = 1
		print FILENAME ":" FNR ": " me " may not include " to
	}
}
END { exit bad }
