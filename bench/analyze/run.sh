#!/bin/sh
# run.sh DATA [BUILD] - speed of the analysis on the texts under DATA, as a table.
#
# DATA/text and DATA/ir hold the sets that texts.py names; the best of five rounds counts.
set -eu
data=$1
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
build=$(cd "${2:-$top/build}" && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
${CC:-cc} -std=c11 -D_POSIX_C_SOURCE=200809L -O2 -g -Wall -Wextra -Wshadow -Wconversion \
	-Wstrict-prototypes -pedantic -I"$top/include" -I"$top/lib" -o "$scratch/bench_analyze" \
	"$here/bench_analyze.c" "$top/bench/bench.c" "$build/.libs/libink.a" \
	$(pkg-config --libs icu-uc icu-i18n libdeflate) -lstemmer -lm -lpthread
python3 "$here/texts.py" "$data" "$scratch" > "$scratch/names"
# shellcheck disable=SC2046  # names and paths without blanks
"$scratch/bench_analyze" $(cat "$scratch/names") | tee "${JSON:-/dev/null}" |
	python3 "$here/table.py"
