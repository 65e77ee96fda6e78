"""Tokenizers, filters, normalisers and tokens made in Python."""

from __future__ import annotations

import gc
import re
import threading
import time

import inkstone
import pytest
from inkstone import Term


@pytest.fixture
def registered():
    """Registers what a test asks for, and forgets it afterwards."""
    names = []

    class Registry:
        def tokenizer(self, name, function, **options):
            inkstone.register_tokenizer(name, function, **options)
            names.append(name)

        def filter(self, name, function, **options):
            inkstone.register_filter(name, function, **options)
            names.append(name)

        def normalizer(self, name, function, **options):
            inkstone.register_normalizer(name, function, **options)
            names.append(name)

    yield Registry()
    for name in names:
        inkstone.unregister(name)


def words(text):
    return ((m[0], m.start(), m.end()) for m in re.finditer(r"\w+", text))


def tokens(spec, text):
    return [(t.text, t.position, t.start, t.end) for t in inkstone.Analyzer(spec).tokens(text)]


def test_a_tokenizer_counts_in_characters(registered):
    registered.tokenizer("py_words", words)
    assert tokens("py_words | fold", "Ink 硯台 É") == [
        ("ink", 0, 0, 3),
        ("砚台", 1, 4, 10),
        ("é", 2, 11, 13),
    ]
    assert tokens("py_words", "") == []


def test_a_filter_drops_replaces_and_multiplies(registered):
    def synonyms(term):
        if term.text == "the":
            return None
        if term.text == "car":
            return ["car", "auto"]
        if term.text == "split":
            return [term._replace(text="sp"), term._replace(text="lit", step=1)]
        return term.text.upper()

    registered.filter("py_synonyms", synonyms)
    found = inkstone.Analyzer("whitespace | py_synonyms").tokens("the car split x")
    assert [(t.text, t.position, t.joined) for t in found] == [
        ("car", 1, False),
        ("auto", 1, True),
        ("sp", 2, False),
        ("lit", 3, False),
        ("X", 4, False),
    ]
    assert found[0][3:5] == (4, 7)


def test_a_normalizer_keeps_offsets(registered):
    registered.normalizer("py_upper", lambda text: text.replace("ſ", "s"))
    assert tokens("py_upper | whitespace", "ſo é") == [("so", 0, 0, 3), ("é", 1, 4, 6)]

    def untag(text):
        at = 0
        for m in re.finditer(r"<[^>]*>", text):
            yield text[at : m.start()], at, m.start()
            at = m.end()
        yield text[at:], at, len(text)

    registered.normalizer("py_untag", untag)
    assert tokens("py_untag | letters", "<b>硯</b> ink") == [("硯", 0, 3, 6), ("ink", 1, 11, 14)]
    registered.normalizer("py_short", lambda text: text[1:])
    with pytest.raises(inkstone.BackendError, match="return pieces"):
        tokens("py_short | word", "abc")


def test_arguments_make_instances(registered):
    def ending(arg):
        if arg == "":
            raise inkstone.ParseError("an ending of no letters")
        return lambda term: term.text + (arg or "?")

    registered.filter("py_ending", ending, factory=True)
    assert tokens("word | py_ending:!", "a")[0][0] == "a!"
    assert tokens("word | py_ending", "a")[0][0] == "a?"
    with pytest.raises(inkstone.ParseError, match="no letters") as caught:
        inkstone.Analyzer("word | py_ending:")
    assert caught.value.offset == 17
    registered.tokenizer("py_plain", words)
    with pytest.raises(inkstone.ParseError, match="no argument"):
        inkstone.Analyzer("py_plain:1")


def test_an_exception_is_the_cause_of_the_error(registered):
    def fail(text):
        raise ZeroDivisionError(f"over {text}")

    registered.tokenizer("py_fail", fail)
    with pytest.raises(inkstone.BackendError, match='"py_fail": ZeroDivisionError: over') as caught:
        tokens("py_fail", "x")
    assert isinstance(caught.value.__cause__, ZeroDivisionError)

    def interrupted(text):
        raise KeyboardInterrupt

    registered.tokenizer("py_interrupted", interrupted)
    with pytest.raises(KeyboardInterrupt):
        tokens("py_interrupted", "x")
    with pytest.raises(inkstone.ParseError) as caught:
        inkstone.Analyzer("nobody")
    assert caught.value.__cause__ is None


class Mute(Exception):
    def __str__(self):
        raise RuntimeError


@pytest.mark.parametrize(
    "error, says",
    [
        (Mute(), "Mute: .*RuntimeError"),
        (ValueError("a\0b"), "ValueError: a b"),
        (ValueError("a\ud800b"), "ValueError: a.b"),
        (inkstone.InkError("zero", code=0), "zero"),
    ],
)
def test_the_cause_is_kept_whatever_it_says(registered, error, says):
    def fail(text):
        raise error

    registered.tokenizer("py_says", fail)
    with pytest.raises(inkstone.BackendError, match=says) as caught:
        tokens("py_says", "x")
    assert caught.value.__cause__ is error


@pytest.mark.parametrize("error", [MemoryError("no room"), inkstone.OutOfMemoryError("no room")])
def test_a_callback_out_of_memory_is_a_memory_error_with_its_message(registered, error):
    def fail(*_args):
        raise error

    registered.tokenizer("py_full", fail)
    registered.tokenizer("py_full_factory", fail, factory=True)
    registered.filter("py_full_filter", fail)
    registered.normalizer("py_full_normal", fail)
    for spec in ("py_full", "py_full_factory", "word | py_full_filter", "py_full_normal | word"):
        with pytest.raises(MemoryError, match='"py_full.*no room') as caught:
            tokens(spec, "x")
        assert isinstance(caught.value, inkstone.OutOfMemoryError)
        assert caught.value.__cause__ is error


def test_bad_values_are_refused(registered):
    made = []
    registered.tokenizer("py_bad", lambda text: made)
    for term, says in [
        (("a", 0, 9), "character 9"),
        (("", 0, 1), "empty term"),
        (("a" * 256, 0, 1), "256 bytes"),
        (("a", 1, 0), "offsets"),
        (("a", 0, 1, 1, "odd"), "odd"),
        ((1, 0, 1), "str"),
        (("a", 0, 1, 1 << 31), "positions"),
        (("a", 0, 1, -1), "step"),
        (5, "TypeError"),
    ]:
        made[:] = [term]
        with pytest.raises(inkstone.InkError, match=says):
            tokens("py_bad", "x")


def test_names_are_checked(registered):
    registered.tokenizer("py_once", words)
    with pytest.raises(inkstone.ExistsError):
        inkstone.register_filter("py_once", lambda term: term)
    with pytest.raises(inkstone.ExistsError, match="built in"):
        inkstone.register_filter("fold", lambda term: term)
    with pytest.raises(inkstone.InvalidError):
        inkstone.register_tokenizer("No Name", words)
    with pytest.raises(TypeError):
        inkstone.register_tokenizer("py_none", None)
    with pytest.raises(inkstone.NotFoundError):
        inkstone.unregister("py_none")


def test_an_index_is_searched_with_it(tmp_path, registered):
    purposes = set()

    def noting(text, purpose):
        purposes.add(purpose)
        return words(text)

    registered.tokenizer("py_noting", noting, purpose=True, version="2")
    schema = inkstone.Schema().keyword("id", key=True, stored=True)
    schema.text("body", analyzer="py_noting | fold", stored=True)
    with inkstone.create(tmp_path / "x.ink", schema) as index:
        with index.writer(threads=2) as writer:
            for i in range(200):
                writer.add({"id": str(i), "body": f"Note n{i % 10} ends"})
        assert index.search("body:N3", total="exact").total == 20
        assert index.search('body:"n3 ends"', total="exact").total == 20
    assert purposes == {"doc", "query", "phrase"}


def test_an_unregistered_name_is_told(tmp_path):
    inkstone.register_tokenizer("py_gone", words)
    schema = inkstone.Schema().text("body", analyzer="py_gone", stored=True)
    inkstone.create(tmp_path / "x.ink", schema).close()
    inkstone.unregister("py_gone")
    with inkstone.open(tmp_path / "x.ink") as index:
        with pytest.raises(inkstone.ParseError, match='field "body": no tokenizer "py_gone"'):
            index.search("x")


def test_what_is_open_goes_on_with_a_forgotten_name(tmp_path):
    inkstone.register_tokenizer("py_left", words)
    schema = inkstone.Schema().text("body", analyzer="py_left", stored=True)
    with inkstone.create(tmp_path / "x.ink", schema) as index:
        with index.writer() as writer:
            writer.add({"body": "ink"})
            inkstone.unregister("py_left")
            writer.add({"body": "stone"})
            assert writer.commit() == 2
        with pytest.raises(inkstone.ParseError, match='no tokenizer "py_left"'):
            index.reader()


def test_documents_bring_their_tokens(tmp_path):
    schema = inkstone.Schema().keyword("id", stored=True)
    schema.text("body", analyzer="whitespace", stored=True)
    with inkstone.create(tmp_path / "x.ink", schema) as index:
        with index.writer() as writer:
            terms = [("VERB:go", 0, 4), Term("ging", 0, 4, step=0, joined=True), ("häuser", 5, 11)]
            writer.add({"id": "1", "body": inkstone.Tokens(terms, text="ging Häuser")})
            writer.add({"id": "2", "body": inkstone.Tokens(["VERB:go", "bare"])})
            with pytest.raises(inkstone.InvalidError, match="token 1: an empty term"):
                writer.add({"id": "3", "body": inkstone.Tokens([""])})
            with pytest.raises(IndexError):
                writer.add({"id": "3", "body": inkstone.Tokens([("a", 0, 5)], text="a")})
            with pytest.raises(inkstone.SchemaError, match="no tokens"):
                writer.add({"id": inkstone.Tokens(["a"])})
        both = index.search(inkstone.Query.term("body", "VERB:go"), total="exact")
        assert both.total == 2
        found = index.search('body:"ging häuser"')
        assert [hit["body"] for hit in found] == ["ging Häuser"]
        assert "body" not in index.search("bare")[0].fields


def test_surrogates_count_as_characters_of_a_text():
    """A pair of them is one character in UTF-8, one alone is another."""
    text = "\ud83d\ude00 x \ud800 \ud83d\ud83d\ude00 y"
    places = {"smile": (0, 2), "x": (3, 4), "alone": (5, 6), "both": (7, 10), "y": (11, 12)}
    tokens = inkstone.Tokens([(term, *place) for term, place in places.items()], text=text)
    array, data = tokens.pack()
    found = [data[token.start : token.end].decode() for token in array]
    assert found == ["😀", "x", "\ufffd", "\ufffd😀", "y"]


def test_many_threads_analyze_at_once(registered):
    registered.tokenizer("py_shared", words)
    analyzer = inkstone.Analyzer("py_shared | lower")
    wrong = []

    def work(number):
        for _ in range(50):
            found = [t.text for t in analyzer.tokens(f"A{number} b")]
            if found != [f"a{number}", "b"]:
                wrong.append(found)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_a_tokenizer_collects_the_writer_that_runs_it(registered, location):
    """The collector runs in any thread, in one that the writer has to wait for as well."""
    dropped, collected = threading.Event(), []

    def collects(text):
        assert dropped.wait(30)
        gc.collect()
        collected.append(text)
        return words(text)

    registered.tokenizer("py_collects", collects)
    schema = inkstone.Schema().text("body", analyzer="py_collects")
    with inkstone.Index.create(location, schema) as index:
        gc.disable()
        try:
            cycle = [index.writer(threads=2)]
            cycle.append(cycle)
            cycle[0].add({"body": "ink"})
            del cycle
            dropped.set()
            while not collected:
                time.sleep(0.001)
        finally:
            gc.enable()
        for _ in range(3000):
            try:
                index.writer().close()
                break
            except inkstone.LockedError:
                time.sleep(0.01)
        else:
            pytest.fail("the writer was not closed")


def test_versions_of_an_index_are_told(tmp_path, registered):
    registered.tokenizer("told", words, version="1")
    schema = inkstone.Schema().text("body", analyzer="told")
    with inkstone.create(tmp_path / "x", schema) as index:
        assert index.reader().versions == ("", "")
        with index.writer() as writer:
            writer.add({"body": "ink"})
        made, other = index.reader().versions
        assert made.endswith("; told 1") and other == ""
        inkstone.unregister("told")
        inkstone.register_tokenizer("told", words, version="2")
        assert index.reader().versions.other == "told 1"
