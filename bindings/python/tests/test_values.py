"""Errors, dates and checks that this package makes before it calls C."""

from __future__ import annotations

import copy
import datetime
import pickle

import inkstone
import pytest
from inkstone import _abi, _values, errors

UTC = datetime.timezone.utc
PLUS_2 = datetime.timezone(datetime.timedelta(hours=2))


def test_one_class_per_status_code():
    codes = {
        value
        for name, value in vars(_abi).items()
        if name.startswith("INK_E") and isinstance(value, int) and value < 0
    }
    classes = inkstone.InkError.__subclasses__()
    assert {cls.code for cls in classes} == codes
    assert len(classes) == len(codes)
    for cls in classes:
        assert getattr(inkstone, cls.__name__) is cls
        assert errors.from_record(cls.code, _abi.ink_error()).name.startswith("INK_E")


def test_names_agree_with_the_library():
    from inkstone._lib import lib

    for cls in inkstone.InkError.__subclasses__():
        assert lib.ink_status_name(cls.code).decode() == cls("x").name
    assert lib.ink_status_name(-1234) == b"INK_E?"


@pytest.mark.parametrize(
    "cls, builtin",
    [
        (inkstone.OutOfMemoryError, MemoryError),
        (inkstone.StorageError, OSError),
        (inkstone.NotFoundError, LookupError),
        (inkstone.InvalidError, ValueError),
        (inkstone.ParseError, ValueError),
        (inkstone.SchemaError, ValueError),
        (inkstone.SearchTimeoutError, TimeoutError),
    ],
)
def test_natural_builtins(cls, builtin):
    with pytest.raises(builtin):
        raise cls("why")


@pytest.mark.parametrize("cls", inkstone.InkError.__subclasses__())
def test_errors_can_be_copied_and_pickled(cls):
    error = cls("disk full", offset=3, sys_errno=28)
    for twin in (pickle.loads(pickle.dumps(error)), copy.copy(error)):
        assert type(twin) is cls
        assert (twin.code, twin.offset, twin.sys_errno) == (cls.code, 3, 28)
        assert str(twin) == "disk full (at byte 3)"
    if isinstance(error, inkstone.StorageError):
        assert error.errno == 28


def test_an_unknown_code_is_still_an_error():
    error = errors.from_record(-77, _abi.ink_error(offset=-1, message=b"odd"))
    assert type(error) is inkstone.InkError
    assert (error.code, error.name, error.offset, str(error)) == (-77, "INK_E?", None, "odd")


def test_dates_of_the_library():
    assert inkstone.parse_date("1970-01-01") == 0
    assert inkstone.parse_date("2024-05-01T10:00:00+02:00") == 1714550400000
    assert inkstone.format_date(1714550400000) == "2024-05-01T08:00:00Z"
    assert inkstone.format_date(1) == "1970-01-01T00:00:00.001Z"
    with pytest.raises(inkstone.ParseError) as caught:
        inkstone.parse_date("2024-99-01")
    assert caught.value.offset is not None
    with pytest.raises(inkstone.InvalidError):
        inkstone.format_date(1 << 62)
    with pytest.raises(OverflowError):
        inkstone.format_date(1 << 63)


@pytest.mark.parametrize(
    "value, ms",
    [
        (0, 0),
        (datetime.date(1970, 1, 2), 86400000),
        (datetime.datetime(1970, 1, 1, 0, 0, 1), 1000),
        (datetime.datetime(1969, 12, 31, 23, 59, 59, 999000, UTC), -1),
        (datetime.datetime(1970, 1, 1, 2, tzinfo=PLUS_2), 0),
        ("1970-01-01T00:00:01Z", 1000),
        (datetime.datetime.max.replace(tzinfo=UTC), 253402300799999),
    ],
)
def test_dates_become_milliseconds(value, ms):
    assert _values.to_ms(value) == ms


def test_milliseconds_become_dates_in_utc():
    assert _values.from_ms(-1) == datetime.datetime(1969, 12, 31, 23, 59, 59, 999000, UTC)
    assert _values.from_ms(1 << 62) == 1 << 62


def test_surrogates_are_joined_or_replaced():
    assert _values.encode("a\ud83d\ude00") == "a😀".encode()
    assert _values.encode("a\udc00b") == "a\ufffdb".encode()


@pytest.mark.parametrize("value", [-1, 1 << 32])
def test_numbers_do_not_wrap(value):
    with pytest.raises(ValueError, match="slop"):
        inkstone.Query.phrase("a", "b c", slop=value)


def test_version_is_that_of_the_headers():
    wanted = (_abi.INK_VERSION_MAJOR, _abi.INK_VERSION_MINOR)
    assert tuple(int(part) for part in inkstone.version().split("."))[:2] == wanted
    assert inkstone.__version__.split(".")[:2] == [str(part) for part in wanted]
    assert all(hasattr(inkstone, name) for name in inkstone.__all__)


def test_a_path_is_made_absolute_behind_the_name_of_its_backend(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    here = str(tmp_path)
    for given, found in [
        ("notes", f"{here}/notes"),
        (b"a/b:c", f"{here}/a/b:c"),
        ("n:otes", f"{here}/n:otes"),
        ("xapian:notes?stem=en", f"xapian:{here}/notes?stem=en"),
        ("/notes", "/notes"),
        ("xapian:/notes", "xapian:/notes"),
        ("xapian+tcp://a:1,b:2", "xapian+tcp://a:1,b:2"),
    ]:
        assert _values.absolute(given) == found


@pytest.mark.parametrize(
    "call",
    [
        lambda: inkstone.Query.all().boost("2"),
        lambda: inkstone.Schema(k1="1"),
        lambda: inkstone.Schema().bm25(1, None),
        lambda: inkstone.Schema().text("body", weight="2"),
        lambda: inkstone.Schema().text("body").weight("body", "2"),
        lambda: inkstone.format_date(1.5),
        lambda: inkstone.Query.range("day", "2024", datetime.time(1)),
    ],
)
def test_what_is_no_number_is_a_type_error(call):
    with pytest.raises(TypeError, match="number|integer"):
        call()
