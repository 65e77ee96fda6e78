"""A writer is used by one call at a time."""

from __future__ import annotations

import threading

import inkstone
import pytest
from conftest import NOTES

CALLS = {
    "add": lambda writer: writer.add({"body": "x"}),
    "update": lambda writer: writer.update({"body": "x"}),
    "delete": lambda writer: writer.delete("1"),
    "delete_query": lambda writer: writer.delete_query(inkstone.Query.all()),
    "add_field": lambda writer: writer.add_field(inkstone.Field("more", "text")),
    "set_dictionary": lambda writer: writer.set_dictionary("x"),
    "set_synonyms": lambda writer: writer.set_synonyms("x, y"),
    "commit": lambda writer: writer.commit(),
    "rollback": lambda writer: writer.rollback(),
    "optimize": lambda writer: writer.optimize(),
    "damage": lambda writer: writer.damage(),
    "close": lambda writer: writer.close(),
}


@pytest.mark.parametrize("name", CALLS)
def test_progress_cannot_use_the_writer(empty, name):
    seen = []

    def progress(_):
        with pytest.raises(ValueError, match="the Writer is in use"):
            CALLS[name](writer)
        seen.append(name)

    with empty.writer() as writer:
        for note in NOTES[:2]:
            writer.add(note)
            writer.commit()
        writer.optimize(1, progress)
        writer.add(NOTES[2])
    assert seen and len(empty.reader()) == 3


@pytest.fixture
def analyzed(location):
    """An index whose tokenizer runs a function that the test chooses."""
    chosen = []

    def words(text):
        for function in chosen:
            function()
        return [(word,) for word in text.split()]

    inkstone.register_tokenizer("py_chosen", words)
    with inkstone.create(location, inkstone.Schema().text("body", analyzer="py_chosen")) as index:
        yield index, chosen
    inkstone.unregister("py_chosen")


@pytest.mark.parametrize("name", CALLS)
def test_a_tokenizer_cannot_use_the_writer(analyzed, name):
    index, chosen = analyzed
    refused = []

    def use():
        with pytest.raises(ValueError, match="the Writer is in use") as caught:
            CALLS[name](writer)
        refused.append(caught)

    with index.writer() as writer:
        chosen.append(use)
        writer.add({"body": "ink stone"})
    assert len(refused) == 1 and len(index.reader()) == 1


def test_a_tokenizer_in_a_thread_of_the_writer_cannot_use_it(analyzed):
    index, chosen = analyzed
    refused = []

    def use():
        with pytest.raises(ValueError, match="with threads"):
            writer.close()
        refused.append(True)

    with index.writer(threads=2) as writer:
        chosen.append(use)
        writer.add({"body": "ink stone"})
    assert refused == [True] and len(index.reader()) == 1


def test_another_thread_cannot_use_the_writer(analyzed):
    index, chosen = analyzed
    inside, refused = threading.Event(), threading.Event()

    def wait():
        inside.set()
        assert refused.wait(30)

    chosen.append(wait)
    with index.writer() as writer:
        thread = threading.Thread(target=writer.add, args=({"body": "ink"},))
        thread.start()
        assert inside.wait(30)
        for call in CALLS.values():
            with pytest.raises(ValueError, match="the Writer is in use"):
                call(writer)
        refused.set()
        thread.join()
    assert len(index.reader()) == 1


def test_a_failed_call_leaves_the_writer_free(empty):
    with empty.writer() as writer:
        with pytest.raises(TypeError):
            writer.add(5)
        writer.add(NOTES[0])
    assert len(empty.reader()) == 1


def test_damage_that_a_merge_meets_is_told_and_writing_goes_on(empty, location):
    with empty.writer() as writer:
        writer.add(NOTES[0])
        writer.commit()
        with next(location.glob("*.ink")).open("r+b") as file:  # in place, as it is mapped
            file.seek(64)  # the first section, behind the header
            byte = file.read(1)[0]
            file.seek(64)
            file.write(bytes([byte ^ 1]))
        assert writer.damage() is None
        for i in range(50):
            writer.add({"id": f"more {i}"})
            writer.commit()
        found = writer.damage()
        assert isinstance(found, inkstone.CorruptError)
        assert "wrong checksum" in str(found)
        with pytest.raises(inkstone.CorruptError):
            writer.optimize()
    assert len(empty.reader()) == 51
