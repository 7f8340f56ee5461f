# A thin door over Meson: each target is one tool call. `make demo` and `make test` are all a newcomer needs.
.PHONY: all setup demo test test-long check bench bench-http fuzz format clean install deb help

BUILD ?= build

all: setup
	@ninja -C $(BUILD)

# Installs what is missing (it says so) and configures the build once; in CI warnings are errors.
setup:
	@tools/setup
	@test -f $(BUILD)/build.ninja || meson setup $(BUILD) $(if $(CI),--werror) >/dev/null

demo: setup ## build, make a real shop on SQLite, link it, and answer a query
	@tools/demo $(BUILD)

test: all ## every test; the last line is "N passed, N failed"
	@tools/run-tests $(BUILD)

test-long: all ## the tests that take long: 20,000 random requests against the oracle, exports of 10^6 records, the doctor over 10^6 links
	@WEFT_TEST_LONG=1 WEFT_TEST_PATIENCE=60 tools/run-tests $(BUILD) --suite long

check: setup ## what CI runs beside the tests: compilers, sanitizers, format, tidy, cppcheck, floors, symbols
	@tools/check

bench: setup ## weft beside hand-written SQL in C, in one run, as ratios
	@tools/bench

bench-http: setup ## weft serve beside a server written by hand, under wrk, SECONDS a line (default 30)
	@tools/bench-http $(SECONDS)

fuzz: setup ## libFuzzer on every parser, SECONDS each (default 60)
	@tools/fuzz $(SECONDS)

format: ## write the committed style into every C file
	@git ls-files '*.c' '*.h' | xargs clang-format -i

install: all
	@meson install -C $(BUILD)

deb: ## Debian packages, in build-deb/
	@tools/deb

clean:
	@rm -rf $(BUILD)

help:
	@grep -E '^[a-z-]+:.*##' Makefile | sed -E 's/:[^#]*## /\t/'
