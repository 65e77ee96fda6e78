#!/bin/sh
# harness.sh - build and run one harness, for fuzz.sh, which sets SRC, BUILD and SECONDS_EACH.
#
#   harness.sh NAME
#
# Prints a line: "passed" or "FAILED", executions, minutes of processor time, coverage.
set -u
name=$1 dir=$BUILD/fuzz/$1
mkdir -p "$dir/corpus" "$dir/found"
more=
[ "$name" != cli ] || more="-I$SRC/examples/search $BUILD/.libs/libsearch.a \
	$(pkg-config --cflags --libs jansson libxml-2.0)"

# Shorter inputs where each is analyzed, parsed or searched for: more of them, and more that differ.
case $name in
analysis | cli | parse | search | snippet | words) max=4096 ;;
*) max=65536 ;;
esac

# shellcheck disable=SC2046,SC2086 # lists of words
clang -std=c11 -D_POSIX_C_SOURCE=200809L -O1 -g -fsanitize=fuzzer,address,undefined \
	-fno-sanitize-recover=all -I"$SRC/lib" -I"$SRC/include" \
	"$SRC/tests/fuzz/fuzz_$name.c" $more "$BUILD/.libs/libink.a" -o "$dir/run" \
	$(pkg-config --libs icu-uc icu-i18n libdeflate) -lstemmer -lpthread -lm || {
	echo "FAILED $name: does not compile"
	exit 0
}
cd "$dir" || exit 2
(
	./run -max_total_time="$SECONDS_EACH" -timeout="${FUZZ_TIMEOUT:-10}" -rss_limit_mb=1024 \
		-max_len=$max -artifact_prefix=found/ -print_final_stats=1 \
		corpus "$SRC/tests/fuzz/corpus/$name" >log 2>&1
	status=$?
	times >time
	exit $status
)
status=$?
word=passed
[ "$status" -eq 0 ] || {
	word=FAILED
	grep -a -m 3 'ERROR\|runtime error\|image:' log
}
# The second line of times is that of the children: 29m3.120s 0m2.840s
minutes=$(awk 'NR == 2 { gsub(/[ms]/, " "); printf "%.1f", $1 + $2 / 60 + $3 + $4 / 60 }' time)
runs=$(sed -n 's/^stat::number_of_executed_units: *//p' log | tail -n 1)
covered=$(grep -a -o 'cov: [0-9]* ft: [0-9]*' log | tail -n 1)
echo "$word $name: ${runs:-0} executions, $minutes minutes of processor time, $covered"
exit 0
