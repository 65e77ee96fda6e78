# packages.sh - the packages that Inkstone needs, and how to install those that are missing.
#
# Sourced by examples/quickstart.sh and tests/run.sh; does nothing by itself. The names are those
# of Debian and Ubuntu.

INK_BUILD_PACKAGES="build-essential autoconf automake libtool pkg-config libicu-dev libdeflate-dev \
libstemmer-dev libxml2-dev libjansson-dev"
INK_TEST_PACKAGES="libcmocka-dev libxapian-dev xapian-tools xapian-omega xapian-examples \
python3 python3-venv python3-pip python3-pytest"
INK_FULL_PACKAGES="clang libclang-rt-dev iproute2" # tests/run.sh --full: fuzzing, hosts of its own

# ink_missing PACKAGE... : those that are not installed
ink_missing() {
	ink_list=
	for ink_package in "$@"; do
		# pkgconf has taken the place of pkg-config in newer releases.
		case $ink_package in
		pkg-config) dpkg -s pkgconf >/dev/null 2>&1 && continue ;;
		esac
		dpkg -s "$ink_package" 2>/dev/null | grep -q '^Status: .* installed$' ||
			ink_list="$ink_list $ink_package"
	done
	echo $ink_list # unquoted: drops the leading blank
}

# ink_install PACKAGE... : install what is missing, or say what to install
ink_install() {
	if ! command -v dpkg >/dev/null 2>&1 || ! command -v apt-get >/dev/null 2>&1; then
		echo "This is not a Debian-like system; what has to be there is known to Debian as:"
		echo "  $*"
		return 0
	fi
	ink_wanted=$(ink_missing "$@")
	[ -n "$ink_wanted" ] || return 0
	if [ "$(id -u)" -eq 0 ]; then
		ink_root=
	elif command -v sudo >/dev/null 2>&1; then
		ink_root=sudo
	else
		echo "These packages are missing, and only root can install them:" >&2
		echo "  apt-get install $ink_wanted" >&2
		return 1
	fi
	echo "Installing with apt-get: $ink_wanted"
	ink_log=$(mktemp) || return 1
	if ink_apt $ink_wanted >"$ink_log" 2>&1; then
		rm -f "$ink_log"
		return 0
	fi
	tail -n 20 "$ink_log" >&2
	rm -f "$ink_log"
	echo "apt-get failed; install by hand: $ink_wanted" >&2
	return 1
}

# Try with the package lists that are there; fetch them only when that fails.
ink_apt() {
	ink_get="$ink_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y"
	$ink_get install --no-install-recommends "$@" ||
		{ $ink_get update && $ink_get install --no-install-recommends "$@"; }
}
