"""Progress callbacks: exceptions cross the C library unharmed."""

from __future__ import annotations

from typing import Any, Callable, NamedTuple, Optional, Tuple

from . import _abi
from .errors import CanceledError


class Progress(NamedTuple):
    """How far an operation has come; `total` is 0 when it is not known.

    `phase` is "merge" (documents are counted) or "check" (bytes).
    """

    phase: str
    done: int
    total: int


# What a callback returns does not matter; to stop the operation it raises.
ProgressFunction = Callable[[Progress], object]

_PHASES = {_abi.INK_PHASE_MERGE: "merge", _abi.INK_PHASE_CHECK: "check"}


def run(call: Callable[..., int], progress: Optional[ProgressFunction], *args: Any) -> int:
    """Call a function that ends in `ink_progress_fn, void *user`.

    An exception in `progress` stops the operation and is raised from here.
    """

    def convert(now: Any) -> Progress:
        return Progress(_PHASES.get(now.phase, str(now.phase)), now.done, now.total)

    return guarded(call, _abi.ink_progress_fn, progress, convert, args)


def guarded(
    call: Callable[..., int],
    kind: Any,
    function: Optional[Callable[[Any], object]],
    convert: Callable[[Any], Any],
    before: Tuple[Any, ...],
    after: Tuple[Any, ...] = (),
) -> int:
    """Call a function that takes a callback of `kind` and `void *user` amid its arguments."""
    if function is None:
        return call(*before, kind(), None, *after)
    raised: Optional[BaseException] = None

    def tell(_user: Any, record: Any) -> int:
        nonlocal raised
        try:
            function(convert(record.contents))
        except BaseException as error:
            raised = error
            return 1
        return 0

    # The local name keeps the callback alive for as long as C may call it.
    callback = kind(tell)
    try:
        status = call(*before, callback, None, *after)
    except CanceledError:
        if raised is None:
            raise
        raise raised from None
    if raised is not None:
        raise raised
    return status
