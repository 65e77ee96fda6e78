"""A reader for the C headers that Python binds: enumerators, structs, prototypes.

It knows the style of those headers and no more: what it cannot read it refuses,
so that a declaration is never passed over in silence.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Dict, List, NamedTuple, Tuple

INCLUDE = Path(__file__).resolve().parents[3] / "include"

# Bytes of each type on every platform with 64-bit pointers; alignment is the same.
SIZES = {
    "char": 1,
    "int": 4,
    "int32_t": 4,
    "uint32_t": 4,
    "int64_t": 8,
    "uint64_t": 8,
    "size_t": 8,
    "double": 8,
}
POINTER_SIZE = 8


class Param(NamedTuple):
    """A parameter or struct member: its type without the name, an array's length or 1."""

    ctype: str
    name: str
    count: int


class Prototype(NamedTuple):
    result: str
    name: str
    params: Tuple[Param, ...]


class Header(NamedTuple):
    handles: List[str]
    structs: Dict[str, List[Param]]
    callbacks: Dict[str, Prototype]
    enums: Dict[str, int]
    prototypes: Dict[str, Prototype]


def normal(ctype: str) -> str:
    """One spelling: `const char *`, `const ink_query *const *`."""
    ctype = re.sub(r"\s+", " ", ctype.strip())
    ctype = re.sub(r"\s*\*\s*", "*", ctype)
    head = ctype.split("*", 1)[0]
    return ctype if head == ctype else f"{head} {ctype[len(head):]}"


def parameter(text: str) -> Param:
    match = re.fullmatch(r"(.+?[\s*])(\w+)(?:\[(\d+)\])?", text.strip(), re.S)
    if match is None:
        raise ValueError(f"cannot read the declaration {text!r}")
    ctype, name, count = match.groups()
    return Param(normal(ctype), name, int(count or 1))


def parameters(text: str) -> Tuple[Param, ...]:
    if text.strip() == "void":
        return ()
    return tuple(parameter(part) for part in text.split(","))


def strip(source: str) -> str:
    """Without comments, preprocessor lines and the C++ guard."""
    source = re.sub(r"/\*.*?\*/", " ", source, flags=re.S)
    source = re.sub(r"^[ \t]*#.*?(?<!\\)$", "", source, flags=re.M)
    return re.sub(r'extern "C" \{(.*)\}', r"\1", source, flags=re.S)


ENUM = re.compile(r"\s*enum\s*\{([^}]*)\}\s*;")
HANDLE = re.compile(r"\s*typedef struct (\w+) (\w+)\s*;")
STRUCT = re.compile(r"\s*typedef struct (\w+)\s*\{([^}]*)\}\s*(\w+)\s*;")
CALLBACK = re.compile(r"\s*typedef (\w+) \(\*(\w+)\)\(([^)]*)\)\s*;")
FUNCTION = re.compile(r"\s*INK_API (?:INK_NODISCARD )?(.+?[\s*])(ink_\w+)\(([^)]*)\)\s*;", re.S)


def parse(source: str, into: Header) -> None:
    """Read one header from its first byte to its last; anything unknown is an error."""
    text, at = strip(source), 0
    while text[at:].strip():
        for pattern in (ENUM, HANDLE, STRUCT, CALLBACK, FUNCTION):
            match = pattern.match(text, at)
            if match is not None:
                break
        else:
            raise ValueError(f"cannot read {text[at:at + 80].strip()!r}")
        at = match.end()
        if pattern is ENUM:
            for item in filter(None, (part.strip() for part in match[1].split(","))):
                name, _, value = item.partition("=")
                into.enums[name.strip()] = int(value, 0)
        elif pattern is HANDLE:
            into.handles.append(match[2])
        elif pattern is STRUCT:
            members = filter(None, (part.strip() for part in match[2].split(";")))
            into.structs[match[3]] = [parameter(member) for member in members]
        else:
            found = Prototype(normal(match[1]), match[2], parameters(match[3]))
            table = into.callbacks if pattern is CALLBACK else into.prototypes
            table[found.name] = found


def paths() -> List[Path]:
    """Every header but those of include/inkstone/ext, and of these tokenizer.h."""
    found = sorted((INCLUDE / "inkstone").glob("*.h"))
    if not found:
        raise FileNotFoundError(f"no headers in {INCLUDE / 'inkstone'}")
    return found + [INCLUDE / "inkstone" / "ext" / "tokenizer.h"]


def load() -> Header:
    header = Header([], {}, {}, {}, {})
    for path in paths():
        try:
            parse(path.read_text(encoding="utf-8"), header)
        except ValueError as error:
            raise ValueError(f"{path}: {error}") from None
    return header


def layout(members: List[Param]) -> Tuple[List[Tuple[str, int]], int]:
    """Where a C compiler puts each member, and the size of the struct."""
    at, widest, offsets = 0, 1, []
    for member in members:
        pointer = "*" in member.ctype or member.ctype.endswith("_fn")
        size = POINTER_SIZE if pointer else SIZES[member.ctype]
        at = (at + size - 1) // size * size
        offsets.append((member.name, at))
        at += size * member.count
        widest = max(widest, size)
    return offsets, (at + widest - 1) // widest * widest
