# Text, Markdown, HTML and folders of them; unchanged files are passed over.
. "$SEARCH_TESTS/support.inc"

mkdir -p docs/sub docs/.hidden
printf 'plain folio printing\n' >docs/a.txt
printf 'intro line\n\n```\n# not this\n```\n\n## The *second* kind ##\n\nfolio lettering\n' >docs/b.md
printf 'Underlined\n==========\n\nfolio setting type\n' >docs/sub/c.markdown
cat >docs/sub/d.html <<'H'
<html><head><title>Press &amp; paper</title><style>p { color: hidden }</style></head>
<body><h1>Paper</h1><p>left<b>bold</b>face<p>folio rags &eacute;<script>secret()</script></body>
H
printf 'hidden text\n' >docs/.hidden/e.txt
printf 'hidden text\n' >docs/.f.txt
printf 'bin\000ary' >docs/g.bin
printf '%%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\nBT (folio) Tj ET\n' >docs/h.pdf
ln -s a.txt docs/link.txt
: >docs/empty.txt

ok search add x.idx docs
expect_err_has 'docs/g.bin: looks binary'
expect_err_has 'docs/h.pdf: looks binary'
expect_err_has 'added 5, updated 0, skipped 2, failed 0'
expect_ids 'docs/a.txt docs/b.md docs/sub/c.markdown docs/sub/d.html' x.idx folio
expect_ids '' x.idx hidden
expect_ids '' x.idx secret
expect_ids 'docs/sub/d.html' x.idx leftboldface
expect_ids 'docs/sub/d.html' x.idx title:paper
ok search query x.idx lettering
expect_out_has '1. The *second* kind  ('
ok search query x.idx setting --fields title,type,path
expect_out_has '   title: Underlined'
expect_out_has '   type: markdown'
expect_out_has '   path: docs/sub/c.markdown'
ok search query x.idx rags
expect_out_has '1. Press & paper  ('
expect_out_has 'rags é'
ok search query x.idx printing
expect_out_has '1. a.txt  ('

# Readings do not stand within the words that they are readings of.
mkdir ruby
cat >ruby/a.html <<'H'
<meta charset=utf-8><p><ruby>漢字<rt>かんじ</rt></ruby>を書く。東京<ruby>大<rt>だい</rt></ruby><ruby>学<rt>がく</rt></ruby>の硯</p>
H
cat >ruby/b.html <<'H'
<p><ruby><rb>漢<rb>字<rp>(<rt>かん<rt>じ<rp>)</ruby>を<ruby><rb>読</rb><rtc><rt>よ</rt></rtc></ruby>む</p><p>次</p>
H
ok search add ruby.idx ruby --quiet
ok search query ruby.idx '*:*' --fields path,body --no-snippet
expect_out_has '   body: 漢字を書く。東京大学の硯'
expect_out_has '   body: 漢字を読む 次'
expect_ids 'ruby/a.html' ruby.idx '"東京大学の硯"'
expect_ids '' ruby.idx かんじ

# Again: nothing changed. One file changes. --force reads all.
ok search add x.idx ./docs/
expect_err_has 'added 0, updated 0, skipped 7, failed 0'
printf 'vellum\n' >docs/a.txt
ok search add x.idx docs
expect_err_has 'added 0, updated 1, skipped 6, failed 0'
expect_ids '' x.idx printing
expect_ids 'docs/a.txt' x.idx vellum
ok search add x.idx docs/a.txt --force
expect_err_has 'updated 1, skipped 0'

# The index itself, in the folder that is read, is no document.
cp -r x.idx docs/y.idx
ok search add docs/y.idx docs --quiet
run search terms docs/y.idx path docs/y.idx
expect_status 1

# A title is not in the body as well: not of Markdown, HTML or a text with a first line apart.
mkdir titles
printf '# Quarto sizes\n\nvellum leaves\n' >titles/a.md
printf 'Quarto\n======\nvellum leaves\n' >titles/b.md
printf '<title>Quarto</title><h1>Quarto</h1><p>vellum leaves' >titles/c.html
printf 'Quarto by hand\n\nvellum leaves\n' >titles/d.txt
printf 'Quarto ends as a sentence does.\n\nvellum leaves\n' >titles/e.txt
printf 'Quarto\nvellum leaves\n' >titles/f.txt
ok search add titles.idx titles --quiet
expect_ids 'titles/a.md titles/b.md titles/c.html titles/d.txt' titles.idx title:quarto
expect_ids 'titles/e.txt titles/f.txt' titles.idx body:quarto
expect_ids 'titles/a.md titles/b.md titles/c.html titles/d.txt titles/e.txt titles/f.txt' \
	titles.idx body:vellum
ok search query titles.idx title:hand --format text
expect_out_has '1. Quarto by hand  ('
expect_out_has '   vellum leaves'

# Standard input as one document; a format told by hand.
run_with '# Piped heading
piped body' "$SEARCH" add x.idx - --format markdown --quiet
expect_status 0
expect_ids '-' x.idx title:piped

# An index with other fields: the text of a file has to go somewhere.
ok search create other.idx --field name:keyword:stored,key --field text:text:stored
run search add other.idx docs
expect_status 2
expect_err_has 'no field "body" for the text; --map body=FIELD'
ok search add other.idx docs/b.md --map body=text --quiet
expect_err_empty
expect_ids 'docs/b.md' other.idx lettering

# What cannot be read is told, the rest is added, the status is 2.
run search add x.idx docs/a.txt nowhere.txt
expect_status 2
expect_err_has 'nowhere.txt: No such file or directory'
expect_err_has 'failed 1'
run search add new.idx nowhere.txt
expect_status 2
[ ! -e new.idx ] || fail "an index was made for nothing"
if [ "$(id -u)" -ne 0 ]; then
	chmod 0 docs/a.txt
	run search add x.idx docs
	expect_status 2
	expect_err_has 'docs/a.txt: Permission denied'
fi

# Text in another encoding is told, but not what is cut within a character where the look ends.
mkdir old
printf 'r\351sum\351 of vellum\n' >old/latin.txt
printf 'id,body\n1,\223\214\213\236\n' >old/sjis.csv
printf '<meta charset=gb18030><p>\315\274\312\351' >old/gb.html
for shift in '' x xx; do
	printf '%s%s' "$shift" "$(printf '%03000d' 0 | sed 's/0/硯/g')" >"old/long$shift.txt"
done
ok search add old.idx old
expect_err_has 'old/latin.txt: not UTF-8'
expect_err_has 'old/sjis.csv: not UTF-8'
[ "$(grep -c 'not UTF-8' err)" -eq 2 ] || fail "more are told: $(cat err)"
expect_ids 'old/gb.html' old.idx '图书'

run_with "$(printf 'r\351sum\351 of vellum')" "$SEARCH" add old.idx - --format text
expect_err_has '-: not UTF-8'
run_with "$(printf 'id,body\n1,\223\214 ink')" "$SEARCH" add old.idx - --format csv
expect_err_has '-: not UTF-8'
run_with 'résumé' "$SEARCH" add old.idx - --format text --quiet
expect_err_empty

# A page is in the encoding that it means: gb2312 with a character of GBK is GBK, a byte that is wrong
# is one character, and what says nothing is told. None is lost.
mkdir pages
printf '<meta charset=gb2312><title>\261\312</title><p>\326\354\351F\273\371 \304\253\313\256' >pages/gbk.html
printf '<meta http-equiv=Content-Type content="text/html; charset=Shift_JIS"><p>\207\202 \211z' >pages/cp932.html
printf '<?xml version="1.0" encoding="euc-kr"?><p>\270\324\300\273' >pages/xml.html
printf '<meta charset=utf-8><p>墨水 \377\376 後文' >pages/byte.html
printf '<p>墨水 \377 序文' >pages/unsaid.html
printf '<p>\211z\202\360\226n' >pages/mute.html
printf '<meta charset=utf-16><p>vellum \223quoted\224' >pages/sixteen.html
printf '<meta charset=iso-8859-1><p>\223folio\224' >pages/latin.html
ok search add pages.idx pages
[ "$(grep -c 'neither UTF-8' err)" -eq 1 ] || fail "not one page: $(cat err)"
expect_err_has 'pages/mute.html: neither UTF-8 nor says what it is'
expect_err_has 'added 8, updated 0'
[ "$(wc -l <err)" -eq 2 ] || fail "more is said: $(cat err)"
expect_ids 'pages/gbk.html' pages.idx '+"朱镕基" +墨水'
ok search query pages.idx path:pages/cp932.html --fields body --no-snippet
expect_out_has '   body: № 越'
expect_ids 'pages/xml.html' pages.idx '먹을'
expect_ids 'pages/byte.html' pages.idx '+後文 +墨水'
expect_ids 'pages/unsaid.html' pages.idx '+序文 +墨水'
expect_ids 'pages/sixteen.html' pages.idx vellum
ok search query pages.idx folio
expect_out_has '“folio”'

# Neither a long text nor tags that nobody closes end a page; who nests without end is told.
if command -v python3 >/dev/null 2>&1; then
	mkdir long
	python3 -c 'open("long/text.html","w").write("<p>" + "quire " * 1700000 + "recto")
open("long/open.html","w").write("<font>line\n" * 600 + "recto")
open("long/deep.html","w").write("<div>first" + "<div><b>x</i>" * 50000 + "recto")'
	ok search add longpages.idx long
	expect_err_has 'long/deep.html: nested over 1000 deep; what follows is left out'
	expect_ids 'long/open.html long/text.html' longpages.idx recto
	expect_ids 'long/deep.html' longpages.idx first
fi

# UTF-16 with a byte order mark is text, also where characters are pairs or cut short.
mkdir wide
printf '\377\376v\000e\000l\000l\000u\000m\000 \000\065\330\000\334 \000\042\145' >wide/le.txt
printf '\376\377\000v\000e\000l\000l\000u\000m\000 \330\065\334\000\000 \145\042' >wide/be.txt
printf '\377\376v\000e\000l\000l\000u\000m\000 \000\065\330' >wide/cut.txt
printf '\377\376v\000e\000l\000l\000u\000m\000 \000\065\330x\000\000\334y' >wide/half.txt
printf '\357\273\277vellum plain' >wide/utf8.txt
printf '\377\376' >wide/empty.txt
printf 'v\000e\000l\000' >wide/unmarked.txt
printf '\377\376\000\000v\000\000\000' >wide/utf32.txt
printf '\377\376{\000"\000i\000d\000"\000:\000"\000j\000"\000,\000"\000b\000o\000d\000y\000"\000:\000"\000v\000e\000l\000l\000u\000m\000"\000}\000' >wide/rows.jsonl
ok search add wide.idx wide
expect_err_has 'wide/unmarked.txt: looks binary'
expect_err_has 'wide/utf32.txt: looks binary'
expect_err_has 'added 7, updated 0, skipped 2, failed 0'
expect_ids 'j wide/be.txt wide/cut.txt wide/half.txt wide/le.txt wide/utf8.txt' wide.idx vellum
expect_ids 'wide/be.txt wide/le.txt' wide.idx '攢'
ok search query wide.idx path:wide/le.txt --fields body --no-snippet
expect_out_has '   body: vellum 𝐀 攢'
ok search query wide.idx path:wide/be.txt --fields body --no-snippet
expect_out_has '   body: vellum 𝐀 攢'
ok search query wide.idx path:wide/half.txt --fields body --no-snippet
expect_out_has '   body: vellum �x��'
ok search query wide.idx path:wide/utf8.txt --fields body --no-snippet
expect_out_has '   body: vellum plain'

# Longer than any buffer, so that pairs fall on every border; through a pipe in single bytes too.
if command -v python3 >/dev/null 2>&1; then
	python3 -c 'open("long.txt","wb").write(("\ufeffquire " + "a\U0001d400\u6522" * 70000 + " recto").encode("utf-16-be"))'
	ok search add long.idx long.txt --quiet
	expect_ids 'long.txt' long.idx recto
	ok search query long.idx quire --fields body --no-snippet
	python3 -c 't=open("out").read(); assert "quire " + "a\U0001d400\u6522" * 70000 + " recto" in t' ||
		fail 'the text is another one'
	python3 -c 'import sys
for b in "\ufeffquire \U0001d400 verso".encode("utf-16-le"):
	sys.stdout.buffer.write(bytes([b])); sys.stdout.buffer.flush()' |
		search add long.idx - --format text --quiet || fail 'a pipe of UTF-16'
	expect_ids '-' long.idx verso
fi
finish
