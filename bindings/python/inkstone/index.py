"""An index: a folder of documents that can be searched."""

from __future__ import annotations

import threading
from ctypes import byref, sizeof
from typing import Any, Callable, List, NamedTuple, Optional, Union

from . import _abi, _progress
from ._handle import Handle
from ._lib import lib
from ._values import PathLike, absolute, decode, need, path as c_path
from .query import Query
from .results import Results
from .schema import Schema
from .search import Reader
from .writer import Writer


class Index(Handle):
    """Made by create() or open(); may be shared by threads.

    Readers and writers of it live on when it is closed. It stays where it is when the
    process changes its directory: `path` is absolute.
    """

    def __init__(self, path: PathLike, call: Callable[..., int], *args: Any) -> None:
        # Readers and writers hold it too: they go on parsing when this object is closed.
        self._core: Any = Handle(_abi.ink_index, lib.ink_index_close, call, c_path(path), *args)
        self._pointer = self._core._ptr
        self.path = absolute(path)
        self._lock = threading.Lock()
        self._latest: Optional[Reader] = None

    @classmethod
    def create(cls, path: PathLike, schema: Schema) -> Index:
        """Make a new, empty index in a folder that does not exist or is empty."""
        need(Schema, schema)
        return cls(path, lib.ink_index_create, schema._ptr, 0)

    @classmethod
    def open(
        cls, path: PathLike, *, readonly: bool = False, partial: bool = False
    ) -> Index:
        """Open an index that exists; NotFoundError when there is none.

        With `partial` searches go on without the shards that do not answer, and
        Results.missing tells which.
        """
        flags = _abi.INK_OPEN_READONLY if readonly else 0
        flags |= _abi.INK_OPEN_PARTIAL if partial else 0
        return cls(path, lib.ink_index_open, flags)

    @property
    def schema(self) -> Schema:
        """A copy of the schema of the last commit."""
        return Schema._of(self._ptr)

    def writer(
        self,
        *,
        memory: Optional[int] = None,
        threads: Optional[int] = None,
        reorder: Optional[str] = None,
    ) -> Writer:
        """Become the one writer, over all processes; LockedError when there is another.

        `memory` bounds the bytes that buffer documents and merges (256 MiB when not
        given), `threads` is how many threads analyze documents (1), `reorder` when documents
        may change their order for speed: "none", "optimize" or "large" (optimize and merges
        of 100,000 documents and more, the default).
        """
        return Writer(self, memory=memory, threads=threads, reorder=reorder)

    def reader(self) -> Reader:
        """A snapshot of the last commit."""
        return Reader(self)

    def search(self, query: Union[Query, str], *, refresh: bool = False, **options: Any) -> Results:
        """Search the last commit that this object knows of: Reader.search() in short.

        Commits made through this object are seen; `refresh` also looks for those of
        others. Takes the options of Reader.search().
        """
        if refresh:
            self.refresh()
        with self._lock:
            if self._latest is None:
                self._latest = self.reader()
            reader = self._latest
        return reader.search(query, **options)

    def refresh(self) -> None:
        """Let the next search() open a new snapshot."""
        with self._lock:
            # Not closed: another thread may be searching it. It goes with its last user.
            self._latest = None

    def check(self, progress: Optional[_progress.ProgressFunction] = None) -> None:
        """Verify every byte on disk; see inkstone.check()."""
        check(self.path, progress)

    def close(self) -> None:
        """Close the index; its readers and writers live on."""
        self._latest = None
        self._pointer = self._core = None  # freed with the last of them

    def __repr__(self) -> str:
        return f"<Index {self.path!r}{' closed' if self.closed else ''}>"


class Shard(NamedTuple):
    """The state of one shard of an index; `message` says why it does not answer."""

    name: str
    up: bool
    message: str
    docs: int
    generation: int
    round_trip: float  # seconds; 0.0 for a local index


def shards(path: PathLike) -> List[Shard]:
    """Ask every shard of an index how it is; an index on this machine has one."""
    found: List[Shard] = []

    def convert(one: Any) -> Shard:
        return Shard(
            decode(one.name),
            one.status == _abi.INK_OK,
            decode(one.message),
            one.docs,
            one.generation,
            one.round_trip_us / 1e6,
        )

    _progress.guarded(
        lib.ink_index_shards, [(_abi.ink_shard_fn, found.append, convert)], (c_path(path),)
    )
    return found


def check(path: PathLike, progress: Optional[_progress.ProgressFunction] = None) -> None:
    """Read every byte of an index and verify all that a reader relies on.

    CorruptError names the file, the section and the number at fault. `progress` is
    called with a Progress now and then; an exception in it stops the check.
    """
    _progress.run(lib.ink_index_check, progress, c_path(path))


class Loss(NamedTuple):
    """Something that salvage() could not read, and how many documents went with it."""

    file: str
    section: str
    message: str
    docs: int


class Salvage(NamedTuple):
    """What salvage() did; see ink_salvage in inkstone/index.h."""

    segments: int
    damaged: int
    losses: int
    docs: int
    lost: int
    bare: int


def salvage(
    source: PathLike,
    destination: PathLike,
    on_loss: Optional[Callable[[Loss], object]] = None,
    progress: Optional[_progress.ProgressFunction] = None,
) -> Salvage:
    """Copy every document of a damaged index that can still be read into a new one.

    `source` is only read. `on_loss` is called with a Loss for all that could not be, and
    `progress` with a Progress now and then; an exception in either stops the salvage, and
    `destination` is then empty again, or gone if it was not there.
    """

    def convert(loss: Any) -> Loss:
        return Loss(decode(loss.file), decode(loss.section), decode(loss.message), loss.docs)

    record = _abi.ink_salvage()
    record.struct_size = sizeof(record)
    paths = (c_path(source), c_path(destination))
    listeners: List[_progress.Listener] = [
        (_abi.ink_loss_fn, on_loss, convert),
        (_abi.ink_progress_fn, progress, _progress.convert),
    ]
    _progress.guarded(lib.ink_index_salvage, listeners, paths, (byref(record),))
    return Salvage(*(getattr(record, field) for field in Salvage._fields))
