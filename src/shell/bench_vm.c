/*
 * The machine alone, without engine, store or signatures: what of a message's
 * time is the process library's. The same messages go to a process whose
 * handler counts and replies, and to a bare one that answers with the same
 * table made by hand; the difference is the library.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "vm/lua/archive.h"
#include "vm/lua/machine.h"
#include "shell/bench_run.h"
#include "shell/bench_talk.h"

enum {
	OPENS = 200, /* processes made, to see what making one costs */
	LANE = 1,
	JSON_ROUNDS = 10, /* in one message */
	KIB = 1024,
};

/* lua/bench/, in the form of a module, from the linker. */
extern const uint8_t first[] __asm__("_binary_bench_module_start");
extern const uint8_t end[] __asm__("_binary_bench_module_end");

/* An archive of one file, in place of the library. */
static const char bare_program[] =
    "local n, box = 0, {}\n"
    "return { handle = function(msg, env)\n"
    "  n = n + 1\n"
    "  return { Output = { data = '', prompt = '> ', print = true },\n"
    "    Messages = { { Target = msg.From, Data = tostring(n),\n"
    "      Anchor = '0', Tags = { { name = 'Type', value = 'Message' } } } },\n"
    "    Spawns = box, Assignments = box }\n"
    "end }\n";

static const char counter[] =
    "Count = 0 Handlers.add('count', 'Count', function(msg)"
    " Count = Count + 1 msg.reply({Data = tostring(Count)}) end)";

/* The processor time of `n` messages to the counter, each. */
static int
talk_count(struct talk *t, uint64_t n, double *us, struct error *err)
{
	uint64_t start = clock_cpu_ns();

	for (uint64_t i = 0; i < n; i++)
		if (talk_say(t, "Message", "Count", "", err) < 0)
			return -1;
	*us = (double)(clock_cpu_ns() - start) / 1e3 / (double)n;
	return 0;
}

/* The processor time of making a process, and of that with its first message,
 * which takes the place of the template's copy. */
static int
measure_boot(double *open_us, double *boot_us, struct error *err)
{
	struct talk *talks = xcalloc(OPENS, sizeof(*talks));
	uint64_t start = clock_cpu_ns();
	uint64_t opened;
	int made = 0;
	int rc = 0;

	while (rc == 0 && made < OPENS) {
		rc = talk_open(&talks[made], vm_builtin_module(LIBRARY_CLASSIC),
		    LANE, err);
		made += rc == 0;
	}
	opened = clock_cpu_ns();
	for (int i = 0; rc == 0 && i < OPENS; i++)
		rc = talk_say(&talks[i], "Process", "", "", err);
	*open_us = (double)(opened - start) / 1e3 / OPENS;
	*boot_us = (double)(clock_cpu_ns() - start) / 1e3 / OPENS;
	for (int i = 0; i < made; i++)
		talk_close(&talks[i]);
	free(talks);
	return rc;
}

static int
measure_bare(uint64_t n, double *us, struct error *err)
{
	struct buf module = BUF_INIT;
	struct talk t;
	int rc = -1;

	buf_printf(&module, ".process %zu\n%s", sizeof(bare_program) - 1,
	    bare_program);
	if (talk_open(&t, buf_span(&module), LANE, err) == 0) {
		rc = talk_count(&t, n, us, err);
		talk_close(&t);
	}
	buf_release(&module);
	return rc;
}

/* Boots, counts, and says what the process takes in between. */
static int
measure_counter(uint64_t n, double *us, size_t *awake, struct error *err)
{
	struct talk t;
	int rc = -1;

	if (talk_open(&t, vm_builtin_module(LIBRARY_CLASSIC), LANE, err) < 0)
		return -1;
	if (talk_say(&t, "Process", "", "", err) == 0) {
		*awake = t.vm->ops->memory(t.vm);
		if (talk_say(&t, "Message", "Eval", counter, err) == 0)
			rc = talk_count(&t, n, us, err);
	}
	talk_close(&t);
	return rc;
}

int
bench_library(struct bench *b, struct error *err)
{
	uint64_t start = clock_cpu_ns();
	double template_us;
	double open_us;
	double boot_us;
	double bare_us;
	double message_us;
	struct talk t;
	size_t awake;
	char more[256];

	if (talk_open(&t, vm_builtin_module(LIBRARY_CLASSIC), LANE, err) < 0)
		return -1;
	template_us = (double)(clock_cpu_ns() - start) / 1e3;
	talk_close(&t);
	bench_begin(b);
	if (measure_boot(&open_us, &boot_us, err) < 0 ||
	    measure_bare(b->n, &bare_us, err) < 0 ||
	    measure_counter(b->n, &message_us, &awake, err) < 0)
		return -1;
	snprintf(more, sizeof(more),
	    ",\"templateUs\":%.0f,\"openUs\":%.1f,\"bootUs\":%.1f"
	    ",\"awakeKiB\":%zu,\"bareUs\":%.2f,\"messageUs\":%.2f"
	    ",\"libraryUs\":%.2f",
	    template_us, open_us, boot_us, awake / KIB, bare_us, message_us,
	    message_us - bare_us);
	bench_tell(b, b->n, more);
	return 0;
}

/* The processor time of one call of that text, by a message that makes it
 * JSON_ROUNDS times. */
static int
measure_call(struct talk *t, const char *text, uint64_t n, double *us,
    struct error *err)
{
	char code[96];
	uint64_t start = clock_cpu_ns();

	snprintf(code, sizeof(code), "for i = 1, %d do %s end", JSON_ROUNDS,
	    text);
	for (uint64_t i = 0; i < n; i++)
		if (talk_say(t, "Message", "Eval", code, err) < 0)
			return -1;
	*us =
	    (double)(clock_cpu_ns() - start) / 1e3 / (double)(n * JSON_ROUNDS);
	return 0;
}

/* The codec in plain Lua and a document for both. */
static int
load_plain(struct talk *t, struct error *err)
{
	struct buf text = BUF_INIT;
	struct span code;
	int rc = 0;

	if (!archive_find(span_of(first, (size_t)(end - first)),
		span_text(".plain_json"), &code))
		return FAIL(err, ERR_FORMAT, "there is no '.plain_json'");
	buf_add_span(&text, code);
	if (talk_say(t, "Process", "", "", err) < 0 ||
	    talk_say(t, "Message", "Eval", buf_text(&text), err) < 0)
		rc = -1;
	buf_release(&text);
	return rc;
}

int
bench_json(struct bench *b, struct error *err)
{
	static const char *const calls[] = { "json.encode(Document)",
		"Plain.encode(Document)", "json.decode(Text)",
		"Plain.decode(Text)" };
	double us[4];
	struct talk t;
	char more[200];
	int rc;

	if (talk_open(&t, vm_builtin_module(LIBRARY_CLASSIC), LANE, err) < 0)
		return -1;
	rc = load_plain(&t, err);
	bench_begin(b);
	for (int i = 0; rc == 0 && i < 4; i++)
		rc = measure_call(&t, calls[i], b->n, &us[i], err);
	talk_close(&t);
	if (rc < 0)
		return -1;
	snprintf(more, sizeof(more),
	    ",\"encodeUs\":%.0f,\"plainEncodeUs\":%.0f,\"decodeUs\":%.0f"
	    ",\"plainDecodeUs\":%.0f",
	    us[0], us[1], us[2], us[3]);
	bench_tell(b, b->n * JSON_ROUNDS, more);
	return 0;
}
