#!/bin/sh
# check_hardening.sh - are the library, the module and the program built as configure.ac means it?
#
#   check_hardening.sh BUILD
#
# Ends in "N passed, N failed". Nothing is checked in a build without hardening.
set -u
BUILD=${1:?the folder of a build}
passed=0 failed=0

must() { # WHAT FILE COMMAND... : its output is not empty
	what=$1 file=$2
	shift 2
	if [ -n "$("$@" 2>/dev/null)" ]; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "FAILED: $file: $what"
	fi
}

relro() { readelf -lW "$1" | grep GNU_RELRO; }
bound() { readelf -dW "$1" | grep 'BIND_NOW'; }
plain_stack() { readelf -lW "$1" | grep 'GNU_STACK' | grep -v 'RWE'; }
no_text_relocations() { readelf -dW "$1" | grep -q TEXTREL || echo none; }
guarded() { readelf -sW --dyn-syms "$1" | grep '__stack_chk_fail'; }

grep -q '^HARDEN_LDFLAGS = .*-Wl,-z,now' "$BUILD/Makefile" || {
	echo "built without hardening"
	echo "1 passed, 0 failed"
	exit 0
}
for file in "$BUILD/.libs/libinkstone.so" "$BUILD/.libs/inkstone-xapian.so" \
	"$BUILD/examples/search/.libs/search"; do
	[ -e "$file" ] || continue
	must "relocations are read-only" "$file" relro "$file"
	must "symbols are bound at start" "$file" bound "$file"
	must "the stack is not executable" "$file" plain_stack "$file"
	must "no relocations in code" "$file" no_text_relocations "$file"
	must "there are stack guards" "$file" guarded "$file"
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
