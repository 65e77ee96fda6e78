#!/bin/sh
# Each public header compiles alone as C99 and as C++11 without a warning;
# each internal one as C11.
set -u
cd "$(dirname "$0")/.." || exit 1
CC=${CC:-cc}
CXX=${CXX:-c++}
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
warn="-Wall -Wextra -pedantic -Werror"
pass=0
bad=0

# try FILE NAME COMPILER... - compile a file that includes the header twice and has something in it
try() {
	file=$1 header=$2
	shift 2
	printf '#include "%s"\n#include "%s"\nint ink_header_check;\n' "$header" "$header" >"$dir/$file"
	if "$@" $warn -Iinclude -c "$dir/$file" -o "$dir/out.o" 2>"$dir/log"; then
		pass=$((pass + 1))
	else
		bad=$((bad + 1))
		echo "$header does not compile alone: $*"
		head -n 5 "$dir/log"
	fi
}

have_cxx=0
command -v "${CXX%% *}" >/dev/null 2>&1 && have_cxx=1
for h in $(cd include && find . -name '*.h' | sed 's:^\./::' | sort); do
	try c.c "$h" $CC -std=c99
	[ $have_cxx = 1 ] && try cxx.cc "$h" $CXX -std=c++11
done
[ $have_cxx = 1 ] || echo "no C++ compiler: C++11 not checked"
for h in $(cd lib && find . -name '*.h' | sed 's:^\./::' | sort); do
	try c.c "$h" $CC -std=c11 -D_POSIX_C_SOURCE=200809L -Ilib
done
echo "$pass passed, $bad failed"
[ $bad -eq 0 ]
