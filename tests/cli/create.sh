# An index is made with a schema of its own or the default one, and mistakes are told.
. "$SEARCH_TESTS/support.inc"

ok search create a.idx
expect_err_empty
ok search stats a.idx
expect_out_has 'field         id keyword stored,key'
expect_out_has 'field         title text stored weight=2'
expect_out_has 'field         modified date stored'

run search create a.idx
expect_status 2
expect_err_has 'search: a.idx: '

ok search create b.idx --field sku:keyword:stored,key -F 'name:text:stored:word | fold' \
	--field=tags:keyword:stored,multi --field price:float:stored --weight name=3 --k1 1.2 --b 0.75
ok search stats b.idx
expect_out_has 'field         sku keyword stored,key'
expect_out_has 'field         tags keyword stored,multi'
expect_out_has 'fold'
expect_out_has 'weight=3'

run search create c.idx --field name
expect_status 2
expect_err_has 'NAME:TYPE'
run search create c.idx --field name:texxt
expect_status 2
expect_err_has 'text, keyword, int, float, date, bytes'
run search create c.idx --field name:text:storred
expect_status 2
expect_err_has 'stored, multi, nopos, key and pairs'
run search create c.idx --field 'name:text:stored:bogus:en'
expect_status 2
run search create c.idx --field name:text --weight nome=2
expect_status 2
run search create c.idx --field name:text --weight name=heavy
expect_status 2
expect_err_has 'FIELD=NUMBER'
run search create c.idx --field name:text --b 7
expect_status 2
[ ! -e c.idx ] || fail "c.idx was made in spite of errors"
run search create no/such/folder/x.idx
expect_status 2
finish
