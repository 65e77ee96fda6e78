"""Progress callbacks: exceptions cross the C library unharmed."""

from __future__ import annotations

from ctypes import CFUNCTYPE, c_int, cast, py_object
from types import GeneratorType
from typing import Any, Callable, Generator, NamedTuple, Optional, Sequence, Tuple

from . import _abi
from .errors import CanceledError


class Progress(NamedTuple):
    """How far an operation has come; `total` is 0 when it is not known.

    `phase` is "merge" or "salvage" (documents are counted) or "check" (bytes).
    """

    phase: str
    done: int
    total: int


# What a callback returns does not matter; to stop the operation it raises.
ProgressFunction = Callable[[Progress], object]

_PHASES = {
    _abi.INK_PHASE_MERGE: "merge",
    _abi.INK_PHASE_CHECK: "check",
    _abi.INK_PHASE_SALVAGE: "salvage",
}

# The C type of a callback, what it calls, if anything, and what makes a value of a record for it.
Listener = Tuple[Any, Optional[Callable[[Any], object]], Callable[[Any], Any]]


def convert(now: Any) -> Progress:
    """A Progress of what C says."""
    return Progress(_PHASES.get(now.phase, str(now.phase)), now.done, now.total)


def run(call: Callable[..., int], progress: Optional[ProgressFunction], *args: Any) -> int:
    """Call a function that ends in `ink_progress_fn, void *user`.

    An exception in `progress` stops the operation and is raised from here.
    """
    return guarded(call, [(_abi.ink_progress_fn, progress, convert)], args)


def guarded(
    call: Callable[..., int],
    listeners: Sequence[Listener],
    before: Tuple[Any, ...],
    after: Tuple[Any, ...] = (),
) -> int:
    """Call a function that takes callbacks and their `void *user` amid its arguments."""
    if all(function is None for _, function, _ in listeners):
        return call(*before, *(kind() for kind, _, _ in listeners), None, *after)
    wanted = {kind._argtypes_[1]: (heard, made) for kind, heard, made in listeners if heard}
    raised: Optional[BaseException] = None

    def tell() -> Generator[int, Any, None]:
        nonlocal raised
        try:
            record = yield 0
            while True:
                function, make = wanted[type(record)]
                function(make(record.contents))
                record = yield 0
        except GeneratorExit:
            return
        except BaseException as error:
            raised = error
        while True:
            yield 1

    # Not a function: a signal handler that raises as one begins, before its `try`, would
    # raise into ctypes, which drops it. A generator goes on where it is, within `try`.
    # These names keep all of it alive for as long as C may call it.
    teller = tell()
    next(teller)
    callbacks = [
        cast(CFUNCTYPE(c_int, py_object, kind._argtypes_[1])(GeneratorType.send), kind)
        if function is not None
        else kind()
        for kind, function, _ in listeners
    ]
    try:
        status = call(*before, *callbacks, id(teller), *after)
    except CanceledError:
        if raised is None:
            raise
        raise raised from None
    if raised is not None:
        raise raised
    return status
