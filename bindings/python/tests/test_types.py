"""Values of types that are nearly the expected ones: taken as what they evidently are, or
refused with a message that names the field and the type. Nothing becomes something else.
"""

from __future__ import annotations

import array
import collections
import dataclasses
import datetime
import decimal
import enum
import fractions
import pathlib

import inkstone
import pytest
from conftest import make_schema
from inkstone import Query

UTC = datetime.timezone.utc
PLUS_2 = datetime.timezone(datetime.timedelta(hours=2))
NOON = datetime.datetime(2024, 5, 1, 12)
DAY = datetime.date(2024, 5, 1)
NAN, INF = float("nan"), float("inf")
LONE = "a\udc80"
NESTED: list = []
NESTED.append(NESTED)


class Number(enum.IntEnum):
    ONE = 1


class Name(str, enum.Enum):  # what enum.StrEnum is in newer versions
    ART = "art"


class Plain(enum.Enum):
    ART = "art"


class Real(float, enum.Enum):
    HALF = 0.5


class Text(str):
    def __str__(self):
        return "other"

    def encode(self, *args):
        return b"other"


class Nowhere(datetime.tzinfo):
    """A zone that does not know its distance from UTC, so that a time in it has none."""

    def utcoffset(self, moment):
        return None


Pair = collections.namedtuple("Pair", "x y")


@dataclasses.dataclass
class Note:
    id: str


def id_of(value):
    return value if isinstance(value, str) and value.isascii() else type(value).__name__


TAKEN = [
    ("title", Name.ART, "art"),
    ("title", Text("art"), "art"),
    ("title", b"art", "art"),
    ("title", bytearray(b"art"), "art"),
    ("title", memoryview(b"a-r-t")[::2], "art"),
    ("title", LONE, "a\ufffd"),
    ("title", "", ""),
    ("title", [None, "a", None], "a"),
    ("title", [None], None),
    ("title", (part for part in "ab"), ["a", "b"]),
    ("title", collections.deque("ab"), ["a", "b"]),
    ("title", Pair("a", "b"), ["a", "b"]),
    ("tag", Name.ART, ["art"]),
    ("tag", Text("art"), ["art"]),
    ("tag", bytearray(b"\xff"), [b"\xff"]),
    ("tag", "\ud83d\ude00", ["😀"]),
    ("tag", {"a": 1, "b": 2}.keys(), ["a", "b"]),
    ("tag", {1: "a", 2: "b"}.values(), ["a", "b"]),
    ("tag", {"a"}, ["a"]),
    ("tag", DAY, ["2024-05-01T00:00:00Z"]),
    ("year", Number.ONE, 1),
    ("year", True, 1),
    ("year", range(7, 8), 7),
    ("year", array.array("h", [7]), 7),
    ("price", Number.ONE, 1.0),
    ("price", False, 0.0),
    ("price", Real.HALF, 0.5),
    ("price", fractions.Fraction(1, 2), 0.5),
    ("price", 1 << 70, float(1 << 70)),
    ("price", INF, INF),
    ("price", -INF, -INF),
    ("day", DAY, datetime.datetime(2024, 5, 1, tzinfo=UTC)),
    ("day", NOON, NOON.replace(tzinfo=UTC)),
    ("day", NOON.replace(tzinfo=UTC), NOON.replace(tzinfo=UTC)),
    ("day", NOON.replace(tzinfo=PLUS_2), datetime.datetime(2024, 5, 1, 10, tzinfo=UTC)),
    ("day", NOON.replace(tzinfo=Nowhere()), NOON.replace(tzinfo=UTC)),
    ("day", Text("2024-05-01"), datetime.datetime(2024, 5, 1, tzinfo=UTC)),
    ("raw", memoryview(b"\0\xff"), b"\0\xff"),
    ("raw", bytearray(b"\0\xff"), b"\0\xff"),
]


@pytest.mark.parametrize("field, value, back", TAKEN, ids=id_of)
def test_a_value_is_stored_as_what_it_evidently_is(empty, field, value, back):
    with empty.writer() as writer:
        writer.add({"id": "1", field: value})
    assert empty.reader()["1"].get(field) == back


REFUSED = [
    ("title", decimal.Decimal("1.5"), TypeError, "Decimal"),
    ("title", Plain.ART, TypeError, "Plain"),
    ("title", pathlib.Path("a"), TypeError, "PosixPath"),
    ("title", 1, inkstone.SchemaError, "integer"),
    ("title", True, inkstone.SchemaError, "integer"),
    ("title", {"a": 1}, TypeError, "dict"),
    ("title", {"a": 1}.items(), TypeError, "tuple within a dict_items"),
    ("title", collections.UserString("a"), TypeError, "UserString"),
    ("title", NESTED, TypeError, "list within a list"),
    ("title", [["a"]], TypeError, "list within a list"),
    ("title", [collections.deque("a")], TypeError, "deque within a list"),
    ("title", [(part for part in "a")], TypeError, "generator within a list"),
    ("tag", pathlib.Path("a"), TypeError, "PosixPath"),
    ("tag", LONE, ValueError, "lone surrogate"),
    ("id", LONE, ValueError, "lone surrogate"),
    ("tag", 1, inkstone.SchemaError, "integer"),
    ("year", decimal.Decimal(1), TypeError, "Decimal"),
    ("year", 1.0, inkstone.SchemaError, "double"),
    ("year", NAN, inkstone.SchemaError, "double"),
    ("year", 1 << 63, OverflowError, "64 bits"),
    ("year", 10**5000, OverflowError, "64 bits"),
    ("year", b"1", inkstone.SchemaError, "bytes"),
    ("year", DAY, inkstone.SchemaError, "2024-05-01"),
    ("year", 1j, TypeError, "complex"),
    ("price", decimal.Decimal("1.5"), TypeError, "Decimal"),
    ("price", NAN, inkstone.SchemaError, "NaN"),
    ("price", 10**400, OverflowError, "float"),
    ("day", True, TypeError, "bool"),
    ("day", 1.5, inkstone.SchemaError, "double"),
    ("day", datetime.time(1), TypeError, "time"),
    ("day", datetime.timedelta(1), TypeError, "timedelta"),
    ("day", b"2024", inkstone.SchemaError, "bytes"),
    ("raw", "text", inkstone.SchemaError, "text"),
    ("raw", [1, 2], inkstone.SchemaError, "integer"),
]


@pytest.mark.parametrize("field, value, error, says", REFUSED, ids=id_of)
def test_any_other_value_is_refused_by_name_and_type(empty, field, value, error, says):
    with empty.writer() as writer:
        with pytest.raises(error, match=f"field ['\"]{field}['\"].*{says}"):
            writer.add({"id": "1", field: value})
        writer.add({"id": "2"})
    assert len(empty.reader()) == 1


@pytest.mark.parametrize("document", [Pair("a", "b"), Note("1"), [("id", "1")], "id", None])
def test_a_document_is_a_mapping(empty, document):
    with empty.writer() as writer:
        with pytest.raises(TypeError, match=f"dict, not {type(document).__name__}"):
            writer.add(document)


def test_other_mappings_and_names_of_fields_are_taken(empty):
    with empty.writer() as writer:
        writer.add(collections.ChainMap({"id": "1"}, {"id": "2", "year": 3}))
        writer.add(collections.UserDict({Text("id"): Text("2")}))
        with pytest.raises(TypeError, match="str, not bytes"):
            writer.add({b"id": "3"})
    assert empty.reader()["1"] == {"id": "1", "year": 3} and "2" in empty.reader()


def test_keys_that_differ_stay_apart(empty):
    with empty.writer() as writer:
        writer.add({"id": b"a\x80"})
        writer.add({"id": b"a\x81"})
        writer.add({"id": "a\ufffd"})
        for call in (writer.delete, empty.reader().find):
            with pytest.raises(ValueError, match="key: .*lone surrogate"):
                call(LONE)
            with pytest.raises(TypeError, match="key: .*PosixPath"):
                call(pathlib.Path("a"))
    assert len(empty.reader()) == 3


@pytest.mark.parametrize(
    "field, value, found",
    [
        ("tag", Name.ART, ["1", "2"]),
        ("tag", Text("art"), ["1", "2"]),
        ("year", Number.ONE, []),
        ("year", True, []),
        ("price", fractions.Fraction(25, 2), ["1"]),
        ("price", INF, []),
        ("day", datetime.datetime(2022, 12, 31, 2, tzinfo=PLUS_2), ["3"]),
        ("day", datetime.datetime(2022, 12, 31, tzinfo=Nowhere()), ["3"]),
    ],
    ids=id_of,
)
def test_terms_and_ranges_of_such_values(ids, field, value, found):
    assert ids(Query.term(field, value)) == found
    assert ids("*:*", filter=Query.range(field, value, value)) == found


@pytest.mark.parametrize(
    "value, error, says",
    [
        (decimal.Decimal(1), TypeError, "Decimal"),
        (Plain.ART, TypeError, "Plain"),
        (pathlib.Path("a"), TypeError, "PosixPath"),
        (datetime.time(1), TypeError, "time"),
        (datetime.timedelta(1), TypeError, "timedelta"),
        (bytearray(b"a"), TypeError, "bytearray"),
        (["a"], TypeError, "list"),
        (1j, TypeError, "complex"),
        (LONE, ValueError, "lone surrogate"),
        (NAN, ValueError, "(nan|NaN)"),
        ("art", ValueError, "integer"),
    ],
    ids=id_of,
)
def test_queries_for_any_other_value_name_the_field(reader, value, error, says):
    for make in (Query.term, Query.range):
        with pytest.raises(error, match=f"field ['\"]year['\"].*{says}"):
            reader.search(make("year", value))
    with pytest.raises(error, match=f"(field|facet) ['\"]year['\"].*{says}|bound|date"):
        reader.search("*:*", facets={"year": [value, 3000]})


def test_values_that_queries_alone_refuse():
    with pytest.raises(OverflowError, match="field 'year'.*64 bits"):
        Query.range("year", 10**5000)
    with pytest.raises(OverflowError, match="field 'price'.*float"):
        Query.range("price", 0.5, 10**400)
    with pytest.raises(TypeError, match="field 'price'.*Decimal"):
        Query.range("price", 0.5, decimal.Decimal(1))
    with pytest.raises(TypeError, match="field 'tag'.*NoneType"):
        Query.term("tag", None)  # type: ignore[arg-type]
    for make in (Query.match, Query.phrase, Query.prefix, Query.wildcard, Query.fuzzy):
        with pytest.raises(TypeError, match="field 'body'.*PosixPath"):
            make("body", pathlib.Path("a"))
        with pytest.raises(TypeError, match="expected str or bytes, not Decimal"):
            make(None, decimal.Decimal(1))


@pytest.mark.parametrize(
    "facets, says",
    [
        ({"year": 2.5}, "float"),
        ({"day": "2024"}, "str"),
        ({"day": DAY}, "date"),
        ({"year": [None, 1]}, "NoneType"),
        ({"year": [decimal.Decimal(1), 2]}, "Decimal"),
        ({"day": [datetime.time(1), DAY]}, "time"),
    ],
    ids=id_of,
)
def test_facets_over_any_other_bounds_name_the_field(reader, facets, says):
    with pytest.raises(TypeError, match=f"facet '{next(iter(facets))}'.*{says}"):
        reader.search("*:*", facets=facets)


def test_facets_and_sorts_of_such_values(reader):
    facets = {Text("tag"): Number.ONE}
    facets["year"] = (year for year in (2000, fractions.Fraction(4021, 2), 2020))
    facets["day"] = {datetime.date(2023, 1, 1): 0, NOON.replace(tzinfo=PLUS_2): 1}.keys()
    found = reader.search("*:*", facets=facets, sort=(Text("-year"),)).facets
    assert found["tag"] == [("tools", 3)]
    assert [count for _, count in found["year"]] == [2, 2]
    assert [count for _, count in found["day"]] == [3]
    with pytest.raises(TypeError, match="Sort or str, not PosixPath"):
        reader.search("*:*", sort=[pathlib.Path("year")])


def test_a_path_is_where_an_index_is(tmp_path):
    with make_schema() as schema:
        for place in (tmp_path / "a", bytes(tmp_path / "b"), str(tmp_path / "c")):
            inkstone.create(place, schema).close()
            inkstone.open(place).close()
    with pytest.raises(TypeError, match="NoneType"):
        inkstone.open(None)  # type: ignore[arg-type]
