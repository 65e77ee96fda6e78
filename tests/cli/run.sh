#!/bin/sh
# run.sh - run the tests of the search program, one line a test.
#
#   SEARCH=path/to/search tests/cli/run.sh [TEST.sh...]
#
# A test is a shell script that exits 0 (passed), 77 (cannot run here) or anything else (failed).
# Ends in "N passed, M failed" and fails when M is not 0 or N is.

here=$(cd "$(dirname "$0")" && pwd) || exit 2
SEARCH=${SEARCH:-search}
case $SEARCH in
/*) ;;
*/*) SEARCH=$(cd "$(dirname "$SEARCH")" && pwd)/$(basename "$SEARCH") ;;
*) SEARCH=$(command -v "$SEARCH") ;;
esac
if [ ! -x "$SEARCH" ]; then
	echo "run.sh: set SEARCH to the search program" >&2
	exit 2
fi
unset NO_COLOR CDPATH
TERM=xterm LC_ALL=C.UTF-8 SEARCH_TESTS=$here
export SEARCH TERM LC_ALL SEARCH_TESTS

[ $# -gt 0 ] || set -- "$here"/*.sh
log=$(mktemp) || exit 2
trap 'rm -f "$log"' EXIT
passed=0 failed=0
for test in "$@"; do
	name=$(basename "$test" .sh)
	[ "$name" != run ] || continue
	sh "$test" >"$log" 2>&1
	case $? in
	0)
		passed=$((passed + 1))
		echo "ok      $name"
		;;
	77)
		echo "skipped $name: $(tail -n 1 "$log")"
		;;
	*)
		failed=$((failed + 1))
		echo "FAILED  $name"
		sed 's/^/        /' "$log"
		;;
	esac
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
