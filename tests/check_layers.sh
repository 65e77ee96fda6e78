#!/bin/sh
# Every file of lib/ includes headers of its own folder and of folders with a
# smaller rank only (lib/LAYERS), always as "folder/file.h"; and system
# headers beyond the C library's, ICU's and libxapian's stay in their one file. And
# make knows every file: what it does not know would not be in a release.
set -u
cd "$(dirname "$0")/.." || exit 1
list=$(mktemp) && named=$(mktemp) || exit 1
trap 'rm -f "$list" "$named"' EXIT

# Only what stands in an assignment, or behind a line that goes on.
awk '{ if (goes_on || /=/) for (i = 1; i <= NF; i++) if ($i ~ /^lib\/.*\.(c|h|cc)$/) print $i
	goes_on = /\\$/ }' lib/sources.mk Makefile.am >"$named"

find lib -name '*.[ch]' -o -name '*.cc' | sort |
	xargs grep -HnE '^[ 	]*#[ 	]*include[ 	]*["<]' >"$list"

awk '
FILENAME == ARGV[1] { if ($2 != "") rank[$2] = $1; next }
FILENAME == ARGV[2] { named[$1] = 1; next }
{
	file = $0; sub(/:.*/, "", file)
	line = $0; sub(/^[^:]*:/, "", line); sub(/:.*/, "", line)
	what = $0; sub(/^[^"<]*/, "", what)
	quoted = substr(what, 1, 1) == "\""
	what = substr(what, 2); sub(/[">].*/, "", what)
	split(file, dir, "/"); from = dir[2]
	if (from == "m4" || from == "build-aux") next
	checked++
	if (!(file in named)) { named[file] = 1; fail("make does not know this file") }
	if (!(from in rank)) { fail("lib/" from " has no rank in lib/LAYERS"); next }
	if (quoted) {
		n = split(what, to, "/")
		if (to[1] == "inkstone" || what == "inkstone.h" || what == "config.h") next
		if (n < 2 || !(to[1] in rank)) { fail("\"" what "\" must be written folder/file.h"); next }
		if (to[1] != from && rank[to[1]] + 0 >= rank[from] + 0)
			fail(from " may not include " what)
		next
	}
	if (what ~ /^unicode\// && from != "text") fail("ICU is for text/ only")
	if (what ~ /^xapian/ && file != "lib/backend/xapian_shim.cc") fail("libxapian is for the shim only")
	if (what ~ /^pthread/ && file != "lib/base/os_thread.c") fail("<" what "> is for lib/base/os_thread.c only")
	if (what ~ /^(sys\/|unistd|fcntl|dirent|time\.h)/ && file != "lib/base/os_posix.c")
		fail("<" what "> is for lib/base/os_posix.c only")
}
function fail(why) { print file ":" line ": " why; bad++ }
END {
	if (checked == 0) { print "no includes found"; bad = 1; checked = 1 }
	printf "%d passed, %d failed\n", checked - bad, bad
	exit bad > 0
}' lib/LAYERS "$named" "$list"
