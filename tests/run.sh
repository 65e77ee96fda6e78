#!/bin/sh
# run.sh - install what is missing, build, run every test.
#
#   sh tests/run.sh              everything; ends in "N passed, N failed"
#   BUILD=DIR sh tests/run.sh    build there instead of in build/test
#   JOBS=N                       parallel jobs; all cores when not set
#
# The exit status is 0 only when nothing failed.
set -u

SRC=$(cd "$(dirname "$0")/.." && pwd) || exit 2
BUILD=${BUILD:-$SRC/build/test}
JOBS=${JOBS:-$(nproc 2>/dev/null || echo 2)}
cd "$SRC" || exit 2
. examples/packages.sh

die() {
	echo "run.sh: $*" >&2
	exit 2
}

# shellcheck disable=SC2086 # lists of words
ink_install $INK_BUILD_PACKAGES $INK_TEST_PACKAGES || exit 2

mkdir -p "$BUILD" || die "cannot make $BUILD"
log=$BUILD/run.log
counts=$BUILD/run.counts
: >"$log" || die "cannot write $log"
: >"$counts"

step() { # HEADLINE COMMAND... : quiet unless it fails
	echo "== $1"
	shift
	"$@" >>"$log" 2>&1 && return 0
	tail -n 40 "$log"
	die "failed: $* (all of it is in $log)"
}

configure_in() { # DIR OPTION... : once, and again when configure is newer
	dir=$1
	shift
	mkdir -p "$dir" && cd "$dir" || return 1
	[ config.status -nt "$SRC/configure" ] && return 0
	"$SRC/configure" --quiet "$@"
}

# Every suite says how many passed and failed in a line of its own.
count() { # NAME PASSED FAILED
	printf '%-36s %5s passed %5s failed\n' "$1" "$2" "$3"
	echo "$2 $3" >>"$counts"
}

# run_unit DIR NAME : one cmocka program; its output is shown when something failed
run_unit() {
	out=$1/$(echo "$2" | tr / _).out
	(cd "$1" && INK_SRCDIR=$SRC timeout 900 "./$2") >"$out" 2>&1
	status=$?
	grep '^\[  LEFT OUT' "$out"
	ok=$(grep -c '^\[       OK \]' "$out")
	bad=$(grep -c '^\[  FAILED  \] [^0-9]' "$out")
	[ "$bad" -gt 0 ] && bad=$(grep '^\[  FAILED  \] [^0-9]' "$out" | sort -u | wc -l)
	if [ "$status" -ne 0 ] || [ "$bad" -gt 0 ]; then
		[ "$bad" -gt 0 ] || bad=1
		echo "-- $2 (exit status $status)"
		grep -v '^\[ RUN\|^\[       OK' "$out" | tail -n 40
	fi
	count "$2" "$ok" "$bad"
}

# run_script NAME COMMAND... : something that ends in "N passed, N failed"
run_script() {
	name=$1 out=$BUILD/$(echo "$1" | tr ' /' __).out
	shift
	timeout 1200 "$@" >"$out" 2>&1 </dev/null
	status=$?
	ok=$(sed -n 's/.*[^0-9]*\b\([0-9][0-9]*\) passed.*/\1/p' "$out" | tail -n 1)
	bad=$(sed -n 's/.*[^0-9]\([0-9][0-9]*\) failed.*/\1/p' "$out" | tail -n 1)
	ok=${ok:-0} bad=${bad:-0}
	[ "$status" -eq 0 ] || [ "$bad" -gt 0 ] || bad=1
	[ "$ok" -gt 0 ] || [ "$bad" -gt 0 ] || bad=1 # a suite that ran nothing has failed
	[ "$bad" -eq 0 ] || tail -n 60 "$out"
	count "$name" "$ok" "$bad"
}

step "autogen" sh ./autogen.sh
step "configure" configure_in "$BUILD" CFLAGS="-O2 -g"
cd "$SRC" || exit 2
step "build" make -C "$BUILD" -j "$JOBS"
step "build the tests" make -C "$BUILD" -j "$JOBS" check TESTS=

echo "== tests"
run_script "layers" sh tests/check_layers.sh
run_script "headers" sh tests/check_headers.sh
run_script "symbols" sh tests/check_symbols.sh "$BUILD/.libs/libinkstone.so"
for test in $(make -s -C "$BUILD" list-tests); do
	run_unit "$BUILD" "$test"
done
SEARCH=$BUILD/examples/search/search run_script "cli" sh tests/cli/run.sh
SEARCH=$BUILD/examples/search/search INKSTONE_LIBRARY=$BUILD/.libs/libinkstone.so.0 \
	run_script "bad inputs" sh tests/badinput.sh
SRC=$SRC BUILD=$BUILD run_script "examples" sh tests/examples.sh
INKSTONE_LIBRARY=$BUILD/.libs/libinkstone.so.0 run_script "python" \
	python3 -m pytest -q -p no:cacheprovider bindings/python/tests

awk '{ p += $1; f += $2 } END { printf "%d passed, %d failed\n", p, f; exit f > 0 || p == 0 }' "$counts"
