# Windows, sorting, filters, facets, fields and the exit status of a query.
. "$SEARCH_TESTS/support.inc"

ok search create a.idx --field id:keyword:stored,key --field title:text:stored --field body:text:stored \
	--field type:keyword:stored --field year:int:stored --field on:date:stored
i=1
for word in apple bread cedar delta ember flint grape hazel iron jade knife lemon; do
	echo "{\"id\":\"d$i\",\"title\":\"Title $i\",\"body\":\"common text $word\",\"type\":\"t$((i % 3))\",\"year\":$((2000 + i)),\"on\":\"2024-01-$(printf %02d $i)\"}"
	i=$((i + 1))
done >in.jsonl
ok search add a.idx in.jsonl --quiet

ok search query a.idx common
[ "$(grep -c '^[0-9]*\. Title' out)" -eq 10 ] || fail "not ten hits: $(cat out)"
run search query a.idx absent
expect_status 1
expect_out ''
expect_err_empty
ok search query a.idx common --limit 2 --offset 1 --sort year --format ids
expect_out 'd2
d3'
ok search query a.idx common --limit=2 --sort=type,-year -f ids
expect_out 'd12
d9'
ok search query a.idx common --sort -on --limit 1 --cursor --no-snippet
expect_out_has '1. Title 12'
expect_out_lacks '(0.0000)'
cursor=$(sed -n 's/^cursor //p' out)
ok search query a.idx common --sort -on -n 1 --after "$cursor" -f ids
expect_out 'd11'
run search query a.idx common --after nonsense
expect_status 2
run search query a.idx common --sort year --after "$cursor"
expect_status 2
expect_err_has '--after: the cursor is of another sorting'
run search query a.idx -common
expect_status 2
expect_err_has 'goes behind --'

expect_ids 'd3' a.idx common cedar --all
expect_ids 'd4' a.idx +common +delta
expect_ids 'd12 d3 d6 d9' a.idx common --filter type:t0
expect_ids 'd12' a.idx common --filter type:t0 --filter year:2012
expect_ids 'd1' a.idx 'title:(1' --plain --filter id:d1
expect_ids 'd5' a.idx --field body -- ember
ok search query a.idx common --total --limit 1
expect_out_has 'total 12'
ok search query a.idx common --limit 0 --facet type:2 --range-facet year:2000,2005,2020
expect_out_has 'type:'
expect_out_has '         4  t0'
expect_out_lacks 't2'
expect_out_has 'year:'
expect_out_has '         4  2000..2005'
expect_out_has '         8  2005..2020'
ok search query a.idx common --limit 0 --range-facet on:2024-01-01,2024-01-04 -f json
expect_out_has '"count":3'
ok search query a.idx common --limit 1 --sort year --fields id,year --no-snippet
expect_out_has '   year: 2001'
expect_out_lacks 'common'
ok search query a.idx grape --explain
ok search query a.idx grape --snippet title --snippet-length 50 --timeout 60000 --k1 1.2
expect_out_has 'Title 7'

# Status 1 means that nothing matches, wherever the window is.
for format in text json ids; do
	for window in '-n 0' '--offset 12' '--offset 500 -n 3' '-n 0 --sort year'; do
		ok search query a.idx common --format $format $window
		[ $format = json ] || expect_out ''
		ok search query a.idx '*:*' --format $format $window
		run search query a.idx absent --format $format $window
		expect_status 1
	done
done
ok search query a.idx common --sort -on --cursor --offset 11
cursor=$(sed -n 's/^cursor //p' out)
ok search query a.idx common --sort -on --after "$cursor" -n 0
run search query a.idx common --filter type:t9 -n 0
expect_status 1

# Only keys are ids: no number stands for a key that is empty or missing.
ok search create keys.idx --field id:keyword:stored,key --field body:text:stored
printf '{"id":"","body":"common"}\n{"id":"k","body":"common"}\n' >keys.jsonl
ok search add keys.idx keys.jsonl -q
ok search query keys.idx common --format ids
expect_out 'k'
ok search delete keys.idx --key '' -q
ok search query keys.idx common --total
expect_out_has 'total 1'
ok search create bare.idx --field body:text:stored
ok search add bare.idx keys.jsonl -q
ok search query bare.idx common --format ids
expect_out ''

for bad in '--limit x' '--limit -1' '--sort nofield' '--facet nofield' '--facet type:x' \
	'--range-facet year:3' '--range-facet year:b,a' '--fields nofield' '--snippet type' \
	'--filter nofield:x' '--format yaml' '--k1 x' '--timeout soon'; do
	run search query a.idx common $bad
	expect_status 2
	expect_err_has 'search: '
done
finish
