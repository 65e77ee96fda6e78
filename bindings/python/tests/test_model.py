"""Random histories of an index and random queries, beside a model of a few lines.

The model knows what the documentation says and nothing of how it is done: documents are dicts,
and a query is looked for in each of them. After each commit the hits, their scores, order, pages,
facets and stored values have to be the model's, and stay so for a reader that is kept open.
INK_MODEL_SEED and INK_MODEL_ROUNDS ask for other histories and for more of them; a failure names
the seed and the query.
"""

from __future__ import annotations

import math
import os
import random

import inkstone
import pytest
from inkstone import Query, Sort

SEED = int(os.environ.get("INK_MODEL_SEED", "1"))
ROUNDS = int(os.environ.get("INK_MODEL_ROUNDS", "20"))
K1 = 0.9
BM25 = (K1, 0.0)  # lengths count for nothing: averages are estimates after deletions
MARGIN = 1e-4     # scores are rounded
DAY = 86400000
TEXTS = {"title": 2.0, "body": 1.0}
WORDS = "ink stone stones brush paper 墨 硯台 🍣 run".split()
VALUES = {
    "tag": ["", "a", "ab", "b c", "墨", 'z"\\*', "AND"],
    "year": [0, 1, -7, 2024, 2**53 + 1, 2**63 - 1, -(2**63)],
    "price": [0.0, -0.0, 1.5, -3.25, 1e300, math.inf],
    "day": [0, -1, 19723 * DAY, 19723 * DAY - 1, 20000 * DAY],
}
SORTED = list(VALUES)
BOUNDS = {**VALUES, "year": VALUES["year"] + [1.5, 1e19, -1e19]}


def make_schema():
    schema = inkstone.Schema().keyword("id", key=True, stored=True)
    schema.text("title", analyzer="whitespace", weight=TEXTS["title"], stored=True)
    schema.text("body", analyzer="whitespace", stored=True, multi=True)
    schema.keyword("tag", multi=True, stored=True).integer("year", multi=True, stored=True)
    return schema.double("price", stored=True, multi=True).date("day", multi=True)


def make_doc(rng, key):
    doc = {"id": f"k{key}"}
    for field in TEXTS:
        n = rng.randrange(3) if field == "body" else rng.randrange(2)
        texts = [" ".join(rng.choices(WORDS, k=rng.choice((1, 2, 5, 40)))) for _ in range(n)]
        doc[field] = texts if field == "body" else texts[0] if texts else None
    for field, values in VALUES.items():
        doc[field] = rng.choices(values, k=rng.randrange(4))
    return doc


def stored(doc):
    return {k: v for k, v in doc.items() if k != "day" and v is not None and v != []}


def texts_of(doc, field):
    value = doc[field]
    return value if isinstance(value, list) else [] if value is None else [value]


def words_of(doc, field):
    return " ".join(texts_of(doc, field)).split()


# ---- queries: a tree of tuples, made an object by `build` and answered by `Model.ask` ----


def make_leaf(rng):
    kind = rng.choice(("match", "match", "prefix", "range", "range", "term", "all"))
    field = rng.choice(list(TEXTS))
    if kind == "match":
        return kind, field, " ".join(rng.choices(WORDS, k=rng.choice((1, 1, 2))))
    if kind == "prefix":
        field = rng.choice((field, "tag"))
        return kind, field, rng.choice(("a", "") if field == "tag" else ("s", "in", "墨"))
    if kind == "term":
        return kind, "tag", rng.choice(VALUES["tag"])
    if kind == "range":
        field = rng.choice(SORTED)
        lo, hi = (rng.choice([*BOUNDS[field], None]) for _ in range(2))
        lo = BOUNDS[field][1] if lo is hi is None else lo
        return kind, field, lo, hi, rng.random() < 0.3, rng.random() < 0.3
    return (kind,)


def make_query(rng, depth=2):
    if depth == 0 or rng.random() < 0.4:
        return make_leaf(rng)
    if rng.random() < 0.2:
        return "boost", make_query(rng, depth - 1), rng.choice((0, 0.5, 3))
    groups = {"must": [], "should": [], "must_not": [], "filter": []}
    for _ in range(rng.randrange(1, 4)):
        occur = rng.choice(("must", "should", "should", "must_not", "filter"))
        groups[occur].append(make_query(rng, depth - 1))
    return "bool", groups, rng.choice((0, 0, 1, 2))


def build(tree):
    kind, *args = tree
    if kind == "bool":
        groups = {name: [build(q) for q in members] for name, members in args[0].items()}
        return Query.bool(**groups, min_should=args[1])
    if kind == "boost":
        return build(args[0]).boost(args[1])
    if kind == "range":
        return Query.range(*args[:3], open_lo=args[3], open_hi=args[4])
    return getattr(Query, kind)(*args)


def in_range(value, lo, hi, open_lo, open_hi):
    if isinstance(value, str):
        value, lo, hi = (x if x is None else x.encode() for x in (value, lo, hi))
    return (lo is None or value > lo or (value == lo and not open_lo)) and (
        hi is None or value < hi or (value == hi and not open_hi)
    )


def rank(value, descending):
    """Something that compares as a value does, or the other way round."""
    if isinstance(value, str):
        return [255 - b for b in value.encode()] + [256] if descending else list(value.encode())
    return -value if descending else value


class Model:
    """The documents of one commit, by their keys."""

    def __init__(self, docs):
        self.docs = dict(docs)

    def idf(self, holds, n):
        df = sum(map(holds, self.docs.values()))
        return math.log(1 + (n - df + 0.5) / (df + 0.5))

    def match(self, field, text):
        scores = {}
        n = sum(bool(words_of(doc, field)) for doc in self.docs.values())
        for word in text.split():
            idf = self.idf(lambda doc: word in words_of(doc, field), n)
            for key, doc in self.docs.items():
                tf = words_of(doc, field).count(word)
                if tf > 0:
                    scores[key] = scores.get(key, 0) + TEXTS[field] * idf * tf / (tf + K1)
        return scores

    def prefix(self, field, text):
        terms_of = words_of if field in TEXTS else dict.get
        return {
            key: 1.0
            for key, doc in self.docs.items()
            if any(term.startswith(text) for term in terms_of(doc, field))
        }

    def term(self, field, value):
        n = sum(bool(doc[field]) for doc in self.docs.values())
        score = self.idf(lambda doc: value in doc[field], n) / (1 + K1)
        return {key: score for key, doc in self.docs.items() if value in doc[field]}

    def range(self, field, *bounds):
        return {
            key: 1.0
            for key, doc in self.docs.items()
            if any(in_range(value, *bounds) for value in doc[field])
        }

    def all(self):
        return dict.fromkeys(self.docs, 1.0)

    def boost(self, tree, factor):
        return {key: score * factor for key, score in self.ask(tree).items()}

    def bool(self, groups, least):
        found = {name: [self.ask(q) for q in members] for name, members in groups.items()}
        must, should, needed = found["must"], found["should"], found["must"] + found["filter"]
        if least == 0 and should and not needed:
            least = 1
        scores = {}
        for key in self.docs:
            if all(key in one for one in needed) and not any(
                key in one for one in found["must_not"]
            ):
                if sum(key in one for one in should) >= least:
                    scores[key] = sum(one.get(key, 0) for one in must + should)
        return scores

    def ask(self, tree):
        return getattr(self, tree[0])(*tree[1:])

    # ---- what a search makes of it ----

    def facet(self, field, keys):
        counts = {}
        for key in keys:
            for value in set(self.docs[key][field]):
                counts[value] = counts.get(value, 0) + 1
        return sorted(counts.items(), key=lambda item: (-item[1], item[0].encode()))

    def place(self, key, sorts):
        """What a document is sorted by."""
        place = []
        for sort in sorts:
            values = self.docs[key][sort.field]
            ranks = [rank(value, sort.descending) for value in values]
            place.append((1, min(ranks)) if values else (0 if sort.missing_first else 2,))
        return place


# ---- comparing ----


def check_query(rng, index, reader, model, keys, tree):
    query, want, limit = build(tree), model.ask(tree), len(model.docs) + 1
    found = reader.search(query, limit=limit, total="exact", bm25=BM25)
    ranking = list(zip(found.ids, found.scores))
    assert sorted(keys[i] for i in found.ids) == sorted(want)
    assert (found.total, found.exact) == (len(want), True)
    assert ranking == sorted(ranking, key=lambda hit: (-hit[1], hit[0]))
    if reader.stats().deleted_docs == 0:  # else they count in the statistics
        top = max(found.scores, default=0)
        for i, score in ranking:
            assert math.isclose(score, want[keys[i]], rel_tol=MARGIN, abs_tol=MARGIN * top)

    again = reader.search(Query.parse(index, str(query)), limit=limit, bm25=BM25)
    assert list(zip(again.ids, again.scores)) == ranking, str(query)
    offset, n = rng.randrange(limit), rng.randrange(5)
    page = reader.search(query, offset=offset, limit=n, bm25=BM25)
    assert list(zip(page.ids, page.scores)) == ranking[offset : offset + n]

    other = make_query(rng, 1)
    both = set(want) & set(model.ask(other))
    sorts = [Sort(field, rng.random() < 0.5, rng.random() < 0.5)
             for field in rng.sample(SORTED, rng.randrange(1, 4))]
    options = {"filter": build(other), "sort": sorts, "bm25": BM25}
    found = reader.search(query, facets={"tag": 99, "year": [-8, 1, 2**53]}, limit=limit, **options)
    numbers = [i for i in sorted(keys) if keys[i] in both]
    order = sorted(numbers, key=lambda i: model.place(keys[i], sorts))  # ties stay as they are
    assert list(found.ids) == order, (sorts, other)
    assert found.facets["tag"] == model.facet("tag", both)
    assert [n for _, n in found.facets["year"]] == [
        sum(any(lo <= y < hi for y in model.docs[key]["year"]) for key in both)
        for lo, hi in ((-8, 1), (1, 2**53))
    ]
    seen, after = [], None
    while page := reader.search(query, limit=7, after=after, **options):
        seen, after = seen + list(page.ids), page[-1].cursor
    assert seen == order
    return tree, ranking


def check_commit(rng, index, docs):
    reader, model = index.reader(), Model(docs)
    walked = list(reader.docs())
    keys = {number: doc["id"] for number, doc in walked}
    assert list(keys) == sorted(keys)
    assert {doc["id"]: doc for _, doc in walked} == {k: stored(d) for k, d in docs.items()}
    assert all(keys[reader.find(key)] == key for key in docs)
    answers = []
    for _ in range(6):
        tree = make_query(rng)
        try:
            answers.append(check_query(rng, index, reader, model, keys, tree))
        except AssertionError as error:
            raise AssertionError(f"query {tree}") from error
    return reader, answers


def change(rng, writer, docs):
    for _ in range(rng.choice((0, 1, 8, 30))):
        doc = make_doc(rng, rng.randrange(60))
        if rng.random() < 0.2:
            writer.delete(doc["id"])
            docs.pop(doc["id"], None)
        elif rng.random() < 0.5 and doc["id"] in docs:
            with pytest.raises(inkstone.ExistsError):
                writer.add(doc)
        else:
            writer.update(doc)
            docs[doc["id"]] = doc
    if rng.random() < 0.2:
        tree = make_leaf(rng)
        gone = Model(docs).ask(tree) if tree != ("all",) else {}
        if gone and len(gone) < len(docs) / 2:
            assert writer.delete_query(build(tree)) == len(gone)
            for key in gone:
                del docs[key]


@pytest.mark.parametrize("seed", range(SEED, SEED + ROUNDS))
def test_random_histories_are_those_of_the_model(tmp_path, seed):
    rng = random.Random(seed)
    index = inkstone.create(tmp_path / "model.ink", make_schema())
    writer, pending, committed, held = index.writer(), {}, {}, []
    for _ in range(6):
        change(rng, writer, pending)
        end = rng.choice(("commit", "commit", "commit", "optimize", "rollback", "close", "open"))
        if end == "optimize":
            writer.optimize(rng.choice((1, 2)))
        elif end == "rollback":
            writer.rollback()
        elif end != "close":
            writer.commit()
        if end in ("close", "open"):
            writer.close()
            index = index if end == "close" else inkstone.open(index.path)
            writer = index.writer(threads=rng.choice((1, 2)))
        if end in ("rollback", "close"):
            pending = dict(committed)
        committed = dict(pending)
        held.append(check_commit(rng, index, committed))
    for reader, answers in held:
        for tree, ranking in answers:
            found = reader.search(build(tree), limit=100, bm25=BM25)
            assert list(zip(found.ids, found.scores)) == ranking, tree
    writer.close()
    index.check()
