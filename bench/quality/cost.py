#!/usr/bin/env python3
"""What do the parts of the default chain cost? Postings, terms and bytes, text not stored.

  cost.py FILE [--docs N] [--analyzer SPEC]...     FILE is docs.jsonl, .gz or .xz

An index is built with each analyzer and without stored text, so that its bytes are those
of the dictionary, postings, positions and norms. The default chain stands beside words
alone and bigrams alone.
"""
import argparse
import itertools
import json
import os
import shutil
import sys
import tempfile
import time

from quality import inkstone, open_text

SPECS = ("default", "word | fold", "ngram:2 | fold")


def build(path, spec, file, most):
    schema = inkstone.Schema().text("text", analyzer=None if spec == "default" else spec,
                                    stored=False)
    index = inkstone.create(path, schema)
    size = 0
    with index.writer() as writer, open_text(file) as lines:
        for line in itertools.islice(lines, most):
            text = json.loads(line)["text"]
            size += len(text.encode())
            writer.add({"text": text})
        writer.optimize(1)
    return index, size


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("file")
    parser.add_argument("--docs", type=int)
    parser.add_argument("--analyzer", action="append", metavar="SPEC")
    parser.add_argument("--tmp", metavar="FOLDER", help="where indexes are made and removed")
    args = parser.parse_args()
    print(f"{'analyzer':<24} {'docs':>8} {'postings':>11} {'terms':>9} {'index MB':>9}"
          f" {'text MB':>8} {'of text':>8} {'seconds':>8}")
    for spec in args.analyzer or SPECS:
        scratch = tempfile.mkdtemp(prefix="cost-", dir=args.tmp)
        began = time.perf_counter()
        try:
            index, size = build(os.path.join(scratch, "index"), spec, args.file, args.docs)
            with index, index.reader() as reader:
                stats = reader.stats()
            print(f"{spec:<24} {stats.docs:>8} {stats.postings:>11} {stats.terms:>9}"
                  f" {stats.bytes_on_disk / 1e6:>9.2f} {size / 1e6:>8.2f}"
                  f" {100 * stats.bytes_on_disk / size:>7.1f}%"
                  f" {time.perf_counter() - began:>8.1f}", flush=True)
        finally:
            shutil.rmtree(scratch)
    return 0


if __name__ == "__main__":
    sys.exit(main())
