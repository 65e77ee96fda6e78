# Databases that we made, read by Xapian's own programs.
. "$SEARCH_TESTS/support.inc"
need xapian-delve
need xapian-check
need quest
run search create xapian:try.idx
grep -q 'inkstone-xapian' err && { echo 'no module inkstone-xapian'; exit 77; }

cat >in.jsonl <<'J'
{"id":"one","title":"Inkstones","body":"ink is rubbed on the stone 墨"}
{"id":"two","title":"Paper","body":"paper, a brush and ink"}
{"id":"three","body":"東京都の硯"}
J
ok search add xapian:x.idx in.jsonl -q
ok search delete xapian:x.idx --key three -q

ok xapian-check x.idx
expect_out_has 'No errors found'
ok xapian-delve x.idx
expect_out_has 'number of documents = 2'
expect_out_has 'has positional information = true'
ok xapian-delve -a -1 x.idx
expect_out_has 'Qone'
expect_out_has 'XGC:inkstones'
expect_out_has 'XWD:墨'
expect_out_lacks '東京'
ok xapian-delve -1 -t Qtwo x.idx
expect_out_has '2'

# quest: the word part of the field body, the grams, a phrase, the key.
ok quest --stemmer=none --db=x.idx --prefix=body:XWD: 'body:ink'
expect_out_has 'Exactly 2 matches'
ok quest --stemmer=none --db=x.idx --prefix=exact:XGC: 'exact:inkstones'
expect_out_has 'Exactly 1 matches'
ok quest --stemmer=none --db=x.idx --prefix=body:XWD: 'body:"brush and ink"'
expect_out_has 'Exactly 1 matches'
ok quest --stemmer=none --db=x.idx --boolean-prefix=id:Q 'id:two'
expect_out_has 'brush and ink'

ok xapian-compact x.idx small.idx
ok search query xapian:small.idx 'ink' --format ids
expect_out "$(search query xapian:x.idx 'ink' --format ids)"
ok search check xapian:small.idx
finish
