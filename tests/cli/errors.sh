# Mistakes: one line on standard error that names what is at fault, nothing on standard output, 2.
. "$SEARCH_TESTS/support.inc"

bad() {
	want=$1
	shift
	run search "$@"
	expect_status 2
	expect_out ''
	expect_err_has "$want"
	grep -q '^search: ' err || fail "no message: $(cat err)"
}

run search
expect_status 2
expect_out ''
bad 'no command "frob"' frob
bad 'something is missing' query
bad 'something is missing' query a.idx
bad 'is too much' stats a.idx b.idx
bad 'no option --frob' query a.idx x --frob
bad 'no option -z' stats a.idx -z
bad '--all says nothing of --field' query a.idx x --all --field title
bad '--limit needs a value' query a.idx x --limit
bad '--all takes no value' query a.idx x --all=yes
bad '--color takes one of auto always never' stats a.idx --color blue
bad 'takes man or bash' --generate html

for command in 'query none.idx x' 'terms none.idx body' 'stats none.idx' 'explain none.idx x' \
	'delete none.idx --key x' 'merge none.idx' 'check none.idx'; do
	bad none.idx $command
done
[ ! -e none.idx ] || fail "none.idx was made"
mkdir folder
echo text >folder/file
bad folder query folder x
bad folder check folder
bad folder add folder folder/file
bad folder/file query folder/file x

run_with '{"id":"1","title":"One","body":"some ink"}' "$SEARCH" add a.idx -q
bad nofield query a.idx nofield:x
bad 'query: ' query a.idx 'ink )'
grep -q '^  ink )$' err || fail "the query is not shown: $(cat err)"
grep -q '^ *^$' err || fail "the place is not shown: $(cat err)"
bad nofield terms a.idx nofield
bad 'what to delete' delete a.idx
bad 'at least 1' merge a.idx 0
bad 'at least 1' merge a.idx many
bad 'a size such as 64M' add a.idx --memory lots folder
bad 'from 1 to 64' add a.idx --threads 0 folder

# What is known to be wrong makes no index.
bad 'at least 8M' add new.idx folder --memory 1
bad 'at least 8M' add new.idx folder --memory 8191K
bad 'no field "nope"; it has id, path' add new.idx folder --map x=nope
bad 'at least 8M' copy a.idx new.idx --memory 1
bad 'at least 8M' merge a.idx --memory 7M
[ ! -e new.idx ] || fail "new.idx was made for nothing"
run search add new.idx folder --memory 8M --map x=body -q
expect_status 0
bad '--spec' analyze --spec 'bogus:1' text

# A file name with an escape sequence is told without it.
run search add a.idx "$(printf 'no\033[31mred')"
expect_status 2
! grep -q "$(printf '\033')" err || fail "an escape sequence came through"
finish
