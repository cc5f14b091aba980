/*
 * journal_derive - what the records of a journal mean, as index entries.
 *
 * Deriving the same records again in order gives the same entries, whatever a
 * part of them has put there before. For journal*.c alone.
 *
 * tree      key                          value
 * id        id, kind, number (messages)  sequence; of a message also its slot;
 *                                        of a process its number
 * slot      number, slot, of ticks also  sequences of entry and result, or 0
 *           tick
 * process   number                       id, slots, evaluated; where there is
 *                                        any of it: ticks behind the last slot,
 *                                        behind the last evaluated one; all
 *                                        ticks, with results; schedules, flags
 * name      hash of the name, ~number    id, name, owner
 * open      sequence of result, entry    number, slot, of ticks also tick
 * type      hash of the type, ~sequence  id of a kept item
 * cron      number                       schedules
 *           number, schedule             ticks, late ones, last slot, tick, time
 */
#ifndef STORE_JOURNAL_DERIVE_H
#define STORE_JOURNAL_DERIVE_H

#include "store/journal_index.h"
#include "store/journal_record.h"

/* What an id names; the first three are items, to be read by id alone. */
enum id_kind {
	ID_ASSIGNMENT = 'a',
	ID_ITEM = 'i',
	ID_MESSAGE = 'm',
	ID_MODULE = 'x',
	ID_PROCESS = 'z',
};

/* Where the records of an entry are; 0: there is none. */
struct slot_place {
	uint64_t assigned;
	uint64_t result;
};

/* The key of an id of any kind but a message: `id`, then the kind. */
struct index_key derive_id_key(const struct id *id, enum id_kind kind);
/* A message has a key per process, since an Assign gives it further slots. */
struct index_key derive_message_key(const struct id *id, uint64_t number);
/* Big-endian, so that the slots of a process lie in order. */
struct index_key derive_slot_key(uint64_t number, uint64_t slot);
/* The same for slots and ticks: a tick's place is behind its slot. */
struct index_key derive_entry_key(uint64_t number, struct position at);
/* The last tick of a schedule. */
struct index_key derive_schedule_key(uint64_t number, uint32_t schedule);
/* In the order in which processes came into being. */
struct index_key derive_process_key(uint64_t number);
/* What the entries of a name begin with, and those of a type. */
struct index_key derive_name_prefix(struct span name);

/* The value of a key read back; false: not of ours. */
bool derive_read_id(struct span value, uint64_t *n, uint64_t *slot);
/* The process number out of the key of a message; false: of another kind. */
bool derive_read_message(struct span key, uint64_t *number);
/* The two sequences of a slot. */
bool derive_read_place(struct span value, struct slot_place *place);
/* `number` out of the key, the rest out of the value. */
bool derive_read_process(struct span key, struct span value,
    struct journal_process *p);
/* Spans are borrowed from `value`. */
bool derive_read_name(struct span value, struct id *id, struct span *name,
    struct span *owner);
/* Process or sequence out of the key of a name or a type. */
bool derive_read_listed(struct span key, uint64_t *n);
/* Entry out of the key, process and slot out of the value. */
bool derive_read_open(struct span key, struct span value, struct push_key *p);

/* The value of derive_schedule_key(). */
bool derive_read_schedule(struct span value, struct journal_schedule *s);
/* The process number of a key of the tree; false: a schedule's. */
bool derive_read_cron(struct span key, uint64_t *number);

/* Put what record `seq` means; between index_begin() and index_end(). */
void derive(struct index *x, uint64_t seq, const struct record *r);

#endif
