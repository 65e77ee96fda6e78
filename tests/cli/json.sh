# JSON output is one valid object a line, versioned, whatever the documents hold.
. "$SEARCH_TESTS/support.inc"
need python3

cat >check.py <<'P'
import json, sys
lines = [json.loads(l) for l in open("out", encoding="utf-8")]
raw = open("out", "rb").read()
assert not any(b < 32 and b != 10 or b == 127 for b in raw), "control characters"
assert "\x9b" not in raw.decode(), "C1 control"
types = [l["type"] for l in lines]
assert lines[0]["format_version"] == 1, lines[0]
exec(sys.argv[1])
P
check() {
	python3 check.py "$1" >py 2>&1 || fail "$(tail -n 3 py); out: $(cat out)"
}

ok search create a.idx --field id:keyword:stored,key --field title:text:stored --field body:text:stored \
	--field tags:keyword:stored,multi --field n:int:stored --field x:float:stored --field on:date:stored
cat >in.jsonl <<'J'
{"id":"é\"1","title":"A \u001b[31mred\u0007 title","body":"see \u001b]0;owned\u0007 ink \u009b1m\u007f 墨水 here","tags":["a","b"],"n":-5,"x":0.1,"on":"2024-05-01T10:00:00Z"}
{"id":"2","title":"plain","body":"ink ink","tags":["a"]}
J
ok search add a.idx in.jsonl --quiet

ok search query a.idx ink --format json --fields '*' --facet tags --total --explain
check 'assert types[0] == "begin" and types[1:3] == ["match"] * 2 and types[3:] == ["facet", "end"], types'
check 'm = {l["key"]: l for l in lines[1:3]}["é\"1"]
assert m["fields"]["tags"] == ["a", "b"] and m["fields"]["n"] == -5 and m["fields"]["x"] == 0.1, m
assert m["fields"]["on"] == "2024-05-01T10:00:00Z" and m["fields"]["title"] == "A \x1b[31mred\x07 title"
assert m["score"] > 0 and m["explain"]
t = m["snippet"]["text"].encode(); assert [t[a:b] for a, b in m["snippet"]["marks"]] == [b"ink"], m'
check 'assert lines[3] == {"type": "facet", "field": "tags", "ranges": False, "values": [{"value": "a", "count": 2}, {"value": "b", "count": 1}]}, lines[3]'
check 'e = lines[4]; assert e["hits"] == 2 and e["total"] == 2 and e["total_exact"] is True and e["cursor"]'
run search query a.idx nothing -f json
expect_status 1
check 'assert types == ["begin", "end"]'

ok search stats a.idx -f json
check 'assert lines[0]["docs"] == 2 and lines[0]["fields"][0] == {"name": "id", "type": "keyword", "flags": "stored,key", "analyzer": "", "weight": 1.0}, lines'
ok search terms a.idx tags -f json
check 'assert lines[1] == {"type": "term", "term": "a", "doc_freq": 2} and types[-1] == "end"'
ok search analyze -f json 'Red Ink'
check 'assert any(l.get("part") == "word" and l["start"] == 4 and l["end"] == 7 for l in lines[1:-1])'

# In text, too, nothing of a document can drive a terminal.
ok search query a.idx ink --fields title,body --color never
if LC_ALL=C grep -q "$(printf '[\001-\010\013-\037\177]')" out || grep -q "$(printf '\302\233')" out; then
	fail "a control character came through"
fi
expect_out_has '墨水'

# Names of files that are not UTF-8 lose nothing, neither as ids into a pipe nor in JSON.
mkdir names
for name in a ab abc; do
	printf 'vellum\n' >"names/$name$(printf '\351').txt"
done
ok search add names.idx names --quiet
ok search query names.idx vellum --format ids
sort out >got
for name in a ab abc; do printf 'names/%s\351.txt\n' $name; done | sort >want
cmp -s got want || fail "ids are other bytes: $(od -c out)"
while read -r name; do
	[ -e "$name" ] || fail "no file has the name $name"
done <out
ok search query names.idx vellum --format json --facet path
check 'import base64
want = sorted(b"names/%s\xe9.txt" % n for n in (b"a", b"ab", b"abc"))
got = lambda v: base64.b64decode(v["bytes"], validate=True)
assert sorted(got(l["key"]) for l in lines[1:4]) == want, lines
assert sorted(got(l["fields"]["path"]) for l in lines[1:4]) == want, lines
assert sorted(got(v["value"]) for v in lines[4]["values"]) == want, lines'
xargs -I{} "$SEARCH" delete names.idx --key {} -q <want || fail 'ids do not name what they came from'
expect_ids '' names.idx vellum
# The values of a field of bytes, whatever they are: text where they are text.
ok search create bytes.idx --field id:keyword:stored,key --field raw:bytes:stored,multi
printf 'id,raw\n1,\377\001\n2,plain\n' >raw.csv
ok search add bytes.idx raw.csv --quiet
ok search query bytes.idx '*:*' --fields raw --format json
check 'assert [l["fields"]["raw"] for l in lines[1:3]] == [[{"bytes": "/wE="}], ["plain"]], lines'
ok search query bytes.idx id:1 --fields raw
expect_out_has '   raw: (2 bytes)'
finish
