"""Tokenizers, filters and normalisers in Python, and documents that bring their tokens.

What is registered is called by every thread that indexes or searches.
"""

from __future__ import annotations

import itertools
import re
from ctypes import POINTER, byref, c_char, c_char_p, cast, sizeof, string_at
from typing import Any, Callable, Dict, Iterable, List, NamedTuple, Optional, Tuple, Union

from . import _abi
from ._handle import callbacks
from ._lib import lib
from ._values import decode, encode, name as c_name, unsigned
from .analyzer import PARTS, part_code
from .errors import tell_raised


class Term(NamedTuple):
    """A token that an application makes.

    `start` and `end` are characters of the text, as in `text[start:end]`. `step` is how
    many positions it stands behind the token before it: 0 for one at the same place, more
    than 1 to leave a gap that phrases do not cross. `joined` forms stand beside others: they
    do not count in the length of a text and are left out of phrases.
    """

    text: str
    start: int = 0
    end: int = 0
    step: int = 1
    part: str = "word"
    joined: bool = False


# A plain tuple of the first few values does as well.
TermLike = Union[Term, Tuple[Any, ...]]
Piece = Tuple[str, int, int]
TokenizerFunction = Callable[..., Iterable[TermLike]]
FilterFunction = Callable[..., Union[None, str, Term, Iterable[Union[str, Term]]]]
NormalizerFunction = Callable[[str], Union[str, Iterable[Piece]]]

PURPOSES = {
    _abi.INK_FOR_DOC: "doc",
    _abi.INK_FOR_QUERY: "query",
    _abi.INK_FOR_PHRASE: "phrase",
}


_PAIR = re.compile("[\ud800-\udbff][\udc00-\udfff]")  # surrogates


class _Offsets:
    """From characters of a text to bytes of its UTF-8 form."""

    def __init__(self, text: str, data: bytes) -> None:
        self._length = len(text)
        self._at: Optional[List[int]] = None
        if len(data) != len(text):
            widths = [len(encode(char)) for char in text]
            for pair in _PAIR.finditer(text):
                # encode() makes one character of them.
                widths[pair.start() : pair.end()] = 0, 4
            self._at = [0, *itertools.accumulate(widths)]

    def __call__(self, index: int) -> int:
        if not 0 <= index <= self._length:
            raise IndexError(f"character {index} of a text of {self._length}")
        return index if self._at is None else self._at[index]


def _token(term: TermLike, offset: Callable[[int], int]) -> Tuple[_abi.ink_token, bytes]:
    """The C struct, and the bytes that have to live as long."""
    item = term if isinstance(term, Term) else Term(*term)
    data = encode(item.text)
    token = _abi.ink_token(
        term=cast(c_char_p(data), POINTER(c_char)),
        len=len(data),
        start=offset(item.start),
        end=offset(item.end),
        step=unsigned("step", item.step, 32),
        part=part_code(item.part),
        flags=_abi.INK_TOKEN_JOINED if item.joined else 0,
    )
    return token, data


class Tokens:
    """A value of a text field that is indexed as it is, without an analyzer.

    `terms` are Terms, tuples of a Term's first values, or strings. With a text, that is
    what is stored, and offsets are characters of it; without one nothing is stored.

    >>> document = {"body": Tokens([("go", 0, 4), ("home", 5, 9)], text="went home")}
    """

    __slots__ = ("terms", "text")

    def __init__(self, terms: Iterable[Union[TermLike, str]], text: Optional[str] = None) -> None:
        self.terms = [Term(term) if isinstance(term, str) else term for term in terms]
        self.text = text

    def pack(self) -> Tuple[Any, Optional[bytes]]:
        """An array of ink_token, and the text."""
        text = None if self.text is None else encode(self.text)
        offset: Callable[[int], int] = (lambda _index: 0)
        if self.text is not None and text is not None:
            offset = _Offsets(self.text, text)
        array: Any = (_abi.ink_token * len(self.terms))()
        # An array does not keep alive what its pointers point to.
        array.kept = []
        for i, term in enumerate(self.terms):
            array[i], data = _token(term, offset)
            array.kept.append(data)
        return array, text

    def __repr__(self) -> str:
        return f"Tokens({self.terms!r}, text={self.text!r})"


# ---- callbacks ----

_numbers = itertools.count(1)
_functions: Dict[int, Callable[..., Any]] = {}  # instances by the number that C holds


def _enter(function: Callable[..., Any]) -> int:
    number = next(_numbers)
    _functions[number] = function
    return number


def _guarded(callback: Callable[..., None]) -> Callable[..., int]:
    """Exceptions become the error record, which is the last argument."""

    def call(*args: Any) -> int:
        callbacks.depth += 1
        try:
            callback(*args)
        except BaseException as error:
            return tell_raised(error, args[-1].contents)
        finally:
            callbacks.depth -= 1
        return 0

    return call


def _emit(out: Any, term: TermLike, offset: Callable[[int], int]) -> bool:
    token, _data = _token(term, offset)
    status: int = lib.ink_emit_token(out, byref(token))
    return status == 0


def _tokenize(number: int, purpose: int, data: Any, length: int, out: Any, _record: Any) -> None:
    raw = string_at(data, length)
    text = decode(raw)
    offset = _Offsets(text, raw)
    for term in _functions[number](text, PURPOSES[purpose]):
        if not _emit(out, term, offset):
            return  # the library knows why


def _filter(number: int, purpose: int, pointer: Any, out: Any, _record: Any) -> None:
    token = pointer.contents
    given = Term(
        decode(string_at(token.term, token.len)),
        token.start,
        token.end,
        token.step,
        PARTS[token.part],
        bool(token.flags & _abi.INK_TOKEN_JOINED),
    )
    made = _functions[number](given, PURPOSES[purpose])
    if made is None:
        return
    several = [made] if isinstance(made, (str, Term)) else made
    for i, term in enumerate(several):
        if isinstance(term, str):
            term = given._replace(text=term)
            if i > 0:
                term = term._replace(step=0, joined=True)
        if not _emit(out, term, lambda index: index):
            return


def _pieces(text: str, made: Union[str, Iterable[Piece]]) -> Iterable[Piece]:
    if not isinstance(made, str):
        return made
    if len(made) != len(text):
        raise ValueError(
            f"a text of {len(text)} characters became one of {len(made)}: "
            "return pieces (text, start, end), so that it is known what they stand for"
        )
    if made == text:
        return [(text, 0, len(text))]
    return ((char, i, i + 1) for i, char in enumerate(made))


def _normalize(number: int, data: Any, length: int, out: Any, _record: Any) -> None:
    raw = string_at(data, length)
    text = decode(raw)
    offset = _Offsets(text, raw)
    for piece, start, end in _pieces(text, _functions[number](text)):
        encoded = encode(piece)
        if lib.ink_emit_text(out, encoded, len(encoded), offset(start), offset(end)) != 0:
            return


def _open(user: int, arg: Any, length: int, out: Any, _record: Any) -> None:
    text = decode(string_at(arg, length)) if arg else None
    out[0] = _enter(_functions[user](text))


def _close(number: int) -> None:
    _functions.pop(number, None)


# One of each for all that is registered: which function is meant is in the first argument.
_CALLBACKS = {
    "tokenize": _abi.ink_tokenize_fn(_guarded(_tokenize)),
    "filter": _abi.ink_filter_fn(_guarded(_filter)),
    "normalize": _abi.ink_normalize_fn(_guarded(_normalize)),
}
_OPEN = _abi.ink_open_fn(_guarded(_open))
_CLOSE = _abi.ink_close_fn(_close)


def _without_purpose(function: Callable[..., Any], factory: bool) -> Callable[..., Any]:
    def made(arg: Optional[str]) -> Callable[..., Any]:
        return _without_purpose(function(arg), False)

    return made if factory else lambda value, _purpose: function(value)


def _register(
    kind: str,
    name: str,
    function: Callable[..., Any],
    version: Optional[str],
    factory: bool,
    purpose: bool,
) -> None:
    if not callable(function):
        raise TypeError(f"expected a function, not {type(function).__name__}")
    number = _enter(function if purpose else _without_purpose(function, factory))
    extension = _abi.ink_extension(
        struct_size=sizeof(_abi.ink_extension),
        name=c_name(name),
        version=None if version is None else c_name(version),
        user=number,
        release=_CLOSE,
    )
    setattr(extension, kind, _CALLBACKS[kind])
    if factory:
        extension.open, extension.close = _OPEN, _CLOSE
    try:
        lib.ink_extension_register(byref(extension))
    except BaseException:
        _close(number)
        raise


def register_tokenizer(
    name: str,
    function: TokenizerFunction,
    *,
    version: Optional[str] = None,
    purpose: bool = False,
    factory: bool = False,
) -> None:
    """Let specs such as "name | fold" use `function(text)`, which yields Terms.

    With `purpose` it is called as `function(text, purpose)`: "doc", "query" or "phrase".
    With `factory` it is called once for each use in a spec with what stands behind the
    colon, or None, and returns the function to use. An exception fails the call that
    wanted the analysis, and is the `__cause__` of its error; in a writer with threads it
    fails a later call, without a cause.
    """
    _register("tokenize", name, function, version, factory, purpose)


def register_filter(
    name: str,
    function: FilterFunction,
    *,
    version: Optional[str] = None,
    purpose: bool = False,
    factory: bool = False,
) -> None:
    """Let specs such as "word | name" use `function(term)`: as register_tokenizer().

    It gets a Term, whose offsets are to be left alone, and returns None to drop it, a
    string or Term in its place, or several: strings behind the first stand at its position.
    """
    _register("filter", name, function, version, factory, purpose)


def register_normalizer(
    name: str,
    function: NormalizerFunction,
    *,
    version: Optional[str] = None,
    factory: bool = False,
) -> None:
    """Let specs such as "name | default" use `function(text)`: as register_tokenizer().

    It returns a text of as many characters, or pieces (text, start, end) with the
    characters of the original that each stands for.
    """
    _register("normalize", name, function, version, factory, True)  # there is none


def unregister(name: str) -> None:
    """Forget a name.

    Analyzers, readers and writers that use it go on with it; no others can be opened, of an
    index that is open neither, until the name is registered again.
    """
    lib.ink_extension_unregister(c_name(name))
