"""Documents: a dict here, an ink_doc there."""

from __future__ import annotations

from ctypes import POINTER, byref, c_char_p, c_double, c_int32, c_int64, c_size_t, string_at
from datetime import date
from numbers import Integral, Real
from typing import Any, Callable, Container, Dict, Iterable, Iterator, List, Mapping, Tuple
from typing import Union

from . import _abi
from ._handle import Handle
from ._lib import fail, lib, raw
from ._values import decode, encode, format_date, from_ms, name, real, signed, to_ms
from .extend import Tokens
from .schema import Field

Document = Dict[str, Any]

# A field as C takes it, its type, so that values are passed as it wants them, and what
# messages call it.
Target = Tuple[bytes, str, str]

_DOC = POINTER(_abi.ink_doc)
_NUMBERS = (_abi.INK_I64, _abi.INK_F64, _abi.INK_DATE)
# The builtins first: asking an abstract class takes longer.
_WHOLE = (int, Integral)
_REAL = (float, Real)


def _target(field: str, kind: str) -> Target:
    return name(field), kind, f"field {field!r}"


class DocBuilder(Handle):
    """One ink_doc, filled from one dict after another."""

    def __init__(self, index: Any, fields: Iterable[Field]) -> None:
        super().__init__(_abi.ink_doc, lib.ink_doc_free, lib.ink_doc_new, index)
        self._record = _abi.ink_error()
        self._at = byref(self._record)
        self._fields = {field.name: _target(field.name, field.type) for field in fields}

    def fill(self, document: Mapping[str, Any]) -> Any:
        """The ink_doc with the values of `document` and no others."""
        doc = self._ptr
        if not isinstance(document, Mapping):
            raise TypeError(f"a document is a dict, not {type(document).__name__}")
        lib.ink_doc_clear(doc)
        for key, value in document.items():
            if not isinstance(key, str):
                raise TypeError(f"the name of a field is a str, not {type(key).__name__}")
            self._put(doc, self._fields.get(key) or _target(key, ""), value)
        return doc

    def _add(self, add: Callable[..., int], *args: Any) -> None:
        status = add(*args, self._at)
        if status < 0:
            fail(status, self._record)

    def _put(self, doc: Any, target: Target, value: Any, within: str = "") -> None:
        """Add a value, or those of a list; `within` is the type of list that it was in."""
        field, kind, label = target
        if isinstance(value, str):
            data = encode(value, label, kind == "keyword")
            self._add(raw.ink_doc_add_text, doc, field, data, len(data))
        elif value is None:
            pass
        elif isinstance(value, list) and not within:
            self._put_all(doc, target, value)
        elif isinstance(value, _WHOLE) and kind != "double":
            if kind == "date" and isinstance(value, bool):
                raise TypeError(f"{label} cannot hold a bool")
            self._add(raw.ink_doc_add_i64, doc, field, signed(label, int(value)))
        elif isinstance(value, _REAL):
            number = value if type(value) is float else real(label, value)
            self._add(raw.ink_doc_add_f64, doc, field, number)
        elif isinstance(value, Tokens):
            array, text = value.pack()
            length = 0 if text is None else len(text)
            self._add(raw.ink_doc_add_tokens, doc, field, array, len(array), text, length)
        elif isinstance(value, (bytes, bytearray, memoryview)):
            data = bytes(value)
            # A keyword is exact bytes, and text may come undecoded.
            is_text = kind in ("keyword", "text")
            add = raw.ink_doc_add_text if is_text else raw.ink_doc_add_bytes
            self._add(add, doc, field, data, len(data))
        elif isinstance(value, date):
            if kind in ("date", ""):
                self._add(raw.ink_doc_add_i64, doc, field, to_ms(value))
            else:
                self._put(doc, target, format_date(to_ms(value)))
        elif isinstance(value, Iterable) and not isinstance(value, Mapping) and not within:
            self._put_all(doc, target, value)
        else:
            place = f" within a {within}" if within else ""
            raise TypeError(f"{label} cannot hold a {type(value).__name__}{place}")

    def _put_all(self, doc: Any, target: Target, values: Iterable[Any]) -> None:
        within = type(values).__name__
        for item in values:
            self._put(doc, target, item, within)


class _Values:
    """The values of one ink_doc: what the calls fill in is made once for all of them."""

    def __init__(self, doc: Any) -> None:
        self._doc = doc
        self._record = _abi.ink_error()
        self._at = byref(self._record)

    def _check(self, status: int) -> None:
        if status < 0:
            fail(status, self._record)

    def __iter__(self) -> Iterator[Tuple[str, Any]]:
        doc, at, read_field, read_text = self._doc, self._at, raw.ink_doc_field, raw.ink_doc_text
        field, kind, text, length = c_char_p(), c_int32(), c_char_p(), c_size_t()
        to_field, to_kind, to_text, to_length = map(byref, (field, kind, text, length))
        for i in range(lib.ink_doc_len(doc)):
            self._check(read_field(doc, i, to_field, to_kind, at))
            code = kind.value
            if code in _NUMBERS:
                value = self._number(i, code)
            else:
                self._check(read_text(doc, i, to_text, to_length, at))
                value = _text(string_at(text, length.value), code)
            yield (field.value or b"").decode("utf-8"), value

    def _number(self, i: int, code: int) -> Any:
        number: Any = c_double() if code == _abi.INK_F64 else c_int64()
        read = raw.ink_doc_f64 if code == _abi.INK_F64 else raw.ink_doc_i64
        self._check(read(self._doc, i, byref(number), self._at))
        return from_ms(number.value) if code == _abi.INK_DATE else number.value


def _text(data: bytes, code: int) -> Union[str, bytes]:
    if code == _abi.INK_BYTES:
        return data
    if code == _abi.INK_KEYWORD:
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError:
            return data
    return decode(data)


def read(multi: Container[str], call: Callable[..., int], *args: Any) -> Document:
    """A dict of the values of the ink_doc that a call makes.

    Fields of `multi` give a list always, others only where there are several values.
    """
    free, doc = lib.ink_doc_free, _DOC()
    found: Dict[str, List[Any]] = {}
    try:
        call(*args, byref(doc))
        for key, value in _Values(doc):
            found.setdefault(key, []).append(value)
    finally:
        # Not a Handle, which takes longer than a value, nor __del__(), which would swallow a
        # Ctrl-C. One that comes just here, in older versions of Python, costs the document.
        free(doc)
    return {
        key: values if key in multi or len(values) > 1 else values[0]
        for key, values in found.items()
    }
