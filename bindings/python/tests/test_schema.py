"""Schemas and analyzers."""

from __future__ import annotations

import inkstone
import pytest


def test_fields_read_back_as_they_were_added(schema):
    fields = {field.name: field for field in schema}
    assert list(fields) == ["title", "body", "id", "tag", "day", "year", "price", "raw"]
    assert [field.type for field in schema] == [
        "text", "text", "keyword", "keyword", "date", "integer", "double", "bytes",
    ]
    assert fields["title"].weight == 2.0 and fields["body"].weight == 1.0
    assert fields["id"].key and not fields["tag"].key
    assert fields["tag"].multi and not fields["id"].multi
    assert fields["title"].stored and fields["title"].positions
    assert len(schema) == 8
    assert "day" in schema and "nothing" not in schema
    assert schema["year"].type == "integer"
    with pytest.raises(KeyError):
        schema["nothing"]


def test_pairs_are_a_flag_of_text():
    with inkstone.Schema().text("a", pairs=True).text("b") as schema:
        assert schema["a"].pairs and not schema["b"].pairs


def test_calls_chain_and_positions_can_be_left_out():
    with inkstone.Schema(k1=1.2, b=0.75).text("a", positions=False).keyword("b") as schema:
        assert not schema["a"].positions
        assert schema["a"].weight == 1.0
        assert schema.weight("a", 3.0)["a"].weight == 3.0
        assert repr(schema) == "<Schema a: text, b: keyword>"


def test_an_analyzer_spec_is_kept():
    with inkstone.Schema().text("a", analyzer="whitespace | lower") as schema:
        assert schema["a"].analyzer is not None
        assert "whitespace" in schema["a"].analyzer


@pytest.mark.parametrize("name", ["", "9a", "a b", "ä", "a" * 65])
def test_bad_names_are_refused(name):
    with pytest.raises(inkstone.InvalidError) as caught:
        inkstone.Schema().keyword(name)
    assert caught.value.name == "INK_EINVAL"


def test_a_name_is_not_cut_at_a_nul():
    with pytest.raises(ValueError, match="NUL"):
        inkstone.Schema().keyword("a\0b")


def test_errors_of_a_schema():
    schema = inkstone.Schema().text("a")
    with pytest.raises(inkstone.ExistsError):
        schema.text("a")
    with pytest.raises(inkstone.ParseError) as caught:
        schema.text("b", analyzer="word | nonsense")
    assert caught.value.offset == 7
    with pytest.raises(inkstone.NotFoundError):
        schema.weight("nothing", 1.0)
    with pytest.raises(inkstone.InvalidError):
        schema.weight("a", float("nan"))
    with pytest.raises(inkstone.InvalidError):
        schema.bm25(-1.0, 0.5)
    with pytest.raises(ValueError, match="no field type"):
        schema.add(inkstone.Field("c", "colour"))


def test_default_analyzer_knows_mixed_scripts():
    text = "Ink 硯台を磨る"
    data = text.encode()
    with inkstone.Analyzer() as analyzer:
        tokens = analyzer.tokens(text)
    assert any(token.text == "ink" and token.part == "word" for token in tokens)
    assert any(token.part == "gram" for token in tokens)
    for token in tokens:
        assert 0 <= token.start < token.end <= len(data)
        data[token.start:token.end].decode("utf-8")  # never cuts a character
    words = [token.position for token in tokens if token.part == "word"]
    assert words[0] == 0 and words == sorted(words)


def test_offsets_point_into_the_original_text():
    analyzer = inkstone.Analyzer("whitespace | lower")
    tokens = analyzer.tokens("One  TWO")
    assert [(t.text, t.position, t.start, t.end) for t in tokens] == [
        ("one", 0, 0, 3), ("two", 1, 5, 8),
    ]


def test_hostile_text_is_never_fatal():
    analyzer = inkstone.Analyzer()
    assert analyzer.tokens("") == []
    analyzer.tokens(b"\xff\xfe ok \x80")
    analyzer.tokens("\ud800 alone")
    analyzer.tokens("a\0b")
    analyzer.tokens("x" * 100_000)
    with pytest.raises(TypeError):
        analyzer.tokens(5)  # type: ignore[arg-type]


def test_a_bad_spec_tells_where():
    with pytest.raises(inkstone.ParseError) as caught:
        inkstone.Analyzer("word | nope")
    assert caught.value.offset == 7
    assert "at byte 7" in str(caught.value)
