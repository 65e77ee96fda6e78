"""A library of five notes, and the indexes that the tests start from.

Nothing here skips: without the C library the import of inkstone fails, and so do the
tests. It is imported late, so that test_abi.py alone can do without.
"""

from __future__ import annotations

import datetime
import numbers

import pytest

NOTES = [
    {
        "id": "1",
        "title": "Ink stone",
        "body": "磨墨用的硯台，文房四宝之一。",
        "tag": ["art", "tools"],
        "day": "2024-05-01",
        "year": 2001,
        "price": 12.5,
    },
    {
        "id": "2",
        "title": "Ink stick",
        "body": "A stick of ink is ground on an ink stone with water.",
        "tag": ["art"],
        "day": datetime.datetime(2023, 1, 2, 3, 4, 5, 678000, tzinfo=datetime.timezone.utc),
        "year": 2010,
        "price": 3,
    },
    {
        "id": "3",
        "title": "すずり",
        "body": "硯は墨を磨るための道具です。",
        "tag": ["tools"],
        "day": datetime.date(2022, 12, 31),
        "year": 2019,
        "price": 40.0,
    },
    {
        "id": "4",
        "title": "Paper",
        "body": "Rice paper & brushes <soft>, the quick brown fox.",
        "tag": ["old"],
        "year": 1999,
    },
    {
        "id": "5",
        "title": "Brush",
        "body": "The fox is brown; the brush is quick to dry.",
        "tag": ["old", "tools"],
        "day": 1704067200000,
        "year": 2015,
        "price": -1.5,
    },
]


@numbers.Integral.register
class Whole:
    """An integer that is no int, as those of numpy are."""

    def __init__(self, value):
        self.value = value

    def __index__(self):
        return self.value

    def __float__(self):
        return float(self.value)

    __int__ = __index__


def make_schema():
    import inkstone

    schema = inkstone.Schema()
    schema.text("title", stored=True, weight=2.0)
    schema.text("body", stored=True)
    schema.keyword("id", key=True, stored=True)
    schema.keyword("tag", multi=True, stored=True)
    schema.date("day", stored=True)
    schema.integer("year", stored=True)
    schema.double("price", stored=True)
    schema.bytes("raw")
    return schema


@pytest.fixture
def schema():
    with make_schema() as made:
        yield made


@pytest.fixture
def location(tmp_path):
    return tmp_path / "notes.ink"


@pytest.fixture
def empty(location, schema):
    """An index without documents."""
    import inkstone

    with inkstone.Index.create(location, schema) as index:
        yield index


@pytest.fixture
def index(empty):
    """The five notes, committed once, in one thread so that their order is known."""
    with empty.writer() as writer:
        assert writer.add_all(NOTES) == len(NOTES)
    return empty


@pytest.fixture
def reader(index):
    with index.reader() as opened:
        yield opened


@pytest.fixture
def ids(reader):
    """Search, and the keys of what was found: sorted, so that ranking does not matter."""

    def search(query, **options):
        options.setdefault("limit", 100)
        return sorted(hit["id"] for hit in reader.search(query, **options))

    return search
