"""Finding the library: what is tried, and what is said when nothing fits."""

from __future__ import annotations

import ctypes
import inspect
import os
import subprocess
import sys
import types
from pathlib import Path

import inkstone
import pytest
from inkstone import _lib

PACKAGE = Path(inkstone.__file__).resolve().parent


def library_of(version):
    """Something that answers ink_version_number() as a library of that version would."""

    def number():
        return version

    return types.SimpleNamespace(ink_version_number=number)


def fresh(code, **environment):
    """Run Python code in a new interpreter with other environment variables."""
    full = {**os.environ, "PYTHONPATH": str(PACKAGE.parent), **environment}
    return subprocess.run(
        [sys.executable, "-c", code], env=full, capture_output=True, text=True, check=False
    )


def test_the_environment_variable_rules_alone(monkeypatch):
    monkeypatch.setenv(_lib.VARIABLE, "/a/library")
    assert [path for path, _ in _lib.candidates()] == ["/a/library"]


def test_the_order_of_search(monkeypatch):
    monkeypatch.delenv(_lib.VARIABLE, raising=False)
    paths = [path for path, _ in _lib.candidates()]
    assert paths[0] == str(PACKAGE / _lib.SONAME) and paths[-1] == _lib.SONAME
    assert all(path.endswith(_lib.SONAME) for path in paths)
    if (PACKAGE.parent / "pyproject.toml").exists():
        root = PACKAGE.parents[2]
        assert paths[1:3] == [
            str(root / "build" / ".libs" / _lib.SONAME), str(root / ".libs" / _lib.SONAME),
        ]


def test_import_error_lists_what_was_tried(tmp_path):
    missing = tmp_path / "nowhere.so"
    result = fresh("import inkstone", **{_lib.VARIABLE: str(missing)})
    assert result.returncode != 0
    assert "ImportError: cannot load the Inkstone library" in result.stderr
    assert str(missing) in result.stderr and _lib.VARIABLE in result.stderr


def test_a_file_that_is_no_library_is_refused(tmp_path):
    bad = tmp_path / "bad.so"
    bad.write_text("not a library")
    result = fresh("import inkstone", **{_lib.VARIABLE: str(bad)})
    assert "ImportError" in result.stderr and str(bad) in result.stderr


def test_a_library_without_our_functions_is_refused():
    program = ctypes.CDLL(None)  # the running program: a library, but not this one
    with pytest.raises(AttributeError, match="ink_version_number"):
        _lib.check_version(program)


@pytest.mark.parametrize("number", [0, 2000, 1001000])
def test_another_version_is_refused(number):
    with pytest.raises(OSError, match="version"):
        _lib.check_version(library_of(number))


@pytest.mark.parametrize("number", [1000, 1999])
def test_any_patch_of_our_version_will_do(number):
    _lib.check_version(library_of(number))


def test_the_library_that_is_loaded_is_told():
    assert inkstone.library_path and inkstone.version()


def test_a_handle_of_another_kind_is_refused():
    with inkstone.Schema() as schema, pytest.raises(ctypes.ArgumentError):
        _lib.lib.ink_query_text(schema._ptr, None, None)


@pytest.mark.parametrize("kind", [inkstone.Index, inkstone.Reader, inkstone.Writer])
def test_help_has_nothing_of_the_constructor_behind(kind):
    assert "`call`" not in inspect.getdoc(kind.__init__)
