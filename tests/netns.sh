#!/bin/sh
# netns.sh - shards on machines of their own: a link that is cut, one that is slow.
#
#   BUILD=build tests/netns.sh
#
# Three servers, each in a network namespace, are searched from a fourth. Needs root, iproute2,
# xapian-tools and python3; is skipped, aloud, without them. Where the kernel has no netem, a relay
# makes the delay. Ends in "N passed, N failed".

set -u
src=$(cd "$(dirname "$0")/.." && pwd) || exit 2
: "${BUILD:=$src/build}"
search=$BUILD/examples/search/search
port=7000
passed=0 failed=0

skip() {
	echo "netns.sh: skipped: $1"
	echo "0 passed, 0 failed"
	exit 0
}

[ "$(id -u)" -eq 0 ] || skip "not root"
command -v ip >/dev/null || skip "no ip; Debian package: iproute2"
command -v xapian-tcpsrv >/dev/null || skip "no xapian-tcpsrv; Debian package: xapian-tools"
command -v python3 >/dev/null || skip "no python3"
[ -x "$search" ] || skip "no $search"
[ -e "$BUILD/inkstone-xapian.la" ] || skip "built without Xapian"
ip netns add "ink$$" 2>/dev/null || skip "no network namespaces to be had"

work=$(mktemp -d) || exit 2
pids=
cleanup() {
	[ -z "$pids" ] || kill -9 $pids 2>/dev/null
	wait 2>/dev/null
	for i in 0 1 2; do ip netns del "ink$$-$i" 2>/dev/null; done
	ip netns del "ink$$"
	rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 2' INT TERM

# Everything but the servers happens in the fourth namespace.
client() {
	ip netns exec "ink$$" "$@"
}

check() { # CLAIM COMMAND...
	claim=$1
	shift
	if "$@"; then
		passed=$((passed + 1))
		echo "ok      $claim"
	else
		failed=$((failed + 1))
		echo "FAILED  $claim"
		sed 's/^/        /' "$work/out" "$work/err"
	fi
}

# Run search; keeps out, err, its status and the milliseconds it took.
run() {
	begun=$(date +%s%3N)
	client "$search" "$@" >"$work/out" 2>"$work/err"
	status=$?
	took=$(($(date +%s%3N) - begun))
}

is() { # STATUS TEXT-OF-OUT TEXT-OF-ERR : a run that ended so
	[ "$status" -eq "$1" ] && { [ -z "$2" ] || grep -qF -- "$2" "$work/out"; } &&
		{ [ -z "$3" ] || grep -qF -- "$3" "$work/err"; }
}

in_time() { # FROM TO
	[ "$took" -ge "$1" ] && [ "$took" -le "$2" ]
}

# A server in its own namespace at 10.77.I.2, the client at 10.77.I.1.
client ip link set lo up
servers=
for i in 0 1 2; do
	ns=ink$$-$i
	ip netns add "$ns" && ip -n "$ns" link set lo up &&
		ip -n "ink$$" link add "to$i" type veth peer name wire netns "$ns" &&
		ip -n "ink$$" addr add "10.77.$i.1/24" dev "to$i" && ip -n "ink$$" link set "to$i" up &&
		ip -n "$ns" addr add "10.77.$i.2/24" dev wire && ip -n "$ns" link set wire up ||
		skip "no pairs of network devices to be had"
	ip netns exec "$ns" xapian-tcpsrv --quiet --interface "10.77.$i.2" --port $port \
		--writable "$work/$i" >/dev/null 2>&1 &
	pids="$pids $!"
	servers="$servers${servers:+,}10.77.$i.2:$port"
done
index="xapian+tcp://$servers"
fast="$index?timeout=1000&connect=1000"
lost=10.77.1.2:$port

# Until all shards of an index are up.
wait_for() {
	tries=0
	until run shards "$1" && [ "$status" -eq 0 ]; do
		tries=$((tries + 1))
		[ $tries -lt 2000 ] || return 1
	done
}

wait_for "$index" || skip "the servers do not start"

i=0
while [ $i -lt 300 ]; do
	i=$((i + 1))
	echo "{\"id\":\"$i\",\"title\":\"Note $i\",\"body\":\"ink stone and paper number $i\"}"
done >"$work/docs.jsonl"
run add "$index" "$work/docs.jsonl" -q
check "documents are spread over three machines" is 0 "" ""
run query "$fast" ink --total
check "all are found" is 0 "total 300" ""
run shards "$fast"
check "all shards are up" is 0 "$lost up " ""

cut() {
	ip -n "ink$$-1" link set wire down
}
join() {
	ip -n "ink$$-1" link set wire up
}

cut
run query "$fast" ink
check "a cut link is an error that names the server" is 2 "" "$lost: "
check "and takes no longer than the timeouts" in_time 0 4000
run query "$fast" ink --total --partial
check "partial results tell what is missing" is 0 "total " "$lost: "
check "they are those of the other shards" test "$(grep -c 'total 300' "$work/out")" -eq 0
check "and take no longer either" in_time 0 4000
run query "$fast" ink --partial --format json
check "so do they as JSON" is 0 '"missing":["'"$lost: " ""
run shards "$fast"
check "the shard is down, the others are up" is 2 "$lost down: " ""
join
wait_for "$fast"
run query "$fast" ink --total
check "when the link is back all are found again" is 0 "total 300" ""

# The link is cut under a reader that is open, with a search on the way.
cat >"$work/reader.py" <<'P'
import subprocess, sys, time
import inkstone

path, namespace, lost = sys.argv[1:]

def link(state):
    subprocess.run(["ip", "-n", namespace, "link", "set", "wire", state], check=True)

def found(reader):
    results = reader.search("ink", total="exact")
    return results.total, results.missing

with inkstone.open(path) as index, inkstone.open(path, partial=True) as partial:
    reader, some = index.reader(), partial.reader()
    assert found(reader) == (300, []) and found(some) == (300, [])
    link("down")
    begun = time.monotonic()
    try:
        found(reader)
        sys.exit("no error")
    except inkstone.InkError as error:
        assert lost in str(error), error
    assert time.monotonic() - begun < 4, "too late"
    begun = time.monotonic()
    total, missing = found(some)
    assert 0 < total < 300 and len(missing) == 1 and missing[0].startswith(lost), missing
    assert time.monotonic() - begun < 4, "too late"
    link("up")
    until = time.monotonic() + 20
    while not all(shard.up for shard in inkstone.shards(path)):
        assert time.monotonic() < until, "it does not come back"
    assert found(reader) == (300, [])
    assert found(partial.reader()) == (300, [])
P
client env PYTHONPATH="$src/bindings/python" INKSTONE_LIBRARY="$BUILD/.libs/libinkstone.so" \
	python3 "$work/reader.py" "$fast" "ink$$-1" "$lost" >"$work/out" 2>"$work/err"
check "an open reader outlives a cut link" test $? -eq 0
join

# A way of 100 ms to the third server.
slow=10.77.2.2:$port
if ! ip -n "ink$$-2" link set wire up ||
	! tc -n "ink$$-2" qdisc add dev wire root netem delay 100ms 2>/dev/null; then
	echo "no netem in this kernel: a relay delays"
	cat >"$work/relay.py" <<'P'
import queue, socket, sys, threading, time

def send(late, to):
    try:
        while item := late.get():
            time.sleep(max(0, item[0] - time.monotonic()))
            to.sendall(item[1])
        to.shutdown(socket.SHUT_WR)
    except OSError:
        pass  # it has gone away

def pump(source, to):
    late = queue.Queue()
    threading.Thread(target=send, args=(late, to), daemon=True).start()
    try:
        while data := source.recv(65536):
            late.put((time.monotonic() + 0.05, data))
    except OSError:
        pass
    late.put(None)

host, port, to = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
server = socket.create_server((host, port))
while True:
    a, _ = server.accept()
    b = socket.create_connection((host, to))
    for pair in ((a, b), (b, a)):
        threading.Thread(target=pump, args=pair, daemon=True).start()
P
	ip netns exec "ink$$-2" python3 "$work/relay.py" 10.77.2.2 $((port + 1)) $port &
	pids="$pids $!"
	slow=10.77.2.2:$((port + 1))
fi
slow_index="xapian+tcp://10.77.0.2:$port,$lost,$slow"
wait_for "$slow_index"
run query "$slow_index?timeout=5000&connect=5000" ink --total --limit 3
check "a slow link finds all" is 0 "total 300" ""
check "and takes its time" in_time 400 9000
run shards "$slow_index"
rtt=$(sed -n "s/^$slow up .* \([0-9]*\)\..* ms\$/\1/p" "$work/out")
check "its delay is shown" test "${rtt:-0}" -ge 100
run query "$slow_index?timeout=50" ink
check "it is an error where the timeout is shorter" is 2 "" "$slow: "
run query "$slow_index?timeout=100" ink --total --partial
check "and is left out of partial results" is 0 "total " "$slow: "

echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
