#!/bin/sh
# floors.sh - the figures that no change may fall below, as a table.
#
#   bench/floors.sh                          made text, seeded: no data needed
#   CORPUS=enwiki.jsonl.xz bench/floors.sh   real text (id, title, text), a-z only
#
# BUILD is the build folder [build], WORK where corpora and indexes go
# [$BUILD/bench], REPS how often to index, of which the best counts [3].
# The table also goes to bench/results/DATE-CPU-floors.txt, the name of a real
# corpus behind it. Status 1: a floor was missed. "busy" is a rate that the clock
# misses and processor time meets: other programs had the processor, so measure
# again.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
build=${BUILD:-build}
work=${WORK:-$build/bench}
reps=${REPS:-3}
corpus=${CORPUS:-}
bin=$build/bench
index=$work/floors.idx

get() { # NAME < a JSON line
	sed -n "s/.*\"$1\": \"\{0,1\}\([^,\"}]*\).*/\1/p"
}

calc() { # awk expression
	awk "BEGIN { printf \"%.${2:-2}f\", $1 }"
}

row() { # WHAT MEASURED FLOOR VERDICT
	printf '%-46s %16s %14s  %s\n' "$1" "$2" "${3:-}" "${4:-}"
}

verdict() { # an awk condition that is true when the floor is met
	awk "BEGIN { exit !($1) }" && echo pass || echo FAIL
}

cpu_name() {
	sed -n 's/^model name[^:]*: *//p' /proc/cpuinfo 2>/dev/null | head -1
}

"$here/build.sh" "$build" "$bin"
mkdir -p "$work" "$here/results"
if test -n "$corpus"; then
	name=$(basename "$corpus" | sed 's/\..*//')
	text=$work/$name.az.tsv
	test -s "$text" || { python3 "$here/make_corpus.py" az "$corpus" > "$text.tmp" &&
		mv "$text.tmp" "$text"; }
else
	name=zipf
	text=$work/zipf.tsv
	test -s "$text" || { python3 "$here/make_corpus.py" zipf --docs 100000 > "$text.tmp" &&
		mv "$text.tmp" "$text"; }
fi
common=$(python3 "$here/make_corpus.py" draw --pairs 0 "$text" | sed -n 1p)

rm -rf "$index"
load=$(cut -d' ' -f1 /proc/loadavg 2>/dev/null || echo '?')
indexed=$("$bin/bench_index" -a whitespace -r "$reps" "$text" "$index")
opened=$("$bin/bench_open" -r 200 -q "$common" "$index")
printf '%s\tTOP_10\n' "$common" > "$work/floors.queries"
asked=$("$bin/bench_query" -v -j -r 20 "$index" "$work/floors.queries" | sed -n 1p)
rm -rf "$work/heap.idx"
heap=$("$bin/bench_index" -a whitespace -H "$text" "$work/heap.idx")
rm -rf "$work/heap.idx"

rate=$(echo "$indexed" | get mb_per_s)
cpu_rate=$(echo "$indexed" | get mb_per_cpu_s)
share=$(echo "$indexed" | get index_share)
docs=$(echo "$opened" | get docs)
text_bytes=$(echo "$indexed" | get text_bytes)
open_us=$(echo "$opened" | get open_median_us)
open_heap=$(echo "$opened" | get heap_open)
scored=$(echo "$asked" | get scored)
postings=$(echo "$asked" | get postings)

rate_verdict=$(verdict "$rate >= 20")
test "$rate_verdict" = FAIL && test "$(verdict "$cpu_rate >= 20")" = pass && rate_verdict=busy
date=$(date -u +%Y-%m-%d)
cpu=$(cpu_name)
cpu_word=$(echo "${cpu:-cpu}" | tr -cs 'A-Za-z0-9\n' - | sed 's/-*$//')
out=$here/results/$date-$cpu_word-floors${corpus:+-$name}.txt
{
	echo "date    $date"
	echo "cpu     ${cpu:-unknown}, load average $load"
	echo "corpus  $name, a-z: $docs documents, $text_bytes bytes of text"
	echo
	row floor measured limit verdict
	row "index, 1 thread, positions, not stored" "$(calc "$rate") MB/s" ">= 20 MB/s" \
		"$rate_verdict"
	row "  by processor time" "$(calc "$cpu_rate") MB/s" "" ""
	row "index bytes, of the text's" "$(calc "$share * 100") %" "<= 45 %" \
		"$(verdict "$share <= 0.45")"
	row "open index and reader, $docs documents" "$(calc "$open_us / 1e3" 3) ms" "< 1 ms" \
		"$(verdict "$open_us < 1000")"
	row "heap of an open index" "$(calc "$open_heap / 1e3" 1) kB" "< 1000 kB" \
		"$(verdict "$open_heap < 1e6")"
	row "postings scored, top 10 of \"$common\"" "$(calc "100 * $scored / $postings") %" \
		"< 50 %" "$(verdict "$scored < $postings / 2")"
	echo
	echo "not floors:"
	row "  first query in a new process" \
		"$(calc "$(echo "$opened" | get process_query_median_us) / 1e3" 3) ms"
	row "  the same query again" \
		"$(calc "$(echo "$asked" | get median_us) / 1e3" 3) ms"
	row "  peak heap, indexing with 256 MiB" \
		"$(calc "$(echo "$heap" | get heap_peak) / 1e6" 1) MB"
	row "  peak heap of opening and a query" \
		"$(calc "$(echo "$opened" | get heap_peak) / 1e3" 1) kB"
	row "  segments" "$(echo "$indexed" | get segments)"
} | sed 's/ *$//' > "$out.tmp"
mv "$out.tmp" "$out"
cat "$out"
! grep -q 'FAIL$' "$out"
