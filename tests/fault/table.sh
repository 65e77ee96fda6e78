#!/bin/sh
# table.sh - run the fault tests and print what they tried.
#
#   sh tests/fault/table.sh BUILD [--full] [PROGRAM...]
#
# BUILD is the folder of a build whose tests were made ("make check TESTS=").
# The exit status is 0 only when none failed: no document that was committed
# was lost, nothing crashed or leaked, every index could be opened.
set -u

usage="usage: sh tests/fault/table.sh BUILD [--full] [PROGRAM...]"
build=${1:?$usage}
shift
full=
if [ "${1:-}" = --full ]; then
	full=--full
	shift
fi
[ $# -gt 0 ] || set -- crash io oom api full kill growth segments limits
INK_SRCDIR=${INK_SRCDIR:-$(cd "$(dirname "$0")/../.." && pwd)}
export INK_SRCDIR
out=$(mktemp) || exit 2
trap 'rm -f "$out"' EXIT
failed=0

printf '%-10s %-56s %10s\n' program "kind of failure" tried
for program in "$@"; do
	if (cd "$build" && "tests/fault/$program" $full) >"$out" 2>&1; then
		sed -n 's/^tally: \(.*\): \([0-9]*\)$/\1|\2/p' "$out" |
			while IFS='|' read -r kind n; do
				printf '%-10s %-56s %10s\n' "$program" "$kind" "$n"
			done
		grep 'LEFT OUT' "$out"
	else
		failed=1
		printf '%-10s FAILED\n' "$program"
		grep -v '^\[ RUN\|^\[       OK' "$out" | tail -n 20
	fi
done
exit $failed
