#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/attach_fields.h"
#include "net/attach_wire.h"
#include "test.h"

static struct process_info
some_info(void)
{
	struct process_info info = { .name = "a name",
		.slots = 7,
		.evaluated = 6,
		.told = { 5, 3 },
		.spawned_ms = UINT64_C(1795195414667),
		.memory = 1 << 20,
		.ticks = 40,
		.crons = 2,
		.monitored = true,
		.stopped = true };

	memset(info.id.bytes, 1, ID_BYTES);
	memset(info.module.bytes, 2, ID_BYTES);
	memset(info.runs.bytes, 3, ID_BYTES);
	strcpy(info.owner.text, "owner");
	return info;
}

TEST(attach_wire, process_info_comes_back_as_it_went)
{
	struct process_info info = some_info();
	struct process_info back = { .slots = 0 };
	struct buf b = BUF_INIT;
	struct span in;

	put_process_info(&b, &info);
	in = buf_span(&b);
	CHECK(take_process_info(&in, &back));
	CHECK_INT(in.len, 0);
	CHECK(id_equal(&back.id, &info.id) &&
	    id_equal(&back.module, &info.module) &&
	    id_equal(&back.runs, &info.runs));
	CHECK_TEXT(back.name, info.name);
	CHECK_TEXT(back.owner.text, info.owner.text);
	CHECK_INT(back.slots, 7);
	CHECK_INT(back.evaluated, 6);
	CHECK_INT(back.spawned_ms, info.spawned_ms);
	CHECK_INT(back.memory, info.memory);
	CHECK_INT(position_compare(back.told, info.told), 0);
	CHECK_INT(back.ticks, 40);
	CHECK_INT(back.crons, 2);
	CHECK(back.monitored);
	CHECK(back.stopped);
	buf_release(&b);
}

TEST(attach_wire, a_module_comes_back_as_it_went)
{
	const struct module_info info = { .kind = MODULE_ALIAS,
		.id = { { 1 } },
		.runs = { { 2 } },
		.format = "a-format",
		.runnable = true,
		.size = 3,
		.memory = 4,
		.compute = 5 };
	struct module_info back;
	struct buf b = BUF_INIT;
	struct span in;

	put_module_info(&b, &info);
	in = buf_span(&b);
	CHECK(take_module_info(&in, &back));
	CHECK_INT(in.len, 0);
	CHECK(back.kind == info.kind && back.runnable);
	CHECK(id_equal(&back.id, &info.id) && id_equal(&back.runs, &info.runs));
	CHECK_TEXT(back.format, info.format);
	CHECK_INT(back.size, 3);
	CHECK_INT(back.memory, 4);
	CHECK_INT(back.compute, 5);
	for (size_t n = 0; n < b.len; n++) {
		in = span_first(buf_span(&b), n);
		CHECK(!take_module_info(&in, &back));
	}
	b.p[0] = MODULE_STORED + 1;
	in = buf_span(&b);
	CHECK(!take_module_info(&in, &back));
	buf_release(&b);
}

TEST(attach_wire, a_tick_comes_back_with_its_message)
{
	struct tag tag = { span_text("Action"), span_text("Cron") };
	struct id process = { { 7 } };
	struct message_draft draft = { .target = &process,
		.tags = &tag,
		.tag_count = 1 };
	struct address owner = { "owner" };
	struct message *m = message_from_draft(&draft, &owner);
	const struct log_entry entry = { .slot = 7,
		.tick = 1,
		.schedule = 2,
		.interval = span_text("5-minutes"),
		.timestamp_ms = UINT64_C(1795195414667),
		.message = m,
		.evaluated = true,
		.stopped = true,
		.result_json = span_text("{}") };
	struct log_entry back;
	struct buf b = BUF_INIT;
	struct span item;
	struct span in;

	put_log_entry(&b, &entry);
	in = buf_span(&b);
	/* whatever stood there before is gone */
	memset(&back, 0x5a, sizeof(back));
	CHECK(take_log_entry(&in, &back, &item));
	CHECK(!back.unchained && !back.facts && !back.exclude);
	CHECK_INT(in.len, 0);
	CHECK_INT(back.slot, 7);
	CHECK_INT(back.tick, 1);
	CHECK_INT(back.schedule, 2);
	CHECK_SPAN(back.interval, "5-minutes");
	CHECK_INT(back.timestamp_ms, entry.timestamp_ms);
	CHECK_SPAN(back.result_json, "{}");
	CHECK(back.evaluated && back.stopped);
	message_unref(m);
	m = take_tick(&item);
	CHECK(m != NULL);
	CHECK(id_equal(&m->target, &process));
	CHECK_TEXT(m->owner.text, "owner");
	CHECK_SPAN(message_tag_or_empty(m, "Action"), "Cron");
	message_unref(m);
	for (size_t n = 0; n < b.len; n++) {
		in = span_first(buf_span(&b), n);
		CHECK(!take_log_entry(&in, &back, &item));
	}
	buf_release(&b);
}

TEST(attach_wire, a_schedule_comes_back_as_it_went)
{
	const struct cron_info info = { .index = 1,
		.name = span_text("0-5-minutes"),
		.interval = span_text("5-minutes"),
		.action = span_text("Cron"),
		.next_ms = 8,
		.ticks = 9,
		.late = 3,
		.last = { 7, 2 },
		.last_ms = 6,
		.evaluated = true,
		.verdict = VERDICT_ERROR };
	struct cron_info back;
	struct buf b = BUF_INIT;
	struct span in;

	put_cron_info(&b, &info);
	for (size_t n = 0; n < b.len; n++) {
		in = span_first(buf_span(&b), n);
		CHECK(!take_cron_info(&in, &back));
	}
	in = buf_span(&b);
	CHECK(take_cron_info(&in, &back));
	CHECK_INT(in.len, 0);
	CHECK_INT(back.index, 1);
	CHECK_SPAN(back.name, "0-5-minutes");
	CHECK_SPAN(back.interval, "5-minutes");
	CHECK_SPAN(back.action, "Cron");
	CHECK_INT(back.next_ms, 8);
	CHECK_INT(back.ticks, 9);
	CHECK_INT(back.late, 3);
	CHECK_INT(position_compare(back.last, info.last), 0);
	CHECK_INT(back.last_ms, 6);
	CHECK(back.evaluated);
	CHECK_INT(back.verdict, VERDICT_ERROR);
	buf_release(&b);
}

TEST(attach_wire, every_cut_of_a_struct_is_refused)
{
	struct process_info info = some_info();
	struct id target = info.id;
	struct tag tag = { span_text("Action"), span_text("Eval") };
	struct message_draft draft = { .target = &target,
		.data = span_text("1 + 1"),
		.tags = &tag,
		.tag_count = 1 };
	struct tag tags[TAGS_MAX];
	struct buf b = BUF_INIT;

	put_process_info(&b, &info);
	for (size_t n = 0; n < b.len; n++) {
		struct span in = span_first(buf_span(&b), n);

		CHECK(!take_process_info(&in, &info));
	}
	buf_clear(&b);
	put_draft(&b, &draft);
	for (size_t n = 0; n < b.len; n++) {
		struct span in = span_first(buf_span(&b), n);

		CHECK(!take_draft(&in, &draft, &target, tags));
	}
	buf_release(&b);
}

TEST(attach_wire, a_frame_brings_its_descriptor)
{
	struct buf frame = BUF_INIT;
	struct error err;
	int pair[2];
	int ends[2];
	int beside;

	CHECK_INT(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	CHECK_INT(pipe(ends), 0);
	frame_begin(&frame, 42);
	buf_add_text(&frame, "hello");
	CHECK_OK(frame_send(pair[0], &frame, ends[1], &err), err);
	CHECK_OK(frame_receive(pair[1], &frame, &beside, &err), err);
	CHECK_INT(frame.p[0], 42);
	CHECK_SPAN(span_from(buf_span(&frame), 1), "hello");
	CHECK(beside >= 0);
	CHECK_INT(write(beside, "x", 1), 1);
	CHECK_INT(read(ends[0], frame.p, 1), 1);
	close(beside);
	close(ends[0]);
	close(ends[1]);
	close(pair[0]);
	CHECK_INT(frame_receive(pair[1], &frame, &beside, &err), -1);
	CHECK_INT(err.code, ERR_GONE);
	close(pair[1]);
	buf_release(&frame);
}

TEST(attach_wire, a_frame_that_is_too_long_is_not_believed)
{
	static const uint8_t huge[] = { 0xff, 0xff, 0xff, 0xff };
	struct buf frame = BUF_INIT;
	struct error err;
	int pair[2];

	CHECK_INT(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	CHECK_INT(write(pair[0], huge, sizeof(huge)), 4);
	CHECK_INT(frame_receive(pair[1], &frame, NULL, &err), -1);
	CHECK_INT(err.code, ERR_FORMAT);
	close(pair[0]);
	close(pair[1]);
	buf_release(&frame);
}

static int
count_open(void)
{
	int count = 0;

	for (int fd = 0; fd < 256; fd++)
		count += fcntl(fd, F_GETFD) >= 0;
	return count;
}

TEST(attach_wire, only_one_of_several_descriptors_is_kept)
{
	_Alignas(struct cmsghdr) char room[CMSG_SPACE(2 * sizeof(int))] = { 0 };
	uint8_t bytes[] = { 1, 0, 0, 0, ATTACH_INFO };
	struct iovec part = { bytes, sizeof(bytes) };
	struct msghdr m = { .msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = room,
		.msg_controllen = sizeof(room) };
	struct cmsghdr *c = CMSG_FIRSTHDR(&m);
	const int two[2] = { STDIN_FILENO, STDOUT_FILENO };
	struct buf frame = BUF_INIT;
	struct error err;
	int before;
	int beside;
	int ends[2];

	CHECK_INT(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(two));
	memcpy(CMSG_DATA(c), two, sizeof(two));
	CHECK_INT(sendmsg(ends[0], &m, 0), sizeof(bytes));
	before = count_open();
	CHECK_OK(frame_receive(ends[1], &frame, &beside, &err), err);
	CHECK(beside >= 0);
	close(beside);
	CHECK_INT(count_open(), before);
	close(ends[0]);
	close(ends[1]);
	buf_release(&frame);
}

TEST(attach_wire, a_query_for_items_comes_back_as_it_went)
{
	const struct id ids[2] = { { { 1 } }, { { 2 } } };
	const struct item_query q = { .scope = ITEMS_BY_ID,
		.ids = ids,
		.id_count = 2,
		.word = span_text("word"),
		.oldest_first = true,
		.behind = 77 };
	struct item_query back = { .behind = 0 };
	struct buf b = BUF_INIT;
	struct span in;

	put_item_query(&b, &q);
	in = buf_span(&b);
	CHECK(take_item_query(&in, &back));
	CHECK_INT(in.len, 0);
	CHECK_INT(back.scope, ITEMS_BY_ID);
	CHECK_INT(back.id_count, 2);
	CHECK(id_equal(&back.ids[1], &ids[1]));
	CHECK_SPAN(back.word, "word");
	CHECK(back.oldest_first);
	CHECK_INT(back.behind, 77);
	in = span_first(buf_span(&b), b.len - 1);
	CHECK(!take_item_query(&in, &back));
	b.p[0] = ITEMS_ALL + 1;
	in = buf_span(&b);
	CHECK(!take_item_query(&in, &back));
	b.p[0] = ITEMS_OF_LOG;
	in = buf_span(&b);
	CHECK(!take_item_query(&in, &back));
	buf_release(&b);
}

TEST(attach_wire, an_item_comes_back_as_it_went)
{
	const struct item_entry entry = { 5, span_text("head"), 900, 3, 4 };
	struct item_entry back = { .place = 0 };
	struct buf b = BUF_INIT;
	struct span in;

	put_item_entry(&b, &entry);
	in = buf_span(&b);
	CHECK(take_item_entry(&in, &back));
	CHECK_INT(in.len, 0);
	CHECK_SPAN(back.head, "head");
	CHECK_INT(back.place, 5);
	CHECK_INT(back.size, 900);
	CHECK_INT(back.timestamp_ms, 3);
	CHECK_INT(back.height, 4);
	buf_release(&b);
}
