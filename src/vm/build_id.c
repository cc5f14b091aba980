/*
 * The linker's note lies in the program as it is loaded, in a segment of its
 * own kind; the first object of the list is the program. What else an image
 * depends on is put behind it: where windows are.
 */
#include <elf.h>
#include <inttypes.h>
#include <link.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "vm/lua/window.h"
#include "vm/vm.h"

enum {
	ID_MAX = 32, /* bytes of an id that are looked at */
};

static pthread_once_t once = PTHREAD_ONCE_INIT;
static char text[2 * ID_MAX + 20];

/* Notes lie at multiples of four. */
static size_t
padded(size_t n)
{
	return (n + 3) & ~(size_t)3;
}

/* The id among the notes of a segment; empty: it is not there. */
static struct span
find_id(struct span notes)
{
	static const char name[] = ELF_NOTE_GNU;
	ElfW(Nhdr) h;

	while (notes.len >= sizeof(h)) {
		struct span rest = span_from(notes, sizeof(h));
		size_t front;

		memcpy(&h, notes.p, sizeof(h));
		front = padded(h.n_namesz);
		if (front + h.n_descsz > rest.len)
			break;
		if (h.n_type == NT_GNU_BUILD_ID && h.n_namesz == sizeof(name) &&
		    memcmp(rest.p, name, sizeof(name)) == 0)
			return span_of(rest.p + front, h.n_descsz);
		notes = span_from(rest, front + padded(h.n_descsz));
	}
	return span_text("");
}

/* Write the text when this object has an id; the first is the program, and the
 * last that is looked at. */
static int
look(struct dl_phdr_info *info, size_t size, void *unused)
{
	(void)size;
	(void)unused;
	for (int i = 0; i < info->dlpi_phnum && !text[0]; i++) {
		const ElfW(Phdr) *h = &info->dlpi_phdr[i];
		uintptr_t at = info->dlpi_addr + h->p_vaddr;
		struct span id;
		char *to = text;

		if (h->p_type != PT_NOTE)
			continue;
		/* the loader says where it is */
		/* NOLINTNEXTLINE(performance-no-int-to-ptr) */
		id = find_id(span_of((const void *)at, h->p_memsz));
		for (size_t k = 0; k < id.len && k < ID_MAX; k++)
			to += sprintf(to, "%02x", id.p[k]);
		if (id.len)
			sprintf(to, "-%" PRIx32, window_place(0));
	}
	return 1;
}

static void
make_text(void)
{
	dl_iterate_phdr(look, NULL);
}

const char *
vm_build_id(void)
{
	pthread_once(&once, make_text);
	return text[0] ? text : NULL;
}
