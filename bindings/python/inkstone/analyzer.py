"""From text to tokens."""

from __future__ import annotations

from typing import List, NamedTuple

from . import _abi
from ._handle import Handle
from ._lib import lib
from ._values import Text, current, decode, encode, name

PARTS = {_abi.INK_PART_WORD: "word", _abi.INK_PART_GRAM: "gram"}


def part_code(part: str) -> int:
    """INK_PART_* of "word" or "gram"."""
    for code, text in PARTS.items():
        if text == part:
            return code
    raise ValueError(f"no part {part!r}; there are word and gram")


class Token(NamedTuple):
    """A term as it stands in the index, and where it came from.

    `part` is "word" or "gram"; `position` counts from 0 in each part; `start` and `end`
    are byte offsets in the UTF-8 form of the text. A `joined` form stands beside others,
    as "gpt4" does beside "gpt" and "4".
    """

    text: str
    part: str
    position: int
    start: int
    end: int
    joined: bool = False


class Analyzer(Handle):
    """A tokenizer and filters, such as "word | fold | stem:en"; may be shared by threads."""

    def __init__(self, spec: str = "default") -> None:
        super().__init__(
            _abi.ink_analyzer, lib.ink_analyzer_free, lib.ink_analyzer_new, name(spec)
        )
        self.spec = spec

    def tokens(self, text: Text) -> List[Token]:
        """The tokens of a text, as a document's field would have them."""
        data = encode(text)
        with Handle(
            _abi.ink_tokens, lib.ink_tokens_free, lib.ink_analyzer_run, self._ptr, data, len(data)
        ) as handle:
            at, found = handle._ptr, []
            while lib.ink_tokens_next(at) == 1:
                found.append(
                    Token(
                        decode(current(lib.ink_tokens_text, at)),
                        PARTS[lib.ink_tokens_part(at)],
                        lib.ink_tokens_position(at),
                        lib.ink_tokens_start(at),
                        lib.ink_tokens_end(at),
                        bool(lib.ink_tokens_flags(at) & _abi.INK_TOKEN_JOINED),
                    )
                )
        return found

    def __repr__(self) -> str:
        return f"Analyzer({self.spec!r})"
