#!/bin/sh
# run.sh - Inkstone beside Lucene, Tantivy, PISA, Xapian and FTS5, in one run.
#
#   bench/run.sh -q search-benchmark-game.jsonl enwiki.jsonl.xz
#   bench/run.sh --language zh -q miracl-zh.txt zhwiki.jsonl.xz
#
#   -q FILE     queries: the public benchmark's; with --language a question a line
#   -o FOLDER   results [bench/results/DATE-CPU-peers-CORPUS]
#   -e ENGINES  [inkstone lucene lucene-bp tantivy pisa xapian sqlite]
#   -c COMMANDS [TOP_10,TOP_100,TOP_1000,TOP_10_COUNT,TOP_100_COUNT,COUNT]
#   -r ROUNDS   counted rounds of all queries [10]
#   -w SECONDS  of processor time to warm up a Java driver [20]
#   -n DOCS     the first so many documents of the corpus [all]
#   -b BUILDS   how often each index is built, of which the best counts [1]
#   -k          keep the indexes that BENCH_DIR has
#   --language LANG  zh, ja or en: text as it is, each engine with its own analysis [inkstone
#               inkstone-stored (which stores the texts) lucene-LANG; in zh and ja lucene-bigram
#               and xapian too; TOP_10,COUNT]; must come first
#
# BUILD is Inkstone's build folder [build], BENCH_DIR where peers, corpora and
# indexes go [$BUILD/bench], JAVA_HOME a JDK of at least 21. A peer that cannot be
# had is left out, and said so. README.md has what each figure means.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
peers=$here/peers
build=$(cd "${BUILD:-build}" && pwd)
work=${BENCH_DIR:-$build/bench}
budget=256
queries= out= rounds=10 warm_up=20 docs=0 builds=1 keep= language=
engines="inkstone lucene lucene-bp tantivy pisa xapian sqlite"
commands=TOP_10,TOP_100,TOP_1000,TOP_10_COUNT,TOP_100_COUNT,COUNT
java_options="-server -Xmx1g -XX:+UseParallelGC --add-modules jdk.incubator.vector
	--enable-native-access=ALL-UNNAMED"

usage() {
	sed -n '2,/^set -eu/{/^#/s/^# \{0,1\}//p}' "$0" >&2
	exit 2
}

say() {
	echo "run.sh: $*" >&2
}

if test "${1:-}" = --language; then
	language=${2:-}
	engines="inkstone inkstone-stored lucene-$language"
	case $language in
	zh | ja) engines="$engines lucene-bigram xapian" ;;
	en) ;;
	*) usage ;;
	esac
	commands=TOP_10,COUNT
	shift 2
fi
while getopts q:o:e:c:r:w:n:b:k option; do
	case $option in
	q) queries=$OPTARG ;;
	o) out=$OPTARG ;;
	e) engines=$OPTARG ;;
	c) commands=$OPTARG ;;
	r) rounds=$OPTARG ;;
	w) warm_up=$OPTARG ;;
	n) docs=$OPTARG ;;
	b) builds=$OPTARG ;;
	k) keep=1 ;;
	*) usage ;;
	esac
done
shift $((OPTIND - 1))
test $# -gt 0 && test -n "$queries" || usage
mkdir -p "$work/peers"
work=$(cd "$work" && pwd)
bin=$work/peers
log=$bin/log

# ---- building ----

# The first JDK of at least 21; packages: temurin-25-jdk, openjdk-21-jdk.
find_jdk() {
	for home in ${JAVA_HOME:+"$JAVA_HOME"} /usr/lib/jvm/* /opt/jdk*; do
		test -x "$home/bin/javac" || continue
		version=$("$home/bin/javac" -version 2>&1 | sed 's/[^0-9]*\([0-9]*\).*/\1/')
		test "${version:-0}" -ge 21 && echo "$home" && return
	done
	return 1
}

build_c() { # NAME FLAGS...
	name=$1
	shift
	${CC:-cc} -std=c11 -D_POSIX_C_SOURCE=200809L -O2 -g -Wall -Wextra -o "$bin/$name" \
		"$peers/$name.c" "$peers/peer.c" "$@"
}

build_engine() { # NAME
	case $1 in
	inkstone)
		build_c inkstone -I"$here/../include" -L"$build/.libs" \
			-Wl,-rpath,"$build/.libs" -linkstone ;;
	sqlite) build_c sqlite -lsqlite3 ;;
	xapian)
		${CC:-cc} -std=c11 -D_POSIX_C_SOURCE=200809L -O2 -g -Wall -Wextra -c \
			-o "$bin/peer.o" "$peers/peer.c" &&
		${CXX:-c++} -std=c++17 -O2 -g -Wall -Wextra -o "$bin/xapian" "$peers/xapian.cc" \
			"$bin/peer.o" $(xapian-config --cxxflags --libs) ;;
	tantivy) # from a copy, since cargo writes beside its manifest
		mkdir -p "$bin/crate" && cp "$peers"/tantivy/* "$bin/crate" &&
		RUSTFLAGS='-C target-cpu=native' cargo build --release \
			--manifest-path "$bin/crate/Cargo.toml" --target-dir "$bin/cargo" &&
		cp "$bin/cargo/release/tantivy" "$bin/tantivy" ;;
	lucene)
		jdk=$(find_jdk) || { echo "no JDK of at least 21"; return 1; }
		mvn -q -f "$peers/lucene/pom.xml" ${language:+-Pcjk} dependency:copy-dependencies \
			-DoutputDirectory="$bin/lucene" &&
		"$jdk/bin/javac" -cp "$bin/lucene/*" -d "$bin/lucene" "$peers"/lucene/*.java &&
		printf '#!/bin/sh\nexec "%s" $JAVA_OPTIONS -cp "%s:%s" Driver "$@"\n' \
			"$jdk/bin/java" "$bin/lucene" "$bin/lucene/*" > "$bin/lucene.sh" &&
		chmod +x "$bin/lucene.sh" ;;
	pisa) # the wheel's compiled part, and the old threading library that it is linked with
		python3 -m pip -q download --no-deps -d "$bin/pisa" pyterrier-pisa tbb==2020.3.254 &&
		for wheel in "$bin"/pisa/*.whl; do
			python3 -m zipfile -e "$wheel" "$bin/pisa" || return 1
		done ;;
	*) echo "no such engine"; return 1 ;;
	esac
}

build_all() {
	built= ready=
	for engine in $engines; do
		what=${engine%%-*}
		case " $built " in
		*" $what "*) ;;
		*)
			build_engine "$what" > "$log.$what" 2>&1 ||
				{ say "$what is left out: $(tail -1 "$log.$what")"; continue; }
			built="$built $what" ;;
		esac
		ready="$ready $engine"
	done
	engines=${ready# }
}

driver() { # ENGINE: its command line
	case $1 in
	lucene-bp*) echo "env 'JAVA_OPTIONS=$(echo $java_options) -Dreorder=true' $bin/lucene.sh" ;;
	lucene*) echo "env 'JAVA_OPTIONS=$(echo $java_options)' $bin/lucene.sh" ;;
	pisa) echo "env PISA_PACKAGE=$bin/pisa python3 $peers/pisa.py" ;;
	*) echo "$bin/${1%%-*}" ;;
	esac
}

# What the engine is to do with text that is more than words at blanks.
analysis() { # ENGINE
	case ${language:+own-}$1 in
	own-lucene-*) echo "${1#lucene-}" ;;
	own-inkstone-stored) echo default-stored ;;
	own-*) echo default ;;
	esac
}

threads_of() { # ENGINE
	case $1 in
	xapian* | sqlite*) echo 1 ;;
	*) echo '2 1' ;; # the index of the last one answers the queries
	esac
}

# ---- measuring ----

index_one() { # ENGINE THREADS TEXT INDEX
	for try in $(seq "$builds"); do
		rm -rf "$4"
		line=$(eval "$(driver "$1") index '$4' $2 $budget $(analysis "$1")" < "$3" 2>> "$log.$1") ||
			{ say "$1 could not index: $(tail -1 "$log.$1")"; rm -rf "$4"; return 1; }
		printf '%s\t%s\t%s\n' "$1" "$2" "$line" | tee -a "$out/builds.tsv" >&2
	done
}

index_all() {
	for engine in $engines; do
		index=$work/$name.$engine.idx
		test -z "$keep" || ! test -d "$index" || continue
		for threads in $(threads_of "$engine"); do
			index_one "$engine" "$threads" "$text" "$index"
		done
	done
}

serve_all() {
	set --
	for engine in $engines; do
		set -- "$@" "$engine=$(driver "$engine") serve $work/$name.$engine.idx $(analysis "$engine")"
	done
	python3 "$peers/interleave.py" --queries "$out/queries.tsv" --out "$out/results.tsv" \
		--rounds "$rounds" --warm-up "$warm_up" --commands "$commands" --log "$log" \
		"$@" 2>> "$out/rounds.txt"
}

# A new process each time, its files in the page cache; the best of five.
first_queries() {
	for engine in $engines; do
		test "$engine" != pisa || continue
		for try in 1 2 3 4 5; do
			line=$(eval "$(driver "$engine") first $work/$name.$engine.idx TOP_10 \
				'$first_query' $(analysis "$engine")" 2>> "$log.$engine")
			printf '%s\t%s\n' "$engine" "$line" >> "$out/first.tsv"
		done
	done
}

fetch_documents() {
	index=$work/$name.stored.idx
	if test -z "$keep" || ! test -d "$index"; then
		rm -rf "$index"
		"$bin/inkstone" index "$index" 1 "$budget" stored < "$text" > /dev/null
	fi
	cut -f1 "$text" | awk 'BEGIN { srand(1) } { print rand() "\t" $0 }' | sort | cut -f2 |
		head -2000 | "$bin/inkstone" fetch "$index" > "$out/fetch.json"
}

run_corpus() { # FILE
	name=$(basename "$1" | sed 's/\..*//')
	test "$docs" = 0 || name=$name-$docs
	rule=${language:+raw}
	rule=${rule:-az}
	text=$work/$name.$rule.tsv
	test -s "$text" || { python3 "$here/make_corpus.py" "$rule" --docs "$docs" "$1" > "$text.tmp" &&
		mv "$text.tmp" "$text"; }
	name=$name${language:+-$language} # beside the indexes of words at blanks
	out=${results:-$here/results/$date-$cpu_word-peers-$name}
	mkdir -p "$out"
	: > "$out/rounds.txt"
	: > "$out/first.tsv"
	test -n "$keep" || : > "$out/builds.tsv"
	if test -n "$language"; then
		python3 "$peers/queries.py" language "$language" "$queries" "$text" > "$out/queries.tsv"
	else
		python3 "$peers/queries.py" words "$queries" > "$out/queries.tsv"
	fi
	first_query=$(sed -n '2s/.*\t//p' "$out/queries.tsv")
	{
		echo "date    $date"
		echo "cpu     $cpu, $(nproc) processors, load average $(cut -d' ' -f1 /proc/loadavg)"
		n=$(wc -l < "$text")
		echo "corpus  $name: $n documents, $(($(cut -f2 "$text" | wc -c) - n)) bytes of text"
		echo "memory  $budget MB while indexing"
		test -z "$language" || echo "analysis of each engine's own for $language"
	} > "$out/about.txt"
	index_all
	serve_all
	first_queries
	test -n "$language" || fetch_documents
	gzip -9f "$out/results.tsv"
	python3 "$here/report.py" "$out" > "$out/tables.txt"
	cat "$out/tables.txt"
}

date=$(date -u +%Y-%m-%d)
cpu=$(sed -n 's/^model name[^:]*: *//p' /proc/cpuinfo 2> /dev/null | head -1)
cpu_word=$(echo "${cpu:=cpu}" | tr -cs 'A-Za-z0-9\n' - | sed 's/-*$//')
results=$out
build_all
say "engines: $engines"
for corpus in "$@"; do
	run_corpus "$corpus"
done
