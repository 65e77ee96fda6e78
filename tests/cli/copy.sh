# copy: native and xapian, both ways, again, resumed after a kill, and refused.
. "$SEARCH_TESTS/support.inc"
need python3

python3 - >in.jsonl <<'P'
import json
words = "ink stone brush paper 硯台 墨 東京都 서울 ไทย GPT-4".split()
for n in range(300):
    print(json.dumps({"id": str(n), "title": words[n % 10], "tag": ["t%d" % (n % 3), "all"],
                      "body": " ".join(words[(n * k) % 10] for k in range(1, 8)), "year": n - 100,
                      "price": n / 8, "day": "2024-05-%02d" % (n % 28 + 1)}, ensure_ascii=False))
P
fields='--field id:keyword:key,stored --field title:text:stored --field body:text:stored
	--field tag:keyword:multi,stored --field year:int:stored --field price:float:stored
	--field day:date:stored'
# shellcheck disable=SC2086 # a list of words
ok search create a.idx $fields --weight title=3 --k1 1.2 --b 0.7
ok search add a.idx in.jsonl -q

# The weights and BM25 come along: the same scores.
hits() {
	search query "$1" 'title:ink stone' --format json --limit 50 | grep '"match"'
}
ok search copy a.idx scores.idx -q
[ -n "$(hits a.idx)" ] && [ "$(hits a.idx)" = "$(hits scores.idx)" ] || fail 'other scores'
ok search delete a.idx --key 17 -q

# All values in the order of the documents.
dump() {
	search query "$1" '*:*' --limit 1000 --format json --fields '*' --no-snippet |
		python3 -c '
import json, sys
for line in sys.stdin:
    match = json.loads(line)
    if match["type"] == "match":
        print(json.dumps(match["fields"], sort_keys=True))'
}
fields_of() {
	search stats "$1" | grep '^field'
}
# Two indexes with the same documents and the same schema, both whole.
same() {
	dump "$1" >dump.1
	dump "$2" >dump.2
	[ "$(wc -l <dump.1)" -eq 299 ] && cmp -s dump.1 dump.2 || fail "$1 and $2 differ"
	[ "$(fields_of "$1")" = "$(fields_of "$2")" ] || fail "schemas of $1 and $2 differ"
	ok search check "$2" -q
}

run search copy a.idx b.idx --batch 70
expect_status 0
expect_err_has 'copied 299, skipped 0, failed 0'
same a.idx b.idx
# Again: nothing to do. As JSON.
ok search copy a.idx b.idx --format json
expect_out_has '"type":"copy"'
expect_out_has '"copied":0,"skipped":299,"failed":0'
expect_err_empty
same a.idx b.idx

# What is there under its key stays as it is; what is missing comes.
ok search delete b.idx --key 5 -q
run_with '{"id":"7","body":"mine"}' "$SEARCH" add b.idx -q
run search copy a.idx b.idx
expect_err_has 'copied 1, skipped 298, failed 0'
expect_ids '7' b.idx 'body:mine'

# Words go along.
printf 'Node.js\n' >words.txt
printf 'ink, 墨\n' >synonyms.txt
ok search dict a.idx words.txt -q
ok search synonyms a.idx synonyms.txt -q
ok search copy a.idx c.idx -q
expect_err_empty
ok search dict c.idx --show
expect_out 'Node.js'
ok search synonyms c.idx --show
expect_out 'ink, 墨'
same a.idx c.idx

# Another analyzer of an index that is there is that of the copy.
ok search create d.idx --field id:keyword:key,stored --field 'body:text:stored:keyword'
run search copy a.idx d.idx
expect_status 2
expect_err_has 'd.idx: it has no field "title" of type text, as a.idx'

# Fields that are not stored.
ok search create e.idx --field id:keyword:key,stored --field body:text --field title:text:stored
ok search add e.idx in.jsonl -q --map tag= --map year= --map price= --map day=
run search copy e.idx f.idx
expect_status 2
expect_err_has 'e.idx: not stored, so they cannot be copied: body; --stored-only'
[ ! -e f.idx ] || fail 'f.idx was made all the same'
ok search copy e.idx f.idx --stored-only -q
expect_ids '1' f.idx 'id:1'
expect_ids '' f.idx 'body:ink'
ok search create k.idx --field id:keyword:key --field title:text:stored
run search copy k.idx l.idx --stored-only
expect_status 2
expect_err_has 'the key field "id" is not stored'

# Without a key: continued where the order says so, refused otherwise.
ok search create n.idx --field body:text:stored --field year:int:stored
ok search add n.idx in.jsonl -q --map id= --map title= --map tag= --map price= --map day=
ok search copy n.idx o.idx -q
run search copy n.idx o.idx
expect_status 0
expect_err_has 'copied 0, skipped 300'
tail -n 1 in.jsonl | ok search add n.idx - -q --map id= --map title= --map tag= --map price= --map day=
run_with '{"body":"one more","year":1}' "$SEARCH" add n.idx - -q
run search copy n.idx o.idx
expect_status 0
expect_err_has 'copied 1, skipped 300'
run_with '{"body":"of its own","year":2}' "$SEARCH" add o.idx - -q
run search copy n.idx o.idx
expect_status 2
expect_err_has 'o.idx: it has more documents than n.idx'
ok search create q.idx --field body:text:stored --field year:int:stored
run_with '{"body":"another","year":2}' "$SEARCH" add q.idx - -q
run search copy n.idx q.idx
expect_status 2
expect_err_has '(document 0 differs), and there is no key'

# What no file may be large enough for: told, and what was copied before stays. Then the rest.
python3 - >large.jsonl <<'P'
import json, random
random.seed(7)
for n in range(60):
    print(json.dumps({"id": str(n), "body": "%x" % random.getrandbits(1 << 21 if n == 55 else 64)}))
P
ok search create s.idx --field id:keyword:key,stored --field body:text:stored
ok search add s.idx large.jsonl -q
limited() (
	ulimit -f 100
	search "$@"
)
run limited copy s.idx t.idx --batch 20
expect_status 2
expect_err_has 'File too large'
expect_err_has 'copied 40, skipped 0'
expect_err_has 't.idx keeps what was copied'
ok search check t.idx -q
run search copy s.idx t.idx
expect_status 0
expect_err_has 'copied 20, skipped 40'

# Before the first commit nothing is kept, and an empty folder is one again.
mkdir v.idx
for target in u.idx v.idx; do
	run limited copy s.idx $target -q
	expect_status 2
	expect_err_has 'File too large'
done
[ ! -e u.idx ] || fail "there is something left: $(ls u.idx)"
[ -d v.idx ] && [ -z "$(ls v.idx)" ] || fail "v.idx is not as it was: $(ls v.idx)"
run search copy s.idx u.idx
expect_err_has 'copied 60, skipped 0'

# So is it with a source whose documents cannot be read.
cp -r a.idx w.idx
python3 - w.idx/seg-*.ink <<'P'
import re, sys
for name in sys.argv[1:]:
    with open(name, "r+b") as f:
        data = f.read()
        for at in (m.start() for m in re.finditer(b"\x78[\x01\x5e\x9c\xda]", data)):
            f.seek(at)
            f.write(b"XX")
P
run search copy w.idx x.idx -q
expect_status 2
expect_err_has 'stored'
[ ! -e x.idx ] || fail "there is something left: $(ls x.idx)"

# Errors of the two.
run search copy no.idx r.idx
expect_status 2
expect_err_has 'no.idx'
[ ! -e r.idx ] || fail 'r.idx was made all the same'
mkdir other
: >other/file
run search copy a.idx other
expect_status 2
expect_err_has 'other: not empty'
run search copy a.idx
expect_status 2
run search copy a.idx a.idx
expect_status 0
expect_err_has 'copied 0, skipped 299'
finish
