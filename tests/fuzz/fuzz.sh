#!/bin/sh
# fuzz.sh - run the harnesses under libFuzzer (clang and its runtime are needed).
#
#   fuzz.sh BUILD SECONDS [NAME...]
#   JOBS=N          so many at once; 1 when not set
#   FUZZ_TIMEOUT=N  seconds that an input may take; 10 when not set, more on a busy machine
#
# The library is built in BUILD for that. New inputs and findings go to
# BUILD/fuzz. Ends in "N passed, M failed".
set -u
SRC=$(cd "$(dirname "$0")/../.." && pwd) || exit 2
[ $# -ge 2 ] || { sed -n '2,9s/^# \{0,1\}//p' "$0"; exit 2; }
mkdir -p "$1" && BUILD=$(cd "$1" && pwd) || exit 2
SECONDS_EACH=$2
export SRC BUILD SECONDS_EACH
shift 2
# shellcheck disable=SC2046 # names without blanks
[ $# -gt 0 ] || set -- $(cd "$SRC/tests/fuzz" && ls fuzz_*.c | sed 's/fuzz_\(.*\)\.c/\1/')
. "$SRC/tests/suite.inc" # for configure_in
[ -x "$SRC/configure" ] || (cd "$SRC" && sh ./autogen.sh) >"$BUILD/build.log" 2>&1 || exit 2
(configure_in "$BUILD" CC="${CC:-clang}" CXX="${CXX:-clang++}" \
	CFLAGS="-O1 -g -fsanitize=fuzzer-no-link" CXXFLAGS="-O1 -g -fsanitize=fuzzer-no-link" \
	--enable-sanitizers --without-xapian) >"$BUILD/build.log" 2>&1 &&
	make -C "$BUILD" -j "$(nproc)" libink.la libsearch.la >>"$BUILD/build.log" 2>&1 || {
	tail -n 20 "$BUILD/build.log"
	exit 2
}
printf '%s\n' "$@" | xargs -n 1 -P "${JOBS:-1}" sh "$SRC/tests/fuzz/harness.sh" |
	tee "$BUILD/fuzz.out"
passed=$(grep -c '^passed' "$BUILD/fuzz.out")
failed=$(($# - passed))
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
