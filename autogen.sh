#!/bin/sh
# autogen.sh - make configure and Makefile.in from configure.ac and Makefile.am.
set -e
cd "$(dirname "$0")"
for tool in autoreconf automake libtoolize; do
	command -v "$tool" >/dev/null 2>&1 || {
		echo "autogen.sh: $tool is missing; Debian packages: autoconf automake libtool" >&2
		exit 1
	}
done
mkdir -p lib/build-aux lib/m4
exec autoreconf --install --force
