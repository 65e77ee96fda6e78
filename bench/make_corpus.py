#!/usr/bin/env python3
"""Corpora and queries for the benchmarks.

  make_corpus.py az FILE.jsonl[.xz|.gz]  > corpus.tsv    real text, a-z only
  make_corpus.py raw FILE.jsonl[.xz|.gz] > corpus.tsv    real text as it is
  make_corpus.py zipf [--docs N ...]     > corpus.tsv    made text, seeded
  make_corpus.py queries FILE.jsonl      > queries.txt   the public benchmark's
  make_corpus.py draw corpus.tsv         > queries.txt   queries out of a corpus
  make_corpus.py cut corpus.tsv          > longer.tsv    more documents out of a corpus

A line of a corpus is an id, a tab and the text. The a-z rule is that of the
public search benchmark: lower-case, every run of characters other than a to z
becomes one blank.
"""
import argparse
import gzip
import itertools
import json
import lzma
import math
import random
import re
import sys

NOT_AZ = re.compile("[^a-z]+")
CONSONANTS = "bcdfghklmnprstvwz"
VOWELS = "aeiou"


def open_text(path):
    opener = {"xz": lzma.open, "gz": gzip.open}.get(path.rsplit(".", 1)[-1], open)
    return opener(path, "rt", encoding="utf-8")


def convert(args, clean):
    with open_text(args.file) as lines:
        for number, line in enumerate(itertools.islice(lines, args.docs or None)):
            doc = json.loads(line)
            ident = re.sub(r"\s", "_", str(doc.get("id", number)))
            sys.stdout.write(f"{ident}\t{clean(doc.get('text', ''))}\n")


def clean_az(text):
    return NOT_AZ.sub(" ", text.lower())


def clean_raw(text):
    return re.sub(r"[\t\n\r]", " ", text)


def make_words(rng, n):
    """Distinct words, the frequent ones short, about as long as English ones."""
    seen, words = set(), []
    for rank in range(1, n + 1):
        length = max(2, round(rng.gauss(2.2 + 1.35 * math.log10(rank), 1.3)))
        while True:
            turn = rng.randrange(2)
            word = "".join(rng.choice((CONSONANTS, VOWELS)[(i + turn) % 2]) for i in range(length))
            if word not in seen:
                break
            length += rng.randrange(2)
        seen.add(word)
        words.append(word)
    return words


def make_zipf(args):
    """A third of the words of a document come from a few it is about: text is bursty."""
    rng = random.Random(args.seed)
    words = make_words(rng, args.vocabulary)
    sums = list(itertools.accumulate((r + 2.7) ** -args.exponent for r in range(args.vocabulary)))
    for number in range(args.docs or 100000):
        n = max(8, int(rng.lognormvariate(math.log(args.words) - 0.32, 0.8)))
        own = n // 3
        topic = [words[int(args.vocabulary ** rng.random()) - 1] for _ in range(max(4, own // 4))]
        text = rng.choices(words, cum_weights=sums, k=n - own)
        for word in rng.choices(topic, k=own):
            text[rng.randrange(len(text))] += " " + word
        sys.stdout.write(f"d{number}\t{' '.join(text)}\n")


def convert_queries(args):
    with open_text(args.file) as lines:
        for line in lines:
            print(json.loads(line)["query"])


def draw_queries(args):
    """The five most frequent pairs, then neighbours of random lines as union, all and phrase."""
    rng = random.Random(args.seed)
    pairs, counts = [], {}
    with open_text(args.file) as lines:
        for number, line in enumerate(itertools.islice(lines, 20000)):
            words = line.rstrip("\n").split("\t", 1)[-1].split()
            for word in set(words):
                counts[word] = counts.get(word, 0) + 1
            if number % 100 == 0 and len(words) > 3:
                at = rng.randrange(len(words) - 1)
                pairs.append((words[at], words[at + 1]))
    top = sorted(counts, key=lambda word: (-counts[word], word))[:6]
    for a, b in list(zip(top, top[1:])) + pairs[:args.pairs]:
        print(f"{a} {b}\n+{a} +{b}\n\"{a} {b}\"")


def cut(args):
    """Pieces of so many words; a further time with the words of each line shuffled."""
    rng = random.Random(args.seed)
    made = 0
    for time in range(args.times):
        with open_text(args.file) as lines:
            for line in lines:
                words = line.rstrip("\n").split("\t", 1)[-1].split()
                if time > 0:
                    rng.shuffle(words)
                for at in range(0, len(words), args.words):
                    if made == args.docs > 0:
                        return
                    sys.stdout.write(f"{made}\t{' '.join(words[at:at + args.words])}\n")
                    made += 1


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    subs = parser.add_subparsers(dest="what", required=True)
    for name in ("az", "raw", "queries", "draw", "cut"):
        subs.add_parser(name).add_argument("file")
    subs.add_parser("zipf")
    for sub in subs.choices.values():
        sub.add_argument("--docs", type=int, default=0, help="so many documents, 0 for all")
        sub.add_argument("--seed", type=int, default=1)
        sub.add_argument("--pairs", type=int, default=100)
        sub.add_argument("--words", type=int, default=150, help="of a document; zipf: the mean")
        sub.add_argument("--times", type=int, default=1, help="cut: how often all is gone through")
        sub.add_argument("--vocabulary", type=int, default=300000)
        sub.add_argument("--exponent", type=float, default=1.1)
    args = parser.parse_args()
    sys.stdout.reconfigure(encoding="utf-8", newline="\n")
    if args.what in ("az", "raw"):
        convert(args, clean_az if args.what == "az" else clean_raw)
    else:
        {"zipf": make_zipf, "queries": convert_queries, "draw": draw_queries,
         "cut": cut}[args.what](args)


if __name__ == "__main__":
    main()
