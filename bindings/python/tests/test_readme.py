"""The code in README.md and in the package's docstring runs as it is printed."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

import inkstone


def test_the_readme_runs(tmp_path, monkeypatch, capsys):
    readme = Path(__file__).resolve().parents[1] / "README.md"
    blocks = re.findall(r"```python\n(.*?)```", readme.read_text(encoding="utf-8"), re.S)
    assert len(blocks) == 1
    monkeypatch.chdir(tmp_path)
    exec(compile(blocks[0], str(readme), "exec"), {})
    printed = capsys.readouterr().out
    assert "Ink stone" in printed and "<b>硯台</b>" in printed
    assert "[('art', 1), ('tools', 1)]" in printed


def test_the_docstring_runs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    failed, attempted = doctest.testmod(inkstone)
    assert attempted > 0 and failed == 0
