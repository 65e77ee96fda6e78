"""Ownership: one Python object holds one C handle."""

from __future__ import annotations

import threading
import weakref
from ctypes import POINTER, byref
from types import TracebackType
from typing import Any, Callable, NoReturn, Optional, Type, TypeVar

Self = TypeVar("Self", bound="Handle")


class _Callbacks(threading.local):
    """How deep this thread is in Python that the library called."""

    depth = 0


callbacks = _Callbacks()


def _release(free: Callable[[Any], None], pointer: Any) -> None:
    """Free a handle, if it was made: not in a thread that it may have to wait for.

    The garbage collector runs in callbacks as well, which the threads of a writer make.
    """
    if not pointer:
        return
    if callbacks.depth:
        threading.Thread(target=free, args=(pointer,)).start()
    else:
        free(pointer)


class Handle:
    """Frees its handle when closed, when a `with` block ends, or when collected.

    Closing twice is safe and so is any order. Do not close a handle while another thread
    is inside a call on it. It cannot be copied or pickled.
    """

    def __init__(
        self, struct: Any, free: Callable[[Any], None], call: Callable[..., int], *args: Any
    ) -> None:
        # `call` is a constructor whose last argument is `struct **out`, `args` the others.
        # The owner comes first: a signal handler may raise as soon as the call returns.
        pointer = POINTER(struct)()
        self._pointer: Any = pointer
        self._finalizer = weakref.finalize(self, _release, free, pointer)
        # The process ends anyway, and a daemon thread may be inside a call.
        self._finalizer.atexit = False
        try:
            call(*args, byref(pointer))
        except BaseException:
            # The traceback holds on to self, and self may hold a lock.
            Handle.close(self)
            raise

    @property
    def _ptr(self) -> Any:
        # For a handle that something else holds during the call: the pointer does not.
        if self._pointer is None:
            raise ValueError(f"this {type(self).__name__} is closed")
        return self._pointer

    @property
    def closed(self) -> bool:
        """Whether close() was called."""
        return self._pointer is None

    def close(self) -> None:
        """Free the handle now; later, what needs it is a ValueError, closing again is not."""
        self._pointer = None
        self._finalizer()

    def __reduce__(self) -> NoReturn:
        # copy and pickle both ask here; a copy would share the pointer and not own it.
        raise TypeError(f"{type(self).__name__} cannot be copied or pickled")

    def __enter__(self: Self) -> Self:
        _ = self._ptr  # refuses a closed handle
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<{type(self).__name__}{' closed' if self.closed else ''}>"
