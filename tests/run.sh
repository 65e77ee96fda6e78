#!/bin/sh
# run.sh - install what is missing, build, run every test.
#
#   sh tests/run.sh              all tests; ends in "N passed, N failed"
#   sh tests/run.sh --full       and all of it: every point of the fault programs, the sanitizers,
#                                stress and soak, fuzzing (FUZZ_SECONDS each, 1800 when not set);
#                                takes hours
#   BUILD=DIR sh tests/run.sh    build there instead of in build/test
#   JOBS=N                       parallel jobs; all cores when not set
#
# The exit status is 0 only when nothing failed.
set -u

SRC=$(cd "$(dirname "$0")/.." && pwd) || exit 2
BUILD=${BUILD:-$SRC/build/test}
JOBS=${JOBS:-$(nproc 2>/dev/null || echo 2)}
full=
[ "${1-}" != --full ] || full=--full
cd "$SRC" || exit 2
. examples/packages.sh

die() {
	echo "run.sh: $*" >&2
	exit 2
}

# shellcheck disable=SC2086 # lists of words
ink_install $INK_BUILD_PACKAGES $INK_TEST_PACKAGES ${full:+$INK_FULL_PACKAGES} || exit 2

mkdir -p "$BUILD" || die "cannot make $BUILD"
log=$BUILD/run.log
. tests/suite.inc
: >"$log" || die "cannot write $log"
: >"$counts"

step() { # HEADLINE COMMAND... : quiet unless it fails
	echo "== $1"
	shift
	"$@" >>"$log" 2>&1 && return 0
	tail -n 40 "$log"
	die "failed: $* (all of it is in $log)"
}

step "autogen" sh ./autogen.sh
step "configure" configure_in "$BUILD"
cd "$SRC" || exit 2
step "build" make -C "$BUILD" -j "$JOBS"
step "build the tests" make -C "$BUILD" -j "$JOBS" check TESTS=

echo "== tests"
run_script "layers" sh tests/check_layers.sh
run_script "headers" sh tests/check_headers.sh
run_script "widths" sh tests/check_widths.sh
run_script "symbols" sh tests/check_symbols.sh "$BUILD/.libs/libinkstone.so"
run_script "hardening" sh tests/check_hardening.sh "$BUILD"
for test in $(make -s -C "$BUILD" list-tests); do
	run_unit "$BUILD" "$test"
done
SEARCH=$BUILD/examples/search/search run_script "cli" sh tests/cli/run.sh
SEARCH=$BUILD/examples/search/search INKSTONE_LIBRARY=$BUILD/.libs/libinkstone.so.0 \
	run_script "bad inputs" sh tests/badinput.sh
SRC=$SRC BUILD=$BUILD run_script "examples" sh tests/examples.sh
INKSTONE_LIBRARY=$BUILD/.libs/libinkstone.so.0 run_script "python" \
	python3 -m pytest -q -p no:cacheprovider bindings/python/tests

# ---- all of it ----

run_full() {
	UNIT_SECONDS=14400 SCRIPT_SECONDS=86400
	for test in $(make -s -C "$BUILD" list-tests | tr ' ' '\n' | grep -E '^tests/(fault|stress)/'); do
		run_unit "$BUILD" "$test" --full
	done
	run_script "sanitizers" env BUILD="$BUILD/asan" JOBS="$JOBS" sh tests/sanitize.sh --full
	run_script "threads" sh tests/tsan.sh --full
	run_script "hosts" env SRC="$SRC" BUILD="$BUILD" sh tests/netns.sh
	run_script "fuzzing" env JOBS="$JOBS" sh tests/fuzz/fuzz.sh "$BUILD/fuzz" \
		"${FUZZ_SECONDS:-1800}"
}

[ -z "$full" ] || run_full
sum_up
