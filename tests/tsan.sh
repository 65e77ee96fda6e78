#!/bin/sh
# tsan.sh - build with ThreadSanitizer and run every test that uses threads.
#
#   sh tests/tsan.sh             ends in "N passed, N failed"; a race has failed
#   sh tests/tsan.sh --full      the stress for longer
#   BUILD=DIR sh tests/tsan.sh   build there instead of in build/tsan
#
# ICU, libdeflate and libstemmer are the system's, and so not instrumented. There are
# no suppressions: nothing that is reported is to be passed over.
set -u

SRC=$(cd "$(dirname "$0")/.." && pwd) || exit 2
BUILD=${BUILD:-$SRC/build/tsan}
JOBS=${JOBS:-$(nproc 2>/dev/null || echo 2)}
COMMITS=30
[ "${1-}" = --full ] && COMMITS=300

# Programs in which more than one thread is at work: the caller's, indexing threads, a merge.
PROGRAMS="tests/unit/test_analyzer tests/unit/test_dir_mem tests/unit/test_match \
tests/unit/test_merge_order tests/unit/test_os tests/unit/test_pairs tests/unit/test_registry tests/unit/test_reorder \
tests/unit/test_snapshot tests/unit/test_writer tests/unit/test_writer_merge tests/unit/test_writer_reorder \
tests/unit/test_writer_threads tests/api/api_index tests/api/api_lexicon \
tests/api/api_lifetime tests/api/api_synonyms tests/api/api_threads tests/api/api_tokenizer \
tests/api/api_writer tests/stress/threads"

die() {
	echo "tsan.sh: $*" >&2
	exit 2
}

mkdir -p "$BUILD" || die "cannot make $BUILD"
log=$BUILD/tsan.log
cd "$SRC" || exit 2
[ -x configure ] || sh autogen.sh >"$log" 2>&1 || die "failed: autogen.sh (see $log)"
cd "$BUILD" || exit 2
[ config.status -nt "$SRC/configure" ] ||
	"$SRC/configure" --quiet --enable-sanitizers=thread --disable-shared --disable-cli \
		--without-xapian CFLAGS="-O1 -g" >>"$log" 2>&1 || die "failed: configure (see $log)"
# shellcheck disable=SC2086 # a list of words
make -j "$JOBS" $PROGRAMS >>"$log" 2>&1 || { tail -n 20 "$log"; die "failed: make (see $log)"; }

# Where the system randomises addresses a lot, the sanitizer may not find room for itself.
fixed=
command -v setarch >/dev/null 2>&1 && setarch "$(uname -m)" -R true 2>/dev/null &&
	fixed="setarch $(uname -m) -R"

passed=0 failed=0
for program in $PROGRAMS; do
	out=$BUILD/$(echo "$program" | tr / _).out
	arguments=
	[ "$program" = tests/stress/threads ] && arguments="--full $COMMITS"
	# shellcheck disable=SC2086 # lists of words
	INK_SRCDIR=$SRC TSAN_OPTIONS="second_deadlock_stack=1" \
		timeout 1200 $fixed "./$program" $arguments >"$out" 2>&1
	status=$?
	ok=$(grep -c '^\[       OK \]' "$out")
	bad=$(grep '^\[  FAILED  \] [^0-9]' "$out" | sort -u | wc -l)
	races=$(grep -c '^WARNING: ThreadSanitizer' "$out")
	bad=$((bad + races))
	[ "$status" -eq 0 ] && [ "$ok" -gt 0 ] || [ "$bad" -gt 0 ] || bad=1
	[ "$bad" -eq 0 ] || { echo "-- $program (exit status $status)"; head -n 80 "$out"; }
	printf '%-36s %5s passed %5s failed\n' "$program" "$ok" "$bad"
	passed=$((passed + ok)) failed=$((failed + bad))
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
