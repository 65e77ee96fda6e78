# A reader that goes away is no error; a full disk is, and so is an output that is closed.
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

# No file of an index takes the place of a descriptor that is closed.
closed() {
	last="$*, closed"
	"$@"
	status=$?
}
mkdir docs
echo 'closed ink' >docs/a.txt
closed search add b.idx docs <&- >&- 2>&-
expect_status 0
[ ! -s b.idx/lock ] || fail "the lock holds: $(cat b.idx/lock)"
ok search check b.idx
for format in text json ids; do
	closed search query b.idx ink --format $format <&- >&- 2>err
	expect_status 2
	expect_err_has 'cannot write to standard output'
done
closed search query b.idx ink <&- >&- 2>&-
expect_status 2
closed search add b.idx docs --quiet >&- 2>err
expect_status 0
expect_err_empty
if command -v timeout >/dev/null 2>&1; then
	for command in analyze 'add b.idx -' 'dict b.idx -'; do
		closed timeout 20 "$SEARCH" $command <&- >out 2>err
		expect_status 2
		expect_err_has 'Bad file descriptor'
	done
fi
finish
