# A thin door over Meson: each target is one tool call. `make demo` and `make test` are all a newcomer needs.
.PHONY: all setup demo test check bench fuzz format clean install help

BUILD ?= build

all: setup
	@ninja -C $(BUILD)

# Installs what is missing (it says so) and configures the build once.
setup:
	@tools/setup
	@test -f $(BUILD)/build.ninja || meson setup $(BUILD) >/dev/null

demo: setup ## build, make a real shop on SQLite, link it, and answer a query
	@tools/demo $(BUILD)

test: all ## every test; the last line is "N passed, N failed"
	@tools/run-tests $(BUILD)

check: setup ## what CI runs beside the tests: compilers, sanitizers, format, tidy, cppcheck, floors, symbols
	@tools/check

bench: setup ## weft beside hand-written SQL in C, in one run, as ratios
	@tools/bench

fuzz: setup ## libFuzzer on every parser, SECONDS each (default 60)
	@tools/fuzz $(SECONDS)

format: ## write the committed style into every C file
	@git ls-files '*.c' '*.h' | xargs clang-format -i

install: all
	@meson install -C $(BUILD)

clean:
	@rm -rf $(BUILD)

help:
	@grep -E '^[a-z]+:.*##' Makefile | sed -E 's/:[^#]*## /\t/'
