# copy: from native to Xapian and back; killed in the middle and resumed.
. "$SEARCH_TESTS/support.inc"
need python3

run search create xapian:try.idx
grep -q 'inkstone-xapian' err && { echo 'no module inkstone-xapian'; exit 77; }

python3 - >in.jsonl <<'P'
import json
words = "ink stone brush paper 硯台 墨 東京都 서울 ไทย GPT-4".split()
for n in range(2000):
    print(json.dumps({"id": str(n), "title": words[n % 10],
                      "body": " ".join(words[(n * k) % 10] for k in range(1, 60))},
                     ensure_ascii=False))
P
ok search add a.idx in.jsonl -q

# The ids in the order of the documents.
ids() {
	search query "$1" '*:*' --limit 5000 --format ids
}
same() {
	[ "$(ids "$1" | wc -l)" -eq 2000 ] || fail "$1 has $(ids "$1" | wc -l) documents"
	[ "$(ids "$1")" = "$(ids "$2")" ] || fail "$1 and $2 differ"
	[ "$(search stats "$1" | grep ^field)" = "$(search stats "$2" | grep ^field)" ] ||
		fail "schemas of $1 and $2 differ"
	ok search check "$2" -q
}

ok search copy a.idx xapian:x.idx -q
same a.idx xapian:x.idx
ok search copy xapian:x.idx b.idx -q
same xapian:x.idx b.idx
ok search copy xapian:x.idx xapian:y.idx -q
same xapian:x.idx xapian:y.idx

# A target without a dictionary says so.
printf 'Node.js\n' >words.txt
ok search copy a.idx words.idx -q
ok search dict words.idx words.txt -q
run search copy words.idx xapian:w.idx
if [ "$status" -ne 0 ]; then
	expect_status 2
	expect_err_has 'no dictionary of its own'
	expect_err_has '--no-words copies without'
	[ ! -e w.idx ] || fail "there is something left: $(ls w.idx)"
	ok search copy words.idx xapian:w.idx --no-words -q
fi
same words.idx xapian:w.idx

# Errors name the path once.
mkdir full
: >full/file
: >file.db
for name in full file.db; do
	run search copy a.idx "xapian:$name"
	expect_status 2
	expect_err_has "search: xapian:$name: "
	run search copy "xapian:$name" none.idx
	expect_status 2
	expect_err_has "search: xapian:$name: "
	grep -q "$name: .*$name: " err && fail "$name is named twice: $(cat err)"
done

# A document that the target cannot hold is told, left out and counted.
python3 -c 'print("{\"id\":\"%s\",\"body\":\"a long key\"}" % ("k" * 300))' >long.jsonl
ok search add b.idx long.jsonl -q
run search copy b.idx xapian:x.idx
expect_status 2
expect_err_has 'copied 0, skipped 2000, failed 1'
expect_err_has 'b.idx: document with key "kkk'

# Killed or asked to stop after some commits, again and again, until nothing is left to do.
cat >kill.py <<'P'
import os, signal, subprocess, sys, time
search, src, dst = sys.argv[1:]
def docs():
    got = subprocess.run([search, "query", dst, "*:*", "--limit", "5000", "--format", "ids"],
                         capture_output=True)
    return got.stdout.decode().split()
seen = kills = 0
while True:
    p = subprocess.Popen([search, "copy", src, dst, "--batch", "50", "-q"])
    while p.poll() is None and len(docs()) <= seen:
        pass
    if p.poll() is not None:
        break
    how = signal.SIGTERM if kills % 2 else signal.SIGKILL
    p.send_signal(how)
    if p.wait() not in (0, -signal.SIGKILL if how == signal.SIGKILL else 130):
        sys.exit("status %d after signal %d" % (p.returncode, how))
    kills += 1
    now = docs()
    if now != [str(n) for n in range(len(now))]:
        sys.exit("not the first documents in order: %r" % now)
    seen = max(len(now), seen) + 300
sys.exit("copy failed: %d" % p.returncode if p.returncode else
         "never killed" if kills < 2 else 0)
P
for pair in 'a.idx xapian:k.idx' 'xapian:x.idx k2.idx'; do
	set -- $pair
	run python3 kill.py "$SEARCH" "$1" "$2" </dev/null
	expect_status 0
	same "$1" "$2"
done
finish
