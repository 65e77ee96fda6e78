# search salvage: damaged files, lost ones, a lost manifest.
. "$SEARCH_TESTS/support.inc"

i=0
while [ $i -lt 40 ]; do
	i=$((i + 1))
	echo "{\"id\":\"k$i\",\"title\":\"Number $i\",\"body\":\"apple stone $i\"}"
done >in.jsonl
ok search add a.idx in.jsonl -q
echo '{"id":"k7","body":"newer pear"}' >newer.jsonl
ok search add a.idx newer.jsonl -q
ok search delete a.idx --key k9 -q

# Nothing is wrong.
ok search salvage a.idx whole.idx
expect_out '39 documents copied, 0 lost; 0 of 2 segments damaged'
expect_err_empty
ok search check whole.idx
expect_ids 'k7' whole.idx pear

# Damage counts, even if nothing of the documents is lost by it.
ok search salvage --help
expect_out_has 'damaged or lost'

# Bytes of a posting list: documents come back from what is stored.
cp -r a.idx b.idx
seg=$(ls b.idx/seg-*.ink | head -n 1)
size=$(wc -c <"$seg")
printf 'XXXX' | dd of="$seg" bs=1 seek=$((size / 2)) conv=notrunc 2>/dev/null
run search check b.idx
expect_status 2
run search salvage b.idx b2.idx
expect_status 1
expect_out_has '39 documents copied, 0 lost; 1 of 2 segments damaged'
expect_err_has 'wrong checksum'
ok search check b2.idx
expect_ids 'k7' b2.idx pear
run search query b2.idx 'id:k9' --format json
expect_status 1

# A file cut short: what comes before the cut.
cp -r a.idx c.idx
dd if="$seg" of="c.idx/${seg##*/}" bs=1 count=$((size / 2)) 2>/dev/null
run search salvage c.idx c2.idx
expect_status 1
expect_err_has "${seg##*/}"
ok search check c2.idx

# No manifest: the folder and the segments tell.
cp -r a.idx d.idx
rm d.idx/manifest
run search salvage d.idx d2.idx --quiet
expect_status 1
expect_out ''
expect_err_has 'no index here'
ok search check d2.idx
expect_ids 'k7' d2.idx pear
run search query d2.idx 'id:k9' --format json
expect_status 1

# A missing file, no index at all, and a place that is taken.
cp -r a.idx e.idx
rm "e.idx/${seg##*/}"
run search salvage e.idx e2.idx
expect_status 1
expect_out_has '1 documents copied, 38 lost; 1 of 2 segments damaged'
mkdir empty
run search salvage empty f.idx
expect_status 2
expect_err_has 'no index here'
run search salvage a.idx whole.idx
expect_status 2
expect_err_has 'not empty'
[ ! -e f.idx ] || fail 'a folder was left'

# A name is told once, whatever is wrong with the file: of another segment, cut, gone.
cp -r a.idx g.idx
cp "$seg" "g.idx/$(ls g.idx | grep 'seg-.*ink' | tail -n 1)"
cp -r a.idx h.idx
for file in h.idx/seg-*.del h.idx/manifest; do echo >>"$file"; done
for dir in c.idx d.idx e.idx g.idx h.idx; do
	run search salvage $dir twice.idx
	expect_status 1
	[ -s err ] || fail "nothing was told of $dir"
	for name in $(ls a.idx); do
		! grep -q "$name.*$name" err || fail "twice $name: $(cat err)"
	done
	rm -r twice.idx
done

# Deletions of two segments, as many of as many documents, that were exchanged.
printf '{"id":"a%d","body":"folio"}\n' 1 2 3 4 5 6 7 8 9 >in.jsonl
ok search add swap.idx in.jsonl -q
printf '{"id":"b%d","body":"folio"}\n' 1 2 3 4 5 6 7 8 9 >in.jsonl
ok search add swap.idx in.jsonl -q
ok search delete swap.idx --key a1 --key b3 -q
ok search check swap.idx -q
set -- swap.idx/*.del
mv "$1" aside
mv "$2" "$1"
mv aside "$2"
run search check swap.idx
expect_status 2
expect_err_has "${1##*/}: written for segment"
run search query swap.idx folio
expect_status 2
run search salvage swap.idx swap2.idx
expect_status 1
expect_err_has "${1##*/}: written for segment"
expect_err_has "${2##*/}: written for segment"
finish
