#!/bin/sh
# build.sh BUILD OUT - compile the benchmarks against the library built in BUILD.
set -eu
build=${1:-build}
out=${2:-$build/bench}
here=$(cd "$(dirname "$0")" && pwd)
build=$(cd "$build" && pwd)
libs=$build/.libs
test -e "$libs/libinkstone.so" || { echo "build.sh: no libinkstone in $libs" >&2; exit 2; }
mkdir -p "$out"

compile() {
	name=$1
	shift
	${CC:-cc} -std=c11 -D_POSIX_C_SOURCE=200809L -O2 -g -Wall -Wextra -Wshadow -Wconversion \
		-Wstrict-prototypes -pedantic -I"$here/../include" -o "$out/$name" \
		"$here/$name.c" "$here/bench.c" "$@" -lm
}

for name in bench_index bench_query bench_open; do
	compile $name -L"$libs" -Wl,-rpath,"$libs" -linkstone
done
# This one says which instructions the library may use, which no application can.
compile bench_ranks -I"$here/../lib" "$libs/libinkstone.a" \
	$(pkg-config --libs icu-i18n icu-uc libdeflate) -lstemmer -ldl -lpthread
