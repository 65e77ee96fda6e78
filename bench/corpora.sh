#!/bin/sh
# corpora.sh FILE.jsonl[.xz|.gz]... - index real corpora with the search program.
#
# Each file is added with the default analyzer and the default fields (text
# stored), once with the default memory and once with 16 MB. BUILD is the build
# folder [build], WORK where indexes go [$BUILD/bench], MAP the value of
# --map [text=body]. Reading and parsing JSON is part of the time; unpacking
# is not. The table also goes to bench/results/DATE-corpora.txt.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
build=${BUILD:-build}
work=${WORK:-$build/bench}
map=${MAP:-text=body}
search=$build/examples/search/search
index=$work/corpora.idx

test $# -gt 0 || { sed -n '2,8s/^# //p' "$0" >&2; exit 2; }
test -x "$search" || { echo "corpora.sh: no $search" >&2; exit 2; }
mkdir -p "$work" "$here/results"

unpack() { # FILE
	case $1 in
	*.xz) xz -dc "$1" ;;
	*.gz) gzip -dc "$1" ;;
	*) cat "$1" ;;
	esac
}

# Runs a command; prints seconds, processor seconds and the peak of resident KiB.
measure() {
	python3 - "$@" <<'PY'
import resource, subprocess, sys, time
start = time.monotonic()
with open(sys.argv[1], "rb") as text:
    status = subprocess.run(sys.argv[2:], stdin=text, stdout=sys.stderr).returncode
seconds = time.monotonic() - start
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(f"{seconds:.3f} {used.ru_utime + used.ru_stime:.3f} {used.ru_maxrss}")
sys.exit(status)
PY
}

row() { # FILE MEMORY TEXT; $1 is only a name
	rm -rf "$index"
	numbers=$(measure "$3" "$search" add "$index" - --format jsonl --map "$map" \
		--memory "$2" --quiet) || { printf '%-20s %6s  failed\n' "$1" "$2"; return 0; }
	in=$(wc -c < "$3")
	out=$(find "$index" -type f -exec cat {} + | wc -c)
	docs=$(wc -l < "$3")
	echo "$1 $2 $docs $in $out $numbers" | awk '{
		printf "%-20s %6s %9d %9.1f %8.2f %8.2f %9.1f %9.1f %7.1f\n", $1, $2, $3, $4 / 1e6,
			$4 / 1e6 / $6, $4 / 1e6 / $7, $8 * 1024 / 1e6, $5 / 1e6, 100 * $5 / $4 }'
}

table() {
	printf '%-20s %6s %9s %9s %8s %8s %9s %9s %7s\n' corpus memory documents "input MB" MB/s \
		"MB/cpu s" "peak MB" "index MB" %
	for file in "$@"; do
		name=$(basename "$file" | sed 's/\.jsonl.*//')
		unpack "$file" > "$work/corpora.jsonl"
		for memory in 256M 16M; do
			row "$name" "$memory" "$work/corpora.jsonl"
		done
	done
	rm -rf "$index" "$work/corpora.jsonl"
}

table "$@" | tee "$here/results/$(date -u +%Y-%m-%d)-corpora.txt"
