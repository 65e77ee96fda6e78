# dict and synonyms.
. "$SEARCH_TESTS/support.inc"

cat >in.jsonl <<'J'
{"id":"1","body":"深度求索发布新模型"}
{"id":"2","body":"深度学习"}
{"id":"3","body":"a portable computer"}
{"id":"4","body":"a laptop"}
J
ok search add a.idx in.jsonl -q

printf '# mine\n深度求索\t3\nNode.js\n' >words.txt
run search dict a.idx words.txt
expect_status 0
expect_err_has 'dictionary set'
ok search dict a.idx --show
expect_out "$(cat words.txt)"
expect_ids '1' a.idx '+深度求索'
ok search query a.idx '+深度求索' --color always
expect_out_has "$(printf '\033')"

run search synonyms a.idx --show
expect_status 1
run_with 'laptop, portable computer' "$SEARCH" synonyms a.idx - -q
expect_status 0
expect_err_empty
ok search synonyms a.idx --show
expect_out 'laptop, portable computer'
ok search dict a.idx --show
expect_out_has 'Node.js'
expect_ids '3 4' a.idx laptop
ok search check a.idx

printf 'ok\nbad\tweight\n' >bad.txt
run search dict a.idx bad.txt
expect_status 2
expect_err_has 'bad.txt: line 2, byte 7: a weight is a number'
run search synonyms a.idx bad.txt
expect_status 2
expect_err_has 'bad.txt: line 1'
ok search dict a.idx --show
expect_out "$(cat words.txt)"

run search dict a.idx --remove
expect_status 0
expect_err_has 'dictionary removed'
run search dict a.idx --show
expect_status 1
expect_out ''

run search dict a.idx
expect_status 2
expect_err_has 'give one of FILE'
run search dict a.idx words.txt --show
expect_status 2
run search dict a.idx no/such.txt
expect_status 2
expect_err_has 'no/such.txt: '
run search dict no.idx words.txt
expect_status 2
finish
