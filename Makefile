# aosh - a shell and a local computer for ao.
#
#   make run        install what is missing, build, open the shell
#   make check      install what is missing, run every test
#   make lint       install what is missing, look over the code without running it
#   make            build build/aosh
#   make test       unit and whole-program tests; one: make test T=unit/map
#   make interop    items and a node against JavaScript clients (node, npm)
#   make fuzz       every fuzz target, FUZZ_SECONDS each
#   make install    into $(DESTDIR)$(PREFIX)
#
# SAN=address|thread builds and tests in a folder of its own; undefined behaviour
# is looked for along with addresses.

VERSION := 0.1.0
PREFIX ?= /usr/local
SAN ?=
comma := ,
FUZZ_SECONDS ?= 20

# V=1 shows whole commands.
Q := $(if $(V),,@)
say = @$(if $(V),:,printf '%-5s %s\n' $(1) $(2))

# Everything is built by the shell from the words below, so that `make run`
# works before a compiler is there: nothing is asked for while reading this.
B := build$(if $(SAN),-$(SAN))
SANITIZERS := $(if $(filter address,$(SAN)),address$(comma)undefined,$(SAN))

BUILD_PACKAGES := gcc libc6-dev libcurl4-openssl-dev libjansson-dev liblmdb-dev \
	liblua5.4-dev liblz4-dev libmicrohttpd-dev libmpfr-dev libncurses-dev \
	libreadline-dev libsecp256k1-dev libsodium-dev libssl-dev
CHECK_PACKAGES := clang libclang-rt-14-dev libcmocka-dev locales lua5.4 man-db \
	perl tmux
LINT_PACKAGES := clang-format clang-tidy

CC := gcc
WARN := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
	-Wpointer-arith -Wcast-qual -Wwrite-strings -Wvla -Wundef \
	-Wno-missing-field-initializers -Werror
OPT ?= -O2 -g
# Without PIE: images of processes hold addresses of this program's functions
# (engineering notes, part 1). -ffp-contract=off: the same sums everywhere.
CPPFLAGS += -D_GNU_SOURCE -DAOSH_VERSION='"$(VERSION)"' -Isrc \
	-isystem /usr/include/lua5.4
CFLAGS := $(OPT) -std=c11 -fno-pie -fno-strict-aliasing -ffp-contract=off \
	-fstack-protector-strong -pthread $(WARN) \
	$(if $(SAN),-fsanitize=$(SANITIZERS) -fno-omit-frame-pointer \
	-fno-sanitize-recover=all)
# An image of a state is good for the build whose id it names (vm.h).
LDFLAGS := -no-pie -pthread -Wl,-z,now -Wl,--build-id=sha1 \
	$(if $(SAN),-fsanitize=$(SANITIZERS))
LDLIBS := -lcrypto -lsecp256k1 -lsodium -ljansson -llmdb -llz4 -lmpfr \
	-lreadline -lm

SRC := $(wildcard src/*.c src/*/*.c src/vm/*/*.c)
OBJ := $(SRC:%.c=$(B)/%.o)
LIB := $(B)/libaosh.a
LINKED := classic_module classic_code hyper_module hyper_code \
	blueprints_module bench_module update_module page
MACHINE := $(B)/vm_lua.o $(LINKED:%=$(B)/%.o)
CLASSIC_FILES := $(sort $(wildcard $(patsubst %,lua/process/%.lua, \
	* */* */*/* */*/*/*)))
# What the hyper variant has from the classic one.
HYPER_SHARED := base64 bint bint/bits bint/convert bint/words chance dump \
	handlers lists pretty stringify
HYPER_FILES := $(sort $(wildcard lua/hyper/*.lua) \
	$(HYPER_SHARED:%=lua/process/%.lua))
UNIT := $(patsubst tests/unit/%.c,$(B)/tests/%,$(wildcard tests/unit/test_*.c))
FUZZ := $(patsubst tests/fuzz/%.c,%,$(wildcard tests/fuzz/fuzz_*.c))

.PHONY: all run check lint test interop deps deps-check install completions fuzz \
	clean \
	check-layers check-format check-tidy check-headers
.DELETE_ON_ERROR:
.SECONDARY:

all: $(B)/aosh

# Order-only, and by sub-makes: packages first, then the compiler may be named.
run:
	@$(MAKE) --no-print-directory deps PACKAGES='$(BUILD_PACKAGES)'
	@$(MAKE) --no-print-directory all
	@exec $(B)/aosh

check:
	@$(MAKE) --no-print-directory deps \
	    PACKAGES='$(BUILD_PACKAGES) $(CHECK_PACKAGES)'
	@$(MAKE) --no-print-directory all tests
	@$(MAKE) --no-print-directory check-layers test

lint:
	@$(MAKE) --no-print-directory deps \
	    PACKAGES='$(BUILD_PACKAGES) $(LINT_PACKAGES)'
	@$(MAKE) --no-print-directory check-layers check-headers check-format \
	    check-tidy

PACKAGES ?= $(BUILD_PACKAGES)
deps:
	@missing=; for p in $(PACKAGES); do \
	    dpkg-query -W -f '$${db:Status-Status}' $$p 2>/dev/null | \
	    grep -qx installed || missing="$$missing $$p"; done; \
	[ -z "$$missing" ] && exit 0; \
	command -v apt-get >/dev/null || { \
	    echo "missing packages:$$missing (install them by hand: this is" \
	    "no Debian)" >&2; exit 1; }; \
	as=; [ "$$(id -u)" = 0 ] || as=sudo; \
	echo "installing missing packages:$$missing" >&2; \
	$$as apt-get update -q >&2 && DEBIAN_FRONTEND=noninteractive \
	    $$as apt-get install -q -y --no-install-recommends $$missing >&2

# --- the program ---

$(B)/aosh: $(B)/src/main.o $(LIB)
	$(call say,LINK,$@)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(LIB): $(filter-out $(B)/src/main.o,$(OBJ)) $(MACHINE)
	@rm -f $@
	$(call say,AR,$@)
	$(Q)ar rcs $@ $^

$(B)/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(call say,CC,$@)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

# The distribution's Lua in one object, with the symbols that would make it
# depend on machine, time or address led to ours (engineering notes, part 2),
# and those by which instructions are counted (limit.c, charged.c, passed.c).
WRAPPED := luaS_hash luaG_traceexec lua_topointer lua_getallocf time clock \
	gmtime_r localtime_r mktime strftime snprintf __snprintf_chk strcoll \
	memcmp memchr localeconv luaD_throw luaO_str2num luaT_getvarargs \
	luaT_gettm luaT_gettmbyobj luaS_newlstr luaS_new luaH_finishset \
	luaH_next luaH_setint fmod pow sin cos tan asin acos atan2 exp \
	log log2 log10 sinh cosh tanh \
	$(if $(filter thread,$(SAN)),__longjmp_chk)
$(B)/vm_lua.o: Makefile
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)ld -r $(WRAPPED:%=--wrap=%) --whole-archive \
	    $$($(CC) -print-file-name=liblua5.4.a) -o $@

# The process library as one module for each variant, and the blueprints in the
# same form: for each file a line "NAME LENGTH", then its bytes. A file's name
# is its path with dots: crypto/mac/hmac.lua is ".crypto.mac.hmac".
$(B)/classic_module: $(CLASSIC_FILES)
$(B)/hyper_module: $(HYPER_FILES)
$(B)/blueprints_module: $(sort $(wildcard lua/blueprints/*.lua))
$(B)/bench_module: $(sort $(wildcard lua/bench/*.lua))
$(B)/update_module: lua/update/update.lua
$(B)/%_module: Makefile
	@mkdir -p $(@D)
	@for f in $(filter %.lua,$^); do \
	    n=$${f#lua/*/}; n=.$$(echo $${n%.lua} | tr / .); \
	    echo "$$n $$(wc -c <$$f)"; cat $$f; done >$@

# What browsers get of a node.
$(B)/page: src/net/page.html
	@mkdir -p $(@D)
	@cp $< $@

# The same compiled, by a tool that is built for it.
COMPILE_SRC := lua/compile.c src/vm/lua/code.c src/vm/lua/compiler.c \
	src/vm/lua/compile_cost.c src/vm/lua/archive.c src/base/buf.c \
	src/base/alloc.c src/base/error.c src/base/fault.c
$(B)/compile: $(COMPILE_SRC) Makefile
	@mkdir -p $(@D)
	$(call say,CC,$@)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $(COMPILE_SRC) \
	    $$($(CC) -print-file-name=liblua5.4.a) -lm

$(B)/%_code: $(B)/%_module $(B)/compile
	$(call say,LUA,$@)
	$(Q)$(B)/compile $< $@

$(LINKED:%=$(B)/%.o): $(B)/%.o: $(B)/%
	$(call say,LD,$@)
	$(Q)cd $(B) && ld -r -b binary -z noexecstack -o $*.o $*

# --- tests ---

.PHONY: tests
tests: $(UNIT)

$(B)/tests/%: tests/unit/%.c tests/unit/test.h $(LIB)
	@mkdir -p $(@D)
	$(call say,TEST,$@)
	$(Q)$(CC) $(CPPFLAGS) -Itests/unit $(CFLAGS) -MMD -MP -MF $@.d \
	    $(LDFLAGS) -o $@ $< $(LIB) -lcmocka $(LDLIBS)

# T='unit/map shell/*': these files of tests; without: all.
test: $(B)/aosh tests
	@B=$(B) T='$(T)' SAN=$(SAN) tests/run

# Installs the libraries below $(B); no part of check, which needs no network.
interop: $(B)/aosh
	@B=$(B) tests/interop/run

fuzz:
	@FUZZ_SECONDS=$(FUZZ_SECONDS) tests/fuzz/run

# --- checks ---

check-layers:
	@awk -f tests/layers.awk \
	    $(sort $(wildcard src/*/*.[ch] src/vm/*/*.[ch]))

# Each header compiles alone.
check-headers:
	@for h in $(sort $(wildcard src/*.h src/*/*.h src/vm/*/*.h)); do \
	    echo "#include \"$${h#src/}\"" | $(CC) $(CPPFLAGS) -std=c11 \
	    -Wall -Wextra -Werror -fsyntax-only -x c - || exit 1; done

ALL_C := $(sort $(wildcard src/*.[ch] src/*/*.[ch] src/vm/*/*.[ch] \
	tests/*/*.[ch] lua/*.c))
check-format:
	@clang-format --dry-run -Werror $(ALL_C)

TIDY := $(patsubst %.c,$(B)/tidy/%.ok,$(SRC))
check-tidy: $(TIDY)

$(B)/tidy/%.ok: %.c .clang-tidy
	@mkdir -p $(@D)
	@clang-tidy --quiet $< -- $(CPPFLAGS) -std=c11 2>$@.log || \
	    { cat $@.log; exit 1; }
	@$(CC) $(CPPFLAGS) -std=c11 -MM -MP -MT $@ $< >$@.d
	@touch $@

# --- install ---

install: all
	install -D -m 755 $(B)/aosh "$(DESTDIR)$(PREFIX)/bin/aosh"
	install -D -m 644 man/aosh.1 \
	    "$(DESTDIR)$(PREFIX)/share/man/man1/aosh.1"
	install -D -m 644 man/aosh-config.5 \
	    "$(DESTDIR)$(PREFIX)/share/man/man5/aosh-config.5"
	install -D -m 644 man/aosh-scripting.7 \
	    "$(DESTDIR)$(PREFIX)/share/man/man7/aosh-scripting.7"
	install -D -m 644 man/aosh-process.7 \
	    "$(DESTDIR)$(PREFIX)/share/man/man7/aosh-process.7"
	install -D -m 644 completions/aosh.bash \
	    "$(DESTDIR)$(PREFIX)/share/bash-completion/completions/aosh"
	install -D -m 644 completions/aosh.zsh \
	    "$(DESTDIR)$(PREFIX)/share/zsh/site-functions/_aosh"
	install -D -m 644 completions/aosh.fish \
	    "$(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/aosh.fish"

# What zsh and fish have is made of the program's table.
completions: all
	$(B)/aosh --commands | completions/generate zsh >completions/aosh.zsh
	$(B)/aosh --commands | completions/generate fish >completions/aosh.fish

clean:
	rm -rf build build-address build-undefined build-thread build-fuzz

-include $(OBJ:.o=.d) $(UNIT:=.d) $(TIDY:=.d)
