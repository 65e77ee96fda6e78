"""Searches: ranking, windows, sorting, facets, snippets, cursors, and what comes back."""

from __future__ import annotations

import datetime

import inkstone
import pytest
from conftest import NOTES, Whole
from inkstone import Query, Snippet, Sort


def keys(results):
    return [hit["id"] for hit in results]


def test_hits(reader):
    results = reader.search("硯台 ink", total="exact")
    assert results.exact and results.total == len(results) >= 2
    assert [hit.rank for hit in results] == list(range(len(results)))
    scores = [hit.score for hit in results]
    assert scores == sorted(scores, reverse=True) and scores[-1] > 0
    hit = results[0]
    assert hit.fields == reader.doc(hit.doc_id) == reader[hit["id"]]
    assert hit.text("title") == hit["title"] and "title" in hit and "raw" not in hit
    assert hit.get("raw") is None and hit.get("raw", b"") == b""
    with pytest.raises(KeyError):
        hit["raw"]
    with pytest.raises(inkstone.NotFoundError):
        hit.text("raw")
    assert results[-1].doc_id == results[len(results) - 1].doc_id
    with pytest.raises(IndexError):
        results[len(results)]
    assert dict(hit) == hit.fields and list(hit) == list(hit.fields)
    with pytest.raises(TypeError, match="not iterable"):
        list(reader)


def test_a_parsed_query_lives_as_long_as_its_call(index):
    # Freed too early, it was read after other queries had taken its memory.
    for i in range(200):
        found = index.search("ink", filter=f"tag:art -id:{i}")
        assert [hit["id"] for hit in found] == [key for key in keys(index.search("ink")) if key != str(i)]


def test_text_writes_dates_and_numbers_out(reader):
    hit = reader.search(Query.term("id", "1"))[0]
    assert (hit.text("day"), hit.text("year"), hit.text("price")) == (
        "2024-05-01T00:00:00Z", "2001", "12.5",
    )


def test_no_hits(reader):
    results = reader.search("tag:nothing")
    assert len(results) == 0 and results.total == 0 and results[:] == [] and list(results) == []
    assert len(results.ids) == len(results.scores) == 0


def test_bulk_access(reader):
    results = reader.search("*:*", limit=100)
    assert results.ids.typecode == "Q" and results.scores.typecode == "d"
    assert list(results.ids) == [hit.doc_id for hit in results]
    assert list(results.scores) == [hit.score for hit in results] == [1.0] * len(NOTES)
    assert memoryview(results.ids).nbytes == 8 * len(NOTES)
    assert results.ids is results.ids


def test_windows(reader):
    every = list(reader.search("*:*", limit=100).ids)
    assert list(reader.search("*:*", limit=2, offset=1).ids) == every[1:3]
    assert len(reader.search("*:*", limit=0, total="exact")) == 0
    assert reader.search("*:*", limit=0, total="exact").total == len(NOTES)
    assert len(reader.search("*:*", offset=99)) == 0
    assert [hit.doc_id for hit in reader.search("*:*")[1:4:2]] == every[1:4:2]
    with pytest.raises(inkstone.LimitError):
        reader.search("*:*", limit=10_000_001)
    with pytest.raises(ValueError, match="limit"):
        reader.search("*:*", limit=-1)


def test_total_is_a_bound_unless_asked_for(reader):
    loose = reader.search("ink", limit=1)
    exact = reader.search("ink", limit=1, total="exact")
    assert exact.exact and loose.total <= exact.total == 2
    with pytest.raises(ValueError, match="total"):
        reader.search("ink", total="about")


def test_filter(reader):
    plain = {hit["id"]: hit.score for hit in reader.search("ink")}
    for wanted in ("tag:tools", Query.term("tag", "tools")):
        found = {hit["id"]: hit.score for hit in reader.search("ink", filter=wanted)}
        assert found == {"1": plain["1"]}


def test_sort(reader):
    assert keys(reader.search("*:*", sort="year")) == ["4", "1", "2", "5", "3"]
    assert keys(reader.search("*:*", sort=["-year"])) == ["3", "5", "2", "1", "4"]
    assert keys(reader.search("*:*", sort="-day")) == ["1", "5", "2", "3", "4"]
    assert keys(reader.search("*:*", sort=Sort("day", missing_first=True))) == [
        "4", "3", "2", "5", "1",
    ]
    assert keys(reader.search("*:*", sort=["tag", "-id"])) == ["2", "1", "5", "4", "3"]
    assert keys(reader.search("ink", sort="_score")) == keys(reader.search("ink"))
    with pytest.raises(inkstone.NotFoundError):
        reader.search("*:*", sort="nothing")
    with pytest.raises(inkstone.SchemaError):
        reader.search("*:*", sort="body")


def test_facets(reader):
    results = reader.search("*:*", facets=["tag"], limit=1)
    assert results.facets == {"tag": [("tools", 3), ("art", 2), ("old", 2)]}
    assert results.exact and results.total == len(NOTES)
    assert reader.search("*:*", facets="tag").facets == results.facets
    assert reader.search("*:*", facets={"tag": 1}).facets == {"tag": [("tools", 3)]}
    assert reader.search("title:ink", facets={"tag": None}).facets["tag"] == [
        ("art", 2), ("tools", 1),
    ]
    assert reader.search("*:*").facets == {}
    with pytest.raises(inkstone.SchemaError):
        reader.search("*:*", facets=["body"])


def test_range_facets(reader):
    facets = reader.search("*:*", facets={"year": [2000, 2010, 2020], "price": [-2.0, 3.0]}).facets
    assert [count for _, count in facets["year"]] == [1, 3]
    assert [count for _, count in facets["price"]] == [1]
    assert all(".." in label for label, _ in facets["year"])
    days = [datetime.date(2022, 1, 1), "2023-01-01", datetime.datetime(2025, 1, 1)]
    days_found = reader.search("*:*", facets={"day": days}).facets["day"]
    assert [count for _, count in days_found] == [1, 3]
    with pytest.raises(inkstone.InvalidError):
        reader.search("*:*", facets={"year": [2, 1]})
    with pytest.raises(ValueError, match="two bounds"):
        reader.search("*:*", facets={"year": [2000]})


def test_snippets(reader):
    hit = reader.search("brown", snippet="body", filter="id:4")[0]
    passage = hit.snippet("body")
    assert "<b>brown</b>" in passage and "&amp;" in passage and "&lt;soft&gt;" in passage
    plain = Snippet("body", max_chars=0, open="[", close="]", html=False)
    hit = reader.search("brown", snippet=[plain, "title"], filter="id:4")[0]
    assert hit.snippet("body") == NOTES[3]["body"].replace("brown", "[brown]")
    assert hit.snippet("title") == "Paper"
    with pytest.raises(inkstone.NotFoundError):
        reader.search("brown")[0].snippet("body")
    with pytest.raises(inkstone.SchemaError):
        reader.search("brown", snippet="tag")
    cjk = reader.search("硯台", snippet=plain)[0].snippet("body")
    assert "[硯台]" in cjk and cjk.replace("[", "").replace("]", "") == NOTES[0]["body"]


def test_explain(reader):
    hit = reader.search("title:ink")[0]
    first, *steps = hit.explain().splitlines()
    assert float(first.split()[0]) == pytest.approx(hit.score, abs=1e-6)
    assert steps and all(step.startswith(" ") for step in steps) and '"ink"' in hit.explain()


@pytest.mark.parametrize("sort", [None, ["-year"], ["tag", "_score"]])
def test_pages_by_cursor_join_without_a_seam(reader, sort):
    every = keys(reader.search("*:*", limit=100, sort=sort))
    found, cursor = [], None
    while True:
        page = reader.search("*:*", limit=2, sort=sort, after=cursor)
        if not page:
            break
        found += keys(page)
        cursor = page[-1].cursor
        assert cursor.isascii() and " " not in cursor
    assert found == every and len(every) == len(NOTES)


def test_a_bad_cursor_is_refused(reader):
    cursor = reader.search("*:*")[0].cursor
    with pytest.raises(inkstone.InvalidError):
        reader.search("*:*", after="nonsense")
    with pytest.raises(inkstone.InvalidError):
        reader.search("*:*", after=cursor, sort="year")


def test_bm25_for_one_search(reader):
    usual = reader.search("title:ink").scores
    other = reader.search("title:ink", bm25=(2.0, 1.0)).scores
    assert list(usual) != list(other)
    with pytest.raises(inkstone.InvalidError):
        reader.search("title:ink", bm25=(-1.0, 0.5))


def test_cancel_and_timeout(reader):
    with inkstone.Cancel() as cancel:
        assert len(reader.search("ink", cancel=cancel, timeout=60)) == 2
        cancel.fire()
        cancel.fire()
        with pytest.raises(inkstone.CanceledError):
            reader.search("ink", cancel=cancel)
    for timeout in (0, -1.0, float("nan"), float("inf")):
        with pytest.raises(ValueError, match="timeout"):
            reader.search("ink", timeout=timeout)


def test_work_is_counted(reader):
    scored, postings = reader.search("title:ink").work
    assert 0 <= scored and 2 <= postings


def test_reprs_are_pleasant(index, reader):
    results = reader.search("title:stone", total="exact")
    assert repr(results) == "<Results 1 of 1>"
    assert repr(results[0]).startswith("<Hit doc_id=") and "'Ink stone'" in repr(results[0])
    assert repr(reader).endswith(f"{len(NOTES)} docs>")
    assert index.path in repr(index)
    hit = results[0]
    results.close()
    assert "closed" in repr(results) and "closed" in repr(hit)


def test_reader_by_key(reader):
    assert reader["3"]["title"] == "すずり"
    assert reader[b"3"] == reader["3"] == reader.get("3") == reader.doc(reader.find("3"))
    assert reader.get("9") is None and reader.get("9", 5) == 5 and reader.find("9") is None
    assert "3" in reader and "9" not in reader and 3 not in reader
    with pytest.raises(KeyError) as caught:
        reader["9"]
    assert caught.value.args == ("9",)
    with pytest.raises(inkstone.NotFoundError):
        reader.doc(10_000)
    with pytest.raises(TypeError):
        reader[3]  # type: ignore[index]


def test_terms(reader):
    assert list(reader.terms("tag")) == [("art", 2), ("old", 2), ("tools", 3)]
    assert [term.text for term in reader.terms("tag", "o")] == ["old"]
    assert [term.text for term in reader.terms("id")] == ["1", "2", "3", "4", "5"]
    words = list(reader.terms("body", prefix="br"))
    assert words and all(term.text.startswith("br") and term.doc_freq >= 1 for term in words)
    assert [term.text for term in words] == sorted(term.text for term in words)
    assert list(reader.terms("body", "硯", part="gram")) or list(
        reader.terms("body", "砚", part="gram")
    )
    with reader.terms("tag") as walk:
        assert next(walk).text == "art"
    assert list(walk) == []
    with pytest.raises(inkstone.NotFoundError):
        reader.terms("nothing")
    with pytest.raises(ValueError, match="no part"):
        reader.terms("body", part="half")
    with pytest.raises(inkstone.SchemaError):
        reader.terms("raw")


def test_docs_come_in_order(reader):
    walked = list(reader.docs())
    assert [document["id"] for _, document in walked] == ["1", "2", "3", "4", "5"]
    assert [number for number, _ in walked] == sorted(number for number, _ in walked)
    assert all(document == reader.doc(number) for number, document in walked)
    with reader.docs() as walk:
        assert next(walk)[1]["tag"] == ["art", "tools"]
    assert list(walk) == []


def test_a_reader_is_a_snapshot(index, reader):
    with index.writer() as writer:
        writer.delete("1")
    assert "1" in reader and len(reader) == len(NOTES)
    assert "1" not in index.reader()


def test_index_search_sees_its_own_commits_and_others_when_asked(index):
    assert index.search("*:*", total="exact").total == len(NOTES)
    with index.writer() as writer:
        writer.delete("1")
    assert index.search("*:*", total="exact").total == len(NOTES) - 1
    with inkstone.open(index.path) as other, other.writer() as writer:
        writer.delete("2")
    assert index.search("*:*", total="exact").total == len(NOTES) - 1
    assert index.search("*:*", total="exact", refresh=True).total == len(NOTES) - 2
    with pytest.raises(TypeError):
        index.search(5)  # type: ignore[arg-type]


def test_what_the_docstring_of_search_says(index):
    everything = [hit.doc_id for hit in index.search("*:*")]
    assert [hit.doc_id for hit in index.search("*:*", filter="")] == everything
    cuts = [inkstone.Snippet("title", open=mark, close=mark) for mark in "[_"]
    hit = index.search("title:paper", snippet=cuts)[0]
    assert hit.snippet("title") == "_Paper_"
    cursor = hit.cursor
    with index.writer() as writer:
        writer.delete("1")
    with pytest.raises(inkstone.InvalidError, match="commit"):
        index.search("title:paper", after=cursor)


def test_hits_are_fetched_in_blocks(reader, monkeypatch):
    found = reader.search(inkstone.Query.all(), limit=100)
    for size in (1, 2, len(found), 1000):
        monkeypatch.setattr(inkstone.results, "_BLOCK", size)
        hits = [(hit.rank, hit.doc_id, hit.score) for hit in found]
        assert hits == list(zip(range(len(found)), found.ids, found.scores))


def test_a_hit_is_equal_to_itself(reader):
    found, again = (reader.search("ink", limit=100) for _ in range(2))
    assert found[0] == found[0] and found[0] != found[1] and found[0] != again[0]
    assert found[1] in found and found.index(found[1]) == 1 and again[1] not in found
    assert len({*found, *found}) == len(found)
    assert (found[0] == found[0].doc_id) is False


def test_options_take_any_integer_and_refuse_what_is_none(reader):
    found = reader.search(
        Query.all(), limit=Whole(2), facets={"tag": Whole(1), "year": [Whole(2000), 2020]}
    )
    assert len(found) == len(found[Whole(0) : Whole(2)]) == 2
    assert found[Whole(1)] == found[1]
    assert len(found.facets["tag"]) == 1
    for options, says in [
        ({"sort": [("day", True)]}, "expected a Sort or str, not tuple"),
        ({"snippet": [("body", 10)]}, "expected a Snippet or str, not tuple"),
        ({"cancel": 5}, "expected a Cancel, not int"),
    ]:
        with pytest.raises(TypeError, match=says):
            reader.search("ink", **options)
    for wrong in [(1.0,), (1.0, 0.5, 2.0)]:
        with pytest.raises(ValueError, match="expected 2"):
            reader.search("ink", bm25=wrong)
    with pytest.raises(TypeError, match="str"):
        found["id"]
