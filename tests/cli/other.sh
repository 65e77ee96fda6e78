# terms, stats, analyze, explain, delete, merge and check.
. "$SEARCH_TESTS/support.inc"

cat >in.jsonl <<'J'
{"id":"1","title":"One","body":"apple apricot banana","type":"fruit"}
{"id":"2","title":"Two","body":"apple cherry","type":"fruit"}
{"id":"3","title":"Three","body":"stone","type":"rock"}
J
ok search add a.idx in.jsonl -q

ok search terms a.idx type
expect_out "$(printf 'fruit\t2\nrock\t1')"
ok search terms a.idx type --limit 1
expect_out "$(printf 'fruit\t2')"
ok search terms a.idx type r
expect_out "$(printf 'rock\t1')"
ok search terms a.idx body cherr
expect_out_has "$(printf '\t1')"
run search terms a.idx body zzz
expect_status 1
run search terms a.idx body --part gram zzz
expect_status 1

ok search stats a.idx
expect_out_has 'docs          3'

ok search analyze 'Two words'
expect_out_has "$(printf '\tword\t1\t4\t9')"
ok search analyze 'GPT-4'
expect_out_has "$(printf 'gpt4\tword\t0\t0\t5\tjoined')"
run_with 'From input' "$SEARCH" analyze --spec 'word | fold'
expect_status 0
expect_out_has "$(printf '\tword\t0\t0\t4')"
run search analyze ''
expect_status 1

ok search explain a.idx apple
expect_out_has '1. '
expect_out_has '2. '
ok search explain a.idx apple --key 2
expect_out_has '1. Two'
expect_out_lacks 'One'
run search explain a.idx apple --key 3
expect_status 1

run search delete a.idx --key 1 --key nope
expect_status 0
expect_err_has 'deleted 1'
expect_ids '2' a.idx apple
run search delete a.idx --key 1
expect_status 1
run search delete a.idx --query 'type:rock' --quiet
expect_status 0
expect_err_empty
expect_ids '2' a.idx '*:*'

ok search merge a.idx
expect_err_empty
ok search merge a.idx 3
ok search merge a.idx --no-reorder
ok search check a.idx
expect_out ok
ok search check a.idx --quiet
expect_out ''
expect_ids '2' a.idx apple

# The query may begin with a dash, behind --.
expect_ids '2' a.idx -- -stone apple
finish
