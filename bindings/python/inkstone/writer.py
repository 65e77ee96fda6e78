"""Changing an index."""

from __future__ import annotations

import functools
from ctypes import byref, c_uint64
from types import TracebackType
from typing import TYPE_CHECKING, Any, Callable, Dict, Iterable, Mapping, Optional, Type
from typing import TypeVar, Union, cast

from . import _abi, _progress, errors
from ._document import DocBuilder
from ._handle import Handle, callbacks
from ._lib import lib
from ._values import Text, encode, name, unsigned
from .query import Query, as_query
from .schema import Field, fields_of

if TYPE_CHECKING:
    from .index import Index


_REORDER = {
    "none": _abi.INK_REORDER_NONE,
    "optimize": _abi.INK_REORDER_OPTIMIZE,
    "large": _abi.INK_REORDER_LARGE,
}


Method = TypeVar("Method", bound=Callable[..., Any])


def _alone(method: Method) -> Method:
    """Refuse a call while another one of the same Writer is running."""

    @functools.wraps(method)
    def call(self: Writer, *args: Any, **options: Any) -> Any:
        if self._threaded and callbacks.depth:
            raise ValueError("a Writer with threads cannot be used in a tokenizer or filter")
        try:
            # One step, which one thread alone can take. No function is called on the way
            # in or out, since a signal handler could raise there and leave it taken.
            del self._idle["writer"]
        except KeyError:
            raise ValueError("the Writer is in use") from None
        try:
            return method(self, *args, **options)
        finally:
            self._idle["writer"] = True

    return cast(Method, call)


class Writer(Handle):
    """The one writer of an index; for one thread at a time.

    A call while another one is running, in its own callbacks too, is a ValueError.
    As a `with` block it commits at the end, or forgets everything since the last commit
    when an exception leaves the block.
    """

    def __init__(
        self,
        index: Index,
        *,
        memory: Optional[int] = None,
        threads: Optional[int] = None,
        reorder: Optional[str] = None,
    ) -> None:
        if reorder is not None and reorder not in _REORDER:
            raise ValueError(f"reorder must be one of {', '.join(_REORDER)}, not {reorder!r}")
        super().__init__(_abi.ink_writer, lib.ink_writer_close, lib.ink_writer_open, index._ptr)
        pointer = self._ptr
        self._index = index
        self._core = index._core
        self._idle: Dict[str, bool] = {"writer": True}
        self._threaded = threads is not None and threads > 1
        self._changed = False
        try:
            if memory is not None:
                lib.ink_writer_set_memory(pointer, unsigned("memory", memory, 64))
            if threads is not None:
                lib.ink_writer_set_threads(pointer, unsigned("threads", threads, 32))
            if reorder is not None:
                lib.ink_writer_set_reorder(pointer, _REORDER[reorder])
            self._fields = fields_of(self._core)
            self._builder = DocBuilder(self._core._ptr, self._fields)
        except BaseException:
            # The traceback holds on to self, and self holds the lock.
            super().close()
            raise

    @_alone
    def add_field(self, field: Field) -> None:
        """Add a field to the schema; documents written before have no value in it.

        Its weight is 1: only the schema that an index is created with has others.
        """
        pointer, field_name = self._ptr, name(field.name)
        if field.weight != 1.0:
            raise errors.UnsupportedError(f"field {field.name!r}: a field added later has weight 1")
        lib.ink_writer_add_field(pointer, field_name, field.code, field.flags, field.spec)
        self._changed = True
        self._fields.append(field)
        self._renew_builder()

    def _renew_builder(self) -> None:
        """A document keeps to the schema that it was made with."""
        builder = DocBuilder(self._core._ptr, self._fields)
        self._builder.close()
        self._builder = builder

    @_alone
    def set_dictionary(self, text: Text) -> None:
        """Give the index words that its own word lists lack; empty text takes them away.

        A word a line, of any script, and after a tab a weight if you like. In force for
        documents from now on, and for searches from the next commit on; documents from
        before are found too. ParseError says which line is wrong.
        """
        data = encode(text)
        lib.ink_writer_set_dictionary(self._ptr, data, len(data))
        self._changed = True

    @_alone
    def set_synonyms(self, text: Text) -> None:
        """Give the index synonyms; empty text takes them away.

        A rule a line: "laptop, notebook" or "couch => sofa". They change queries only,
        from the next commit on.
        """
        data = encode(text)
        lib.ink_writer_set_synonyms(self._ptr, data, len(data))
        self._changed = True

    @_alone
    def add(self, document: Mapping[str, Any]) -> None:
        """Add a document; ExistsError when its key is there already.

        Values are str, int, float, bytes, datetime or date (without a zone: UTC), ISO
        8601 text or milliseconds for dates, Tokens for text that was taken apart, None for no
        value, or a list of values.

        An error of a value, a key or a limit leaves the writer as it was; after any other,
        such as one of a registered tokenizer, it takes only rollback() and close().
        """
        pointer = self._ptr
        lib.ink_writer_add(pointer, self._builder.fill(document))
        self._changed = True

    def add_all(self, documents: Iterable[Mapping[str, Any]]) -> int:
        """Add one document after another; how many."""
        count = 0
        for document in documents:
            self.add(document)
            count += 1
        return count

    @_alone
    def update(self, document: Mapping[str, Any]) -> None:
        """Add a document in place of the one with the same key, if there is one."""
        pointer = self._ptr
        lib.ink_writer_update(pointer, self._builder.fill(document))
        self._changed = True

    @_alone
    def delete(self, key: Text) -> None:
        """Delete the document with a key; no error when there is none."""
        data = encode(key, "key", True)
        lib.ink_writer_delete(self._ptr, data, len(data))
        self._changed = True

    @_alone
    def delete_query(self, query: Union[Query, str]) -> int:
        """Delete all documents that match, those not yet committed included; how many."""
        pointer, deleted = self._ptr, c_uint64()
        wanted = as_query(self._core, query)
        lib.ink_writer_delete_query(pointer, wanted._ptr, byref(deleted))
        self._changed = True
        return deleted.value

    @_alone
    def commit(self) -> int:
        """Make all changes visible and durable, at once or not at all.

        Returns the number of the commit.
        """
        generation = c_uint64()
        lib.ink_writer_commit(self._ptr, byref(generation))
        self._committed()
        return generation.value

    @_alone
    def rollback(self) -> None:
        """Forget all changes since the last commit."""
        lib.ink_writer_rollback(self._ptr)
        self._changed = False
        self._fields = fields_of(self._core)
        self._renew_builder()

    @_alone
    def optimize(
        self, max_segments: int = 1, progress: Optional[_progress.ProgressFunction] = None
    ) -> None:
        """Commit, merge down to at most `max_segments` segments, and commit.

        `progress` is called with a Progress now and then; an exception in it stops the
        merge.
        """
        wanted = unsigned("max_segments", max_segments, 32)
        try:
            _progress.run(lib.ink_writer_optimize, progress, self._ptr, wanted)
        finally:
            # It commits before it merges, so that a merge that fails has committed too.
            self._index.refresh()
        self._changed = False

    @_alone
    def damage(self) -> Optional[errors.CorruptError]:
        """The first damage that merges in the background have met, if any.

        A damaged segment stays as it is, for salvage(); adding and committing go on.
        """
        try:
            lib.ink_writer_damage(self._ptr)
        except errors.CorruptError as error:
            return error
        return None

    def _committed(self) -> None:
        self._changed = False
        self._index.refresh()

    @_alone
    def close(self) -> None:
        """Close the writer, forgetting what was not committed."""
        builder = getattr(self, "_builder", None)
        if builder is not None:
            builder.close()
        super().close()
        self._core = None

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        try:
            if kind is None and self._changed and not self.closed:
                self.commit()
        finally:
            self.close()
