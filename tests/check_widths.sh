#!/bin/sh
# Each source of the library compiles without a warning where size_t and long have 32 bits: what
# is shifted or cut too far there is told at compile time. Needs no 32-bit system libraries.
set -u
cd "$(dirname "$0")/.." || exit 1
CC=${CC:-cc}
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
mkdir "$dir/gnu"
: >"$dir/gnu/stubs-32.h" # glibc's list of functions that only fail, which comes with those libraries
flags="-m32 -std=c11 -D_POSIX_C_SOURCE=200809L -D_FILE_OFFSET_BITS=64 -DINK_MODULE_DIR=\"/\" \
-Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes -pedantic -Werror -Ilib -Iinclude \
-isystem $dir -idirafter /usr/include/$($CC -dumpmachine)"

echo '#include <stdlib.h>' >"$dir/probe.c"
# shellcheck disable=SC2086 # a list of words
if ! $CC $flags -fsyntax-only "$dir/probe.c" 2>/dev/null; then
	echo "the compiler makes no 32-bit code: widths not checked"
	echo "1 passed, 0 failed"
	exit 0
fi
pass=0
bad=0
for f in $(sed -n 's/^\t\(lib\/.*\.c\)\( \\\)*$/\1/p' lib/sources.mk); do
	case $f in lib/backend/xapian*) continue ;; esac
	# shellcheck disable=SC2086 # a list of words
	if $CC $flags -fsyntax-only "$f" 2>"$dir/log"; then
		pass=$((pass + 1))
	else
		bad=$((bad + 1))
		grep -m 3 'error' "$dir/log"
	fi
done
echo "$pass passed, $bad failed"
[ $bad -eq 0 ]
