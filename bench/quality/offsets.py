#!/usr/bin/env python3
"""Do the offsets of tokens say where their terms come from? Every token of every text.

  offsets.py FILE...      FILE is docs.jsonl, .gz or .xz, with title and text

The bytes at a token's offsets, folded character by character as the library folds them,
have to give its term or the form before stemming. What differs for a reason is counted
by that reason and not as a violation:

  joined     a form without the signs between its parts ("gpt4" of "GPT-4")
  stem       a word of an alphabet without its ending
  particle   a Korean word without its particle
  possessive an exact form without 's
  part       a piece of what one character, or several that combine, fold to
  cut        a word of more bytes than a term may have

Offsets also have to be within the text and never inside a character. offsets.c, which is
compiled with cc, goes through the tokens; what is more than folded comes back. With
--snippets N, N texts are searched for words of their own, and a snippet's marks may not
stand inside a character or a grapheme cluster. Exit status 1 when anything is wrong.
"""
import argparse
import collections
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import unicodedata

from quality import inkstone, open_text
from substrings import Folding, combines

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
Token = collections.namedtuple("Token", "text part joined")
SIGNS = "\u200d\u200c"


class Folder(Folding):
    """Without the kana of the gram part; whole texts where characters combine."""

    def char(self, c):
        if c not in self.known:
            self.known[c] = "".join(token.text for token in self.analyzer.tokens(c))
        return self.known[c]

    def text(self, text):
        if combines(text) or any(map(joins, text)):
            return "".join(token.text for token in self.analyzer.tokens(text))
        return "".join(map(self.char, text))


def kana(text):
    return "".join(chr(ord(c) + 0x60) if "\u3041" <= c <= "\u3096" or c in "\u309d\u309e" else c
                   for c in text)


def letters(text):
    return "".join(c for c in text if unicodedata.category(c)[0] in "LNM")


def joins(c):
    """May it become one character with its neighbours? Marks, and single letters of Hangul."""
    return unicodedata.combining(c) or "\u1100" <= unicodedata.normalize("NFKC", c)[0] <= "\u11ff"


def stands_for_several(c):
    """Characters that come of it, or of it and its neighbours, stand for all of its bytes."""
    return joins(c) or len(unicodedata.normalize("NFKC", c)) > 1


def is_joined_stem(term, plain):
    """The parts are joined before stemming, which may see their apostrophes and 's or not."""
    kept = "".join(c for c in plain if c.isalnum() or c == "'")
    words = (kept, letters(plain), letters(plain.removesuffix("'s")))
    return letters(term) in (letters(stem_of(word)) for word in words)


def reason(token, source, folded):
    """Why the term stands for this source: "" when it is its folded form, None for no reason."""
    term = token.text
    plain = folded.replace("\u2019", "'").replace("\u02bc", "'")
    if term in (folded, plain) or (token.part == "gram" and term == kana(folded)):
        return ""
    if plain.endswith("'s") and term == plain[:-2]:
        return "possessive"
    if token.joined and letters(term) == letters(plain):
        return "joined"
    if token.joined and letters(plain).endswith("s") and letters(term) == letters(plain)[:-1]:
        return "joined"
    if letters(term) in letters(plain) and any(stands_for_several(c) for c in source):
        return "part"
    if len(term.encode()) >= 250 and plain.startswith(term[:80]):
        return "cut"
    if "\uac00" <= plain[:1] <= "\ud7a3" and plain.startswith(term):
        return "particle"
    if token.part == "word" and plain.isascii():
        if term == stem_of(plain) or token.joined and is_joined_stem(term, plain):
            return "stem"
    return None


ENGLISH = inkstone.Analyzer("keyword | lower | stem:en")
STEMS = {}


def stem_of(word):
    if word not in STEMS:
        STEMS[word] = "".join(token.text for token in ENGLISH.tokens(word))
    return STEMS[word]


def compile_program(scratch):
    library = os.environ.get("INKSTONE_LIBRARY") or os.path.join(ROOT, "build", ".libs",
                                                                 "libinkstone.so")
    program, library = os.path.join(scratch, "offsets"), os.path.realpath(library)
    subprocess.check_call([os.environ.get("CC", "cc"), "-std=c11", "-O2", "-Wall", "-Wextra",
                           "-I" + os.path.join(ROOT, "include"), os.path.join(HERE, "offsets.c"),
                           "-o", program, library, "-Wl,-rpath," + os.path.dirname(library)])
    return program


def write_texts(path, most, pipe):
    for text in texts_of(path, most):
        data = text.encode()
        pipe.write(b"%d\n%s" % (len(data), data))
    pipe.close()


def check_file(path, program, args, folder, counts):
    """The program looks at all tokens; those that are more than folded come back, by kind."""
    with tempfile.TemporaryFile(dir=args.tmp) as out:
        with subprocess.Popen([program, args.analyzer], stdin=subprocess.PIPE,
                              stdout=out) as child:
            try:
                write_texts(path, args.docs, child.stdin)
            except BrokenPipeError:
                child.kill()
        if child.returncode != 0:
            raise SystemExit(f"offsets.py: {path}: the program failed")
        out.seek(0)
        tokens, outside = map(int, out.readline().split())
        counts["tokens"] += tokens
        counts["wrong"] += outside
        for head in out:
            count, part, joined, len_term, len_source = map(int, head.split())
            token = Token(out.read(len_term).decode(), ("word", "gram")[part], joined == 1)
            check_kind(token, out.read(len_source).decode(), count, folder, counts, args.show)


def check_kind(token, source, count, folder, counts, show):
    why = reason(token, source, folder.text(source))
    if why is None:
        counts["wrong"] += count
        counts["kinds wrong"] += 1
        if counts["kinds wrong"] <= show:
            print(f"  {token.text!r} ({token.part}{', joined' if token.joined else ''}) stands"
                  f" for {source!r}, {count} times", flush=True)
    elif why:
        counts[why] += count


def texts_of(path, most):
    with open_text(path) as lines:
        for number, line in enumerate(lines):
            if number == most:
                return
            doc = json.loads(line)
            yield doc.get("title") or ""
            yield doc["text"]


def check_snippets(path, args, counts):
    """Words of texts as queries: no mark inside a character that a reader sees as one."""
    rng, scratch = random.Random(1), tempfile.mkdtemp(prefix="offsets-", dir=args.tmp)
    texts = [text for text in texts_of(path, 2000) if text][:2000]
    try:
        schema = inkstone.Schema().text("text", stored=True)
        with inkstone.create(os.path.join(scratch, "index"), schema) as index:
            with index.writer() as writer:
                for text in texts:
                    writer.add({"text": text})
            with index.reader() as reader:
                for _ in range(args.snippets):
                    text = rng.choice(texts)
                    at = rng.randrange(len(text))
                    query = text[at:at + rng.randint(1, 8)]
                    check_hits(reader, query, texts, counts, args.show)
    finally:
        shutil.rmtree(scratch)


def check_hits(reader, query, texts, counts, show):
    results = reader.search(inkstone.Query.match("text", query), limit=3,
                            snippet=inkstone.Snippet("text", 60, "\x01", "\x02", False))
    for hit in results:
        shown = hit.snippet("text")
        plain = shown.replace("\x01", "").replace("\x02", "")
        counts["snippets"] += 1
        for i, c in enumerate(shown):
            inside = c in "\x01\x02" and i + 1 < len(shown) and (
                unicodedata.combining(shown[i + 1]) or shown[i + 1] in SIGNS)
            if inside or c == "\ufffd":
                counts["wrong snippets"] += 1
                if counts["wrong snippets"] <= show:
                    print(f"  {query!r}: {shown!r} ({plain[:10]!r} ...)")
                break
    results.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("files", nargs="+", metavar="FILE")
    parser.add_argument("--docs", type=int, default=-1, help="the first so many of each file")
    parser.add_argument("--analyzer", default="default", metavar="SPEC")
    parser.add_argument("--snippets", type=int, default=0, metavar="N")
    parser.add_argument("--show", type=int, default=10)
    parser.add_argument("--tmp", metavar="FOLDER")
    args = parser.parse_args()
    folder, bad = Folder(), 0
    scratch = tempfile.mkdtemp(prefix="offsets-", dir=args.tmp)
    try:
        program = compile_program(scratch)
        for path in args.files:
            counts = collections.Counter()
            check_file(path, program, args, folder, counts)
            if args.snippets:
                check_snippets(path, args, counts)
            bad += counts["wrong"] + counts["wrong snippets"]
            report(path, counts)
    finally:
        shutil.rmtree(scratch)
    return bad > 0


def report(path, counts):
    name = "/".join(path.split("/")[-2:])
    tokens, wrong = counts.pop("tokens"), counts.pop("wrong", 0)
    rest = ", ".join(f"{key} {count}" for key, count in counts.most_common())
    print(f"{name}: {tokens} tokens, {wrong} wrong; {rest}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
