# CSV and TSV: a header of names, RFC 4180 quotes, rows that do not fit are told.
. "$SEARCH_TESTS/support.inc"

ok search create a.idx --field id:keyword:stored,key --field name:text:stored --field n:int:stored
printf 'id,name,n,other\r\n1,"a ""quoted"", name",5,x\r\n2,"two\nlines",6,\n3,short\n4,seven,seven,\n' >in.csv
ok search add a.idx in.csv
expect_err_has '"other" is no field'
expect_err_has 'in.csv:5: 2 values under a header of 4'
expect_err_has 'in.csv:6: '
expect_err_has 'added 2, updated 0, skipped 0, failed 2'
ok search query a.idx quoted --fields name,n --no-snippet
expect_out_has '   name: a "quoted", name'
expect_out_has '   n: 5'
expect_ids '2' a.idx lines

printf 'key\tname\nk1\ttab separated\nk2\t"with\ttab"\n\nk3\t\n' >in.tsv
ok search add a.idx in.tsv
expect_err_has 'added 3, updated 0, skipped 0, failed 0'
expect_ids 'k1' a.idx separated
ok search query a.idx id:k2 --fields name
expect_out_has '   name: with tab'

printf '\357\273\277"id","name"\n"q1","bom header"\n' >bom.csv
ok search add a.idx bom.csv --quiet
expect_err_empty
expect_ids 'q1' a.idx header

# Lone CRs end lines, but not within quotes; the last of them may end the file.
printf 'id,name\rm1,"mac\rintosh"\rm2,"classic"\r\rm3\rm4,classic\r' >cr.csv
ok search add a.idx cr.csv
expect_err_has 'cr.csv:5: 1 values under a header of 2'
expect_err_has 'added 3, updated 0, skipped 0, failed 1'
expect_ids 'm2 m4' a.idx classic
expect_ids 'm1' a.idx mac intosh --all
printf 'id\tname\rt1\tmixed ends\r\nt2\tmixed\nt3\tmixed' >cr.tsv
ok search add a.idx cr.tsv --quiet
expect_err_empty
expect_ids 't1 t2 t3' a.idx mixed
awk 'BEGIN { printf "id,name\r"; for (i = 10000; i < 30000; i++) printf "r%d,row\r", i }' >long.csv
ok search add a.idx long.csv
expect_err_has 'added 20000, updated 0, skipped 0, failed 0'
# The same with CRLF, one of which stands astride two buffers of the reader.
tr '\r' '\n' <long.csv | sed "s/\$/$(printf '\r')/" >crlf.csv
ok search add a.idx crlf.csv
expect_err_has 'added 0, updated 20000, skipped 0, failed 0'

# Semicolons or tabs where the header has no comma, but for one in quotes; from a pipe as well.
printf 'id;"name, or title";n\r\ns1;"semi; colon";1\r\ns2;one, two;2\r\n;;\r\n' >semi.csv
ok search add a.idx semi.csv --map 'name, or title=name'
expect_err_has 'added 2, updated 0, skipped 0, failed 0'
ok search query a.idx id:s1 --fields name --no-snippet
expect_out_has '   name: semi; colon'
ok search query a.idx id:s2 --fields name --no-snippet
expect_out_has '   name: one, two'
printf 'id\tname\nt9\ttabs; all the same\n' >tabs.csv
ok search add a.idx tabs.csv --quiet
expect_err_empty
expect_ids 't9' a.idx same
{ printf 'id;na'; printf 'me\np1;piped'; } | search add a.idx --format csv --quiet - 2>err
expect_err_empty
expect_ids 'p1' a.idx piped
printf 'id,name;x\nc1,comma first\n' >comma.csv
ok search add a.idx comma.csv --map 'name;x=name' --quiet
expect_ids 'c1' a.idx comma

# Rows of separators alone, as spreadsheets end in, are no documents.
printf 'id,name,n\nb1,before,1\n,,\n"",,\n,,,\n' >trail.csv
ok search add a.idx trail.csv
expect_err_has 'added 1, updated 0, skipped 0, failed 0'

run_with 'id,name
9,"never closed' "$SEARCH" add a.idx - --format csv
expect_status 0
expect_err_has '-:2: a quote is not closed'
expect_err_has 'failed 1'

run_with 'col,name
1,positional
' "$SEARCH" add a.idx --format csv --map col=n --quiet
expect_status 0
expect_ids '-:2' a.idx positional

# A float is a number that JSON can hold.
ok search create f.idx --field id:keyword:stored,key --field x:float:stored
printf 'id,x\n1,inf\n2,-inf\n3,nan\n4,1.5\n5,+inf\n' >float.csv
ok search add f.idx float.csv
expect_err_has 'float.csv:2: field "x": "inf" is not a number'
expect_err_has 'float.csv:3: field "x": "-inf" is not a number'
expect_err_has 'added 1, updated 0, skipped 0, failed 4'
expect_ids '4' f.idx '*:*'
finish
