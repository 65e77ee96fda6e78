#!/bin/sh
# quickstart.sh - from a fresh checkout to a search in a few minutes.
#
# Installs what is missing (Debian-like systems), builds into build/, indexes examples/samples
# into build/quickstart.ink and asks it a handful of questions. Run it from anywhere, as often as
# you like.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
top=$(dirname "$here")
build=$top/build
index=$build/quickstart.ink
search=$build/examples/search/search

if [ -t 1 ]; then
	bold=$(printf '\033[1m') dim=$(printf '\033[2m') plain=$(printf '\033[0m')
else
	bold='' dim='' plain=''
fi

die() {
	echo "quickstart: $*" >&2
	exit 1
}

# quietly LOG COMMAND... : keep the output in a file, show its end only when the command fails
quietly() {
	log=$1
	shift
	"$@" >"$log" 2>&1 && return 0
	tail -n 30 "$log" >&2
	die "failed: $* (all of its output is in $log)"
}

# ask HEADLINE ARGUMENTS... : one query, with what is worth looking at
ask() {
	printf '\n%s%s%s\n' "$bold" "$1" "$plain"
	shift
	printf '%s$ search query quickstart.ink' "$dim"
	for word in "$@"; do
		case $word in
		*[!A-Za-z0-9=,._-]*) printf " '%s'" "$word" ;;
		*) printf ' %s' "$word" ;;
		esac
	done
	printf '%s\n' "$plain"
	"$search" query "$index" "$@" || die "no answer to: $*"
}

. "$here/packages.sh"
ink_install $INK_BUILD_PACKAGES || die "the packages above are needed to build Inkstone"

mkdir -p "$build"
cd "$top"
if [ ! -x configure ]; then
	echo "Making the configure script ..."
	quietly "$build/autogen.log" ./autogen.sh
fi
cd "$build"
if [ ! -f Makefile ]; then
	echo "Configuring in build/ ..."
	quietly "$build/configure.log" ../configure
fi
echo "Building, which takes a minute or two the first time ..."
quietly "$build/make.log" make -j "$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)"
[ -x "$search" ] || die "the build made no $search"

rm -rf "$index"
cd "$here"
echo "Indexing examples/samples ..."
quietly "$build/quickstart.log" "$search" create "$index"
quietly "$build/quickstart.log" "$search" add --map lang= --map tag= --map date= "$index" samples

ask 'English is stemmed: "grinding" finds grind, "stones" finds stone' --limit 3 '+grinding +stones'
ask 'Traditional characters find Simplified ones, and the other way round' --limit 4 '機器學習'
ask 'A quoted string is exact: 京都大学, not 東京都の大学' --limit 4 '"京都大学"'
ask 'Full-width letters and digits are the same letters and digits' --limit 4 'ＧＰＴ－４'
ask 'Names of letters, digits and signs stay whole: C++ is not C' --limit 3 'C++'
ask 'A Korean noun is found with any particle behind it' --limit 3 '도서관'
ask 'A Thai word is found although Thai is written without blanks' --limit 3 'ห้องสมุด'
ask 'One character is a query, too, in any of its forms' --limit 3 '硯'
ask 'Matches counted by kind of file' --limit 2 --facet type 'paper OR 紙'

cat <<END

${bold}What to try next${plain}

  # your own files: text, Markdown, HTML, CSV, JSON lines
  $search create /tmp/mine.ink
  $search add /tmp/mine.ink ~/Documents
  $search query /tmp/mine.ink 'what you look for'

  # why a document was found, and what becomes of a text
  $search explain $index '硯台'
  $search analyze 'DeepSeek-V3 與 A100芯片'

  # all commands; the tests; the small C programs
  $search --help
  sh $top/tests/run.sh
  ls $here/*.c
END
