"""What to look for."""

from __future__ import annotations

from ctypes import POINTER, c_int32
from datetime import date
from numbers import Integral, Real
from typing import TYPE_CHECKING, Any, Callable, Iterable, List, Optional, Tuple, Union

from . import _abi
from ._handle import Handle
from ._lib import lib
from ._values import Text, as_term, borrowed, decode, encode, name, need, real, signed
from ._values import to_ms, unsigned

if TYPE_CHECKING:
    from .index import Index

Term = Union[str, bytes, int, float, date]
Bound = Optional[Term]

# Query.bool and Query.all hide the builtins from the annotations in the class.
_Bool = bool


def _field(field: Optional[str]) -> Optional[bytes]:
    return None if field is None else name(field)


def _where(field: Optional[str]) -> str:
    return "" if field is None else f"field {field!r}"


class Query(Handle):
    """An immutable query; may be shared by threads and used by any index.

    Join queries by `a & b`, `a | b` and `~a` (every document but those of a, without a
    score). str() gives the canonical form, which parses to the same query.
    """

    def __init__(self, call: Callable[..., int], *args: Any) -> None:
        super().__init__(_abi.ink_query, lib.ink_query_free, call, *args)
        # What an operator joined, so that a chain of it stays one flat query: the depth
        # of a query is bounded.
        self._joined: Tuple[str, Tuple[Query, ...]] = ("", ())

    @classmethod
    def parse(
        cls, index: Index, text: str, *, all: _Bool = False, plain: _Bool = False
    ) -> Query:
        """Parse a query string.

        With `all`, words without an operator must all match; with `plain` there is no
        syntax. ParseError and an unknown field's NotFoundError tell the byte offset.
        """
        flags = (_abi.INK_PARSE_ALL if all else 0) | (_abi.INK_PARSE_PLAIN if plain else 0)
        data = encode(text)
        return cls(lib.ink_query_parse, index._ptr, data, len(data), flags)

    @classmethod
    def term(cls, field: str, value: Term) -> Query:
        """Documents that hold an exact value, which is not analyzed.

        Of a date field an int is milliseconds since 1970, but from 1000 to 9999 a year.
        """
        data = as_term(value, _where(field))
        return cls(lib.ink_query_term, name(field), data, len(data))

    @classmethod
    def match(cls, field: Optional[str], text: Text) -> Query:
        """What a person typed: analyzed, joined by OR; None means every text field."""
        data = encode(text, _where(field))
        return cls(lib.ink_query_match, _field(field), data, len(data))

    @classmethod
    def phrase(cls, field: Optional[str], text: Text, slop: int = 0) -> Query:
        """Words in order, moved by `slop` positions in all; CJK text exactly."""
        data = encode(text, _where(field))
        return cls(
            lib.ink_query_phrase, _field(field), data, len(data), unsigned("slop", slop, 32)
        )

    @classmethod
    def prefix(cls, field: Optional[str], text: Text) -> Query:
        """Terms that start with `text`."""
        data = encode(text, _where(field))
        return cls(lib.ink_query_prefix, _field(field), data, len(data))

    @classmethod
    def wildcard(cls, field: Optional[str], pattern: Text) -> Query:
        """Terms that match a pattern of `?`, `*` and `\\`."""
        data = encode(pattern, _where(field))
        return cls(lib.ink_query_wildcard, _field(field), data, len(data))

    @classmethod
    def fuzzy(cls, field: Optional[str], text: Text, distance: int = 1) -> Query:
        """Terms within `distance` edits (1 or 2)."""
        data = encode(text, _where(field))
        return cls(
            lib.ink_query_fuzzy, _field(field), data, len(data), unsigned("distance", distance, 32)
        )

    @classmethod
    def range(
        cls,
        field: str,
        lo: Bound = None,
        hi: Bound = None,
        *,
        open_lo: _Bool = False,
        open_hi: _Bool = False,
    ) -> Query:
        """Values from `lo` to `hi`: integers, floats, dates or text; None is no bound.

        The bounds belong to the range unless `open_lo` or `open_hi` say otherwise. A
        date is the midnight in UTC that begins it. Over a date field integers are milliseconds
        since 1970, and a year is text: "2024". What str() makes of them says years where they are
        from 1000 to 9999.
        """
        flags = (_abi.INK_OPEN_LO if open_lo else 0) | (_abi.INK_OPEN_HI if open_hi else 0)
        flags |= (_abi.INK_NO_LO if lo is None else 0) | (_abi.INK_NO_HI if hi is None else 0)
        is_real = any(isinstance(b, Real) and not isinstance(b, Integral) for b in (lo, hi))
        is_text = isinstance(lo, (str, bytes)) or isinstance(hi, (str, bytes))
        if is_text or (is_real and not (_is_exact(field, lo) and _is_exact(field, hi))):
            low, high = (b"" if b is None else as_term(b, _where(field)) for b in (lo, hi))
            return cls(
                lib.ink_query_range_text, name(field), low, len(low), high, len(high), flags
            )
        if is_real:
            reals = (_real(field, lo), _real(field, hi))
            return cls(lib.ink_query_range_f64, name(field), *reals, flags)
        wholes = (_whole(field, lo), _whole(field, hi))
        return cls(lib.ink_query_range_i64, name(field), *wholes, flags)

    @classmethod
    def all(cls) -> Query:
        """Every document, each with score 1."""
        return cls(lib.ink_query_all)

    @classmethod
    def bool(
        cls,
        *,
        must: Iterable[Query] = (),
        should: Iterable[Query] = (),
        must_not: Iterable[Query] = (),
        filter: Iterable[Query] = (),
        min_should: int = 0,
    ) -> Query:
        """Join queries; each argument takes one query or several.

        `min_should` is how many of `should` have to match; 0 means one if there is no
        `must` or `filter`, else none. With fewer than `min_should` of them nothing matches;
        with `must_not` alone, and no `min_should`, every other document does.
        """
        clauses: List[Tuple[Query, int]] = []
        for group, occur in (
            (must, _abi.INK_MUST),
            (should, _abi.INK_SHOULD),
            (must_not, _abi.INK_MUST_NOT),
            (filter, _abi.INK_FILTER),
        ):
            members = [group] if isinstance(group, Query) else group
            clauses.extend((member, occur) for member in members)
        for member, _ in clauses:
            need(Query, member)
        n = len(clauses)
        queries = (POINTER(_abi.ink_query) * n)(*[query._ptr for query, _ in clauses])
        occurs = (c_int32 * n)(*[occur for _, occur in clauses])
        least = unsigned("min_should", min_should, 32)
        return cls(lib.ink_query_bool, queries, occurs, n, least)

    def boost(self, factor: float) -> Query:
        """The same query with its scores multiplied, by 0 to 1e6."""
        return type(self)(lib.ink_query_boost, self._ptr, real("factor", factor))

    def _chain(self, operator: str, other: Query) -> Tuple[Query, ...]:
        parts: Tuple[Query, ...] = ()
        for query in (self, other):
            _ = query._ptr  # refuses a closed one
            kind, members = query._joined
            # What it was joined of may be closed by now; it lives on as a whole.
            flat = kind == operator and not any(member.closed for member in members)
            parts += members if flat else (query,)
        return parts

    def _denied(self) -> Optional[Query]:
        """What `~` was applied to, unless that is closed."""
        kind, members = self._joined
        return members[0] if kind == "~" and not members[0].closed else None

    def __and__(self, other: Query) -> Query:
        if not isinstance(other, Query):
            return NotImplemented
        parts = self._chain("&", other)
        denied = [part._denied() for part in parts]
        wanted = [part for part, query in zip(parts, denied) if query is None]
        unwanted = [query for query in denied if query is not None]
        base = () if wanted else (Query.all(),)
        query = Query.bool(must=wanted, must_not=unwanted, filter=base)
        query._joined = ("&", parts)
        return query

    def __or__(self, other: Query) -> Query:
        if not isinstance(other, Query):
            return NotImplemented
        parts = self._chain("|", other)
        query = Query.bool(should=parts)
        query._joined = ("|", parts)
        return query

    def __invert__(self) -> Query:
        query = Query.bool(must_not=[self], filter=[Query.all()])
        query._joined = ("~", (self,))
        return query

    def __str__(self) -> str:
        return decode(borrowed(lib.ink_query_text, self._ptr))

    def __repr__(self) -> str:
        return super().__repr__() if self.closed else f"<Query {self}>"


def _real(field: str, bound: Any) -> float:
    if isinstance(bound, date):
        raise TypeError(f"{_where(field)}: a range from a date to a float")
    return 0.0 if bound is None else real(_where(field), bound)


def _is_exact(field: str, bound: Any) -> bool:
    """False for an integer that a float would round; as text it stays what it is."""
    return not isinstance(bound, Integral) or int(real(_where(field), bound)) == int(bound)


def _whole(field: str, bound: Any) -> int:
    if isinstance(bound, date):
        return to_ms(bound)
    return 0 if bound is None else signed(_where(field), bound)


def as_query(index: Any, query: Union[Query, str]) -> Query:
    """`query`, parsed if it is a string: with an Index, or the Handle that one holds."""
    if isinstance(query, str):
        return Query.parse(index, query)
    need(Query, query, " or str")
    return query
