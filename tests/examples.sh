#!/bin/sh
# examples.sh - every example and every program in README.md does what it says.
#
# Compiles and runs examples/*.c against the build tree, runs examples/*.py and compares what they
# print with examples/expected. Then one example and the C program of README.md are built outside
# the tree with nothing but pkg-config, and the README's programs have to print what it says.
#
#   SRC     the checkout; BUILD  the build tree, SRC/build when not set
#   CC      the C compiler; CFLAGS  flags for it; PYTHON  python3 when not set
#   PREFIX  where it is installed; when not set it is installed into a temporary folder
set -u

SRC=${SRC:-$(cd "$(dirname "$0")/.." && pwd)}
BUILD=${BUILD:-$SRC/build}
CC=${CC:-cc}
PYTHON=${PYTHON:-python3}
WARN="-std=c11 -Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes -pedantic -Werror"

# Programs run elsewhere: the paths have to be absolute.
SRC=$(cd "$SRC" && pwd) || exit 2
BUILD=$(cd "$BUILD" && pwd) || exit 2
expected=$SRC/examples/expected
libs=$BUILD/.libs
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
passed=0 failed=0

pass() {
	passed=$((passed + 1))
	echo "ok    $1"
}

fail() { # NAME REASON LOG
	failed=$((failed + 1))
	echo "FAIL  $1: $2"
	[ ! -s "$3" ] || sed 's/^/      /' "$3" | head -n 40
}

limited() {
	if command -v timeout >/dev/null 2>&1; then timeout 120 "$@"; else "$@"; fi
}

# verify NAME EXPECTED COMMAND... : run it in a folder of its own and compare what it prints
verify() {
	name=$1 want=$2
	shift 2
	mkdir -p "$work/run/$name"
	if ! (cd "$work/run/$name" && limited "$@") >"$work/out" 2>"$work/log" </dev/null; then
		cat "$work/out" "$work/log" >"$work/both"
		fail "$name" "it failed" "$work/both"
	elif [ ! -f "$want" ]; then
		fail "$name" "no $want" /dev/null
	elif ! diff -u "$want" "$work/out" >"$work/log"; then
		fail "$name" "it prints something else (-expected, +printed)" "$work/log"
	else
		pass "$name"
	fi
}

# compile NAME FILE FLAGS... : make $work/NAME out of one file
compile() {
	name=$1 file=$2
	shift 2
	# shellcheck disable=SC2086 # lists of flags
	$CC $WARN ${CFLAGS:-} -o "$work/$name" "$file" "$@" >"$work/log" 2>&1 && return 0
	fail "$name" "it does not compile" "$work/log"
	return 1
}

# A file, not a function: timeout has to find it.
cat >"$work/python" <<END
#!/bin/sh
PYTHONPATH='$SRC/bindings/python' PYTHONDONTWRITEBYTECODE=1 PYTHONIOENCODING=utf-8 \\
INKSTONE_LIBRARY='$libs/libinkstone.so.0' exec $PYTHON "\$@"
END
chmod +x "$work/python"

# block LANGUAGE : the first block of README.md in a language; output LANGUAGE : the one behind it
block() {
	awk -v fence="\`\`\`$1" '$0 == fence { on = 1; next } /^```/ && on { exit } on' "$SRC/README.md"
}
output() {
	awk -v fence="\`\`\`$1" '
		$0 == fence { seen = 1 }
		seen && $0 == "```text" { on = 1; next }
		/^```/ && on { exit }
		on' "$SRC/README.md"
}

# ---- the examples, against the build tree ----

for file in "$SRC"/examples/*.c; do
	name=$(basename "$file" .c)
	mkdir -p "$work/tmp/$name"
	compile "$name" "$file" -I"$SRC/include" -I"$BUILD/include" -L"$libs" \
		-Wl,-rpath,"$libs" -linkstone -pthread &&
		verify "$name.c" "$expected/$name.txt" "$work/$name" "$work/tmp/$name"
done

for file in "$SRC"/examples/*.py; do
	name=$(basename "$file")
	mkdir -p "$work/tmp/$name"
	verify "$name" "$expected/$name.txt" "$work/python" "$file" "$work/tmp/$name"
done

# ---- an installed library, with nothing but pkg-config ----

if [ -z "${PREFIX:-}" ]; then
	if make -C "$BUILD" install DESTDIR="$work/dest" >"$work/log" 2>&1; then
		pass "make install"
	else
		fail "make install" "it failed" "$work/log"
	fi
	PREFIX=$work/dest
	export PKG_CONFIG_SYSROOT_DIR="$work/dest"
fi
pc=$(find "$PREFIX" -name inkstone.pc 2>/dev/null | head -n 1)
if [ -z "$pc" ]; then
	fail "pkg-config" "no inkstone.pc below $PREFIX" /dev/null
else
	PKG_CONFIG_PATH=$(dirname "$pc")
	installed=$(dirname "$PKG_CONFIG_PATH")
	export PKG_CONFIG_PATH
	mkdir -p "$work/outside" "$work/tmp/outside"
	cp "$SRC/examples/hello.c" "$SRC/examples/common.h" "$work/outside/"
	block c >"$work/outside/readme.c"
	if flags=$(pkg-config --cflags --libs inkstone 2>"$work/log"); then
		pass "pkg-config"
		# shellcheck disable=SC2086 # a list of flags
		compile outside-hello "$work/outside/hello.c" $flags &&
			verify "hello.c outside the tree" "$expected/hello.txt" \
				env LD_LIBRARY_PATH="$installed" "$work/outside-hello" "$work/tmp/outside"
		output c >"$work/readme-c.txt"
		# shellcheck disable=SC2086
		compile readme-c "$work/outside/readme.c" $flags &&
			verify "README.md, C" "$work/readme-c.txt" \
				env LD_LIBRARY_PATH="$installed" "$work/readme-c"
	else
		fail "pkg-config" "it does not know inkstone" "$work/log"
	fi
fi

block python >"$work/readme.py"
output python >"$work/readme-py.txt"
verify "README.md, Python" "$work/readme-py.txt" "$work/python" "$work/readme.py"

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
