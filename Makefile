# weir: build, test, mark.  `make help` lists what there is to ask for.
#
# Everything built goes to $(OUT): build, or build-<variant> for SAN=address, SAN=thread, CC=clang.
# Programs are linked from explicit lists of objects: no archive, no weak symbols, no LTO, so that
# what is replaced (a learner's organ, a mutant) is replaced.

ifeq ($(origin CC),default)
CC := $(shell command -v gcc >/dev/null 2>&1 && echo gcc || echo clang)
endif
OPT ?= -O2
OUT ?= build$(if $(SAN),-$(SAN))$(if $(filter clang%,$(notdir $(CC))),-clang)
MAKEFLAGS += -j$(shell nproc) --no-print-directory
export CC OUT

SANFLAGS_address := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
SANFLAGS_thread  := -fsanitize=thread
SANFLAGS := $(SANFLAGS_$(SAN))
CFLAGS := -std=c11 -D_GNU_SOURCE -g $(OPT) -Wall -Wextra -Werror -Wshadow -Wstrict-prototypes \
          -Wmissing-prototypes -Wswitch-enum -Wno-unused-parameter -fno-strict-aliasing \
          -ffp-contract=off $(SANFLAGS) -Icore -I. $(EXTRA_CFLAGS)

# ---- what there is ----
CORE       := $(filter-out core/cli/weir.c,$(wildcard core/*/*.c))
CORE_OBJS  := $(CORE:%.c=$(OUT)/%.o)
JOBS       := $(patsubst tests/jobs/%.c,$(OUT)/jobs/%,$(wildcard tests/jobs/*.c))
HELP_OBJS  := $(patsubst %.c,$(OUT)/%.o,$(wildcard tests/*.c tui/json.c))
TESTS      := $(patsubst tests/%.c,$(OUT)/tests/%,$(wildcard tests/*/test_*.c))
SCRIPTS    := $(wildcard tests/*/test_*.sh)
RUNNERS    := $(foreach r,conformance golden,$(if $(wildcard tests/$(r)/*.c),$(OUT)/tests/$(r)_run))
BENCH      := $(OUT)/weir-bench $(OUT)/weir-bench-steps
LAB_OBJS   := $(patsubst %.c,$(OUT)/%.o,$(filter-out labs/grader/organ%,$(wildcard labs/grader/*.c)))
TUI_OBJS   := $(patsubst %.c,$(OUT)/%.o,$(wildcard tui/*.c))
VIEW_OBJS  := $(filter-out $(addprefix $(OUT)/tui/,main.o term.o engine.o client.o mode_%.o),$(TUI_OBJS))
PROGRAMS   := $(if $(wildcard core/cli/weir.c),$(OUT)/weir) $(OUT)/weir-lab $(OUT)/weir-tui $(BENCH)

VECTORS ?= tests/conformance
GOLDEN  ?= tests/golden

.PHONY: all
all: $(PROGRAMS) $(JOBS) $(RUNNERS)  ## build everything into build/ (default)

# ---- rules ----
differs = $(subst x$(strip $(2))x,,x$(strip $(file <$(1)))x)
$(OUT)/%.o: %.c $(OUT)/flags | setup
	@mkdir -p $(@D)
	@$(CC) $(CFLAGS) -MMD -MP -c $< -o $@
# Written again when what they hold has changed: how to compile, and what an engine is made of.
$(OUT)/flags: $(if $(call differs,$(OUT)/flags,$(CC) $(CFLAGS)),FORCE)
	@mkdir -p $(@D)
	@echo '$(CC) $(CFLAGS)' > $@
$(OUT)/core.objs: $(if $(call differs,$(OUT)/core.objs,$(CORE_OBJS)),FORCE) | $(CORE_OBJS)
	@printf '%s\n' $(CORE_OBJS) > $@
$(OUT)/weir: $(OUT)/core/cli/weir.o $(CORE_OBJS) $(OUT)/core.objs
	@$(CC) $(CFLAGS) $(filter %.o,$^) -o $@ -lsqlite3 -lm -pthread
$(OUT)/weir-lab: $(LAB_OBJS) $(OUT)/tui/json.o $(OUT)/core.objs
	@$(CC) $(CFLAGS) $(filter %.o,$^) -o $@ -lsqlite3
$(OUT)/jobs/%: $(OUT)/tests/jobs/%.o $(CORE_OBJS) $(OUT)/core.objs
	@mkdir -p $(@D)
	@$(CC) $(CFLAGS) $(filter %.o,$^) -o $@ -lsqlite3 -lm -pthread
$(OUT)/tests/%: $(OUT)/tests/%.o $(CORE_OBJS) $(HELP_OBJS)
	@mkdir -p $(@D)
	@$(CC) $(CFLAGS) $^ -o $@ -lcmocka -lsqlite3 -lz -lm -pthread
$(OUT)/weir-tui: $(TUI_OBJS)
	@$(CC) $(CFLAGS) $^ -o $@ -lncursesw -ltinfo -luv -lsqlite3
$(OUT)/tests/tui/%: $(OUT)/tests/tui/%.o $(VIEW_OBJS)
	@mkdir -p $(@D)
	@$(CC) $(CFLAGS) $^ -o $@ -lcmocka -lsqlite3
define runner
$(OUT)/tests/$(1)_run: $$(patsubst %.c,$$(OUT)/%.o,$$(filter-out tests/$(1)/test_%,$$(wildcard tests/$(1)/*.c))) $$(CORE_OBJS) $$(HELP_OBJS)
	@mkdir -p $$(@D)
	@$$(CC) $$(CFLAGS) $$^ -o $$@ -lsqlite3 -lz -lm -pthread
endef
$(foreach r,conformance golden,$(eval $(call runner,$(r))))
$(OUT)/weir-bench: $(patsubst %.c,$(OUT)/%.o,$(filter-out %/steps.c,$(wildcard tests/bench/*.c))) $(CORE_OBJS)
	@$(CC) $(CFLAGS) $^ -o $@ -lsqlite3 -lm -pthread
$(OUT)/weir-bench-steps: $(OUT)/tests/bench/steps.o $(VIEW_OBJS) $(OUT)/tui/engine.o
	@$(CC) $(CFLAGS) $^ -o $@ -luv -lsqlite3
# (Not .SECONDARY: with it a rule whose only prerequisite is FORCE never runs.)
.PHONY: FORCE
.PRECIOUS: $(OUT)/%.o
.SECONDEXPANSION:
.DELETE_ON_ERROR:
-include $(shell find $(OUT) -name '*.d' 2>/dev/null)

# ---- labs ----
.PHONY: check hint replay reset doctor progress
LAB_FLAGS := $(LAB) $(if $(SOL),--reference) $(if $(DEEP),--deep) $(if $(JSON),--json)
check: all  ## [LAB=05|all] [SOL=1] [DEEP=1] mark the learner's labs
	@$(OUT)/weir-lab check $(LAB_FLAGS)
hint reset: $(OUT)/weir-lab  ## [LAB=05] help, a rung more each time; the starter again
	@$(OUT)/weir-lab $@ $(LAB)
replay: all  ## ID=... a kept counterexample again
	@$(OUT)/weir-lab replay $(ID)
doctor progress: $(OUT)/weir-lab  ## what is installed; what has passed
	@$(OUT)/weir-lab $@

# ---- asking ----
.PHONY: tui test test-long torture conformance golden bench style format setup clean help run
tui:  ## [ID=...] the workbench, at a run of the flights job (no terminal: prints a run)
	@.ci/setup
	@MAKEFLAGS=--no-print-directory $(MAKE) all
	@if [ -t 0 ] && [ -t 1 ]; then $(OUT)/weir-tui $(if $(ID),--id $(ID)); \
	else $(if $(ID),$(OUT)/weir-lab replay $(ID),$(OUT)/jobs/flights demo); fi
setup:  ## say what is missing and install it
	@.ci/setup
test: all $(TESTS)  ## run every test; ends with "N passed, N failed, N skipped"
	@tests/run.sh "$(TESTS)" "$(SCRIPTS)" "$(VECTORS)" "$(GOLDEN)"
test-long: all  ## the long sweeps: a hundred thousand random plans, deep labs
	@$(OUT)/jobs/toy explore --seeds 100000 --out $(OUT)/long.plan
	@$(OUT)/jobs/flights explore --seeds 500 --out $(OUT)/long-flights.plan
	@$(OUT)/weir-lab check all --reference --deep
torture: all  ## [N=200] [SEED=n] kill a real run at random, again and again; nothing lost, nothing doubled
	@tests/local/torture.sh $(or $(N),200) $(SEED)
test/%: all $$(if $$(wildcard tests/$$*.c),$(OUT)/tests/$$*)  ## one test, all it prints: make test/time/test_valve [SEED=n]
	@$(if $(wildcard tests/$*.c),$(OUT)/tests/$*,bash tests/$*.sh)
conformance: $(OUT)/tests/conformance_run  ## [VECTORS=dir] every vector against what Flink answered
	@$< $(VECTORS)
golden: $(OUT)/tests/golden_run  ## [GOLDEN=dir] every job description against Flink's answer
	@$< $(GOLDEN)
bench: $(BENCH) $(OUT)/jobs/flights  ## [JSON=1] speed, as ratios to hand-written limit kernels
	@$(OUT)/weir-bench && $(OUT)/weir-bench-steps
style: all  ## ranks, banned calls, writable globals, sizes, formatting
	@tests/style/style.sh
format:  ## bring all sources into the one format
	@clang-format -i $$(git ls-files '*.c' '*.h')
run: $(OUT)/jobs/flights  ## run the flights job
	@$<
clean:  ## remove everything that was built
	rm -rf build build-*
help:  ## this list
	@sed -nE 's/^([a-z][a-z\/% -]*):.*##/\1\t/p' Makefile | expand -t 18
	@printf '\nWith any of them: CC=clang, SAN=address|thread (into build-...), OPT=-O0, OUT=folder\n' 
