/*
 * vm - machines that evaluate modules, one table of operations each.
 *
 * A vm holds the state of one process. After a failed evaluation and after a
 * dry run that state is, byte for byte, what it was before. Evaluation depends
 * on nothing but the module and the evaluations before.
 *
 * Threads: one at a time per vm, and one at a time per lane: the caller sees
 * to it. A lane is a place in the address space that several vms share.
 * vm_interrupt() alone may be called from any thread, while the vm is open.
 */
#ifndef VM_VM_H
#define VM_VM_H

#include <stdatomic.h>

#include "ao/evaluation.h"
#include "ao/limits.h"
#include "ao/result.h"

enum {
	VM_LANES = 256,     /* of an engine: 0 … VM_LANES - 1 */
	VM_TOOL_LANES = 17, /* behind them: of who evaluates beside it */
	VM_SERVE_LANE = 16, /* the last of those: a server's */
	VM_ALL_LANES = VM_LANES + VM_TOOL_LANES,
};

/* The largest state that any limit can ask for. */
#define VM_MEMORY_MAX ((uint64_t)2 << 30)

/*
 * The first two are the process's own, for as long as it lives: what they do
 * shows in its state (Lua collects when memory comes to its end), so they must
 * be the same wherever its log is evaluated. The others are what a computer
 * allows, change nothing but whether a message is cut short, and are not looked
 * at in a replay.
 */
struct vm_limits {
	uint64_t instructions; /* per message; same verdict everywhere */
	size_t memory;         /* bytes of the whole state */
	uint64_t time_ns;      /* of one message, wall clock */
	size_t output;         /* bytes of the canonical result */
	size_t outbox; /* entries of a result: messages, spawns, assignments */
	/* 0: as many as the process may */
	uint64_t node_instructions;
	size_t node_memory;
	/* open() gives up soon once it is true; NULL: nobody can */
	const atomic_bool *stop;
};

/* What holds when neither process nor module says otherwise. */
extern const struct vm_limits vm_default_limits;
/*
 * These, and in their place what a process asks for in its spawn message (NULL:
 * nothing), or else its module: the same wherever its log is evaluated. One that
 * was scheduled elsewhere may say nonsense there, which is as nothing said.
 */
struct vm_limits vm_own_limits(const struct message *spawn,
    const struct limits *module);
/*
 * Why open() failed, or the module was not to be had: true when each slot of
 * the log fails with that text, false when only this computer lacks something.
 */
bool vm_fails_for_good(const struct error *why);

/*
 * A call of a function of the program, its arguments given as JSON, which is
 * decoded inside the call: for tools that speak to a program directly.
 */
enum vm_entry {
	VM_HANDLE,  /* require(".process").handle(msg, env) */
	VM_COMPUTE, /* require(".process").compute(base, req, {}) */
	/* no function: args are Lua text, its name for errors, and the name of
	 * the module that it gives, or nothing */
	VM_CHUNK
};

enum {
	VM_ARGS = 3
};

struct vm_call {
	enum vm_entry entry;
	struct span args[VM_ARGS]; /* borrowed for the call */
	bool drop;     /* the state stays as it was, whatever comes */
	bool rollback; /* … when the call fails */
};

struct vm_answer {
	/* VERDICT_OK: the function returned; VERDICT_ERROR: it raised an
	 * error, or gave what cannot be written as JSON; else a limit. */
	enum verdict verdict;
	bool failed; /* no VERDICT_OK, or what it gave tells of an error */
	/* The JSON of what it returned, or the text of the error, which may
	 * be any bytes. Owned. */
	struct buf text;
};

struct vm_ops;

struct vm {
	const struct vm_ops *ops;
	unsigned lane; /* 0 … VM_ALL_LANES - 1 */
};

struct vm_ops {
	const char *format; /* the module's Module-Format tag */
	/* Whether those bytes look like a module, as far as that is seen without
	 * running them. ERR_FORMAT. */
	int (*check)(struct span module, struct error *err);
	/*
	 * A fresh state of `module` (bytes; borrowed for the call). ERR_FORMAT:
	 * not a module of this format. ERR_LIMIT: no room for it, or it needs
	 * more than it may to load: the same on every computer. ERR_SYSTEM,
	 * ERR_INTERRUPTED: not here, or not now.
	 */
	int (*open)(struct span module, unsigned lane,
	    const struct vm_limits *limits, struct vm **out, struct error *err);
	/*
	 * Evaluate one message. 0: *out is filled in, whatever the verdict;
	 * the state has moved on only when the verdict is VERDICT_OK and `e`
	 * is not read only. -1, ERR_EVAL: the machine itself is broken.
	 *
	 * The machine may evaluate the message once more later, to come to the
	 * state again: it keeps a reference of e->message, which is a counted
	 * one unless `e` is read only, and e->process stays as it is for as
	 * long as the vm is open. Everything else is borrowed for the call.
	 */
	int (*eval)(struct vm *vm, const struct evaluation *e,
	    struct result *out, struct error *err);
	/*
	 * Make one call. 0: *out is filled in, whatever the verdict. The state
	 * has moved on, in failures too, unless the call says otherwise or a
	 * limit was met. -1, ERR_EVAL: the machine itself is broken.
	 */
	int (*call)(struct vm *vm, const struct vm_call *c,
	    struct vm_answer *out, struct error *err);
	/*
	 * Append the state as bytes, for restore(): a checkpoint. ERR_SYSTEM:
	 * the program has no build id. ERR_EVAL: it was interrupted, or the
	 * machine itself is broken.
	 */
	int (*save)(struct vm *vm, struct buf *image, struct error *err);
	/*
	 * Make the state that of an image: of the same build, module and lane,
	 * for a vm that was just opened. ERR_FORMAT: it is none, and the vm is
	 * as it was. An image may come from anywhere as far as its form goes,
	 * but who made its contents can make the program run anything: keep a
	 * hash of it where nobody else can write. ERR_SYSTEM as above.
	 */
	int (*restore)(struct vm *vm, struct span image, struct error *err);
	/* Make a running eval or call end soon with VERDICT_INTERRUPTED. */
	void (*interrupt)(struct vm *vm);
	/* Bytes that the state takes at rest. */
	size_t (*memory)(const struct vm *vm);
	void (*close)(struct vm *vm);
};

/* The machine for a Module-Format; NULL: none. */
const struct vm_ops *vm_ops_find(struct span format);
/* The same. ERR_UNSUPPORTED: there is none (text: for which there are). */
int vm_machine(struct span format, const struct vm_ops **out,
    struct error *err);

/* The process library in its variants (spec/aos-process.md, 15). */
enum vm_library {
	LIBRARY_CLASSIC,
	LIBRARY_HYPER,
	LIBRARY_COUNT
};

/*
 * A built-in Lua module: the process library, as bytes to give to open() and
 * to keep in the store.
 */
struct span vm_builtin_module(enum vm_library library);
/* The classic one's id, the SHA-256 of those bytes. Computed once; never freed.
 * Any thread. */
const struct id *vm_builtin_module_id(void);
/* The bytecode of a module that is built in; empty: it is not. */
struct span vm_builtin_code(struct span module);
/* For the result chain: "Lua 5.4.4 64-bit native 2" or so. */
const char *vm_release(void);

/*
 * What images are good for: the same text for each run of the same build of
 * the program, another one for every other. NULL: the linker was not asked to
 * write an id, and images can be neither saved nor restored. Any thread.
 */
const char *vm_build_id(void);

/* What a piece of typed text is to the compiler. */
enum vm_syntax {
	SYNTAX_COMPLETE,
	SYNTAX_UNFINISHED,
	SYNTAX_WRONG
};
/*
 * Compile, do not run: "return TEXT" first, then TEXT. SYNTAX_WRONG also fills
 * in err ("3: unexpected symbol near '='": line, then text). Any thread.
 */
enum vm_syntax vm_check_syntax(struct span text, struct error *err);

#endif
