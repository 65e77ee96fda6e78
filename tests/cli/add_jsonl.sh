# JSON Lines: keys are fields, values of every type, bad lines are told and left out.
. "$SEARCH_TESTS/support.inc"

ok search create a.idx --field sku:keyword:stored,key --field name:text:stored \
	--field tags:keyword:stored,multi --field price:float:stored --field n:int:stored \
	--field on:date:stored --field ok:keyword:stored --field who.first:keyword:stored
cat >in.jsonl <<'J'
{"sku": "a1", "name": "red ink", "tags": ["x", "y"], "price": 2.5, "n": 7, "on": "2024-05-01"}
{"sku": "a2", "name": "blue ink", "tags": "x", "price": 3, "n": 8.0, "ok": true, "extra": 1}

not json
["an", "array"]
{"sku": "a3", "name": "green stone", "n": "many"}
{"sku": "a4", "name": null, "who": {"first": "Ann"}, "extra": 2}
{"id": "a5", "name": "amber quill"}
{"name": "cobalt brush"}
J
ok search add a.idx in.jsonl
expect_err_has 'in.jsonl:4: '
expect_err_has 'in.jsonl:5: '
expect_err_has 'in.jsonl:6: '
expect_err_has 'added 5, updated 0, skipped 0, failed 3, in '
expect_err_has '"extra" is no field'
[ "$(grep -c extra err)" -eq 1 ] || fail "an unknown name is told more than once"

expect_ids 'a1 a2' a.idx ink
expect_ids 'a4' a.idx who.first:Ann
expect_ids 'a5' a.idx +amber +quill
expect_ids 'in.jsonl:9' a.idx cobalt
ok search query a.idx red --fields '*' --no-snippet
expect_out_has '   tags: x, y'
expect_out_has '   price: 2.5'
expect_out_has '   n: 7'
expect_out_has '   on: 2024-05-01T00:00:00Z'
ok search query a.idx blue --fields ok,n
expect_out_has '   ok: true'
expect_out_has '   n: 8'

# The same key replaces; mapping puts other names into fields or leaves them out.
run_with '{"_id": "a1", "titel": "violet ink", "junk": {"a": 1}}
' "$SEARCH" add a.idx - --map titel=name --map junk=
expect_status 0
expect_err_has 'added 0, updated 1, skipped 0, failed 0'
[ "$(wc -l <err)" -eq 1 ] || fail "more than the summary: $(cat err)"
expect_ids '' a.idx red
expect_ids 'a1' a.idx violet

run_with '{"x": 1}' "$SEARCH" add a.idx --map x=colour
expect_status 2
expect_err_has 'the index has no field "colour"'
expect_err_has 'sku, name'
run_with '{"x": 1}' "$SEARCH" add a.idx --map x
expect_status 2

# --strict stops, and keeps nothing that was not committed.
run_with '{"sku": "s1", "name": "strict"}
{"sku": "s2", "nome": "strict"}
{"sku": "s3", "name": "strict"}
' "$SEARCH" add a.idx --strict --quiet
expect_status 2
expect_err_has '-:2: '
expect_ids '' a.idx strict

# No line end at the end; CRLF; a byte order mark; escapes and other scripts.
printf '\357\273\277{"sku": "e1", "name": "caf\\u00e9"}\r\n{"sku": "e2", "name": "日本語 テキスト"}' >bom.jsonl
ok search add a.idx bom.jsonl --quiet
expect_err_empty
ok search query a.idx sku:e2 --fields name
expect_out_has '日本語 テキスト'

# What others call "body" and "title" needs no mapping where the index has no field of that name.
printf '%s\n' '{"id": "1", "subject": "Seal paste", "text": "cinnabar and castor oil"}' >others.jsonl
ok search add others.idx others.jsonl
expect_ids '1' others.idx cinnabar
expect_ids '1' others.idx title:paste

# A number beyond 64 bits: digits stay digits in text, a float is rounded, an integer is refused
# with its line, field and value, and the numbers beside it lose nothing.
ok search create big.idx --field id:keyword:stored,key --field n:int:stored \
	--field x:float:stored --field t:text:stored
cat >big.jsonl <<'J'
{"id":18446744073709551616,"n":9007199254740993,"x":36893488147419103232,"t":"\\\"1e999 \\"}
{"id":"i","n":-9223372036854775809}
{"id":"d","x":1e999}
{"id":"a","t":[99999999999999999999,1e999],"x":[1]}
{"id":"z","n":99999999999999999999,}
J
run search add big.idx big.jsonl
expect_err_has 'big.jsonl:2: field "n": "-9223372036854775809" does not fit into 64 bits'
expect_err_has 'big.jsonl:3: field "x": "1e999" is too large for a double'
expect_err_has 'big.jsonl:5: no valid JSON'
expect_err_has 'added 2, updated 0, skipped 0, failed 3'
expect_ids '18446744073709551616 a' big.idx '*:*'
printf '"text"\n[1]\nnull\n7\n1e999\n' >other.jsonl
run search add big.idx other.jsonl
for line in 1 2 3 4 5; do
	expect_err_has "other.jsonl:$line: the line is JSON, but no object"
done
ok search query big.idx n:9007199254740993 --fields '*'
expect_out_has 'x: 3.68934881474191e+19'
expect_out_has 't: \"1e999 \'
ok search query big.idx id:a --fields t --no-snippet
expect_out_has 't: 99999999999999999999'
finish
