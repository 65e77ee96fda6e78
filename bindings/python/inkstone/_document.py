"""Documents: a dict here, an ink_doc there."""

from __future__ import annotations

from ctypes import byref, c_char_p, c_double, c_int32, c_int64
from datetime import date
from numbers import Integral, Real
from typing import Any, Callable, Dict, Iterable, List, Mapping, Tuple

from . import _abi
from ._handle import Handle
from ._lib import lib
from ._values import borrowed, decode, encode, from_ms, name, signed, to_ms, format_date
from .extend import Tokens
from .schema import Field

Document = Dict[str, Any]


class DocBuilder(Handle):
    """One ink_doc, filled from one dict after another."""

    def __init__(self, index: Any, fields: Iterable[Field]) -> None:
        super().__init__(_abi.ink_doc, lib.ink_doc_free, lib.ink_doc_new, index)
        self._fields: Dict[str, Tuple[bytes, str]] = {}
        # The type, so that values are passed as it wants them.
        for field in fields:
            self._fields[field.name] = (name(field.name), field.type)

    def fill(self, document: Mapping[str, Any]) -> Any:
        """The ink_doc with the values of `document` and no others."""
        doc = self._ptr
        if not isinstance(document, Mapping):
            raise TypeError(f"a document is a dict, not {type(document).__name__}")
        lib.ink_doc_clear(doc)
        for key, value in document.items():
            if not isinstance(key, str):
                raise TypeError(f"the name of a field is a str, not {type(key).__name__}")
            field, kind = self._fields.get(key) or (name(key), "")
            self._put(doc, field, kind, value)
        return doc

    def _put(self, doc: Any, field: bytes, kind: str, value: Any) -> None:
        if isinstance(value, str):
            data = encode(value)
            lib.ink_doc_add_text(doc, field, data, len(data))
        elif value is None:
            pass
        elif isinstance(value, Tokens):
            array, text = value.pack()
            length = 0 if text is None else len(text)
            lib.ink_doc_add_tokens(doc, field, array, len(array), text, length)
        elif isinstance(value, (bytes, bytearray, memoryview)):
            data = bytes(value)
            # A keyword is exact bytes, and text may come undecoded.
            add = lib.ink_doc_add_text if kind in ("keyword", "text") else lib.ink_doc_add_bytes
            add(doc, field, data, len(data))
        elif isinstance(value, Integral) and kind != "double":
            lib.ink_doc_add_i64(doc, field, signed(field.decode(), int(value)))
        elif isinstance(value, Real):
            lib.ink_doc_add_f64(doc, field, float(value))
        elif isinstance(value, date):
            if kind in ("date", ""):
                lib.ink_doc_add_i64(doc, field, to_ms(value))
            else:
                self._put(doc, field, kind, format_date(to_ms(value)))
        elif isinstance(value, Iterable) and not isinstance(value, Mapping):
            for item in value:
                if isinstance(item, (list, tuple, set, frozenset)):
                    raise TypeError(f"field {field.decode()!r} holds a list within a list")
                self._put(doc, field, kind, item)
        else:
            raise TypeError(f"field {field.decode()!r} cannot hold a {type(value).__name__}")


def _value(doc: Any, i: int, kind: int) -> Any:
    if kind in (_abi.INK_I64, _abi.INK_DATE):
        whole = c_int64()
        lib.ink_doc_i64(doc, i, byref(whole))
        return whole.value if kind == _abi.INK_I64 else from_ms(whole.value)
    if kind == _abi.INK_F64:
        real = c_double()
        lib.ink_doc_f64(doc, i, byref(real))
        return real.value
    data = borrowed(lib.ink_doc_text, doc, i)
    if kind == _abi.INK_BYTES:
        return data
    if kind == _abi.INK_KEYWORD:
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError:
            return data
    return decode(data)


def read(multi: Iterable[str], call: Callable[..., int], *args: Any) -> Document:
    """A dict of the values of the ink_doc that a call makes.

    Fields of `multi` give a list always, others only where there are several values.
    """
    values: Dict[str, List[Any]] = {}
    with Handle(_abi.ink_doc, lib.ink_doc_free, call, *args) as handle:
        doc = handle._ptr
        field, kind = c_char_p(), c_int32()
        for i in range(lib.ink_doc_len(doc)):
            lib.ink_doc_field(doc, i, byref(field), byref(kind))
            key = (field.value or b"").decode("utf-8")
            values.setdefault(key, []).append(_value(doc, i, kind.value))
    several = set(multi)
    return {
        key: found if key in several or len(found) > 1 else found[0]
        for key, found in values.items()
    }
