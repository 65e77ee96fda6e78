"""The table in inkstone/_abi.py against the headers, line by line.

Needs neither a compiler nor the library: _abi.py is loaded by itself.
"""

from __future__ import annotations

import ctypes
import importlib.util
from pathlib import Path

import cheader
import pytest


def load_abi():
    path = Path(__file__).resolve().parents[1] / "inkstone" / "_abi.py"
    spec = importlib.util.spec_from_file_location("inkstone_abi_alone", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


abi = load_abi()
header = cheader.load()
functions = {name: (result, arguments) for name, result, arguments in abi.FUNCTIONS}

SCALARS = {
    "int": ctypes.c_int,
    "int32_t": ctypes.c_int32,
    "uint32_t": ctypes.c_uint32,
    "int64_t": ctypes.c_int64,
    "uint64_t": ctypes.c_uint64,
    "size_t": ctypes.c_size_t,
    "double": ctypes.c_double,
    "char": ctypes.c_char,
}


def ctype_of(text: str):
    """The ctypes type for a C type as cheader writes it."""
    base, stars = text.replace("const", "").rstrip("* ").strip(), text.count("*")
    if base == "void":
        assert stars < 3, text
        if stars == 2:
            return ctypes.POINTER(ctypes.c_void_p)
        return ctypes.c_void_p if stars else None
    if base == "char" and stars:
        kind, stars = ctypes.c_char_p, stars - 1
    elif base in SCALARS:
        kind = SCALARS[base]
    else:
        assert base in header.handles or base in header.structs or base in header.callbacks, text
        kind = getattr(abi, base)
    for _ in range(stars):
        kind = ctypes.POINTER(kind)
    return kind


def sized_types_of(params):
    """The types of a callback or struct: text that has its length is not to be converted."""
    types = [ctype_of(param.ctype) for param in params]
    for i, param in enumerate(params[:-1]):
        if param.ctype == "const char *" and params[i + 1].ctype == "size_t":
            types[i] = ctypes.POINTER(ctypes.c_char)
    return types


def result_of(prototype: cheader.Prototype):
    sized = any(param.ctype == "size_t *" for param in prototype.params)
    if prototype.result == "const char *" and sized:
        return ctypes.POINTER(ctypes.c_char)  # may hold NUL, so ctypes must not convert it
    return ctype_of(prototype.result)


def test_headers_are_read_in_full():
    text = "".join(
        cheader.strip(path.read_text(encoding="utf-8"))
        for path in cheader.paths()
    )
    assert text.count("INK_API") == len(header.prototypes) > 0
    assert text.count("INK_") > len(header.enums) > 0
    assert header.structs and header.handles and header.callbacks


def test_unknown_declarations_are_refused():
    with pytest.raises(ValueError, match="cannot read"):
        cheader.parse("union ink_odd { int a; };", cheader.Header([], {}, {}, {}, {}))


def test_same_functions():
    assert len(functions) == len(abi.FUNCTIONS), "a function is in the table twice"
    assert sorted(functions) == sorted(header.prototypes)


@pytest.mark.parametrize("name", sorted(header.prototypes))
def test_prototype(name):
    prototype = header.prototypes[name]
    result, arguments = functions[name]
    assert result is result_of(prototype)
    expected = [ctype_of(param.ctype) for param in prototype.params]
    assert arguments == expected, [param.ctype for param in prototype.params]


@pytest.mark.parametrize("name", sorted(header.prototypes))
def test_fallible_functions_end_in_an_error_record(name):
    """_lib wraps by the last argument, so the header must keep to that form."""
    types = [param.ctype for param in header.prototypes[name].params]
    assert "ink_error *" not in types[:-1]
    if types and types[-1] == "ink_error *":
        assert header.prototypes[name].result == "int"


@pytest.mark.parametrize("name", sorted(header.callbacks))
def test_callback(name):
    prototype, bound = header.callbacks[name], getattr(abi, name)
    assert bound._restype_ is ctype_of(prototype.result)
    assert list(bound._argtypes_) == sized_types_of(prototype.params)


@pytest.mark.parametrize("name", sorted(header.structs))
def test_struct(name):
    members, bound = header.structs[name], getattr(abi, name)
    expected = []
    for member, kind in zip(members, sized_types_of(members)):
        expected.append((member.name, kind * member.count if member.count > 1 else kind))
    assert list(bound._fields_) == expected
    offsets, size = cheader.layout(members)
    assert [(field, getattr(bound, field).offset) for field, _ in expected] == offsets
    assert ctypes.sizeof(bound) == size


def test_error_record_is_256_bytes():
    assert ctypes.sizeof(abi.ink_error) == 256


def test_same_structs_and_handles():
    bound = {
        name
        for name, value in vars(abi).items()
        if isinstance(value, type) and issubclass(value, ctypes.Structure)
    } - {"Structure"}
    assert bound == set(header.structs) | set(header.handles)
    assert not set(header.structs) & set(header.handles)


@pytest.mark.parametrize("name", header.handles)
def test_handles_are_opaque(name):
    assert not hasattr(getattr(abi, name), "_fields_") or name in header.structs


def test_same_enumerators():
    bound = {name: value for name, value in vars(abi).items() if name.startswith("INK_")}
    assert bound == header.enums
