#!/bin/sh
# sanitize.sh - build with the address and undefined-behaviour sanitizers and run test programs.
#
#   sanitize.sh [--full] [PROGRAM...]
#
# Without names: every test program, those of tests/fault/ with --full if that was given. Builds
# in BUILD (build/asan when not set). Ends in "N passed, N failed".
set -u
SRC=$(cd "$(dirname "$0")/.." && pwd) || exit 2
BUILD=${BUILD:-$SRC/build/asan}
JOBS=${JOBS:-$(nproc 2>/dev/null || echo 2)}
full=
if [ "${1-}" = --full ]; then
	full=--full
	shift
fi
mkdir -p "$BUILD" || exit 2
. "$SRC/tests/suite.inc"
: >"$counts"

[ -x "$SRC/configure" ] || (cd "$SRC" && sh ./autogen.sh) >"$BUILD/build.log" 2>&1 || exit 2
(configure_in "$BUILD" CFLAGS="-O1 -g" CXXFLAGS="-O1 -g" --enable-sanitizers) \
	>>"$BUILD/build.log" 2>&1 || exit 2
if [ $# -gt 0 ]; then
	wanted="check-modules $*"
else
	wanted="all check TESTS="
fi
# shellcheck disable=SC2086 # lists of words
make -C "$BUILD" -j "$JOBS" $wanted >>"$BUILD/build.log" 2>&1 || {
	tail -n 40 "$BUILD/build.log"
	exit 2
}

ASAN_OPTIONS=detect_leaks=1:max_allocation_size_mb=4096:allocator_may_return_null=1
UBSAN_OPTIONS=print_stacktrace=1
export ASAN_OPTIONS UBSAN_OPTIONS
UNIT_SECONDS=14400
# shellcheck disable=SC2046 # names without blanks
[ $# -gt 0 ] || set -- $(make -s -C "$BUILD" list-tests)
for program in "$@"; do
	case $program in
	tests/fault/*) run_unit "$BUILD" "$program" $full ;;
	*) run_unit "$BUILD" "$program" ;;
	esac
done
sum_up
