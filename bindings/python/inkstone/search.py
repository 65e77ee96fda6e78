"""Snapshots of an index, and searching them."""

from __future__ import annotations

import math
from ctypes import byref, c_char_p, c_double, c_uint64, sizeof
from numbers import Integral, Real
from typing import Any, FrozenSet, Iterable, Iterator, List, Mapping, NamedTuple, Optional, Sequence
from typing import TYPE_CHECKING, Tuple, Union

from . import _abi, _document
from ._document import Document
from ._handle import Handle
from ._lib import lib
from ._values import DateLike, Text, borrowed, current, decode, encode, name, need, real
from ._values import to_ms, unsigned
from .analyzer import part_code
from .errors import NotFoundError
from .query import Query, as_query
from .results import Results
from .schema import fields_of

if TYPE_CHECKING:
    from .index import Index


class Stats(NamedTuple):
    """Numbers of one commit; terms and postings are summed over segments."""

    segments: int
    docs: int
    deleted_docs: int
    terms: int
    postings: int
    bytes_on_disk: int
    generation: int


class Versions(NamedTuple):
    """What made the tokens of an index, and what of it this process does not have."""

    made: str
    other: str


class TermInfo(NamedTuple):
    """A term, and how many documents hold it (deleted ones that take up space included)."""

    text: str
    doc_freq: int


class Snippet(NamedTuple):
    """A passage of a stored text field with the matches between `open` and `close`.

    `max_chars` 0 is the whole text. With `html` the text is escaped, the marks are not.
    """

    field: str
    max_chars: int = 160
    open: str = "<b>"
    close: str = "</b>"
    html: bool = True


class Sort(NamedTuple):
    """One key of sorting; "-day" is short for Sort("day", descending=True)."""

    field: str
    descending: bool = False
    missing_first: bool = False


class Cancel(Handle):
    """Stops the searches that it was given to, once fired; from any thread."""

    def __init__(self) -> None:
        super().__init__(_abi.ink_cancel, lib.ink_cancel_free, lib.ink_cancel_new)

    def fire(self) -> None:
        """Stop them, and those to come, with a CanceledError."""
        lib.ink_cancel_fire(self._ptr)


class Terms(Handle, Iterator[TermInfo]):
    """A walk over the terms of a field in byte order."""

    def __iter__(self) -> Terms:
        return self

    def __next__(self) -> TermInfo:
        if self.closed:
            raise StopIteration
        pointer = self._ptr
        if lib.ink_terms_next(pointer) == 0:
            self.close()
            raise StopIteration
        text = decode(current(lib.ink_terms_text, pointer))
        return TermInfo(text, lib.ink_terms_doc_freq(pointer))


class Docs(Handle, Iterator[Tuple[int, Document]]):
    """A walk over all documents in the order of their numbers: pairs of number and dict."""

    def __init__(self, reader: Any, multi: FrozenSet[str]) -> None:
        super().__init__(_abi.ink_docs, lib.ink_docs_close, lib.ink_docs_open, reader)
        self._multi = multi

    def __iter__(self) -> Docs:
        return self

    def __next__(self) -> Tuple[int, Document]:
        if self.closed:
            raise StopIteration
        pointer = self._ptr
        if lib.ink_docs_next(pointer) == 0:
            self.close()
            raise StopIteration
        document = _document.read(self._multi, lib.ink_docs_get, pointer)
        return lib.ink_docs_number(pointer), document


Bounds = Sequence[Union[float, DateLike]]
Facets = Union[str, Sequence[str], Mapping[str, Union[None, int, Bounds]]]
Sorts = Union[str, Sort, Sequence[Union[str, Sort]]]
Snippets = Union[str, Snippet, Sequence[Union[str, Snippet]]]

FACET_LIMIT = 10
TOTALS = {"lower": _abi.INK_TOTAL_LOWER, "exact": _abi.INK_TOTAL_EXACT}


class Reader(Handle):
    """A snapshot of one commit, which never changes; may be shared by threads.

    It lives on when its index is closed. Close it when no thread is in a call on it. That of
    a Xapian database may be a BackendError once there are two later commits.
    Reads like a mapping from keys to documents where the schema has a key.
    """

    def __init__(self, index: Index) -> None:
        super().__init__(_abi.ink_reader, lib.ink_reader_close, lib.ink_reader_open, index._ptr)
        self._core = index._core
        self._multi = frozenset(field.name for field in fields_of(self._core) if field.multi)

    def stats(self) -> Stats:
        """Numbers of the snapshot."""
        record = _abi.ink_stats()
        record.struct_size = sizeof(record)
        lib.ink_reader_stats(self._ptr, byref(record))
        return Stats(*(getattr(record, field) for field in Stats._fields))

    @property
    def dictionary(self) -> str:
        """The words of Writer.set_dictionary(), as they were given; "" for none."""
        return decode(borrowed(lib.ink_reader_dictionary, self._ptr))

    @property
    def synonyms(self) -> str:
        """The rules of Writer.set_synonyms(), as they were given; "" for none."""
        return decode(borrowed(lib.ink_reader_synonyms, self._ptr))

    @property
    def versions(self) -> Versions:
        """Which versions made the tokens; `other` is "" when this process has them all."""
        made_with, other = c_char_p(), c_char_p()
        lib.ink_reader_versions(self._ptr, byref(made_with), byref(other))
        return Versions(decode(made_with.value or b""), decode(other.value or b""))

    def __len__(self) -> int:
        return self.stats().docs

    def __bool__(self) -> bool:
        # An empty snapshot is still a snapshot.
        return True

    def find(self, key: Text) -> Optional[int]:
        """The number of the document with a key in this snapshot, or None."""
        data, number = encode(key, "key", True), c_uint64()
        try:
            lib.ink_reader_find(self._ptr, data, len(data), byref(number))
        except NotFoundError:
            return None
        return number.value

    def doc(self, doc_id: int) -> Document:
        """The stored values of a document by its number in this snapshot."""
        number = unsigned("doc_id", doc_id, 64)
        return _document.read(self._multi, lib.ink_reader_doc, self._ptr, number)

    def get(self, key: Text, default: Any = None) -> Any:
        """The document with a key as a dict, or `default`."""
        number = self.find(key)
        return default if number is None else self.doc(number)

    def __getitem__(self, key: Text) -> Document:
        number = self.find(key)
        if number is None:
            raise KeyError(key)
        return self.doc(number)

    def __contains__(self, key: object) -> bool:
        return isinstance(key, (str, bytes)) and self.find(key) is not None

    def docs(self) -> Docs:
        """All documents in the order of their numbers, with their stored values."""
        return Docs(self._ptr, self._multi)

    # Not by numbers, as Python would try for want of it; docs() lists documents.
    __iter__: None = None

    def terms(self, field: str, prefix: Text = "", *, part: str = "word") -> Terms:
        """The terms of a field that start with `prefix`; `part` is "word" or "gram"."""
        data = encode(prefix)
        return Terms(
            _abi.ink_terms, lib.ink_terms_close, lib.ink_terms_open,
            self._ptr, name(field), part_code(part), data, len(data),
        )

    def search(
        self,
        query: Union[Query, str],
        *,
        limit: int = 10,
        offset: int = 0,
        filter: Union[None, Query, str] = None,
        sort: Optional[Sorts] = None,
        facets: Optional[Facets] = None,
        snippet: Optional[Snippets] = None,
        total: str = "lower",
        after: Optional[Text] = None,
        timeout: Optional[float] = None,
        cancel: Optional[Cancel] = None,
        bm25: Optional[Tuple[float, float]] = None,
    ) -> Results:
        """Run a search: a Query, or a query string.

        - filter: only documents that match this too; scores stay. One without a word, such
          as "", filters nothing
        - sort: fields such as ["-day", "_score"]; "-" is greatest first
        - facets: keyword fields to count values of; as a mapping the value is how many
          values are wanted, or the ascending bounds of ranges of a number or date field
        - snippet: stored text fields to cut passages of, by name or as Snippet; of several
          for one field the last counts
        - total: "exact", or "lower" for a lower bound as it falls out of the search
        - after: the cursor of a hit, to go on behind it: of the same search, on this commit
        - timeout: seconds, then SearchTimeoutError
        - bm25: other (k1, b) for this search
        """
        pointer, core = self._ptr, self._core
        wanted = as_query(core, query)
        search = Handle(
            _abi.ink_search, lib.ink_search_free, lib.ink_search_new, pointer, wanted._ptr
        )
        with search:
            at = search._ptr
            lib.ink_search_set_window(
                at, unsigned("offset", offset, 64), unsigned("limit", limit, 64)
            )
            if total not in TOTALS:
                raise ValueError(f"total must be 'lower' or 'exact', not {total!r}")
            lib.ink_search_set_total(at, TOTALS[total])
            if filter is not None:
                kept = as_query(core, filter)
                lib.ink_search_set_filter(at, kept._ptr)
            if bm25 is not None:
                k1, b = bm25
                lib.ink_search_set_bm25(at, real("k1", k1), real("b", b))
            if timeout is not None:
                lib.ink_search_set_timeout(at, _milliseconds(timeout))
            if cancel is not None:
                need(Cancel, cancel)
                lib.ink_search_set_cancel(at, cancel._ptr)
            _add_sorts(at, sort)
            _add_snippets(at, snippet)
            counted = _add_facets(at, facets)
            if after is not None:
                cursor = encode(after)
                lib.ink_search_set_after(at, cursor, len(cursor))
            return Results(at, counted, self._multi)

    def close(self) -> None:
        """Close the snapshot; results of it live on."""
        super().close()
        self._core = None

    def __repr__(self) -> str:
        if self.closed:
            return super().__repr__()
        stats = self.stats()
        return f"<Reader of commit {stats.generation}, {stats.docs} docs>"


def _milliseconds(seconds: float) -> int:
    if not 0 < seconds < math.inf:
        raise ValueError(f"timeout must be a positive number of seconds, not {seconds!r}")
    # 0 would be "never"; more than 32 bits hold is 49 days.
    return min(max(1, math.ceil(seconds * 1000)), 0xFFFFFFFF)


def _add_sorts(search: Any, sort: Optional[Sorts]) -> None:
    keys: Sequence[Union[str, Sort]]
    keys = (sort,) if isinstance(sort, (str, Sort)) else sort or ()
    for key in keys:
        if isinstance(key, str):
            key = Sort(key[1:], True) if key.startswith("-") else Sort(key)
        need(Sort, key, " or str")
        flags = _abi.INK_SORT_DESC if key.descending else 0
        flags |= _abi.INK_SORT_MISSING_FIRST if key.missing_first else 0
        lib.ink_search_add_sort(search, name(key.field), flags)


def _add_snippets(search: Any, snippet: Optional[Snippets]) -> None:
    wanted: Sequence[Union[str, Snippet]]
    wanted = (snippet,) if isinstance(snippet, (str, Snippet)) else snippet or ()
    for item in wanted:
        cut = Snippet(item) if isinstance(item, str) else item
        need(Snippet, cut, " or str")
        lib.ink_search_add_snippet(
            search,
            name(cut.field),
            unsigned("max_chars", cut.max_chars, 32),
            name(cut.open),
            name(cut.close),
            _abi.INK_SNIPPET_HTML if cut.html else 0,
        )


def _bound(what: str, value: Union[float, DateLike]) -> float:
    return real(what, value if isinstance(value, (int, float, Real)) else to_ms(value, what))


def _add_facets(search: Any, facets: Optional[Facets]) -> List[str]:
    """The fields, in the order that the library numbers them."""
    if facets is None:
        return []
    wanted: Mapping[str, Union[None, int, Bounds]]
    if isinstance(facets, Mapping):
        wanted = facets
    else:
        wanted = dict.fromkeys([facets] if isinstance(facets, str) else facets)
    for field, how in wanted.items():
        if how is None or isinstance(how, (int, Integral)):
            limit = FACET_LIMIT if how is None else unsigned("facet limit", int(how), 32)
            lib.ink_search_add_facet(search, name(field), limit)
        elif isinstance(how, (str, bytes)) or not isinstance(how, Iterable):
            raise TypeError(
                f"facet {field!r}: expected a number of values or bounds of ranges, "
                f"not {type(how).__name__}"
            )
        else:
            bounds = [_bound(f"facet {field!r}", b) for b in how]
            if len(bounds) < 2:
                raise ValueError(f"ranges of {field!r} need two bounds at least")
            numbers = (c_double * len(bounds))(*bounds)
            lib.ink_search_add_range_facet(search, name(field), numbers, len(bounds) - 1)
    return list(wanted)
