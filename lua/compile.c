/*
 * compile - the process library's bytecode, made while the program is built.
 *
 *   compile MODULE CODE      MODULE is an archive (src/vm/lua/archive.h)
 */
#include <stdio.h>

#include "vm/lua/code.h"

static int
read_all(const char *path, struct buf *out)
{
	FILE *f = fopen(path, "rb");
	char piece[4096];
	size_t n;
	int bad;

	if (!f)
		return -1;
	while ((n = fread(piece, 1, sizeof(piece), f)) > 0)
		buf_add(out, piece, n);
	bad = ferror(f);
	fclose(f);
	return bad ? -1 : 0;
}

static int
write_all(const char *path, struct span bytes)
{
	FILE *f = fopen(path, "wb");
	int rc;

	if (!f)
		return -1;
	rc = fwrite(bytes.p, 1, bytes.len, f) == bytes.len ? 0 : -1;
	return fclose(f) == 0 ? rc : -1;
}

int
main(int argc, char **argv)
{
	struct buf module = BUF_INIT;
	struct buf code = BUF_INIT;
	struct error err;
	int rc = 1;

	if (argc != 3) {
		fprintf(stderr, "usage: compile MODULE CODE\n");
		return 2;
	}
	if (read_all(argv[1], &module) < 0)
		perror(argv[1]);
	else if (code_make(buf_span(&module), NULL, &code, &err) < 0)
		fprintf(stderr, "%s: %s\n", argv[1], err.text);
	else if (write_all(argv[2], buf_span(&code)) < 0)
		perror(argv[2]);
	else
		rc = 0;
	buf_release(&module);
	buf_release(&code);
	return rc;
}
