# Databases that Xapian's own programs made, searched by the command and from Python.
. "$SEARCH_TESTS/support.inc"
need omindex
need scriptindex
need python3
simpleindex=/usr/lib/xapian-examples/examples/simpleindex
[ -x "$simpleindex" ] || { echo "there is no $simpleindex"; exit 77; }
run search create xapian:try.idx
grep -q 'inkstone-xapian' err && { echo 'no module inkstone-xapian'; exit 77; }

# omindex: a web site.
mkdir site
cat >site/stone.html <<'H'
<html><head><title>Inkstones</title><meta name="author" content="Mo Di"></head>
<body><p>A stick of ink is ground on a stone with water.</p></body></html>
H
printf 'Paper and brushes\n\nPaper is made of fibre; brushes are not.\n' >site/paper.txt
ok omindex --db om.db --url / site

# omega's data names the document: url=/stone.html
found() {
	search query "$1" "$2" --format json --fields data |
		sed -n 's/.*url=\/\([a-z]*\)\.[a-z]*\\n.*/\1/p' | sort | tr '\n' ' '
}
expect_found() {
	[ "$(found "$1" "$2")" = "$3" ] || fail "$1: $2 finds: $(found "$1" "$2"), not: $3"
}
expect_found xapian:om.db ink 'stone '
expect_found xapian:om.db paper 'paper '
expect_found xapian:om.db 'ink paper' 'paper stone '
expect_found xapian:om.db 'title:inkstones' 'stone '
expect_found xapian:om.db 'author:"mo di"' 'stone '
expect_found xapian:om.db '"stick of ink"' 'stone '
expect_found xapian:om.db '"ink stick"' ''
expect_found xapian:om.db '"stick ink"~1' 'stone '
expect_found xapian:om.db 'type:"text/plain"' 'paper '
expect_found xapian:om.db 'brush*' 'paper '
expect_found xapian:om.db 'stem:Zbrush' ''
expect_found xapian:om.db 'stem:brush' 'paper '
expect_found xapian:om.db '*:* -type:"text/html"' 'paper '
ok search stats xapian:om.db
expect_out_has 'docs          2'
ok search check xapian:om.db
ok search terms xapian:om.db type
expect_out "$(printf 'text/html\t1\ntext/plain\t1')"
run_with '{"id":"1"}' "$SEARCH" add xapian:om.db -
expect_status 2
expect_err_has 'a database of another program, for reading only'

# scriptindex: records with fields and prefixes of one's own choice.
cat >script <<'T'
id : boolean=Q unique=Q field
title : field index=S
body : index field
tag : boolean=K
T
printf 'id=1\ntitle=Ink\nbody=rubbed on the stone\ntag=tools\n\nid=2\ntitle=Paper\nbody=written with a brush\ntag=old\n\nid=3\ntitle=C++\nbody=don'\''t ask AT&T for 3.14\n' >dump
ok scriptindex sc.db script dump
ok search query xapian:sc.db 'stone tag:old' --fields data
expect_out_has 'id=1'
expect_out_has 'id=2'
ok search query xapian:sc.db '+id:2 +title:paper' --fields data
expect_out_has 'body=written with a brush'
expect_out_lacks 'id=1'

for words in "don't" 'AT&T' '+title:C++' '"ask AT&T"' '3.14'; do
	ok search query xapian:sc.db "$words" --fields data
	expect_out_has 'id=3'
done
ok search terms xapian:sc.db text
expect_out_lacks Zstone

# simpleindex: paragraphs of standard input.
printf 'The first is about ink.\n\nThe second is about paper.\n' | "$simpleindex" si.db >/dev/null
ok search query xapian:si.db ink
expect_out_has 'The first is about ink.'
expect_out_lacks 'second'

# What can be read back goes into an index of ours, where it is analyzed as ours.
run search copy xapian:si.db own.idx
expect_status 2
expect_err_has 'the key field "id" is not stored'

lib=$(dirname "$SEARCH")/../../.libs/libinkstone.so.0
[ ! -e "$lib" ] || export INKSTONE_LIBRARY="$lib"
cat >theirs.py <<'P'
import inkstone
index = inkstone.open("xapian:om.db")
reader = index.reader()
assert len(reader) == 2
hits = reader.search("ink", total="exact")
assert hits.total == 1 and "url=/stone.html" in hits[0]["data"], hits
assert reader.search('title:inkstones type:"text/html"', total="exact").total == 1
assert [term.text for term in reader.terms("type")] == ["text/html", "text/plain"]
assert sorted("url=/stone.html" in doc["data"] for _, doc in reader.docs()) == [False, True]
assert inkstone.open("xapian:sc.db").reader().find("2") == 1
try:
    index.writer()
except inkstone.ReadOnlyError as error:
    print(error)
P
PYTHONPATH=$SEARCH_TESTS/../../bindings/python ok python3 -B theirs.py
expect_out_has 'a database of another program'
finish
