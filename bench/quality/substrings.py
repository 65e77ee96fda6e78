#!/usr/bin/env python3
"""Are quoted strings found exactly? Strings cut at random, against a scan.

  substrings.py [options] NAME=FILE...      FILE is docs.jsonl, .gz or .xz

Strings of 1 to 6 characters are cut at random from the texts and searched for in
quotes. The scan folds texts and strings as the index does (NFKC_Casefold, Traditional to
Simplified, katakana for hiragana, runs of blanks as one) by the tokens of the library:
every character of a text is analyzed alone and its folded form put together, which is
the folding but for characters that combine; texts in which some do are left out and
counted. A string whose ends touch an alphabet or number, or that has none of the
scripts without blanks, is a phrase of words and not a substring: such are drawn anew.
Exit status 1 when a document is missing or extra.
"""
import argparse
import gzip
import itertools
import json
import lzma
import os
import random
import shutil
import sys
import tempfile
import unicodedata

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "..", "bindings", "python"))

import inkstone  # noqa: E402  (the path has to be set before)

SCRIPTS = ("CJK UNIFIED", "HIRAGANA", "KATAKANA", "HANGUL SYLLABLE", "THAI", "LAO", "KHMER",
           "MYANMAR")


class Folding:
    """One character at a time, by the keyword analyzer with the fold filter."""

    def __init__(self):
        self.analyzer = inkstone.Analyzer("keyword | fold")
        self.known = {}

    def char(self, c):
        if c not in self.known:
            if c.isspace() or unicodedata.category(c) == "Cc":
                folded = " "
            else:
                folded = "".join(token.text for token in self.analyzer.tokens(c))
            self.known[c] = "".join(
                chr(ord(f) + 0x60) if "\u3041" <= f <= "\u3096" or f in "\u309d\u309e" else f
                for f in folded)
        return self.known[c]

    def text(self, text):
        """Runs of blanks as one, none at the ends."""
        return " ".join("".join(map(self.char, text)).split())


def combines(text):
    """Would NFKC join characters of the text, or put marks in another order?"""
    return unicodedata.normalize("NFC", text) != text


def documents(path, most):
    opener = {"xz": lzma.open, "gz": gzip.open}.get(path.rsplit(".", 1)[-1], open)
    with opener(path, "rt", encoding="utf-8") as lines:
        for line in itertools.islice(lines, most):
            yield json.loads(line)["text"]


def has_script(c):
    return c != "\u30fb" and unicodedata.name(c, "").startswith(SCRIPTS)  # a dot between words


def draw(rng, texts):
    """A string with a character of the scripts at each end."""
    while True:
        text = rng.choice(texts)
        n = rng.randint(1, 6)
        if len(text) < n:
            continue
        at = rng.randint(0, len(text) - n)
        cut = text[at:at + n]
        if has_script(cut[0]) and has_script(cut[-1]):
            return cut


def build(path, texts, stored):
    schema = inkstone.Schema().keyword("id", key=True, stored=True).text("text", stored=stored)
    index = inkstone.create(path, schema)
    with index.writer() as writer:
        for number, text in enumerate(texts):
            writer.add({"id": str(number), "text": text})
        writer.optimize(1)
    return index


def check(name, path, args):
    folding, rng = Folding(), random.Random(args.seed)
    texts = list(documents(path, args.docs))
    kept = [text for text in texts if not combines(text)]
    folded = [folding.text(text) for text in kept]
    scratch = tempfile.mkdtemp(prefix="substrings-", dir=args.tmp)
    missing = extra = wrong = hits = 0
    try:
        with (build(os.path.join(scratch, "index"), kept, not args.unstored) as index,
              index.reader() as reader):
            # a merge may put documents in another order
            place = {number: int(reader.doc(number)["id"]) for number in range(len(kept))}
            for _ in range(args.strings):
                cut = draw(rng, kept)
                want = folding.text(cut)
                expected = {i for i, text in enumerate(folded) if want in text}
                results = reader.search(inkstone.Query.phrase("text", cut), limit=len(kept))
                found = {place[number] for number in results.ids}
                results.close()
                hits += len(expected)
                missing += len(expected - found)
                extra += len(found - expected)
                if expected != found:
                    wrong += 1
                    if wrong <= args.show:
                        example = min(expected ^ found)
                        print(f"  {cut!r} ({want!r}): {len(expected)} expected, "
                              f"{len(expected - found)} missing, {len(found - expected)} extra, "
                              f"such as document {example}")
    finally:
        shutil.rmtree(scratch)
    print(f"{name}: {len(kept)} documents ({len(texts) - len(kept)} left out), "
          f"{args.strings} strings, {hits} hits: {missing} missing, {extra} extra, "
          f"{wrong} strings wrong", flush=True)
    return wrong


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("files", nargs="+", metavar="NAME=FILE")
    parser.add_argument("--strings", type=int, default=300)
    parser.add_argument("--docs", type=int, default=3000)
    parser.add_argument("--unstored", action="store_true", help="a field without stored text")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", type=int, default=10, help="wrong strings printed a corpus")
    parser.add_argument("--tmp", metavar="FOLDER", help="where indexes are made and removed")
    args = parser.parse_args()
    wrong = 0
    for item in args.files:
        name, path = item.split("=", 1)
        wrong += check(name, path, args)
    return wrong > 0


if __name__ == "__main__":
    sys.exit(main())
