"""Handles and threads: nothing leaks, nothing is freed twice, sharing is safe."""

from __future__ import annotations

import copy
import ctypes
import gc
import os
import pickle
import random
import signal
import subprocess
import sys
import threading
import weakref

import inkstone
import pytest
from conftest import NOTES
from inkstone import _abi, _lib
from inkstone._handle import Handle


def numbered(out):
    """A constructor of handles."""
    out._obj.contents = ctypes.c_int(5)
    return 0


def made(freed):
    return Handle(ctypes.c_int, lambda pointer: freed.append(pointer[0]), numbered)


def test_a_handle_is_freed_once():
    freed = []
    handle = made(freed)
    with handle:
        assert not handle.closed and freed == []
    handle.close()
    assert handle.closed and freed == [5]
    with pytest.raises(ValueError, match="closed"), handle:
        pass
    del handle
    gc.collect()
    assert freed == [5]


def test_a_forgotten_handle_is_freed():
    freed = []
    handle = made(freed)
    del handle
    gc.collect()
    assert freed == [5]


def test_a_handle_that_was_not_made_is_not_freed():
    freed = []
    with pytest.raises(inkstone.NotFoundError):
        Handle(_abi.ink_index, freed.append, _lib.lib.ink_index_open, b"nowhere", 0)
    assert freed == []


def interrupted(call):
    """As when a signal handler raises before the call has returned to its caller."""

    def wrapped(*args):
        call(*args)
        raise KeyboardInterrupt

    return wrapped


def test_a_constructor_that_is_interrupted_leaves_nothing(empty, monkeypatch):
    lib = _lib.lib
    with monkeypatch.context() as patch:
        patch.setattr(lib, "ink_writer_open", interrupted(lib.ink_writer_open))
        # The exception, and with it its traceback, is kept: the lock is free all the same.
        with pytest.raises(KeyboardInterrupt) as kept:
            empty.writer()
    empty.writer().close()
    del kept


def test_results_that_are_interrupted_are_freed(index, monkeypatch):
    lib, freed = _lib.lib, []
    free = lib.ink_results_free
    monkeypatch.setattr(lib, "ink_search_run", interrupted(lib.ink_search_run))
    monkeypatch.setattr(lib, "ink_results_free", lambda results: freed.append(free(results)))
    with pytest.raises(KeyboardInterrupt):
        index.search("ink")
    assert len(freed) == 1


def test_a_forgotten_writer_gives_the_lock_back(empty):
    writer = empty.writer()
    writer.add(NOTES[0])
    del writer
    gc.collect()
    with empty.writer() as again:
        again.add(NOTES[0])
    assert len(empty.reader()) == 1


def test_handles_are_not_copied(index):
    reader, schema = index.reader(), index.schema
    results = reader.search("ink")
    handles = [index, reader, results, schema, inkstone.Query.all(), inkstone.Analyzer()]
    handles += [inkstone.Cancel(), reader.docs(), reader.terms("title"), index.writer()]
    for handle in handles:
        for duplicate in (copy.copy, copy.deepcopy, pickle.dumps):
            with pytest.raises(TypeError, match=f"{type(handle).__name__} cannot be copied"):
                duplicate(handle)
        handle.close()


EXIT = """
import atexit, sys, threading

def go_on():
    later.set()
    thread.join()

atexit.register(go_on)  # before the package's own, so it runs after it
import inkstone
schema = inkstone.Schema().text("body")
index = inkstone.create(sys.argv[1], schema)
inside, later = threading.Event(), threading.Event()

def words(text):
    inside.set()
    later.wait()
    return [(text,)]

inkstone.register_tokenizer("py_waits", words)
writer = index.writer(threads=int(sys.argv[2]))
writer.add_field(inkstone.Field("slow", "text", analyzer="py_waits"))
thread = threading.Thread(target=writer.add, args=({"slow": "ink"},), daemon=True)
thread.start()
inside.wait()
"""


@pytest.mark.parametrize("threads", ["1", "2"])
def test_the_interpreter_ends_while_a_writer_is_in_a_call(location, threads):
    command = [sys.executable, "-c", EXIT, str(location), threads]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    assert subprocess.run(command, env=environment, timeout=60, check=False).returncode == 0


def test_hits_keep_their_results_alive(index):
    hit = index.reader().search("title:stone")[0]
    gc.collect()
    assert hit["id"] == "1" and hit.cursor


def test_a_closed_index_does_not_keep_its_reader(index):
    index.search("ink")
    latest = weakref.ref(index._latest)
    index.close()
    gc.collect()
    assert latest() is None


def test_readers_are_shared_by_threads(index):
    expected = [(hit.doc_id, hit.score) for hit in index.search("ink 硯台 brown")]
    failures = []

    def work():
        try:
            for _ in range(50):
                found = [(hit.doc_id, hit.score) for hit in index.search("ink 硯台 brown")]
                assert found == expected
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_searches_go_on_while_a_writer_commits(index):
    failures, done = [], threading.Event()

    def read():
        try:
            while not done.is_set():
                # Each commit replaces one note by another: there are always as many.
                assert index.search("*:*", total="exact", refresh=True).total == len(NOTES)
        except BaseException as error:
            failures.append(error)

    thread = threading.Thread(target=read)
    thread.start()
    try:
        with index.writer() as writer:
            for i in range(20):
                writer.delete("1")
                writer.add({"id": "1", "title": f"note {i}"})
                writer.commit()
    finally:
        done.set()
        thread.join()
    assert failures == []


def test_many_documents_in_threads(empty):
    with empty.writer(memory=16 << 20, threads=2) as writer:
        writer.add_all({"id": str(i), "title": f"note {i % 10}", "year": i} for i in range(5000))
    with empty.reader() as reader:
        assert len(reader) == 5000
        results = reader.search("title:7", limit=5000, sort="year", total="exact")
        assert results.total == len(results) == 500
        assert [hit["year"] for hit in results[:3]] == [7, 17, 27]
    inkstone.check(empty.path)


def test_threads_drop_handles_in_any_order(index):
    """Cycles leave the order to the collector, and the thread to chance."""
    shared, failures, turn = [], [], threading.Lock()

    def work(seed):
        dice = random.Random(seed)
        try:
            for _ in range(60):
                reader = index.reader()
                results = reader.search("ink 硯台 brown", snippet="body", total="exact")
                terms = reader.terms("title")
                next(terms)
                kept = dice.sample([reader, results, terms, results[0]], 2)
                cycle = [kept]
                cycle.append(cycle)
                shared.append(cycle)
                del reader, results, terms, kept, cycle
                with turn:
                    other = shared.pop(dice.randrange(len(shared)))
                for thing in other[0]:
                    if isinstance(thing, inkstone.Reader):
                        assert len(thing) == len(NOTES)
                    elif isinstance(thing, inkstone.Results):
                        assert thing.total == len(list(thing))
                if dice.randrange(8) == 0:
                    gc.collect()
        except BaseException as error:
            failures.append(error)

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        threads = [threading.Thread(target=work, args=(seed,)) for seed in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(interval)
    assert failures == []


def forked(work):
    """Run something in a child of this process; whether it came to its end."""
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            signal.alarm(30)
            work()
            status = 0
        finally:
            os._exit(status)
    return os.waitpid(pid, 0)[1] == 0


def test_a_forked_child_searches_on(index):
    reader = index.reader()
    expected = [hit["id"] for hit in reader.search("ink")]

    def work():
        assert [hit["id"] for hit in reader.search("ink")] == expected
        assert [hit["id"] for hit in index.search("ink", refresh=True)] == expected
        reader.close()
        index.close()

    assert forked(work) and forked(work)
    assert [hit["id"] for hit in index.search("ink")] == expected


def test_a_forked_child_leaves_the_writer_alone(index):
    with index.writer(threads=2) as writer:
        writer.add({"id": "6", "title": "Ink well"})
        # What is in memory is on the disk now, but in no commit.
        assert writer.delete_query("title:paper") == 1

        def use():
            for call in (writer.commit, writer.rollback, lambda: writer.add(NOTES[0])):
                with pytest.raises(inkstone.LockedError, match="another process"):
                    call()
            writer.close()

        assert forked(use)
        # As one that is collected.
        assert forked(lambda: writer._finalizer())
    assert sorted(hit["id"] for hit in index.search("*:*")) == ["1", "2", "3", "5", "6"]
    inkstone.check(index.path)
