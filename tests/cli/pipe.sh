# A reader that goes away is no error; a full disk is.
. "$SEARCH_TESTS/support.inc"

i=0
while [ $i -lt 3000 ]; do
	echo "{\"id\":\"document-with-a-long-name-$i\",\"body\":\"common text term$i\"}"
	i=$((i + 1))
done >in.jsonl
ok search add a.idx in.jsonl --quiet

for command in 'query a.idx common --limit 3000' 'query a.idx common --limit 3000 --format json' \
	'terms a.idx body' 'analyze --format json'; do
	last="search $command | head -n 1"
	{
		"$SEARCH" $command <in.jsonl 2>err
		echo $? >code
	} | head -n 1 >out
	status=$(cat code)
	expect_status 0
	expect_err_empty
	[ "$(wc -l <out)" -eq 1 ] || fail "not one line"
done

if [ -w /dev/full ]; then
	last='search terms >/dev/full'
	"$SEARCH" terms a.idx body >/dev/full 2>err
	status=$?
	expect_status 2
	expect_err_has 'No space left on device'
fi
finish
