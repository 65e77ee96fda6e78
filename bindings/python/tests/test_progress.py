"""Progress functions, when a signal comes."""

from __future__ import annotations

import _thread
import ctypes
import gc
import signal

import inkstone
import pytest
from inkstone import _abi, _progress


def steps(callback, user, count):
    """Call as the library does; from C, with a signal that comes as Python begins."""
    record = _abi.ink_progress(struct_size=ctypes.sizeof(_abi.ink_progress), phase=1, total=2)
    for _ in range(count):
        assert callback(user, ctypes.pointer(record)) == 0
    # All of this line runs in C: no Python code is there to handle the signal before.
    signals = iter(_thread.interrupt_main, 1)
    _, status = next(zip(signals, map(callback, [user], [ctypes.pointer(record)])))
    if status != 0:
        raise inkstone.CanceledError
    return status


@pytest.mark.parametrize("before", [0, 1])
def test_a_signal_as_a_progress_function_begins_is_not_lost(before):
    seen = []
    old = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            _progress.run(lambda *args: steps(*args, before), seen.append)
    finally:
        signal.signal(signal.SIGINT, old)
    assert seen == [("merge", 0, 2)] * before


def test_nothing_is_left_of_a_progress_function(index, recwarn):
    index.check(lambda _: None)
    with pytest.raises(ZeroDivisionError):
        index.check(lambda _: 1 / 0)
    gc.collect()
    assert not recwarn.list
