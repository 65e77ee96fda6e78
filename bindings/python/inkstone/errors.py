"""Exceptions: one class per status code, all of them an InkError."""

from __future__ import annotations

import threading
from typing import Any, Dict, Optional, Tuple, Type

from . import _abi


class InkError(Exception):
    """A call into the library failed.

    `code` is the INK_E* value and `name` its name. `offset` is the byte in the query,
    spec or file that is at fault, or None. `sys_errno` is the errno behind the
    failure, or 0.
    """

    code: int = _abi.INK_EINTERNAL

    def __init__(
        self,
        message: str = "",
        *,
        code: Optional[int] = None,
        offset: Optional[int] = None,
        sys_errno: int = 0,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset
        self.sys_errno = sys_errno
        if code is not None:
            self.code = code

    @property
    def name(self) -> str:
        """The name of the code, such as "INK_ECORRUPT"."""
        return _NAMES.get(self.code, "INK_E?")

    def __reduce__(self) -> Tuple[Any, ...]:
        # By hand, since OSError keeps its errno where pickle does not look.
        return _rebuild, (type(self), self.message, self.code, self.offset, self.sys_errno)

    def __str__(self) -> str:
        at = "" if self.offset is None else f" (at byte {self.offset})"
        return f"{self.message or self.name}{at}"


class OutOfMemoryError(InkError, MemoryError):
    code = _abi.INK_ENOMEM


class StorageError(InkError, OSError):
    """The operating system refused; `errno` says how."""

    code = _abi.INK_EIO

    def __init__(
        self,
        message: str = "",
        *,
        code: Optional[int] = None,
        offset: Optional[int] = None,
        sys_errno: int = 0,
    ) -> None:
        super().__init__(message, code=code, offset=offset, sys_errno=sys_errno)
        self.errno = sys_errno or None


class NotFoundError(InkError, LookupError):
    """There is no such index, document, field or value."""

    code = _abi.INK_ENOTFOUND


class ExistsError(InkError):
    """An index or a key is there already."""

    code = _abi.INK_EEXISTS


class InvalidError(InkError, ValueError):
    """An argument makes no sense."""

    code = _abi.INK_EINVAL


class ParseError(InkError, ValueError):
    """A query, analyzer spec or date cannot be parsed; `offset` says where."""

    code = _abi.INK_ESYNTAX


class SchemaError(InkError, ValueError):
    """A value does not fit its field."""

    code = _abi.INK_ESCHEMA


class LockedError(InkError):
    """Another writer has the index."""

    code = _abi.INK_ELOCKED


class ReadOnlyError(InkError):
    """The index was opened for reading."""

    code = _abi.INK_EREADONLY


class CorruptError(InkError):
    """A file is damaged."""

    code = _abi.INK_ECORRUPT


class FormatError(InkError):
    """A file is of another format or version."""

    code = _abi.INK_EFORMAT


class CanceledError(InkError):
    """A Cancel was fired."""

    code = _abi.INK_ECANCELED


class SearchTimeoutError(InkError, TimeoutError):
    """The time given is over."""

    code = _abi.INK_ETIMEOUT


class UnsupportedError(InkError):
    """This backend or field cannot do it."""

    code = _abi.INK_EUNSUPPORTED


class BackendError(InkError):
    """The backend failed in a way of its own."""

    code = _abi.INK_EBACKEND


class LimitError(InkError):
    """A documented limit was passed."""

    code = _abi.INK_ELIMIT


class InternalError(InkError):
    """A bug in Inkstone."""

    code = _abi.INK_EINTERNAL


_CLASSES: Dict[int, Type[InkError]] = {cls.code: cls for cls in InkError.__subclasses__()}
_NAMES: Dict[int, str] = {
    value: name
    for name, value in vars(_abi).items()
    if name.startswith("INK_E") and isinstance(value, int) and value < 0
}


def _rebuild(
    cls: Type[InkError], message: str, code: int, offset: Optional[int], sys_errno: int
) -> InkError:
    return cls(message, code=code, offset=offset, sys_errno=sys_errno)


class _Raised(threading.local):
    """What a callback in this thread raised last, and how it told the library."""

    error: Optional[BaseException] = None
    told: str = ""


_raised = _Raised()


def _told(error: BaseException) -> str:
    """What an exception says, in one line, as far as it can say it."""
    try:
        text = str(error.message if isinstance(error, InkError) else error)
    except Exception as second:
        text = f"(its message raised {type(second).__name__})"
    if not isinstance(error, InkError):
        text = f"{type(error).__name__}: {text}"
    return " ".join(text.replace("\0", " ").split())


def tell_raised(error: BaseException, record: _abi.ink_error) -> int:
    """Keep an exception of a callback for the call that it fails; the status to return."""
    code = _abi.INK_EBACKEND if isinstance(error, Exception) else _abi.INK_ECANCELED
    if isinstance(error, MemoryError):
        code = _abi.INK_ENOMEM  # so that "except MemoryError" has it
    if isinstance(error, InkError) and error.code in _CLASSES:
        code = error.code  # any other could be taken for success
    data = _told(error).encode("utf-8", "replace")[:150]
    record.message = data
    _raised.error, _raised.told = error, data[:100].decode("utf-8", "ignore")
    return code


def take_raised(error: InkError) -> Optional[BaseException]:
    """The exception behind an error; one that is no Exception is raised in its place."""
    cause, _raised.error = _raised.error, None
    if cause is None or _raised.told not in error.message:
        return None
    if not isinstance(cause, Exception):
        raise cause
    return cause


def from_record(code: int, record: _abi.ink_error) -> InkError:
    """The exception for a status code and the error record that came with it."""
    message = record.message.decode("utf-8", "replace")
    offset = record.offset if record.offset >= 0 else None
    return _rebuild(_CLASSES.get(code, InkError), message, code, offset, record.sys_errno)
