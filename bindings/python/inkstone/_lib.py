"""Find the C library, load it, and give each function its types.

`lib` holds every function of _abi.FUNCTIONS under its C name. Those that can fail are
wrapped: they are called without the trailing `ink_error *`, return the status when it
is zero or positive, and raise the matching exception when it is negative. `raw` holds
them as they are, for where many calls follow one another and can share a record.
"""

from __future__ import annotations

import ctypes
import os
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Callable, Iterator, List, NoReturn, Tuple

from . import _abi, errors

SONAME = "libinkstone.0.dylib" if sys.platform == "darwin" else "libinkstone.so.0"
VARIABLE = "INKSTONE_LIBRARY"


def candidates() -> Iterator[Tuple[str, str]]:
    """Where the library may be, with the reason for looking there."""
    chosen = os.environ.get(VARIABLE)
    if chosen:
        yield chosen, f"the environment variable {VARIABLE}"
        return
    package = Path(__file__).resolve().parent
    yield str(package / SONAME), "a copy inside the package"
    if (package.parent / "pyproject.toml").exists():
        for folder in ("build/.libs", ".libs"):
            path = package.parent.parent.parent / folder / SONAME
            yield str(path), "a build tree next to the checkout"
    yield SONAME, "the system's library path"


def check_version(cdll: ctypes.CDLL) -> None:
    """Refuse a library whose interface is not the one of _abi."""
    function = cdll.ink_version_number
    function.argtypes, function.restype = [], ctypes.c_uint32
    number = int(function())
    major, minor, patch = number // 1000000, number // 1000 % 1000, number % 1000
    # Before 1.0 a minor version may change the interface; from then on it only adds.
    fits = major == _abi.INK_VERSION_MAJOR and (
        minor >= _abi.INK_VERSION_MINOR if major else minor == _abi.INK_VERSION_MINOR
    )
    if not fits:
        raise OSError(
            f"it is version {major}.{minor}.{patch}, but this package needs "
            f"{_abi.INK_VERSION_MAJOR}.{_abi.INK_VERSION_MINOR}"
        )


def fail(status: int, record: _abi.ink_error) -> NoReturn:
    """Raise what a negative status and the record of its call say."""
    error = errors.from_record(status, record)
    raise error from errors.take_raised(error)


def _fallible(function: Any) -> Callable[..., int]:
    """Hide the error record of a function that ends in one."""
    record_type, byref = _abi.ink_error, ctypes.byref

    def call(*args: Any) -> int:
        record = record_type()
        status: int = function(*args, byref(record))
        if status < 0:
            fail(status, record)
        return status

    return call


def bind(cdll: ctypes.CDLL) -> Tuple[Any, Any]:
    """All functions of the table, wrapped and as they are; AttributeError without one."""
    functions, bare = SimpleNamespace(), SimpleNamespace()
    for name, result, arguments in _abi.FUNCTIONS:
        function = getattr(cdll, name)
        function.restype, function.argtypes = result, arguments
        setattr(bare, name, function)
        if arguments and arguments[-1] is _abi.ERR:
            function = _fallible(function)
        setattr(functions, name, function)
    return functions, bare


def load() -> Tuple[Any, Any, str]:
    """The bound functions and where they came from; ImportError when nothing fits."""
    tried: List[str] = []
    for path, reason in candidates():
        try:
            cdll = ctypes.CDLL(path)
            check_version(cdll)
            return (*bind(cdll), path)
        except (OSError, AttributeError) as error:
            why = str(error)
            if why.startswith(f"{path}: "):
                why = why[len(path) + 2 :]
            tried.append(f"  {path} ({reason}): {why}")
    raise ImportError(
        "cannot load the Inkstone library; tried\n"
        + "\n".join(tried)
        + f"\nset {VARIABLE} to the path of {SONAME}"
    )


lib, raw, path = load()


def version() -> str:
    """The version of the library that is loaded, such as "0.1.0"."""
    text: bytes = lib.ink_version_string()
    return text.decode("ascii")
