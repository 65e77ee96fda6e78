# Help, the manual page and the completion come from one table and are well-formed.
. "$SEARCH_TESTS/support.inc"

ok search --help
expect_err_empty
expect_out_has 'search COMMAND'
commands=$(sed -n 's/^  search \([a-z]*\) .*/\1/p' out)
[ "$(echo "$commands" | wc -w)" -eq 15 ] || fail "commands: $commands"
ok search -h
ok search help query
expect_out_has '--range-facet'
run search help indexing
expect_status 2
expect_err_has 'there is no command "indexing"'
ok search --version
expect_out_has 'search 0.'

search --generate man >search.1 || fail "no manual page"
search --generate bash >completion.bash || fail "no completion"
for command in $commands; do
	for option in --help -h; do
		ok search "$command" $option
		expect_err_empty
		expect_out_has "search $command"
		[ "$(expand out | awk 'length > 100' | wc -l)" -eq 0 ] || fail "lines over 100 columns"
	done
	[ "$(wc -l <out)" -le 40 ] || fail "-h of $command does not fit a screen"
	grep -q "^\\.SS search $command " search.1 || fail "$command is not in the manual page"
	for option in $(sed -n 's/^  .*--\([a-z0-9-]*\).*/\1/p' out); do
		tr -d '\\' <search.1 | grep -qF -- "--$option" || fail "--$option is not in the manual page"
		grep -qF -- "--$option" completion.bash || fail "--$option is not in the completion"
	done
done

if command -v groff >/dev/null 2>&1; then
	ok groff -man -Tutf8 -ww -rLL=78n search.1
	expect_err_empty
	expect_out_has 'NO_COLOR'
fi

if command -v bash >/dev/null 2>&1; then
	ok bash -n completion.bash
	cat >try.bash <<'B'
. ./completion.bash
try() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=(); _search; echo "${COMPREPLY[*]}"; }
try search que
try search query x.idx --format ''
try search query x.idx --fa
try search stats --color al
try search query x.idx --limit ''
complete -p search
B
	ok bash try.bash
	expect_out 'query
text json ids
--facet
always

complete -o default -F _search search'
	expect_err_empty
fi
finish
