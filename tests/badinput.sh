#!/bin/sh
# badinput.sh - bad input of every kind: a clear message, the right status, the index still whole.
#
#   SEARCH=path/to/search sh tests/badinput.sh
#   SHOW=1                       also print a table of input, status and message
#   INKSTONE_LIBRARY=path        the library, for Python; that of the build of SEARCH if not set
#
# The folder a.idx is made anew before each case and checked after it. Ends in "N passed, M failed".
# Where this machine cannot do a case (no mount namespace, say), it is told and not counted.
set -u

SRC=$(cd "$(dirname "$0")/.." && pwd) || exit 2
: "${SEARCH:?set SEARCH to the search program}"
case $SEARCH in
*/*) SEARCH=$(cd "$(dirname "$SEARCH")" && pwd)/$(basename "$SEARCH") ;;
*) SEARCH=$(command -v "$SEARCH") ;;
esac
[ -x "$SEARCH" ] || { echo "badinput.sh: $SEARCH cannot be run" >&2; exit 2; }
if [ -z "${INKSTONE_LIBRARY:-}" ]; then
	built=$(dirname "$SEARCH")/../../.libs/libinkstone.so.0
	[ ! -e "$built" ] || INKSTONE_LIBRARY=$(cd "$(dirname "$built")" && pwd)/libinkstone.so.0
fi
# libtool's wrapper is a shell script that costs more than most cases; past it, if there is one.
real=$(dirname "$SEARCH")/.libs/$(basename "$SEARCH")
if [ -x "$real" ] && [ -e "${INKSTONE_LIBRARY:-}" ]; then
	SEARCH=$real
	LD_LIBRARY_PATH=$(dirname "$INKSTONE_LIBRARY")${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
	export LD_LIBRARY_PATH
fi
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
PYTHONPATH=$SRC/bindings/python:$work PYTHONDONTWRITEBYTECODE=1 LC_ALL=C.UTF-8
export SEARCH INKSTONE_LIBRARY PYTHONPATH PYTHONDONTWRITEBYTECODE LC_ALL
unset NO_COLOR CDPATH
cd "$work" || exit 2
SEG=a.idx/seg-0000000000000001.ink
esc=$(printf '\033')
controls=$(printf '[\001-\010\013-\037\177]|\302[\200-\237]') # those of one byte and of two
passed=0 failed=0 skipped=0
in=/dev/null # standard input of the next case
intact=1     # 0: the case damages the index itself
whole=''     # an extended regular expression that the first line of the answer has to match

search() {
	"$SEARCH" "$@"
}

# ---- one case ----

# t LABEL STATUS NEEDLES COMMAND... : NEEDLES are joined by |; each has to be in what is printed.
# A message of the program starts with "search: "; where there is none, NEEDLES may be empty.
t() {
	label=$1 want=$2 needles=$3 why=
	shift 3
	timeout -k 5 "${limit:-30}" "$@" >out 2>err <"$in"
	status=$?
	cat out err >both
	[ "$status" -eq "$want" ] || why="$why; status $status, not $want"
	[ "$status" -ne 124 ] || why="$why; took over ${limit:-30} s"
	old=$IFS IFS='|'
	for needle in $needles; do
		grep -qF -- "$needle" both || why="$why; no \"$needle\""
	done
	IFS=$old
	[ -z "$whole" ] || grep -qE -- "$whole" both || why="$why; nothing like \"$whole\""
	! LC_ALL=C grep -qE "$controls" both || why="$why; a control character came through"
	[ "$want" -ne 2 ] || [ -s err ] || why="$why; no message"
	if [ "$intact" -eq 1 ]; then
		search check -q a.idx >check 2>&1 || why="$why; then check: $(head -n 1 check)"
	fi
	result "$label" "$why" "$(grep -m 1 '^search: ' err || grep -m 1 . both || echo '(silent)')"
	in=/dev/null intact=1 limit='' whole=''
	fresh
}

# result LABEL WHY MESSAGE : count it; WHY is empty when all is well
result() {
	if [ -z "$2" ]; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "FAILED  $1: ${2#; }"
		head -c 600 both | sed 's/^/        /'
	fi
	[ -z "${SHOW:-}" ] || printf '| %s | %s | %s |\n' "$1" "$status" \
		"$(printf '%s' "$3" | cut -c 1-150)"
}

skip() {
	skipped=$((skipped + 1))
	echo "skipped $1: $2"
}

fresh() {
	rm -rf a.idx
	cp -R base.idx a.idx
}

# py LABEL STATUS NEEDLES : the Python program of standard input, with the helpers of bad.py
py() {
	cat >case.py
	t "$1" "$2" "$3" python3 case.py
}

cat >bad.py <<'E'
"""What the Python cases share: the binding, and how a refusal is shown."""
import os, subprocess, sys
import inkstone

SEARCH = os.environ["SEARCH"]

def refused(call):
    """Print what the library says to it; it must say something."""
    try:
        got = call()
    except inkstone.InkError as error:
        print(f"{error.name}: {error}")
    else:
        sys.exit(f"nothing was refused: {got!r}")
E

# patch.py FILE VERSION: another format version, with the checksum made right again
cat >patch.py <<'E'
import struct, sys, zlib
name, version = sys.argv[1], int(sys.argv[2])
data = bytearray(open(name, "rb").read())
struct.pack_into("<I", data, 8, version)
at = 60 if data[:6] == b"INKSEG" else len(data) - 4
struct.pack_into("<I", data, at, zlib.crc32(data[:at]))
open(name, "wb").write(data)
E

# flip.py FILE OFFSET: one bit; counts from the end when negative
cat >flip.py <<'E'
import os, sys
with open(sys.argv[1], "r+b") as file:
    at = int(sys.argv[2]) % os.path.getsize(sys.argv[1])
    file.seek(at)
    byte = file.read(1)[0]
    file.seek(at)
    file.write(bytes([byte ^ 0x10]))
E

# sections.py SEGMENT: "KIND OFFSET" of the middle of each section, after FORMAT.md
cat >sections.py <<'E'
import struct, sys
data = open(sys.argv[1], "rb").read()
table, entries = struct.unpack_from("<QI", data, len(data) - 32)
for i in range(entries):
    kind, part, offset, length = struct.unpack_from("<IIQQ", data, table + 32 * i)
    print(f"{kind}.{part}", offset + length // 2)
E

shorten() { # FILE BYTES : keep the first of them
	head -c "$2" "$1" >short.tmp
	cat short.tmp >"$1"
}

# ---- the index they all start from ----

python3 - >base.jsonl <<'E'
import json
for i in range(2000):
    print(json.dumps({"id": str(i), "title": f"Title {i} 硯台",
                      "body": "some ink and stone 磨墨用的硯台 " + " ".join(f"w{i * j % 977}" for j in range(20)),
                      "n": i, "x": i / 7, "day": "2024-05-01", "tag": ["a", f"b{i % 9}"]}, ensure_ascii=False))
E
FIELDS='-F id:keyword:stored,key -F title:text:stored -F body:text:stored -F n:int:stored
	-F x:float:stored -F day:date:stored -F tag:keyword:stored,multi'
# shellcheck disable=SC2086 # a list of words
search create base.idx $FIELDS && search add base.idx base.jsonl -q || exit 2
fresh
echo '{"id":"new","body":"one more"}' >one.jsonl

# ---- paths ----

mkdir empty folder
echo text >folder/file
ln -s nowhere dangling
for command in 'query none.idx ink' 'stats none.idx' 'check none.idx' 'delete none.idx --key 1' \
	'merge none.idx'; do
	# shellcheck disable=SC2086 # words of a command line
	t "missing path: $command" 2 'none.idx does not exist' "$SEARCH" $command
done
t 'missing path does not make an index' 1 '' test -e none.idx
t 'parent folder missing: create' 2 'none/b.idx|No such file' "$SEARCH" create none/b.idx
t 'empty folder: query' 2 'empty: no index here' "$SEARCH" query empty ink
t 'empty folder: check' 2 'empty: no index here' "$SEARCH" check empty
t 'folder of other files: query' 2 'folder: no index here' "$SEARCH" query folder ink
t 'folder of other files: create' 2 'folder: not empty' "$SEARCH" create folder
t 'folder of other files: add' 2 'folder: not empty' "$SEARCH" add folder one.jsonl
t 'its files are still there' 0 'text' cat folder/file
t 'a file: query' 2 'folder/file|Not a directory' "$SEARCH" query folder/file ink
t 'a file: add' 2 'folder/file|Not a directory' "$SEARCH" add folder/file one.jsonl
t 'a dangling symlink: query' 2 'dangling does not exist' "$SEARCH" query dangling ink
t 'a dangling symlink: create' 2 'cannot make dangling' "$SEARCH" create dangling
t 'an index where one is: create' 2 'a.idx: not empty' "$SEARCH" create a.idx
t 'input missing: add' 2 'none.txt: No such file' "$SEARCH" add a.idx none.txt
t 'input a dangling symlink: add' 2 'dangling: No such file' "$SEARCH" add a.idx dangling
t 'an empty path' 2 'path of the index is empty' "$SEARCH" query '' ink
if [ "$(id -u)" -ne 0 ]; then
	cp -R base.idx closed.idx && chmod 0 closed.idx
	t 'unreadable index' 2 'closed.idx|Permission denied' "$SEARCH" query closed.idx ink
	chmod 700 closed.idx
	echo x >closed.txt && chmod 0 closed.txt
	t 'unreadable input' 2 'closed.txt: Permission denied' "$SEARCH" add a.idx closed.txt
else
	skip 'unreadable index and input' 'permissions do not stop root'
fi
rm a.idx/manifest && mkdir a.idx/manifest
intact=0
t 'a folder in place of the manifest' 2 'a.idx/manifest' "$SEARCH" query a.idx ink
rm $SEG && mkdir $SEG
intact=0
t 'a folder in place of a segment' 2 'seg-0000000000000001.ink' "$SEARCH" query a.idx ink
rm $SEG
intact=0
t 'a segment is missing: query' 2 'seg-0000000000000001.ink does not exist' \
	"$SEARCH" query a.idx ink
rm $SEG
intact=0
t 'a segment is missing: check' 2 'seg-0000000000000001.ink does not exist' "$SEARCH" check a.idx

# ---- damaged files ----

size=$(wc -c <a.idx/manifest)
for n in 0 5 12 40 $((size / 2)) $((size - 1)); do
	for command in 'query a.idx ink' 'check a.idx' 'add a.idx one.jsonl'; do
		shorten a.idx/manifest "$n"
		intact=0
		# shellcheck disable=SC2086 # words of a command line
		t "manifest cut to $n of $size bytes: ${command%% *}" 2 'a.idx/manifest: byte ' \
			"$SEARCH" $command
	done
done
for at in 0 9 13 16 30 $((size / 2)) -5 -1; do
	for command in 'query a.idx ink' 'check a.idx'; do
		python3 flip.py a.idx/manifest "$at"
		intact=0
		whole='manifest: (byte [0-9]+: |format version [0-9]+)'
		# shellcheck disable=SC2086 # words of a command line
		t "manifest with a bit flipped in byte $at: ${command%% *}" 2 '' "$SEARCH" $command
	done
done
size=$(wc -c <$SEG)
for n in 0 63 64 1000 $((size / 2)) $((size - 33)) $((size - 1)); do
	for command in 'query a.idx ink' 'check a.idx' 'add a.idx one.jsonl'; do
		shorten $SEG "$n"
		intact=0
		whole='seg-0000000000000001.ink: (only [0-9]+ bytes|footer)'
		# shellcheck disable=SC2086 # words of a command line
		t "segment cut to $n of $size bytes: ${command%% *}" 2 '' "$SEARCH" $command
	done
done
for at in 0 8 13 40 62 -1 -9 -17 -24 -30 -40 -100; do
	python3 flip.py $SEG "$at"
	intact=0
	whole='seg-0000000000000001.ink: (not a segment|format version|header|footer|section table)'
	t "segment with a bit flipped in byte $at: check" 2 '' "$SEARCH" check a.idx
done
python3 sections.py $SEG >places
while read -r section at; do
	python3 flip.py $SEG "$at"
	intact=0
	whole="seg-0000000000000001.ink: .*(section \"[a-z ]+\" at byte |[a-z]+).*(checksum|length|[0-9])"
	t "section $section with a bit flipped at $at: check" 2 '' "$SEARCH" check a.idx
	# A reader may notice or not; it may not crash, hang or print what is no text.
	python3 flip.py $SEG "$at"
	search query a.idx 'ink 硯台 "some ink" tag:a n>3' --facet tag --sort -n --total >out 2>err </dev/null
	status=$?
	cat out err >both
	[ "$status" -le 2 ] && why='' || why="status $status"
	result "section $section with a bit flipped at $at: query" "$why" \
		"$(grep -m 1 '^search: ' err || head -n 1 out)"
	fresh
done <places
echo '{"id":"0","body":"replaced"}' >again.jsonl
for n in 0 10 30 -1; do
	search add a.idx again.jsonl -q
	del=$(echo a.idx/*.del)
	if [ "$n" -lt 0 ]; then
		python3 flip.py "$del" 30
	else
		shorten "$del" "$n"
	fi
	intact=0
	t "delete bitmap cut to $n bytes (-1: flipped): check" 2 "$(basename "$del")" \
		"$SEARCH" check a.idx
done
for command in 'query a.idx ink' 'check a.idx' 'add a.idx one.jsonl'; do
	# shellcheck disable=SC2086 # words of a command line
	{
		python3 patch.py a.idx/manifest 2
		intact=0
		t "manifest of format version 2: ${command%% *}" 2 'a.idx/manifest: format version 2|reads 1' \
			"$SEARCH" $command
		python3 patch.py $SEG 2
		intact=0
		t "segment of format version 2: ${command%% *}" 2 \
			'seg-0000000000000001.ink: format version 2|reads 1' "$SEARCH" $command
	}
done

# ---- documents ----

printf 'a\377b \303 \355\240\200 \300\257 vellum\n' >invalid.txt
t 'invalid UTF-8 in a text file: add' 0 'added 1' \
	"$SEARCH" add a.idx invalid.txt --map path= --map digest=
search add a.idx invalid.txt -q 2>/dev/null
t 'and its words are found' 0 'invalid.txt' "$SEARCH" query a.idx vellum --format ids
printf 'a\0b vellum\n' >nul.txt
t 'NUL in a text file: add' 0 'nul.txt: looks binary, passed over' "$SEARCH" add a.idx nul.txt
printf '{"id":"u","title":"a\377b"}\n{"id":"ok","title":"fine"}\n' >invalid.jsonl
t 'invalid UTF-8 in JSON: add' 0 'invalid.jsonl:1:|0xff|added 1|failed 1' \
	"$SEARCH" add a.idx invalid.jsonl
printf '{"id":"z","title":"a\\u0000b vellum"}\n' >nul.jsonl
t 'NUL in a JSON string: add' 0 'added 1' "$SEARCH" add a.idx nul.jsonl
py 'NUL and invalid UTF-8 through Python: found and read back' 0 "'a\\x00b', b'\\xff\\xfe'" <<'E'
from bad import *
index = inkstone.open("a.idx")
with index.writer() as writer:
    writer.add({"id": b"\xff\xfe", "title": "a\0b", "body": b"\xff papyrus \xf0\x9f"})
hit = index.search("papyrus")[0]
print(f"{hit['title']!r}, {hit['id']!r}")
E
t 'invalid UTF-8 in a query' 1 '' "$SEARCH" query a.idx "$(printf 'a\377b \303')"
t 'invalid UTF-8 in a quoted query' 1 '' "$SEARCH" query a.idx "$(printf '"\377\376"')"
t 'invalid UTF-8 in a wrong query' 2 'query: a quote that is not closed' \
	"$SEARCH" query a.idx "$(printf '\377 "b')"
py 'NUL in a query' 0 'answered' <<'E'
from bad import *
index = inkstone.open("a.idx")
print("answered", [index.search(q).total for q in ("a\0b", "\0", '"\0 x"', "\0*", "ti\0tle:x")])
E

printf '{"id":"k","n":"five"}\n' >wrong.jsonl
t 'text into an integer field' 0 'wrong.jsonl:1: field "n": "five" is not an integer|failed 1' \
	"$SEARCH" add a.idx wrong.jsonl
t 'text into an integer field: --strict' 2 'wrong.jsonl:1: field "n"' \
	"$SEARCH" add a.idx wrong.jsonl --strict
printf '{"id":"k","n":1.5}\n{"id":"l","n":1e300}\n{"id":"m","n":9223372036854775808}\n' >wrong.jsonl
t 'numbers that are no 64-bit integer' 0 'wrong.jsonl:1: field "n"|wrong.jsonl:2: field "n"|jsonl:3: |failed 3' \
	"$SEARCH" add a.idx wrong.jsonl
printf '{"id":"k","day":"2024-13-01"}\n{"id":"l","day":"yesterday"}\n' >wrong.jsonl
t 'a bad date' 0 'wrong.jsonl:1: field "day": "2024-13-01" is not a date|month|jsonl:2: field "day": "yesterday"' \
	"$SEARCH" add a.idx wrong.jsonl
printf '{"id":"k","n":[1,2]}\n' >wrong.jsonl
t 'two values for a field of one' 0 'wrong.jsonl:1: field "n": a second value' \
	"$SEARCH" add a.idx wrong.jsonl
printf '{"id":"k","nofield":1}\n' >wrong.jsonl
t 'an unknown field in a document' 0 'wrong.jsonl: "nofield" is no field|added 1' \
	"$SEARCH" add a.idx wrong.jsonl
t 'an unknown field in a document: --strict' 2 'wrong.jsonl:1: the index has no field "nofield"' \
	"$SEARCH" add a.idx wrong.jsonl --strict
printf '{"id":"k"\n[1]\n"x"\n\n{"id":"fine"}\n' >wrong.jsonl
t 'lines that are no JSON object' 0 'wrong.jsonl:1: no valid JSON|jsonl:2: |jsonl:3: |added 1|failed 3' \
	"$SEARCH" add a.idx wrong.jsonl
python3 -c 'print("{\"id\":\"k\",\"title\":" + "[" * 100000 + "]" * 100000 + "}")' >wrong.jsonl
t 'JSON nested 100,000 deep' 0 'wrong.jsonl:1: ' "$SEARCH" add a.idx wrong.jsonl
python3 -c 'print("{\"id\":\"" + "k" * 40000 + "\"}")' >wrong.jsonl
t 'a key of 40,000 bytes' 0 'wrong.jsonl:1: field "id": a keyword of 40000 bytes, 32766 are allowed' \
	"$SEARCH" add a.idx wrong.jsonl
t 'a map to an unknown field' 2 '--map x=nofield|"nofield"|title' \
	"$SEARCH" add a.idx one.jsonl --map x=nofield
t 'a map that is none' 2 '--map x: a mapping is NAME=FIELD' "$SEARCH" add a.idx one.jsonl --map x
python3 -c 'print("{\"id\":\"k\",\"no\\u001b[31mred\\n\\u009b\":1,\"" + "y" * 100000 + "\":2}")' >wrong.jsonl
t 'names of 100 kB and with escape sequences' 0 'added 1' "$SEARCH" add a.idx wrong.jsonl
py 'a key twice in one batch: Python add()' 0 'INK_EEXISTS: a document with key "d" is there already' <<'E'
from bad import *
index = inkstone.open("a.idx")
with index.writer() as writer:
    writer.add({"id": "d"})
    refused(lambda: writer.add({"id": "d"}))
assert index.reader()["d"] == {"id": "d"} and len(index.reader()) == 2001
E
printf '{"id":"d","title":"first"}\n{"id":"d","title":"second"}\n' >twice.jsonl
t 'a key twice in one batch: search add' 0 'added 1, updated 1' "$SEARCH" add a.idx twice.jsonl
search add a.idx twice.jsonl -q
t 'and the second stays' 1 '' "$SEARCH" query a.idx title:first

python3 -c 'print("x" * 10000000, end="")' >ascii.txt
python3 -c 'print("硯台磨墨用的文房四宝之一" * 280000, end="")' >chinese.txt
t 'one word of 10 MB: add' 0 'added 1' "$SEARCH" add a.idx ascii.txt
t '10 MB of Chinese in one run: add' 0 'added 1' "$SEARCH" add a.idx chinese.txt
search add a.idx ascii.txt chinese.txt -q --memory 64M
t 'and its words are found' 0 'chinese.txt' "$SEARCH" query a.idx 文房四宝 -n 1 --format ids
t 'a query of 100 kB in one word' 1 '' "$SEARCH" query a.idx "$(head -c 100000 ascii.txt)"
t 'a prefix of 100 kB' 1 '' "$SEARCH" query a.idx "$(head -c 100000 ascii.txt)*"
python3 -c 'import json; print(json.dumps({"id": "huge", "body": "ink stone " * 4000000}))' >huge.jsonl
t 'a document of 40 MB with --memory 8M' 0 'huge.jsonl:1: a document of 400|bytes, 4194304 are allowed|failed 1' \
	"$SEARCH" add a.idx huge.jsonl --memory 8M
rm -f huge.jsonl

# ---- queries ----

t 'an empty query' 1 '' "$SEARCH" query a.idx ''
t 'a query of blanks' 1 '' "$SEARCH" query a.idx '   '
t 'an open quote' 2 'a quote that is not closed|  ink "stone|      ^' \
	"$SEARCH" query a.idx 'ink "stone'
t 'an open quote after Chinese' 2 'a quote that is not closed|  硯台 "stone|       ^' \
	"$SEARCH" query a.idx '硯台 "stone'
whole='^ {13}\^$'
t 'an open quote after Vietnamese' 2 '  Tiếng Việt "x' "$SEARCH" query a.idx 'Tiếng Việt "x'
whole='^ {9}\^$'
t 'an open quote after marks' 2 '' "$SEARCH" query a.idx 'éน้ำ’👍 "x'
t 'an open parenthesis' 2 'a parenthesis that is not closed|      ^' \
	"$SEARCH" query a.idx 'ink (stone'
t 'a parenthesis too many' 2 'a parenthesis that was never opened|       ^' \
	"$SEARCH" query a.idx 'stone)'
t 'an empty group' 2 'query: ' "$SEARCH" query a.idx 'ink ()'
t 'an operator without its clause' 2 'query: |^' "$SEARCH" query a.idx 'ink AND'
t 'an unknown field in a query' 2 'no field "nofield"|title|  ^' "$SEARCH" query a.idx 'nofield:x'
t 'an unknown field in --filter' 2 'no field "nofield"' "$SEARCH" query a.idx ink --filter nofield:x
t 'an unknown field in --field' 2 'nofield' "$SEARCH" query a.idx ink --field nofield
t 'an unknown field in --sort' 2 'nofield' "$SEARCH" query a.idx ink --sort nofield
t 'an unknown field in --facet' 2 'nofield' "$SEARCH" query a.idx ink --facet nofield
t 'an unknown field in --fields' 2 'nofield' "$SEARCH" query a.idx ink --fields nofield
t 'a field that cannot be sorted' 2 'body|sorted' "$SEARCH" query a.idx ink --sort body
t 'text for an integer field' 2 'field "n": "five" is not an integer|  n:five|    ^' \
	"$SEARCH" query a.idx n:five
t 'a bad date in a query' 2 'field "day": "2024-13" is not a date' \
	"$SEARCH" query a.idx 'day:2024-13'
t 'a bad bound' 2 'query: |^' "$SEARCH" query a.idx 'n:[1 TO x]'
t 'an open range' 2 'query: |^' "$SEARCH" query a.idx 'n:[1 TO'
t 'fuzzy~9' 2 'an edit distance is 0, 1 or 2|     ^' "$SEARCH" query a.idx 'ink~9'
t 'a slop of 99999999999' 2 'too large' "$SEARCH" query a.idx '"a b"~99999999999'
t 'a boost of 1e9' 2 'a boost is at most 1000000' "$SEARCH" query a.idx 'ink^1e9'
t 'a boost of -1' 2 '"^" needs a number' "$SEARCH" query a.idx 'ink^-1'
t '--limit 99999999999' 2 '--limit|99999999999' "$SEARCH" query a.idx ink --limit 99999999999
t '--limit 10000001' 2 '10000001|10000000' "$SEARCH" query a.idx ink --limit 10000001
t '--limit -1' 2 '--limit|"-1"' "$SEARCH" query a.idx ink --limit -1
t '--limit 1e3' 2 '--limit|"1e3"' "$SEARCH" query a.idx ink --limit 1e3
t '--limit 0: nothing printed, found all the same' 0 '' "$SEARCH" query a.idx ink --limit 0
t '--offset 18446744073709551615' 2 'offset|18446744073709551615' \
	"$SEARCH" query a.idx ink --offset 18446744073709551615
t '--offset 18446744073709551616' 2 '--offset' \
	"$SEARCH" query a.idx ink --offset 18446744073709551616
t '--timeout 0' 0 'Title' "$SEARCH" query a.idx ink --timeout 0
t '--timeout -5' 2 '--timeout|"-5"' "$SEARCH" query a.idx ink --timeout -5
t '--k1 nan' 2 '--k1|"nan"' "$SEARCH" query a.idx ink --k1 nan
t '--b 7' 2 'b of BM25|0 to 1' "$SEARCH" query a.idx ink --b 7
t '--after garbage' 2 'cursor' "$SEARCH" query a.idx ink --after garbage
t '--memory 1M' 2 '--memory|8M' "$SEARCH" add a.idx one.jsonl --memory 1M
t '--memory 99999999999999G' 2 '--memory|99999999999999G' \
	"$SEARCH" add a.idx one.jsonl --memory 99999999999999G
t '--threads 65' 2 '--threads|64' "$SEARCH" add a.idx one.jsonl --threads 65
t 'merge to 0' 2 'at least 1' "$SEARCH" merge a.idx 0
deep() { # N : so many groups, one in another
	python3 -c 'import sys; n = int(sys.argv[1]); print("(a " * n + "ink" + ")" * n)' "$1"
}
t 'groups nested 90 deep' 0 '' "$SEARCH" query a.idx "$(deep 90)" --format ids
for n in 101 1000 20000; do
	t "groups nested $n deep" 2 'query: |100' "$SEARCH" query a.idx "$(deep $n)"
done
py '1 MB of (' 0 'INK_ELIMIT|(at byte ' <<'E'
from bad import *
index = inkstone.open("a.idx")
refused(lambda: index.search("(" * 1000000))
E
limit=60
py 'up to 200 kB of one sign, for every sign' 0 'survived' <<'E'
from bad import *
index = inkstone.open("a.idx")
for sign in ')"+-!~^*?[]{}:\\<>=&|' + "\0\xff":
    for text in (sign * 200000, (sign + " ") * 5000, ("a" + sign) * 100000):
        try:
            index.search(text, timeout=5)
        except inkstone.InkError as error:
            assert error.code != -99, error
print("survived")
E
limit=60
py 'a query of 100,000 words' 0 'answered|2000' <<'E'
from bad import *
import time
index = inkstone.open("a.idx")
start = time.monotonic()
try:
    print("answered", index.search(" ".join(f"w{i}" for i in range(100000)), total="exact").total)
except inkstone.LimitError as error:
    print("answered: INK_ELIMIT, not 2000:", error)
took = time.monotonic() - start
assert took < 10, took
E
limit=60
py 'a query of 100,001 clauses' 0 'INK_ELIMIT' <<'E'
from bad import *
index = inkstone.open("a.idx")
refused(lambda: index.search(" ".join(f"+w{i}" for i in range(100001))))
E
limit=60
py 'a query of one word of 10 MB' 0 'answered' <<'E'
from bad import *
index = inkstone.open("a.idx")
for text in ("x" * 10000000, '"' + "硯台" * 1000000 + '"', "x" * 10000000 + "*"):
    try:
        index.search(text, timeout=20)
    except (inkstone.LimitError, inkstone.SearchTimeoutError) as error:
        print(error)
print("answered")
E

# ---- names of fields ----

for name in 'a b' '' 9a ü a/b 'a"b' "$(printf 'x\033[31m')" "$(printf '%065d' 0 | tr 0 a)"; do
	t "a field named '$(printf '%s' "$name" | tr '\033' '?' | cut -c 1-12)'" 2 'field' \
		"$SEARCH" create new.idx -F "$name:text"
done
t 'a field of an unknown type' 2 'x:nosuch|text, keyword' "$SEARCH" create new.idx -F x:nosuch
t 'a field with an unknown flag' 2 'x:int:bad|stored' "$SEARCH" create new.idx -F x:int:bad
t 'a field with an unknown analyzer' 2 'no tokenizer "bogus"|word, letters' \
	"$SEARCH" create new.idx -F x:text:stored:bogus
t 'a field twice' 2 '"x"|already' "$SEARCH" create new.idx -F x:text -F x:int
t 'a key that is text' 2 'id|keyword' "$SEARCH" create new.idx -F id:text:key
t 'and no index was made' 1 '' test -e new.idx

# ---- what reaches the terminal ----

python3 - >evil.jsonl <<'E'
import json
bad = "\x1b]0;owned\x07 \x1b[31mred \x9b31m \x08\x7f\r evil \u202e"
print(json.dumps({"id": "k\x1b[2J\x9b", "title": bad, "body": bad, "tag": ["t\x1b[1m"]}))
E
search add a.idx evil.jsonl -q
cp -R a.idx evil.idx
for command in 'query evil.idx evil --facet tag --fields *' 'query evil.idx evil --format json' \
	'terms evil.idx tag' 'explain evil.idx evil' \
	'query evil.idx evil --color always --no-snippet'; do
	case $command in
	*always*) continue ;;
	esac
	set -f # the * is for the program
	# shellcheck disable=SC2086 # words of a command line
	t "control characters in a document: ${command#* evil.idx }" 0 '' "$SEARCH" $command
	set +f
done
# Ids are for other programs, which get them as they are; a terminal does not.
cat >terminal.py <<'E'
import os, pty, sys
def read(fd):
    return os.read(fd, 4096).replace(b"\r\n", b"\n")
sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:], read)))
E
t 'control characters in a document: ids on a terminal' 0 'k' \
	python3 terminal.py "$SEARCH" query evil.idx evil --format ids
search query evil.idx evil --facet tag --color always >both 2>&1
status=$?
why=
LC_ALL=C grep -q "$(printf '\302\233')" both && why='U+009B came through'
sed "s/$esc\[[0-9;]*m//g" both | grep -q "$esc" && why='an escape came through that is no colour'
grep -q "$esc\[2J\|$esc\]0" both && why='an escape sequence came through'
result 'control characters in a document: --color always' "$why" "$(tr -d '\033' <both | head -n 1)"
t 'control characters in a query' 2 'query: ' \
	"$SEARCH" query a.idx "$(printf 'x\033[31m "\033]0;owned\007')"
t 'control characters in a path' 2 'does not exist' "$SEARCH" query "$(printf 'no\033[31m.idx')" ink

# ---- at the same time ----

py 'a second writer while Python holds the first' 0 'search: a.idx|lock: another writer|status 2|INK_ELOCKED' <<'E'
from bad import *
index = inkstone.open("a.idx")
with index.writer() as writer:
    writer.add({"id": "mine"})
    for words in (["add", "a.idx", "one.jsonl"], ["delete", "a.idx", "--key", "1"], ["merge", "a.idx"]):
        got = subprocess.run([SEARCH, *words], capture_output=True, text=True)
        print(got.stderr.strip(), "status", got.returncode)
        assert got.returncode == 2 and "writer" in got.stderr, got
    refused(index.writer)
    refused(inkstone.open("a.idx").writer)
    assert subprocess.run([SEARCH, "query", "a.idx", "ink", "--format", "ids"], stdout=subprocess.PIPE).returncode == 0
assert "mine" in index.reader() and "new" not in index.reader() and "1" in index.reader()
E
py 'the folder is deleted under an open reader' 0 'still 2000|does not exist' <<'E'
from bad import *
import shutil
shutil.copytree("a.idx", "gone.idx")
index = inkstone.open("gone.idx")
reader = index.reader()
shutil.rmtree("gone.idx")
results = reader.search("ink", total="exact", snippet="body", facets=["tag"])
assert results[0]["title"] and results[0].snippet("body") and reader["7"]["n"] == 7
assert sum(1 for _ in reader.terms("body")) > 100
print("still", results.total)
refused(index.reader)
refused(lambda: inkstone.open("gone.idx"))
E
py 'the folder is deleted under an open writer' 0 'INK_E|gone.idx' <<'E'
from bad import *
import shutil
shutil.copytree("a.idx", "gone.idx")
writer = inkstone.open("gone.idx").writer()
writer.add({"id": "late"})
shutil.rmtree("gone.idx")
refused(writer.commit)
writer.close()
E
py 'Ctrl-C during add' 0 'search: interrupted|status 130|same' <<'E'
from bad import *
import signal, time
before = inkstone.open("a.idx").reader().stats()
run = subprocess.Popen([SEARCH, "add", "a.idx", "-"], stdin=subprocess.PIPE, stderr=subprocess.PIPE,
                       preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))
deadline = time.monotonic() + 20
for i in range(100000):  # more than the pipe holds, so that the program is known to be reading
    run.stdin.write(b'{"id":"c%d","body":"vellum and ink"}\n' % i)
run.send_signal(signal.SIGINT)
try:
    while time.monotonic() < deadline and run.poll() is None:
        run.stdin.write(b'{"id":"d","body":"x"}\n' * 1000)
except BrokenPipeError:
    pass
print(run.stderr.read().decode().strip(), "status", run.wait(20))
assert inkstone.open("a.idx").reader().stats() == before
with inkstone.open("a.idx").writer() as writer:  # the lock went too
    writer.add({"id": "after"})
print("same")
E
py 'kill -9 during add' 0 'same' <<'E'
from bad import *
import time
before = inkstone.open("a.idx").reader().stats()
run = subprocess.Popen([SEARCH, "add", "a.idx", "-", "--memory", "8M"], stdin=subprocess.PIPE, stderr=subprocess.DEVNULL)
for i in range(100000):
    run.stdin.write(b'{"id":"c%d","body":"vellum and ink %d %d"}\n' % (i, i, i * 7))
run.kill()
run.wait(20)
inkstone.check("a.idx")
assert inkstone.open("a.idx").reader().stats() == before
with inkstone.open("a.idx").writer() as writer:
    writer.add({"id": "after"})
named = {name for name in os.listdir("a.idx") if name.startswith("seg-")}
assert len(named) == 2, named  # what the dead writer left is gone
print("same")
E

# ---- the disk ----

if [ "$(id -u)" -eq 0 ]; then
	own='unshare -m'
else
	own='unshare -rm'
fi
mkdir disk
cat >full.sh <<'E'
# In a mount namespace of its own: a disk of 2 MB that gets full.
mount -t tmpfs -o size=2m none disk || exit 99
cp -R base.idx disk/a.idx || exit 98
"$SEARCH" add disk/a.idx big.jsonl --memory 8M
status=$?
"$SEARCH" check -q disk/a.idx || exit 97
[ "$("$SEARCH" query disk/a.idx '*:*' --total --limit 0 --format json | grep -o '"total":[0-9]*')" = '"total":2000' ] || exit 96
"$SEARCH" add -q disk/a.idx one.jsonl || exit 95
"$SEARCH" check -q disk/a.idx || exit 94
"$SEARCH" query disk/a.idx '"one more"' --format ids || exit 93
exit $status
E
cat >readonly.sh <<'E'
mount --bind a.idx a.idx && mount -o remount,ro,bind a.idx || exit 99
"$SEARCH" check -q a.idx || exit 98
"$SEARCH" query a.idx ink --format ids --limit 1 || exit 97
"$SEARCH" delete a.idx --key 1 && exit 96
"$SEARCH" merge a.idx && exit 95
"$SEARCH" add a.idx one.jsonl
E
python3 - >big.jsonl <<'E'
import random
random.seed(1)
for i in range(40000):
    print('{"id":"g%d","body":"%s"}' % (i, " ".join("%x" % random.getrandbits(40) for _ in range(12))))
E
# shellcheck disable=SC2086 # a command and its options
if $own sh -c 'mount -t tmpfs -o size=2m none disk' 2>/dev/null; then
	limit=120
	t 'the disk is full' 2 'No space left on device|new' $own sh full.sh
	t 'a read-only file system' 2 'search: a.idx|Read-only file system' $own sh readonly.sh
else
	skip 'the disk is full; a read-only file system' 'mounting is not permitted here'
fi

[ "$skipped" -eq 0 ] || echo "$skipped skipped"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
