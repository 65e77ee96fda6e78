"""The fields of an index."""

from __future__ import annotations

from ctypes import byref, c_char_p, c_double, c_int32, c_uint32
from typing import Any, Dict, Iterator, List, NamedTuple, Optional

from . import _abi
from ._handle import Handle
from ._lib import lib
from ._values import name as c_name, real

TYPES: Dict[int, str] = {
    _abi.INK_TEXT: "text",
    _abi.INK_KEYWORD: "keyword",
    _abi.INK_I64: "integer",
    _abi.INK_F64: "double",
    _abi.INK_DATE: "date",
    _abi.INK_BYTES: "bytes",
}
CODES: Dict[str, int] = {text: code for code, text in TYPES.items()}


class Field(NamedTuple):
    """One field: its name, type ("text" ... "bytes"), flags, analyzer and weight."""

    name: str
    type: str
    stored: bool = False
    multi: bool = False
    key: bool = False
    positions: bool = True
    analyzer: Optional[str] = None
    weight: float = 1.0
    pairs: bool = False

    @property
    def code(self) -> int:
        """The INK_* value of the type."""
        try:
            return CODES[self.type]
        except KeyError:
            raise ValueError(
                f"no field type {self.type!r}; there are {', '.join(CODES)}"
            ) from None

    @property
    def flags(self) -> int:
        """The INK_* flags."""
        return (
            (_abi.INK_STORED if self.stored else 0)
            | (_abi.INK_MULTI if self.multi else 0)
            | (_abi.INK_KEY if self.key else 0)
            | (0 if self.positions else _abi.INK_NO_POSITIONS)
            | (_abi.INK_PAIRS if self.pairs else 0)
        )

    @property
    def spec(self) -> Optional[bytes]:
        """The analyzer as C takes it."""
        return None if self.analyzer is None else c_name(self.analyzer)


class Schema(Handle):
    """The fields of an index, built by one call a field.

    Reads like a mapping from names to Field.
    """

    def __init__(self, *, k1: Optional[float] = None, b: Optional[float] = None) -> None:
        super().__init__(_abi.ink_schema, lib.ink_schema_free, lib.ink_schema_new)
        if k1 is not None or b is not None:
            self.bm25(0.9 if k1 is None else k1, 0.4 if b is None else b)

    @classmethod
    def _of(cls, index: Any) -> Schema:
        schema = cls.__new__(cls)
        Handle.__init__(schema, _abi.ink_schema, lib.ink_schema_free, lib.ink_index_schema, index)
        return schema

    def add(self, field: Field) -> Schema:
        """Add a field; returns the schema, so that calls can be chained."""
        field_name = c_name(field.name)
        lib.ink_schema_add_field(self._ptr, field_name, field.code, field.flags, field.spec)
        if field.weight != 1.0:
            self.weight(field.name, field.weight)
        return self

    def text(
        self,
        name: str,
        *,
        stored: bool = False,
        multi: bool = False,
        positions: bool = True,
        analyzer: Optional[str] = None,
        weight: float = 1.0,
        pairs: bool = False,
    ) -> Schema:
        """Text that is analyzed, ranked and highlighted.

        Without positions there are no phrases and the index is smaller. With `pairs`,
        phrases with words like "the" are found faster and the index is larger. `multi`
        asks for a list when a document is read back; text may hold several values anyway.
        """
        return self.add(
            Field(name, "text", stored, multi, False, positions, analyzer, weight, pairs)
        )

    def keyword(
        self, name: str, *, stored: bool = False, multi: bool = False, key: bool = False
    ) -> Schema:
        """An exact value for filters, facets and sorting; `key` makes it the unique key."""
        return self.add(Field(name, "keyword", stored, multi, key))

    def integer(self, name: str, *, stored: bool = False, multi: bool = False) -> Schema:
        """A 64-bit integer."""
        return self.add(Field(name, "integer", stored, multi))

    def double(self, name: str, *, stored: bool = False, multi: bool = False) -> Schema:
        """A floating-point number."""
        return self.add(Field(name, "double", stored, multi))

    def date(self, name: str, *, stored: bool = False, multi: bool = False) -> Schema:
        """A point in time, to the millisecond."""
        return self.add(Field(name, "date", stored, multi))

    def bytes(self, name: str, *, stored: bool = True, multi: bool = False) -> Schema:
        """Bytes that are kept and never searched."""
        return self.add(Field(name, "bytes", stored, multi))

    def weight(self, name: str, factor: float) -> Schema:
        """Multiply what a text field adds to a score."""
        lib.ink_schema_set_weight(self._ptr, c_name(name), real("weight", factor))
        return self

    def bm25(self, k1: float, b: float) -> Schema:
        """Set the BM25 parameters of the index."""
        lib.ink_schema_set_bm25(self._ptr, real("k1", k1), real("b", b))
        return self

    def __len__(self) -> int:
        return int(lib.ink_schema_len(self._ptr))

    def __iter__(self) -> Iterator[Field]:
        for i in range(len(self)):
            yield self._field(i)

    def __getitem__(self, name: str) -> Field:
        for field in self:
            if field.name == name:
                return field
        raise KeyError(name)

    def __contains__(self, name: object) -> bool:
        return any(field.name == name for field in self)

    def _field(self, i: int) -> Field:
        name, analyzer = c_char_p(), c_char_p()
        kind, flags, weight = c_int32(), c_uint32(), c_double()
        lib.ink_schema_field(
            self._ptr, i, byref(name), byref(kind), byref(flags), byref(analyzer), byref(weight)
        )
        return Field(
            (name.value or b"").decode("utf-8"),
            TYPES.get(kind.value, str(kind.value)),
            bool(flags.value & _abi.INK_STORED),
            bool(flags.value & _abi.INK_MULTI),
            bool(flags.value & _abi.INK_KEY),
            not flags.value & _abi.INK_NO_POSITIONS,
            (analyzer.value or b"").decode("utf-8") or None,
            weight.value,
            bool(flags.value & _abi.INK_PAIRS),
        )

    def __repr__(self) -> str:
        if self.closed:
            return super().__repr__()
        return f"<Schema {', '.join(f'{f.name}: {f.type}' for f in self)}>"


def fields_of(index: Handle) -> List[Field]:
    """The fields of an open ink_index."""
    with Schema._of(index._ptr) as schema:
        return list(schema)
