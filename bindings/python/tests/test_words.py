"""Dictionaries and synonyms of an index."""

from __future__ import annotations

import inkstone
import pytest


def keys(index, query):
    return sorted(hit["id"] for hit in index.search(query))


def test_a_dictionary_finds_documents_from_before(empty):
    with empty.writer() as writer:
        writer.add({"id": "1", "body": "深度求索发布新模型"})
        writer.add({"id": "2", "body": "深度学习"})
    with empty.writer() as writer:
        writer.set_dictionary("深度求索\nNode.js\n")
    assert keys(empty, "+深度求索") == ["1"]
    with empty.reader() as reader:
        assert reader.dictionary == "深度求索\nNode.js\n"
        assert reader.synonyms == ""
    with empty.writer() as writer:
        writer.set_dictionary(b"")
    with empty.reader() as reader:
        assert reader.dictionary == ""


def test_synonyms_change_queries_only(empty):
    with empty.writer() as writer:
        writer.add({"id": "1", "body": "a laptop"})
        writer.add({"id": "2", "body": "a portable computer"})
    assert keys(empty, "laptop") == ["1"]
    with empty.writer() as writer:
        writer.set_synonyms("laptop, portable computer")
        assert keys(empty, "laptop") == ["1"]
        writer.commit()
        assert keys(empty, "laptop") == ["1", "2"]
        writer.set_synonyms("")
        writer.rollback()
    assert keys(empty, "laptop") == ["1", "2"]
    assert keys(empty, '"laptop"') == ["1"]
    with empty.reader() as reader:
        assert reader.synonyms == "laptop, portable computer"


def test_errors_say_where(empty):
    with empty.writer() as writer:
        with pytest.raises(inkstone.ParseError, match="line 2, byte 3"):
            writer.set_dictionary(b"ok\n\xff")
        with pytest.raises(inkstone.ParseError) as caught:
            writer.set_synonyms("a, b\nalone")
        assert caught.value.offset == 5
