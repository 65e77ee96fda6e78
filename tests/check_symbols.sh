#!/bin/sh
# check_symbols.sh LIBRARY - the functions that the shared library exports are
# exactly the prototypes in include/inkstone/*.h and include/inkstone/ext/*.h.
set -u
if [ $# -ne 1 ] || [ ! -e "$1" ]; then
	echo "usage: $0 LIBRARY" >&2
	exit 2
fi
lib=$1
top=$(cd "$(dirname "$0")/.." && pwd) || exit 1
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT

# Comments go first; a prototype starts with INK_API and its name stands before the first '('
# that follows a name of ours (attributes are in INK_API itself).
cat "$top"/include/inkstone/*.h "$top"/include/inkstone/ext/*.h | tr '\n' ' ' |
	sed -e 's:/\*[^*]*\**\([^/*][^*]*\*\**\)*/: :g' -e 's/;/;\n/g' |
	sed -n 's/.*INK_API[^(]*[ *]\(ink_[a-z0-9_]*\) *(.*/\1/p' | LC_ALL=C sort >"$dir/headers"

# ELF and Mach-O name their symbols alike but for a leading underscore.
case $(uname -s) in
Darwin) nm -gU "$lib" | awk '{ sub(/^_/, "", $NF); print $NF }' ;;
*) nm -D --defined-only "$lib" | awk '{ sub(/@.*/, "", $NF); print $NF }' ;;
esac | grep -vE '^(_init|_fini|_edata|_end|__bss_start)$' | LC_ALL=C sort >"$dir/library"

dup=$(uniq -d "$dir/headers")
missing=$(LC_ALL=C comm -23 "$dir/headers" "$dir/library")
extra=$(LC_ALL=C comm -13 "$dir/headers" "$dir/library")
for s in $dup; do echo "declared twice: $s"; done
for s in $missing; do echo "declared, not exported: $s"; done
for s in $extra; do echo "exported, not declared: $s"; done
bad=$(echo $dup $missing $extra | wc -w)
all=$(wc -l <"$dir/headers")
if [ "$all" -eq 0 ]; then
	echo "no prototypes found"
	bad=1
fi
echo "$((all - $(echo $missing | wc -w))) passed, $((bad)) failed"
[ "$bad" -eq 0 ]
