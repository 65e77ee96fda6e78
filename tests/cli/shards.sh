# shards: a local index is one; three servers, and one of them killed and started again.
. "$SEARCH_TESTS/support.inc"

printf '{"id":"1","title":"One","body":"ink"}\n' >one.jsonl
ok search add a.idx one.jsonl -q
ok search shards a.idx
expect_out 'a.idx up 1 docs, commit 2, 0.000 ms'
run search shards none.idx
expect_status 2
expect_out_has 'none.idx down: '
run search shards nosuch:x
expect_status 2
expect_err_has 'nosuch'
run search query a.idx ink --partial
expect_status 0
expect_err_empty

search shards xapian:none >out 2>&1
if grep -qF inkstone-xapian.so out; then
	echo "built without Xapian"
	[ "$n_failed" -eq 0 ] && exit 77
fi
need xapian-tcpsrv

# A loopback address of our own; servers end with this script.
host=127.$((64 + $$ / 65536 % 64)).$(($$ / 256 % 256)).$(($$ % 256))
pids='' servers=
serve() { # NUMBER
	xapian-tcpsrv --quiet --interface "$host" --port $((7000 + $1)) --writable "shard$1" \
		>/dev/null 2>&1 &
	eval "pid$1=$!"
	pids="$pids $!"
}
trap 'kill -9 $pids 2>/dev/null; rm -rf "$work"' EXIT
for i in 0 1 2; do
	serve $i
	servers="$servers${servers:+,}$host:$((7000 + i))"
done
index="xapian+tcp://$servers"
wait_for() {
	tries=0
	until search shards "$index" >out 2>&1; do
		tries=$((tries + 1))
		[ $tries -lt 3000 ] || { fail "the servers do not start"; finish; }
	done
}
wait_for

i=0
while [ $i -lt 60 ]; do
	i=$((i + 1))
	echo "{\"id\":\"$i\",\"title\":\"Note $i\",\"body\":\"ink stone\"}"
done >many.jsonl
run search query "$index" ink
expect_status 2
expect_err_has 'there is no index'
ok search add "$index" many.jsonl -q
ok search query "$index" ink --total --limit 1
expect_out_has 'total 60'
ok search query "$index" ink --sort -id --limit 2 --format ids
expect_out "$(printf '9\n8')"
ok search shards "$index" --format json
expect_out_has '"name":"'"$host"':7001","up":true,"docs":'
run search check "$index"
expect_status 2
expect_err_has 'servers do not check'
run search delete "$index" --key 7 --key 8 -q
expect_status 0
ok search query "$index" 'id:7 id:9' --format ids
expect_out 9

kill -9 "$pid1"
wait "$pid1" 2>/dev/null
run search query "$index" ink
expect_status 2
expect_err_has "$host:7001: "
run search query "$index" ink --partial --total --format json
expect_status 0
expect_err_has "results are partial: $host:7001: "
expect_out_has '"missing":["'"$host"':7001: '
expect_out_lacks '"total":58'
run search shards "$index"
expect_status 2
expect_out_has "$host:7001 down: "
expect_out_lacks "down: $host:7001"
expect_out_has "$host:7002 up "
run search add "$index" one.jsonl -q
expect_status 2
expect_err_has "$host:7001: "
serve 1
wait_for
ok search query "$index" ink --total --limit 1
expect_out_has 'total 58'
finish
