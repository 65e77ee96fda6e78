"""What a search found."""

from __future__ import annotations

import operator
import reprlib
from array import array
from ctypes import byref, c_char_p, c_double, c_int32, c_size_t, c_uint64, string_at
from typing import (
    Any,
    Dict,
    FrozenSet,
    Iterator,
    KeysView,
    List,
    Optional,
    Sequence,
    Tuple,
    Union,
    overload,
)

from . import _abi, _document
from ._document import Document
from ._handle import Handle
from ._lib import lib
from ._values import borrowed, decode, name
from .errors import InkError

_shorten = reprlib.Repr()
_shorten.maxstring = 40
_shorten.maxdict = 6

_BLOCK = 1000  # hits that are asked for in one call


class Hit:
    """One document that was found. Valid as long as its results are open."""

    __slots__ = ("_results", "_fields", "rank", "doc_id", "score")

    def __init__(self, results: Results, rank: int, doc_id: int, score: float) -> None:
        self._results = results
        self._fields: Optional[Document] = None
        self.rank = rank
        self.doc_id = doc_id
        self.score = score

    @property
    def fields(self) -> Document:
        """The stored values of the document."""
        if self._fields is None:
            self._fields = self._results._doc(self.rank)
        return self._fields

    def __getitem__(self, field: str) -> Any:
        return self.fields[field]

    def __contains__(self, field: object) -> bool:
        return field in self.fields

    def __iter__(self) -> Iterator[str]:
        return iter(self.fields)

    def keys(self) -> KeysView[str]:
        """The names of the fields that have a value, so that dict(hit) works."""
        return self.fields.keys()

    def get(self, field: str, default: Any = None) -> Any:
        """A stored value, or `default`."""
        return self.fields.get(field, default)

    def text(self, field: str) -> str:
        """The first stored value of a field as text; NotFoundError when there is none."""
        return self._results._text(lib.ink_results_stored, self.rank, name(field))

    def snippet(self, field: str) -> str:
        """The passage asked for by search(snippet=...); "" without a value in the field."""
        return self._results._text(lib.ink_results_snippet, self.rank, name(field))

    def explain(self) -> str:
        """The arithmetic behind the score, one step a line."""
        return self._results._text(lib.ink_results_explain, self.rank)

    @property
    def cursor(self) -> str:
        """Where this hit stands, for search(after=...) on the same commit."""
        return self._results._text(lib.ink_results_cursor, self.rank)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Hit):
            return NotImplemented
        return self._results is other._results and self.rank == other.rank

    def __hash__(self) -> int:
        return hash((self._results, self.rank))

    def __repr__(self) -> str:
        try:
            fields = _shorten.repr(self.fields)
        except (InkError, ValueError) as error:
            fields = f"({error})"
        return f"<Hit doc_id={self.doc_id} score={self.score:.6g} {fields}>"


class Results(Handle, Sequence[Hit]):
    """The hits in the window of a search, best first; for one thread at a time."""

    def __init__(self, search: Any, facets: Sequence[str], multi: FrozenSet[str]) -> None:
        super().__init__(_abi.ink_results, lib.ink_results_free, lib.ink_search_run, search)
        pointer = self._ptr
        exact = c_int32()
        self.total: int = lib.ink_results_total(pointer, byref(exact))
        """How many documents match, or a lower bound of it."""
        self.exact: bool = bool(exact.value)
        """Whether `total` is no lower bound."""
        self._len: int = lib.ink_results_len(pointer)
        self._facet_fields = tuple(facets)
        self._facets: Optional[Dict[str, List[Tuple[str, int]]]] = None
        self._columns: Optional[Tuple[array[int], array[float]]] = None
        self._multi = multi

    def _copy(self, first: int, n: int) -> Tuple[array[int], array[float]]:
        pointer = self._ptr
        ids, scores = array("Q", bytes(8 * n)), array("d", bytes(8 * n))
        if n:
            to = (c_uint64 * n).from_buffer(ids), (c_double * n).from_buffer(scores)
            lib.ink_results_copy(pointer, first, n, *to)
        return ids, scores

    def _all(self) -> Tuple[array[int], array[float]]:
        if self._columns is None:
            self._columns = self._copy(0, self._len)
        return self._columns

    @property
    def ids(self) -> array[int]:
        """The numbers of the documents as array("Q"), which numpy reads in place."""
        return self._all()[0]

    @property
    def scores(self) -> array[float]:
        """The scores as array("d"), in the order of `ids`."""
        return self._all()[1]

    @property
    def facets(self) -> Dict[str, List[Tuple[str, int]]]:
        """Of each field asked for, its values or "LO..HI" ranges and their counts."""
        if self._facets is None:
            self._facets = {
                field: [self._facet(number, i) for i in range(self._facet_len(number))]
                for number, field in enumerate(self._facet_fields)
            }
        return self._facets

    @property
    def missing(self) -> List[str]:
        """Shards that did not answer, as "host:port: why"; see open(partial=True)."""
        n = lib.ink_results_missing_len(self._ptr)
        return [self._text(lib.ink_results_missing, i) for i in range(n)]

    def _facet_len(self, number: int) -> int:
        return int(lib.ink_results_facet_len(self._ptr, number))

    def _facet(self, number: int, i: int) -> Tuple[str, int]:
        text, length, count = c_char_p(), c_size_t(), c_uint64()
        lib.ink_results_facet(
            self._ptr, number, i, byref(text), byref(length), byref(count)
        )
        return decode(string_at(text, length.value)), count.value

    @property
    def work(self) -> Tuple[int, int]:
        """Documents that got an exact score, and postings of the query's terms in all."""
        scored, postings = c_uint64(), c_uint64()
        lib.ink_results_work(self._ptr, byref(scored), byref(postings))
        return scored.value, postings.value

    def _doc(self, rank: int) -> Document:
        return _document.read(self._multi, lib.ink_results_doc, self._ptr, rank)

    def _text(self, call: Any, rank: int, *args: Any) -> str:
        return decode(borrowed(call, self._ptr, rank, *args))

    def __len__(self) -> int:
        return self._len

    @overload
    def __getitem__(self, at: int) -> Hit: ...

    @overload
    def __getitem__(self, at: slice) -> List[Hit]: ...

    def __getitem__(self, at: Union[int, slice]) -> Union[Hit, List[Hit]]:
        if isinstance(at, slice):
            return [self._hit(i) for i in range(*at.indices(self._len))]
        at = operator.index(at)
        i = at + self._len if at < 0 else at
        if not 0 <= i < self._len:
            raise IndexError(f"hit {at} of {self._len}")
        return self._hit(i)

    def __iter__(self) -> Iterator[Hit]:
        for first in range(0, self._len, _BLOCK):
            columns = self._copy(first, min(_BLOCK, self._len - first))
            for i, (doc_id, score) in enumerate(zip(*columns), first):
                yield Hit(self, i, doc_id, score)

    def _hit(self, i: int) -> Hit:
        hit = _abi.ink_hit()
        lib.ink_results_hit(self._ptr, i, byref(hit))
        return Hit(self, i, hit.doc, hit.score)

    def __repr__(self) -> str:
        bound = "" if self.exact else "at least "
        return f"<Results {self._len} of {bound}{self.total}{' closed' if self.closed else ''}>"
