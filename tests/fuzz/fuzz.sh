#!/bin/sh
# fuzz.sh - run the harnesses under libFuzzer (clang and its runtime are needed).
#
#   fuzz.sh BUILD SECONDS [NAME...]
#
# The library is built in BUILD for that. New inputs and findings go to
# BUILD/fuzz. Ends in "N passed, M failed".
set -u
SRC=$(cd "$(dirname "$0")/../.." && pwd) || exit 2
[ $# -ge 2 ] || { sed -n '2,7s/^# \{0,1\}//p' "$0"; exit 2; }
mkdir -p "$1" && BUILD=$(cd "$1" && pwd) || exit 2
SECONDS_EACH=$2
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
passed=0 failed=0
for name in "$@"; do
	dir=$BUILD/fuzz/$name
	mkdir -p "$dir/corpus" "$dir/found"
	more=
	[ "$name" != cli ] || more="-I$SRC/examples/search $BUILD/.libs/libsearch.a \
		$(pkg-config --cflags --libs jansson libxml-2.0)"
	# shellcheck disable=SC2046,SC2086 # lists of words
	clang -std=c11 -D_POSIX_C_SOURCE=200809L -O1 -g -fsanitize=fuzzer,address,undefined \
		-fno-sanitize-recover=all -I"$SRC/lib" -I"$SRC/include" \
		"$SRC/tests/fuzz/fuzz_$name.c" $more "$BUILD/.libs/libink.a" -o "$dir/run" \
		$(pkg-config --libs icu-uc icu-i18n zlib) -lstemmer -lpthread -lm || exit 2
	if (cd "$dir" && ./run -max_total_time="$SECONDS_EACH" -timeout=10 -rss_limit_mb=1024 \
		-max_len=65536 -artifact_prefix=found/ corpus "$SRC/tests/fuzz/corpus/$name") \
		>"$dir/log" 2>&1; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		grep -a -m 3 'ERROR\|runtime error\|image:' "$dir/log"
	fi
	echo "$name: $(grep -a -o 'stat::number_of_executed_units:.*\|Done [0-9]* runs.*' "$dir/log" | tail -n 1) $(grep -a 'cov:' "$dir/log" | tail -n 1)"
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
