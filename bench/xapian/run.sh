#!/bin/sh
# run.sh - the xapian backend beside plain C++ on the same Xapian database.
#
#   bench/xapian/run.sh -q search-benchmark-game.jsonl enwiki.jsonl.xz
#
#   -q FILE     queries: the public benchmark's
#   -o FOLDER   results [bench/results/DATE-CPU-xapian-CORPUS]
#   -c COMMANDS [TOP_10,TOP_100,TOP_10_COUNT,COUNT]
#   -r ROUNDS   counted rounds of all queries [10]
#   -n DOCS     the first so many documents of the corpus [all]
#   -k          keep the index that BENCH_DIR has
#   -i          count instructions under callgrind instead of measuring time
#
# The index is made through our interface ("xapian:DIR", whitespace, not stored).
# Then bench/peers/inkstone asks it through our whole query language, as engine
# "inkstone", and bench/peers/xapian through libxapian alone, as engine "xapian":
# the same terms, BM25 1.2 / 0.75, a round of each in turn. The ratio should be at
# most 1.05, and the counts the same. BUILD and BENCH_DIR are as for bench/run.sh.
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
build=$(cd "${BUILD:-build}" && pwd)
work=${BENCH_DIR:-$build/bench}
queries= out= rounds=10 docs=0 keep= count=
commands=TOP_10,TOP_100,TOP_10_COUNT,COUNT

usage() {
	sed -n '2,/^set -eu/{/^#/s/^# \{0,1\}//p}' "$0" >&2
	exit 2
}

while getopts q:o:c:r:n:ki option; do
	case $option in
	q) queries=$OPTARG ;;
	o) out=$OPTARG ;;
	c) commands=$OPTARG ;;
	r) rounds=$OPTARG ;;
	n) docs=$OPTARG ;;
	k) keep=1 ;;
	i) count=1 ;;
	*) usage ;;
	esac
done
shift $((OPTIND - 1))
test $# -eq 1 && test -n "$queries" || usage
bin=$work/peers
mkdir -p "$bin"

${CC:-cc} -std=c11 -D_POSIX_C_SOURCE=200809L -O2 -g -Wall -Wextra -o "$bin/inkstone" \
	"$here/peers/inkstone.c" "$here/peers/peer.c" -I"$here/../include" -L"$build/.libs" \
	-Wl,-rpath,"$build/.libs" -linkstone
${CC:-cc} -std=c11 -D_POSIX_C_SOURCE=200809L -O2 -g -Wall -Wextra -c -o "$bin/peer.o" \
	"$here/peers/peer.c"
${CXX:-c++} -std=c++17 -O2 -g -Wall -Wextra -o "$bin/xapian" "$here/peers/xapian.cc" \
	"$bin/peer.o" $(xapian-config --cxxflags --libs)

name=$(basename "$1" | sed 's/\..*//')
test "$docs" = 0 || name=$name-$docs
text=$work/$name.az.tsv
test -s "$text" || { python3 "$here/make_corpus.py" az --docs "$docs" "$1" > "$text.tmp" &&
	mv "$text.tmp" "$text"; }
index=$work/$name.ours-xapian.idx
test -n "$keep" && test -d "$index" || {
	rm -rf "$index"
	"$bin/inkstone" index "xapian:$index" 1 256 < "$text" >&2
}

date=$(date -u +%Y-%m-%d)
cpu=$(sed -n 's/^model name[^:]*: *//p' /proc/cpuinfo 2> /dev/null | head -1)
cpu_word=$(echo "${cpu:=cpu}" | tr -cs 'A-Za-z0-9\n' - | sed 's/-*$//')
out=${out:-$here/results/$date-$cpu_word-xapian-$name}
mkdir -p "$out"
python3 "$here/peers/queries.py" english "$queries" > "$out/queries.tsv"
{
	echo "date    $date"
	echo "cpu     $cpu, $(nproc) processors, load average $(cut -d' ' -f1 /proc/loadavg)"
	n=$(wc -l < "$text")
	echo "corpus  $name: $n documents, $(($(cut -f2 "$text" | wc -c) - n)) bytes of text"
	echo "engines inkstone: \"xapian:\" through its interface; xapian: libxapian $(xapian-config --version |
		sed 's/.* //') in C++; one database"
} > "$out/about.txt"

# ---- instructions of the searches alone, a row for each command and shape ----

instructions() { # COMMAND SHAPE ENGINE DIR [ANALYSIS]
	awk -F'\t' -v c="$1" -v s="$2" '$1 == s { print c "\t" $2 }' "$out/queries.tsv" > "$work/counted.tsv"
	dir=$4
	engine=$3
	shift 4
	valgrind --tool=callgrind --toggle-collect=engine_run --callgrind-out-file=/dev/null \
		"$bin/$engine" bench "$dir" "$work/counted.tsv" 1 "$@" 2>&1 > /dev/null |
		sed -n 's/.*Collected *: *//p'
}

if test -n "$count"; then
	{
		cat "$out/about.txt"
		printf '\n%-14s %-14s %16s %16s %6s\n' command shape inkstone xapian ratio
		for command in $(echo "$commands" | tr , ' '); do
			for shape in $(cut -f1 "$out/queries.tsv" | sort -u); do
				ours=$(instructions "$command" "$shape" inkstone "xapian:$index")
				theirs=$(instructions "$command" "$shape" xapian "$index" XWB:)
				printf '%-14s %-14s %16s %16s %6.3f\n' "$command" "$shape" "$ours" "$theirs" \
					"$(echo "$ours $theirs" | awk '{ print $1 / $2 }')"
			done
		done
	} | tee "$out/instructions.txt"
	exit
fi

python3 "$here/peers/interleave.py" --queries "$out/queries.tsv" --out "$out/results.tsv" \
	--rounds "$rounds" --commands "$commands" --log "$work/log" \
	"inkstone=$bin/inkstone serve xapian:$index" "xapian=$bin/xapian serve $index XWB:" \
	2> "$out/rounds.txt"
gzip -9f "$out/results.tsv"
python3 "$here/report.py" "$out" > "$out/tables.txt"
cat "$out/tables.txt"
