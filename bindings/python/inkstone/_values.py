"""Between Python values and what C takes: text, names, numbers, dates.

ctypes cuts a name at its first NUL and an integer at its width without a word, so both
are checked here.
"""

from __future__ import annotations

import operator
import os
import re
from ctypes import byref, c_char_p, c_int64, c_size_t, create_string_buffer, string_at
from datetime import date, datetime, timedelta, timezone
from numbers import Integral, Real
from typing import Any, Callable, Union

from ._lib import lib

PathLike = Union[str, "os.PathLike[str]"]
Text = Union[str, bytes]
DateLike = Union[datetime, date, str, int]

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_MILLISECOND = timedelta(milliseconds=1)
_BACKEND = re.compile("[a-z][a-z0-9+]+:")  # one letter is part of a name


def encode(text: Text, what: str = "", exact: bool = False) -> bytes:
    """UTF-8. A lone surrogate becomes U+FFFD, as an invalid byte does in the library.

    With `exact` it is refused, as two values could become one. `what` is for messages.
    """
    if isinstance(text, bytes):
        return text
    if not isinstance(text, str):
        where = f"{what}: " if what else ""
        raise TypeError(f"{where}expected str or bytes, not {type(text).__name__}")
    try:
        return str.encode(text, "utf-8")
    except UnicodeEncodeError:
        pairs = str.encode(text, "utf-16-le", "surrogatepass")
    try:
        return pairs.decode("utf-16-le", "strict" if exact else "replace").encode("utf-8")
    except UnicodeDecodeError:
        raise ValueError(
            f"{what}: {text!r} holds a lone surrogate; such a value goes in as bytes"
        ) from None


def decode(data: bytes) -> str:
    return data.decode("utf-8", "replace")


def need(kind: type, value: object, other: str = "") -> None:
    """Refuse what is of no such class, nor of the others."""
    if not isinstance(value, kind):
        raise TypeError(f"expected a {kind.__name__}{other}, not {type(value).__name__}")


def name(text: str) -> bytes:
    """A NUL-terminated argument: a field, a spec, a mark."""
    if not isinstance(text, str):
        raise TypeError(f"expected str, not {type(text).__name__}")
    data = encode(text)
    if b"\0" in data:
        raise ValueError(f"{text!r} holds a NUL character")
    return data


def path(location: PathLike) -> bytes:
    data = os.fsencode(location)
    if b"\0" in data:
        raise ValueError(f"{location!r} holds a NUL character")
    return data


def absolute(location: PathLike) -> str:
    """What goes on meaning the same index after os.chdir(); servers are where they are."""
    text = os.fsdecode(location)
    match = _BACKEND.match(text)
    start = match.end() if match else 0
    if text.startswith("/", start):
        return text
    return text[:start] + os.path.join(os.getcwd(), text[start:])


def _whole(what: str, value: int) -> int:
    try:
        return operator.index(value)
    except TypeError:
        raise TypeError(f"{what}: expected an integer, not {type(value).__name__}") from None


def unsigned(what: str, value: int, bits: int) -> int:
    """`value`, if it is an integer of so many bits."""
    value = _whole(what, value)
    if not 0 <= value < 1 << bits:
        raise ValueError(f"{what} must be from 0 to {(1 << bits) - 1}, not {value}")
    return value


def signed(what: str, value: int) -> int:
    """`value`, if it is an integer that fits int64_t."""
    value = _whole(what, value)
    if not -(1 << 63) <= value < 1 << 63:
        # Python refuses to write the longest ones out.
        shown = value if value.bit_length() < 256 else "an integer"
        raise OverflowError(f"{what}: {shown} does not fit 64 bits")
    return value


def real(what: str, value: float) -> float:
    """`value` as a float, if it is a number."""
    if not isinstance(value, (int, float, Real)):
        raise TypeError(f"{what} must be a number, not {type(value).__name__}")
    try:
        return float(value)
    except OverflowError:
        raise OverflowError(f"{what}: an integer too large for a float") from None


def borrowed(call: Callable[..., int], *args: Any) -> bytes:
    """A copy of the text that a call with `const char **, size_t *` lends."""
    text, length = c_char_p(), c_size_t()
    call(*args, byref(text), byref(length))
    return string_at(text, length.value)


def current(call: Callable[..., Any], pointer: Any) -> bytes:
    """A copy of the text that a `_text(handle, size_t *)` function lends."""
    length = c_size_t()
    text = call(pointer, byref(length))
    return string_at(text, length.value)


def parse_date(text: str) -> int:
    """Milliseconds since 1970 of an ISO 8601 date, UTC when it names no zone."""
    data, out = encode(text), c_int64()
    lib.ink_date_parse(data, len(data), byref(out))
    return out.value


def format_date(ms: int) -> str:
    """ISO 8601 in UTC, such as "2024-05-01T10:00:00Z"."""
    buffer = create_string_buffer(32)
    lib.ink_date_format(signed("date", ms), buffer, len(buffer))
    return buffer.value.decode("ascii")


def to_ms(value: DateLike, what: str = "date") -> int:
    """Milliseconds since 1970. A datetime without a zone and a date are taken as UTC."""
    if isinstance(value, datetime):
        if value.utcoffset() is None:
            value = value.replace(tzinfo=timezone.utc)
        return (value - _EPOCH) // _MILLISECOND
    if isinstance(value, date):
        return (value.toordinal() - _EPOCH.toordinal()) * 86400000
    if isinstance(value, str):
        return parse_date(value)
    return signed(what, value)


def from_ms(ms: int) -> Union[datetime, int]:
    """A datetime in UTC, or `ms` itself outside the years 1 to 9999."""
    try:
        return _EPOCH + ms * _MILLISECOND
    except OverflowError:
        return ms


def as_term(value: Union[str, bytes, int, float, date], what: str) -> bytes:
    """A term or bound as text: what a keyword, number or date field is asked for."""
    if isinstance(value, (str, bytes)):
        return encode(value, what, True)
    if isinstance(value, date):
        return format_date(to_ms(value)).encode("ascii")
    # Not repr(), which enumerations and other subclasses have changed.
    if isinstance(value, Integral):
        return int.__repr__(int(value)).encode("ascii")
    if isinstance(value, Real):
        return float.__repr__(float(value)).encode("ascii")
    raise TypeError(f"{what}: expected text, a number or a date, not {type(value).__name__}")
