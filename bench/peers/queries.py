#!/usr/bin/env python3
"""The queries of the peer benchmark: SHAPE, tab, query.

  queries.py words search-benchmark-game.jsonl > queries.tsv
  queries.py language zh|ja|en questions.txt corpus.tsv > queries.tsv

Words: the public benchmark's queries by their shape, and two more shapes out
of its first intersections of two words, by a fixed rule: `+a -b` and `+a b`.
A language: questions as they are typed, without punctuation, and quoted strings,
each out of one document; the documents are evenly spaced over the corpus. In
Chinese and Japanese these are four characters of the first run of six or more
Han or kana, in English the first three words of letters in a row, the first and
the last of which have at least four.
"""
import json
import re
import sys

DERIVED = 100
QUESTIONS = PHRASES = 300
NOT_WORDS = re.compile(r"[\W_]+")
CHARACTER = "[\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff]"
CHARACTERS = re.compile(f"{CHARACTER}({CHARACTER}{{4}}){CHARACTER}")
WORDS = re.compile(r"\b([A-Za-z]{4,} [A-Za-z]{2,} [A-Za-z]{4,})\b")


def shape_of(query):
    """By what is in the query, not by its tags: `+"the who" +uk` is mixed."""
    words = query.split()
    if query.startswith('"') and query.find('"', 1) == len(query) - 1:
        return "phrase"
    if '"' in query:
        return "mixed"
    if any(word.startswith("-") for word in words):
        return "negation"
    musts = sum(word.startswith("+") for word in words)
    if 0 < musts < len(words):
        return "must-should"
    return "term" if len(words) == 1 else "intersection" if musts else "union"


def words(path):
    with open(path, encoding="utf-8") as lines:
        queries = [json.loads(line)["query"] for line in lines]
    pairs = [q.split() for q in queries if shape_of(q) == "intersection" and len(q.split()) == 2]
    for a, b in pairs[:DERIVED]:
        queries += [f"{a} -{b[1:]}", f"{a} {b[1:]}"]
    return [(shape_of(query), query) for query in dict.fromkeys(queries)]


def language(name, questions, corpus):
    with open(questions, encoding="utf-8") as lines:
        typed = [NOT_WORDS.sub(" ", line).strip() for line in lines][:QUESTIONS]
    with open(corpus, encoding="utf-8") as lines:
        n = sum(1 for _ in lines)
    cut, step = [], max(1, n // PHRASES)
    string = WORDS if name == "en" else CHARACTERS
    with open(corpus, encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            found = string.search(line.partition("\t")[2]) if number % step == 0 else None
            if found:
                cut.append(f'"{found.group(1)}"')
    return ([("question", query) for query in dict.fromkeys(typed) if query]
            + [("phrase", query) for query in dict.fromkeys(cut)][:PHRASES])


def main():
    if len(sys.argv) == 3 and sys.argv[1] == "words":
        queries = words(sys.argv[2])
    elif len(sys.argv) == 5 and sys.argv[1] == "language":
        queries = language(*sys.argv[2:])
    else:
        sys.exit(__doc__)
    for shape, query in queries:
        print(f"{shape}\t{query}")


if __name__ == "__main__":
    main()
