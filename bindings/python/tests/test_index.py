"""Indexes, the writer, and documents on their way in and out."""

from __future__ import annotations

import datetime
import enum
import fractions
import gc
import os
import weakref
from typing import get_type_hints

import inkstone
import pytest
from conftest import NOTES, make_schema

UTC = datetime.timezone.utc


def test_create_open_and_schema(location, schema):
    with inkstone.create(os.fspath(location), schema) as index:
        assert index.path == os.fspath(location)
        assert [field.name for field in index.schema] == [field.name for field in schema]
    with inkstone.open(location) as index, index.reader() as reader:
        assert len(reader) == 0 and reader
        assert index.schema["id"].key and index.schema["title"].weight == 2.0


def test_errors_of_create_and_open(location, schema, tmp_path):
    with pytest.raises(inkstone.NotFoundError):
        inkstone.open(location)
    with pytest.raises(inkstone.InvalidError), inkstone.Schema() as nothing:
        inkstone.create(location, nothing)
    inkstone.create(location, schema).close()
    with pytest.raises(inkstone.ExistsError):
        inkstone.create(location, schema)
    with pytest.raises(inkstone.UnsupportedError):
        inkstone.create(f"nonsense:{tmp_path / 'x'}", schema)
    with pytest.raises(ValueError, match="NUL"):
        inkstone.open("a\0b")


def test_a_local_index_is_one_shard_and_misses_none(location, schema):
    with inkstone.create(location, schema) as index, index.writer() as writer:
        writer.add(NOTES[0])
    (shard,) = inkstone.shards(location)
    assert shard.name == os.fspath(location) and shard.up and shard.message == ""
    assert shard.docs == 1 and shard.generation == 2 and shard.round_trip == 0.0
    with inkstone.open(location, partial=True) as index:
        assert index.search("ink").missing == []
    (gone,) = inkstone.shards(location / "none")
    assert not gone.up and "none" in gone.message and gone.docs == 0
    with pytest.raises(inkstone.UnsupportedError):
        inkstone.shards("nonsense:x")


def test_a_file_is_no_index(tmp_path, schema):
    (tmp_path / "file").write_text("x")
    with pytest.raises(inkstone.InkError):
        inkstone.create(tmp_path / "file" / "below", schema)


def test_one_writer_at_a_time(empty):
    with empty.writer():
        with pytest.raises(inkstone.LockedError):
            empty.writer()
    empty.writer().close()


def test_a_writer_that_cannot_start_lets_go_of_the_lock(empty):
    with pytest.raises(inkstone.InvalidError):
        empty.writer(memory=1)
    with pytest.raises(inkstone.InvalidError):
        empty.writer(threads=65)
    with pytest.raises(ValueError, match="reorder"):
        empty.writer(reorder="sometimes")
    empty.writer(reorder="none").close()
    with empty.writer(memory=64 << 20, threads=2) as writer:
        writer.add({"id": "1"})
    assert "1" in empty.reader()


def test_readonly(index):
    with inkstone.Index.open(index.path, readonly=True) as other:
        with pytest.raises(inkstone.ReadOnlyError):
            other.writer()
        assert len(other.reader()) == len(NOTES)


def test_a_block_that_ends_commits(empty):
    with empty.writer() as writer:
        writer.add({"id": "1"})
        assert len(empty.reader()) == 0
    with empty.reader() as reader:
        assert len(reader) == 1
        before = reader.stats().generation
    with empty.writer():
        pass  # nothing changed, nothing to commit
    assert empty.reader().stats().generation == before


def test_a_block_that_fails_rolls_back(index):
    with pytest.raises(RuntimeError):
        with index.writer() as writer:
            writer.delete("1")
            raise RuntimeError
    assert "1" in index.reader()


def test_commit_and_rollback(empty):
    with empty.writer() as writer:
        writer.add({"id": "1"})
        first = writer.commit()
        writer.add({"id": "2"})
        writer.rollback()
        writer.add({"id": "3"})
        assert writer.commit() == first + 1
    with empty.reader() as reader:
        assert ["1" in reader, "2" in reader, "3" in reader] == [True, False, True]
        assert reader.stats().generation == first + 1


def test_add_update_and_delete_by_key(index):
    with index.writer() as writer:
        with pytest.raises(inkstone.ExistsError):
            writer.add({"id": "1"})
        writer.update({"id": "1", "title": "anew"})
        writer.delete("2")
        writer.delete("no such key")
    with index.reader() as reader:
        assert reader["1"] == {"id": "1", "title": "anew"}
        assert reader.get("2") is None and len(reader) == len(NOTES) - 1


def test_delete_query_also_sees_what_is_not_committed(index):
    with index.writer() as writer:
        writer.add({"id": "6", "tag": "old"})
        assert writer.delete_query("tag:old") == 3
        assert writer.delete_query(inkstone.Query.term("tag", "nothing")) == 0
    assert len(index.reader()) == 3


def test_a_refused_document_leaves_the_writer_usable(empty):
    with empty.writer() as writer:
        writer.add({"id": "1"})
        for document, error in [
            ({}, inkstone.SchemaError),
            ({"id": "2", "year": "many"}, inkstone.SchemaError),
            ({"id": "2", "year": 1.5}, inkstone.SchemaError),
            ({"id": "2", "price": float("nan")}, inkstone.SchemaError),
            ({"id": "2", "year": [1, 2]}, inkstone.SchemaError),
            ({"id": ["2", "3"]}, inkstone.SchemaError),
            ({"id": "2", "raw": "text"}, inkstone.SchemaError),
            ({"id": "2", "day": "yesterday"}, inkstone.SchemaError),
            ({"id": "2", "nothing": "x"}, inkstone.NotFoundError),
            ({"id": "x" * 40000}, inkstone.LimitError),
            ({"id": "2", "year": 1 << 63}, OverflowError),
            ({"id": "2", "tag": {"a": 1}}, TypeError),
            ({"id": "2", "tag": [["a"]]}, TypeError),
            ({"id": "2", "tag": object()}, TypeError),
            ({2: "id"}, TypeError),
            ("2", TypeError),
            (None, TypeError),
        ]:
            with pytest.raises(error):
                writer.add(document)
        writer.add({"id": "2"})
    assert len(empty.reader()) == 2


def test_documents_come_back_as_they_went_in(index):
    with index.reader() as reader:
        first, second, fourth = reader["1"], reader["2"], reader["4"]
    assert first == {**NOTES[0], "day": datetime.datetime(2024, 5, 1, tzinfo=UTC)}
    assert second["day"] == NOTES[1]["day"] and second["day"].tzinfo is not None
    assert second["price"] == 3.0 and isinstance(second["price"], float)
    assert second["tag"] == ["art"], "a field of several values gives a list always"
    assert "day" not in fourth and "price" not in fourth


@pytest.mark.parametrize(
    "field, value, back",
    [
        ("title", "", ""),
        ("title", "a\0b", "a\0b"),
        ("title", "\ud83d\ude00", "😀"),
        ("title", ["one", "two"], ["one", "two"]),
        ("title", ("one",), "one"),
        ("title", None, None),
        ("tag", ["a\0b", "c"], ["a\0b", "c"]),
        ("tag", "single", ["single"]),
        ("tag", b"\xff\xfe", [b"\xff\xfe"]),
        ("tag", [], None),
        ("year", -(1 << 63), -(1 << 63)),
        ("year", "12", 12),
        ("year", True, 1),
        ("price", 7, 7.0),
        ("price", 1e308, 1e308),
        ("day", datetime.datetime(1, 1, 1), datetime.datetime(1, 1, 1, tzinfo=UTC)),
        ("day", 1 << 60, 1 << 60),
        ("raw", b"", b""),
        ("raw", bytearray(b"\0\1\xff"), b"\0\1\xff"),
        ("raw", memoryview(b"view"), b"view"),
        ("raw", [b"a", b"b"], [b"a", b"b"]),
    ],
)
def test_values(empty, field, value, back):
    with empty.writer() as writer:
        writer.add({"id": "k", field: value})
    assert empty.reader()["k"] == ({"id": "k"} if back is None else {"id": "k", field: back})


def test_any_number_is_a_number(empty):
    class Year(enum.IntEnum):
        MILLENNIUM = 2000

    with empty.writer() as writer:
        writer.add({"id": "k", "year": Year.MILLENNIUM, "price": fractions.Fraction(1, 2)})
    assert empty.reader()["k"] == {"id": "k", "year": 2000, "price": 0.5}


def test_add_field(index):
    with index.writer() as writer:
        writer.add_field(inkstone.Field("lang", "keyword", stored=True, multi=True))
        with pytest.raises(inkstone.ExistsError):
            writer.add_field(inkstone.Field("lang", "keyword"))
        writer.add({"id": "6", "lang": "en"})
    assert "lang" in index.schema
    with index.reader() as reader:
        assert reader["6"]["lang"] == ["en"] and "lang" not in reader["1"]


def test_a_rollback_takes_an_added_field_away(index):
    with index.writer() as writer:
        writer.add_field(inkstone.Field("lang", "keyword"))
        writer.add({"id": "6", "lang": "en"})
        writer.rollback()
        with pytest.raises(inkstone.NotFoundError, match='no field "lang"'):
            writer.add({"id": "6", "lang": "en"})
        writer.add_field(inkstone.Field("lang", "integer", stored=True))
        writer.add({"id": "6", "lang": 7})
    assert index.reader()["6"] == {"id": "6", "lang": 7}


def test_optimize_tells_its_progress(index):
    for i in range(6, 9):
        with index.writer() as writer:
            writer.add({"id": str(i)})
    seen = []
    with index.writer() as writer:
        writer.delete("1")
        writer.optimize(1, seen.append)
    assert all(isinstance(step, inkstone.Progress) and step.phase == "merge" for step in seen)
    with index.reader() as reader:
        stats = reader.stats()
        assert (stats.segments, stats.docs, stats.deleted_docs) == (1, 7, 0)
        assert stats.terms > 0 and stats.postings > 0 and stats.bytes_on_disk > 0


def test_check_reads_all_and_an_exception_stops_it(index):
    seen = []
    inkstone.check(index.path)
    index.check(seen.append)
    assert seen and all(step.phase == "check" for step in seen)
    assert [step.done for step in seen] == sorted(step.done for step in seen)

    def stop(_progress):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        inkstone.check(index.path, stop)
    with pytest.raises(inkstone.NotFoundError):
        inkstone.check(index.path + "-nowhere")


@pytest.mark.parametrize("backend", ["", "native:"])
def test_an_index_stays_where_it_was_when_the_process_goes_elsewhere(
    tmp_path, schema, monkeypatch, backend
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "elsewhere").mkdir()
    with inkstone.create(f"{backend}notes.ink", schema) as index:
        monkeypatch.chdir("elsewhere")
        index.check()
        assert index.path == f"{backend}{tmp_path / 'notes.ink'}"
        with inkstone.open(index.path) as again:
            assert again.path == index.path


def test_check_finds_damage(index):
    index.close()
    largest = max(
        (os.path.join(folder, name) for folder, _, names in os.walk(index.path) for name in names),
        key=os.path.getsize,
    )
    with open(largest, "r+b") as file:
        file.seek(os.path.getsize(largest) // 2)
        byte = file.read(1)[0]
        file.seek(-1, os.SEEK_CUR)
        file.write(bytes([byte ^ 0xFF]))
    with pytest.raises(inkstone.CorruptError):
        inkstone.check(index.path)


def test_schema_without_key(tmp_path):
    with inkstone.Schema().text("body", stored=True) as schema:
        index = inkstone.create(tmp_path / "keyless", schema)
    with index.writer() as writer:
        writer.add({"body": "ink"})
        with pytest.raises(inkstone.SchemaError):
            writer.delete("1")
        with pytest.raises(inkstone.SchemaError):
            writer.update({"body": "ink"})
    with index.reader() as reader, pytest.raises(inkstone.SchemaError):
        reader.find("1")
    assert index.search("ink")[0].fields == {"body": "ink"}


def test_handles_close_in_any_order(location):
    schema = make_schema()
    index = inkstone.create(location, schema)
    schema.close()
    writer = index.writer()
    writer.add(NOTES[0])
    writer.commit()
    reader = index.reader()
    query = inkstone.Query.parse(index, "ink")
    index.close()
    index.close()
    writer.close()
    results = reader.search(query)
    reader.close()
    query.close()
    assert results[0]["id"] == "1"
    results.close()
    for use in (index.reader, lambda: reader["1"], lambda: results[0], lambda: str(query)):
        with pytest.raises(ValueError, match="closed"):
            use()
    assert "closed" in repr(index) and "closed" in repr(reader) and "closed" in repr(query)


def test_readers_and_writers_of_a_closed_index_parse(index):
    reader, writer = index.reader(), index.writer()
    core = weakref.ref(index._core)
    index.close()
    found = reader.search("+title:ink", filter="year:[2005 TO 2020]")
    assert [hit["id"] for hit in found] == ["2"]
    writer.add_field(inkstone.Field("more", "keyword"))
    writer.add({"id": "6", "more": "x"})
    assert writer.delete_query("title:paper more:x") == 2
    writer.rollback()
    with pytest.raises(inkstone.NotFoundError):
        writer.delete_query("more:x")
    writer.add({"id": "6"})
    writer.commit()
    writer.close()
    reader.close()
    gc.collect()  # what was raised above
    assert core() is None
    with pytest.raises(ValueError, match="this Reader is closed"):
        reader.search("ink")
    assert len(inkstone.open(index.path).reader()) == len(NOTES) + 1


def test_a_field_added_later_has_no_weight(index):
    with index.writer() as writer:
        with pytest.raises(inkstone.UnsupportedError, match="field 'head'.* weight 1"):
            writer.add_field(inkstone.Field("head", "text", weight=3.0))
        writer.add_field(inkstone.Field("head", "text"))
    assert index.schema["head"].weight == 1.0


def test_the_types_of_an_index_are_known():
    assert get_type_hints(inkstone.Index.writer)["return"] is inkstone.Writer
    assert get_type_hints(inkstone.Index.reader)["return"] is inkstone.Reader
    assert get_type_hints(inkstone.Index.search)["return"] is inkstone.Results


def test_salvage_copies_what_can_be_read_and_tells_what_cannot(tmp_path):
    with inkstone.Schema().keyword("id", key=True, stored=True) as schema:
        index = inkstone.create(tmp_path / "old", schema)
    with index.writer() as writer:
        writer.add({"id": "a"})
        writer.commit()
        writer.add({"id": "b"})
    lost = sorted(name for name in os.listdir(index.path) if name.endswith(".ink"))[0]
    os.remove(os.path.join(index.path, lost))
    losses = []
    done = inkstone.salvage(index.path, tmp_path / "new", losses.append)
    assert (done.docs, done.lost, done.segments, done.damaged) == (1, 1, 2, 1)
    assert [(loss.file, loss.docs) for loss in losses] == [(lost, 1)]
    inkstone.check(tmp_path / "new")
    assert "b" in inkstone.open(tmp_path / "new").reader()

    def stop(loss):
        raise KeyError(loss.file)

    with pytest.raises(KeyError):
        inkstone.salvage(index.path, tmp_path / "other", stop)
    assert not (tmp_path / "other").exists()

    seen = []
    inkstone.salvage(index.path, tmp_path / "other", losses.append, progress=seen.append)
    assert seen and all(step.phase == "salvage" and step.total == 2 for step in seen)
    assert losses[0] == losses[1] and len(losses) == 2
    with pytest.raises(ZeroDivisionError):
        inkstone.salvage(index.path, tmp_path / "third", progress=lambda _: 1 / 0)
    assert not (tmp_path / "third").exists()
