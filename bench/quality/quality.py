#!/usr/bin/env python3
"""How good is the ranking? MRR@10, nDCG@10 and recall on sets of judged questions.

  quality.py [options] FOLDER...     a set a folder, or folders of sets

A set is docs.jsonl (or .gz, .xz) with id, title and text; queries.tsv with an id and
a question; qrels.tsv with a question's id, a document's id and a grade, of which those
above 0 are relevant. Every question goes through the public API as what a person typed.

Python finds the library as the binding does: INKSTONE_LIBRARY, build/.libs, the system.
"""
import argparse
import gzip
import json
import lzma
import math
import os
import shutil
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "..", "bindings", "python"))

import inkstone  # noqa: E402  (the path has to be set before)

# Which measure of a public set is looked at, what it is to reach, and what is indexed.
TARGETS = {
    "cmrc-zh": ("MRR@10", 98.6, "text"),
    "cmrc-zh-hard": ("MRR@10", 96.0, "text"),
    "jsquad-ja": ("MRR@10", 92.0, "text"),
    "miracl-ko-50k": ("nDCG@10", 62.0, "title+text"),
    "xquad-th": ("MRR@10", 96.4, "text"),
    "squad-en": ("MRR@10", 85.9, "text"),
    "cranfield-en": ("nDCG@10", 36.0, "title+text"),
    "nfcorpus-en": ("nDCG@10", 34.0, "title+text"),
}
MEASURES = ("MRR@10", "nDCG@10", "R@10", "R@100")
DEPTH = 100


def open_text(path):
    opener = {"xz": lzma.open, "gz": gzip.open}.get(path.rsplit(".", 1)[-1], open)
    return opener(path, "rt", encoding="utf-8")


def docs_path(folder):
    for end in ("", ".gz", ".xz"):
        path = os.path.join(folder, "docs.jsonl" + end)
        if os.path.exists(path):
            return path
    return None


def read_tsv(path):
    with open(path, encoding="utf-8") as lines:
        return [line.rstrip("\n").split("\t") for line in lines if line.strip()]


def read_qrels(folder):
    grades = {}
    for query, doc, grade in read_tsv(os.path.join(folder, "qrels.tsv")):
        if int(grade) > 0:
            grades.setdefault(query, {})[doc] = int(grade)
    return grades


# ---- the index ----

def field_names(fields):
    """title,text are two fields; title+text is one, with both as values."""
    return ["text"] if "+" in fields else fields.split(",")


def values_of(doc, fields):
    if "+" in fields:
        return {"text": [doc.get(name) or "" for name in fields.split("+")]}
    return {name: doc.get(name) or "" for name in fields.split(",")}


def build(folder, path, fields, args, spec):
    schema = inkstone.Schema(k1=args.k1, b=args.b).keyword("id", key=True, stored=True)
    for name in field_names(fields):
        schema.text(name, analyzer=None if spec == "default" else spec, multi="+" in fields)
    if args.title_weight is not None and "title" in field_names(fields):
        schema.weight("title", args.title_weight)
    index = inkstone.create(path, schema)
    size = 0
    with index.writer() as writer, open_text(docs_path(folder)) as lines:
        for line in lines:
            doc = json.loads(line)
            values = values_of(doc, fields)
            size += sum(len("".join(v).encode()) for v in values.values())
            writer.add({"id": doc["id"], **values})
        writer.optimize(1)
    return index, size


# ---- measures: those of trec_eval, a grade is its gain ----

def dcg(grades):
    return sum(grade / math.log2(rank + 2) for rank, grade in enumerate(grades))


def measure(found, grades):
    gains = [grades.get(doc, 0) for doc in found]
    first = next((rank for rank, gain in enumerate(gains[:10], 1) if gain), None)
    ideal = dcg(sorted(grades.values(), reverse=True)[:10])
    hits = [sum(gain > 0 for gain in gains[:depth]) for depth in (10, DEPTH)]
    return (1 / first if first else 0.0, dcg(gains[:10]) / ideal,
            hits[0] / len(grades), hits[1] / len(grades))


def run(index, folder, args, trace):
    grades, ids, rows = read_qrels(folder), {}, []
    scored = postings = 0
    spent = 0.0
    with index.reader() as reader:
        for query, text in read_tsv(os.path.join(folder, "queries.tsv")):
            if query not in grades:
                continue
            began = time.perf_counter()
            results = reader.search(inkstone.Query.match(None, text), limit=DEPTH)
            spent += time.perf_counter() - began
            for number in results.ids:
                if number not in ids:
                    ids[number] = reader.doc(number)["id"]
            found = [ids[number] for number in results.ids]
            work = results.work
            scored, postings = scored + work[0], postings + work[1]
            results.close()
            rows.append(measure(found, grades[query]))
            if trace:
                values = "\t".join(f"{value:.4f}" for value in rows[-1])
                best = " ".join(found[:3])
                trace.write(f"{os.path.basename(folder)}\t{query}\t{values}\t{best}\t{text}\n")
        stats = reader.stats()
    means = [100 * sum(column) / len(rows) for column in zip(*rows)]
    return means, len(rows), stats, spent / len(rows), postings / len(rows)


# ---- output ----

COLUMNS = (f"{'set':<14} {'fields':<10} {'analyzer':<24} {'docs':>7} {'queries':>7}"
           + "".join(f" {name:>8}" for name in MEASURES)
           + f" {'target':>15} {'postings':>10} {'terms':>9} {'index MB':>9} {'text MB':>8}"
           + f" {'post/query':>10} {'us/query':>9}")


def report(folder, fields, spec, size, result):
    means, n, stats, spent, postings = result
    name = os.path.basename(folder)
    target = ""
    if name in TARGETS:
        which, least, _ = TARGETS[name]
        verdict = "ok" if means[MEASURES.index(which)] >= least else "MISS"
        target = f"{which[:4]} {least:.1f} {verdict}"
    print(f"{name:<14} {fields:<10} {spec:<24} {stats.docs:>7} {n:>7}"
          + "".join(f" {value:>8.2f}" for value in means)
          + f" {target:>15} {stats.postings:>10} {stats.terms:>9}"
          + f" {stats.bytes_on_disk / 1e6:>9.2f} {size / 1e6:>8.2f}"
          + f" {postings:>10.0f} {spent * 1e6:>9.0f}", flush=True)


def sets_of(folders):
    for folder in folders:
        folder = folder.rstrip("/")
        if docs_path(folder):
            yield folder
            continue
        for name in sorted(os.listdir(folder)):
            if docs_path(os.path.join(folder, name)):
                yield os.path.join(folder, name)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folders", nargs="+", metavar="FOLDER")
    parser.add_argument("--analyzer", action="append", metavar="SPEC",
                        help="may be repeated; the default chain when not given")
    parser.add_argument("--fields", choices=("text", "title,text", "title+text"),
                        help="two fields, or both as values of one; by the set when not given")
    parser.add_argument("--title-weight", type=float, metavar="X", help="with title,text")
    parser.add_argument("--k1", type=float, help="BM25, 0.9 when not given")
    parser.add_argument("--b", type=float, help="BM25, 0.4 when not given")
    parser.add_argument("--trace", metavar="FILE", help="write every question's measures there")
    parser.add_argument("--tmp", metavar="FOLDER", help="where indexes are made and removed")
    return parser.parse_args()


def main():
    args = arguments()
    trace = open(args.trace, "w", encoding="utf-8") if args.trace else None
    print(COLUMNS)
    for folder in sets_of(args.folders):
        fields = args.fields or TARGETS.get(os.path.basename(folder), ("", 0, "text"))[2]
        for spec in args.analyzer or ["default"]:
            scratch = tempfile.mkdtemp(prefix="quality-", dir=args.tmp)
            try:
                index, size = build(folder, os.path.join(scratch, "index"), fields, args, spec)
                report(folder, fields, spec, size, run(index, folder, args, trace))
                index.close()
            finally:
                shutil.rmtree(scratch)
    if trace:
        trace.close()


if __name__ == "__main__":
    main()
