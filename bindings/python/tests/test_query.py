"""Query objects, query strings and the operators that join them."""

from __future__ import annotations

import datetime
import enum
import fractions
import functools

import inkstone
import pytest
from conftest import Whole
from inkstone import Query

EVERY = ["1", "2", "3", "4", "5"]


@pytest.mark.parametrize(
    "query, found",
    [
        (Query.all(), EVERY),
        (Query.term("tag", "old"), ["4", "5"]),
        (Query.term("tag", b"old"), ["4", "5"]),
        (Query.term("tag", "ol"), []),
        (Query.term("year", 2010), ["2"]),
        (Query.term("price", 12.5), ["1"]),
        (Query.term("day", datetime.date(2022, 12, 31)), ["3"]),
        (Query.match("title", "ink"), ["1", "2"]),
        (Query.match(None, "硯台"), ["1"]),
        (Query.match("body", "fox brush"), ["4", "5"]),
        (Query.phrase("title", "ink stone"), ["1"]),
        (Query.phrase("body", "brown quick"), []),
        (Query.phrase("body", "文房四宝"), ["1"]),
        (Query.phrase("body", "stick ink", 1), ["2"]),
        (Query.prefix("tag", "o"), ["4", "5"]),
        (Query.wildcard("tag", "t??l*"), ["1", "3", "5"]),
        (Query.wildcard("tag", r"t\*"), []),
        (Query.fuzzy("tag", "olds"), ["4", "5"]),
        (Query.fuzzy("tag", "tolos", 2), ["1", "3", "5"]),
    ],
)
def test_leaves(ids, query, found):
    assert ids(query) == found


@pytest.mark.parametrize(
    "field, lo, hi, options, found",
    [
        ("year", 2001, 2015, {}, ["1", "2", "5"]),
        ("year", 2001, 2015, {"open_lo": True, "open_hi": True}, ["2"]),
        ("year", 2011, None, {}, ["3", "5"]),
        ("year", None, 2000, {}, ["4"]),
        ("year", None, None, {}, EVERY),
        ("price", -1.5, 3.0, {}, ["2", "5"]),
        ("price", None, 3.0, {"open_hi": True}, ["5"]),
        ("day", datetime.date(2023, 1, 1), datetime.datetime(2024, 1, 1), {}, ["2", "5"]),
        ("day", datetime.date(2024, 1, 2), None, {}, ["1"]),
        ("tag", "b", "p", {}, ["4", "5"]),
        ("tag", None, "art", {}, ["1", "2"]),
        ("tag", None, "art", {"open_hi": True}, []),
    ],
)
def test_ranges(ids, field, lo, hi, options, found):
    assert ids(Query.range(field, lo, hi, **options)) == found


def test_a_float_beside_a_great_integer_does_not_round_it(tmp_path):
    great = 2**53 + 1
    index = inkstone.create(tmp_path / "great.ink", inkstone.Schema().integer("n", stored=True))
    with index.writer() as writer:
        writer.add_all({"n": n} for n in (great - 1, great, great + 1))

    def found(*bounds, **options):
        return sorted(hit["n"] for hit in index.search(Query.range("n", *bounds, **options)))

    assert found(great, 1e19) == [great, great + 1]
    assert found(great, float("inf")) == [great, great + 1]
    assert found(-1.5, great, open_hi=True) == [great - 1]


def test_ranges_that_make_no_sense():
    with pytest.raises(OverflowError):
        Query.range("year", 1 << 63)
    with pytest.raises(TypeError):
        Query.range("day", datetime.date(2024, 1, 1), 2.5)
    with pytest.raises(TypeError):
        Query.range("year", object())  # type: ignore[arg-type]


def test_operators(ids):
    ink = Query.match("title", "ink")
    old, tools = Query.term("tag", "old"), Query.term("tag", "tools")
    assert ids(ink & tools) == ["1"]
    assert ids(ink | old) == ["1", "2", "4", "5"]
    assert ids(~old) == ["1", "2", "3"]
    assert ids(tools & ~old) == ["1", "3"]
    assert ids(~old & tools & ~ink) == ["3"]
    assert ids(~old & ~ink) == ["3"]
    assert ids((ink | old) & tools) == ["1", "5"]
    assert ids(ink | (old & tools)) == ["1", "2", "5"]
    assert ids(~~old) == ["4", "5"]
    with pytest.raises(TypeError):
        ink & "old"  # type: ignore[operator]


def test_excluding_does_not_change_a_score(reader):
    ink = Query.match("title", "ink")
    plain = {hit.doc_id: hit.score for hit in reader.search(ink)}
    less = {hit.doc_id: hit.score for hit in reader.search(ink & ~Query.term("tag", "old"))}
    assert plain == less


def test_a_long_chain_stays_flat(ids):
    terms = [Query.term("tag", "old")] * 300
    assert ids(functools.reduce(lambda a, b: a & b, terms)) == ["4", "5"]
    assert ids(functools.reduce(lambda a, b: a | b, terms)) == ["4", "5"]


def test_bool(ids):
    ink = Query.match("title", "ink")
    old, tools = Query.term("tag", "old"), Query.term("tag", "tools")
    art = Query.term("tag", "art")
    assert ids(Query.bool(must=[tools], must_not=[old])) == ["1", "3"]
    assert ids(Query.bool(must=tools, must_not=old)) == ["1", "3"]
    assert ids(Query.bool(should=[art, old, tools], min_should=2)) == ["1", "5"]
    assert ids(Query.bool(filter=[tools], should=[ink])) == ["1", "3", "5"]
    assert ids(Query.bool(should=(q for q in (ink, old)))) == ["1", "2", "4", "5"]


def test_filter_clauses_add_nothing(reader):
    ink = Query.match("title", "ink")
    joined = Query.bool(must=[ink], filter=[Query.all()])
    assert list(reader.search(joined).scores) == list(reader.search(ink).scores)


def test_boost(reader):
    ink = Query.match("title", "ink")
    once, twice = reader.search(ink).scores, reader.search(ink.boost(2)).scores
    assert list(twice) == pytest.approx([2 * score for score in once])
    for factor in (-1.0, float("nan"), 1e7):
        with pytest.raises(inkstone.InvalidError):
            ink.boost(factor)


@pytest.mark.parametrize(
    "text, found",
    [
        ("*:*", EVERY),
        ("title:ink", ["1", "2"]),
        ("+title:ink -tag:tools", ["2"]),
        ("tag:old AND tag:tools", ["5"]),
        ("tag:old OR title:ink", ["1", "2", "4", "5"]),
        ("tag:art AND NOT tag:tools", ["2"]),
        ('"brown fox"', ["4"]),
        ("year:[2001 TO 2015]", ["1", "2", "5"]),
        ("year>=2015", ["3", "5"]),
        ("tag:to*", ["1", "3", "5"]),
        ("硯台", ["1"]),
    ],
)
def test_parse(index, ids, text, found):
    query = Query.parse(index, text)
    assert ids(query) == ids(text) == found
    assert str(Query.parse(index, str(query))) == str(query)
    assert repr(query) == f"<Query {query}>"


@pytest.mark.parametrize(
    "query, found",
    [
        (Query.match("tag", "old"), ["4", "5"]),
        (Query.match("tag", "old tools"), []),
        (Query.match("day", "2022"), ["3"]),
        (Query.phrase("tag", "old", 2), ["4", "5"]),
        (Query.prefix("tag", ""), EVERY),
        (Query.wildcard("tag", "old"), ["4", "5"]),
        (Query.wildcard("tag", ""), []),
        (Query.fuzzy("tag", ""), []),
        (Query.range("year", 2000.5, 2010.5), ["1", "2"]),
        (Query.range("day", "2022", "2022"), ["3"]),
        (Query.range("day", datetime.date(1960, 1, 1), datetime.date(2022, 12, 31)), None),
        (Query.match("title", "ink").boost(1e6) | Query.bool(), ["1", "2"]),
        (Query.bool(should=Query.term("tag", "old").boost(1e6)).boost(1e6), ["4", "5"]),
    ],
)
def test_the_text_of_an_object_finds_the_same(index, ids, query, found):
    wanted = ids(query)
    assert ids(Query.parse(index, str(query))) == wanted
    assert found is None or wanted == found


def test_parse_options(index, ids):
    assert ids(Query.parse(index, "brown rice")) == ["4", "5"]
    assert ids(Query.parse(index, "brown rice", all=True)) == ["4"]
    assert ids(Query.parse(index, '"rice (AND title:brown', plain=True)) == ["4", "5"]


def test_parse_errors_tell_where(index):
    with pytest.raises(inkstone.ParseError) as caught:
        Query.parse(index, "ink (stone")
    assert caught.value.offset is not None and 0 <= caught.value.offset <= 10
    with pytest.raises(inkstone.NotFoundError) as missing:
        Query.parse(index, "ink nothing:x")
    assert missing.value.offset == 4
    with pytest.raises(inkstone.LimitError):
        Query.parse(index, "(" * 200 + "a" + ")" * 200)


def test_an_unknown_field_is_found_when_run(reader):
    query = Query.term("nothing", "x")
    with pytest.raises(inkstone.NotFoundError):
        reader.search(query)


def test_a_query_outlives_its_parts(ids):
    with Query.term("tag", "old") as a, Query.term("tag", "tools") as b:
        both = a & b
    assert a.closed and ids(both) == ["5"]
    with pytest.raises(ValueError, match="closed"):
        a & b


def test_a_query_is_joined_on_when_its_parts_are_closed(ids):
    ink = Query.match("title", "ink")
    with Query.term("tag", "old") as old, Query.term("tag", "tools") as tools:
        both, either, none = old & tools, old | tools, ~old
    assert ids(both & Query.all()) == ids(Query.all() & both) == ["5"]
    assert ids(either | ink) == ["1", "2", "3", "4", "5"]
    assert ids(none & ink) == ["1", "2"]
    assert ids(~none) == ["4", "5"]
    both.close()
    with pytest.raises(ValueError, match="closed"):
        both & ink


class Level(enum.IntEnum):
    HIGH = 2019


class Shown(float):
    def __repr__(self):
        return f"Shown({float(self)})"


def test_subclasses_of_numbers_are_numbers(ids):
    assert ids(inkstone.Query.term("year", Level.HIGH)) == ["3"]
    assert ids(inkstone.Query.term("price", Shown(12.5))) == ["1"]
    assert ids(inkstone.Query.range("year", "2015", Level.HIGH)) == ["3", "5"]
    assert str(inkstone.Query.term("year", True)) == str(inkstone.Query.term("year", 1))


def test_numbers_of_other_types_are_numbers():
    half, two = fractions.Fraction(1, 2), Whole(2)
    assert str(Query.term("price", half)) == str(Query.term("price", 0.5))
    assert str(Query.term("year", two)) == str(Query.term("year", 2))
    assert str(Query.range("price", half, two)) == str(Query.range("price", 0.5, 2.0))
    assert str(Query.range("year", two)) == str(Query.range("year", 2))
    with pytest.raises(TypeError, match="expected a Query, not str"):
        Query.bool(must=["ink"])
