# An index that other versions made: stats, check and add say so, and go on.
. "$SEARCH_TESTS/support.inc"
need python3

printf '%s\n' '{"id":"1","body":"ink stone"}' >in.jsonl
ok search add a.idx in.jsonl -q
ok search stats a.idx
expect_out_has 'versions      default '
ok search check a.idx
expect_out ok
expect_err_empty

# As if ICU had been of another version then.
python3 - <<'P'
import re, zlib
data = open("a.idx/manifest", "rb").read()[:-4]
data = re.sub(rb"icu \d", b"icu 0", data)
open("a.idx/manifest", "wb").write(data + zlib.crc32(data).to_bytes(4, "little"))
P
ok search stats a.idx
expect_out_has 'not ours      icu 0'
ok search stats a.idx --format json
expect_out_has '"other_versions":"icu 0'
ok search check a.idx
expect_out ok
expect_err_has 'a.idx: made with other versions: icu 0'
expect_ids 1 a.idx stone
printf '%s\n' '{"id":"2","body":"ink"}' >more.jsonl
run search add a.idx more.jsonl
expect_status 0
expect_err_has 'a.idx: made with other versions: icu 0'
ok search stats a.idx
expect_out_has 'not ours      icu 0'

# Every document again, in a new index.
ok search copy a.idx b.idx -q
ok search check b.idx
expect_err_empty
finish
