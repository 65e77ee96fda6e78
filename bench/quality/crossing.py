#!/usr/bin/env python3
"""Traditional questions on Simplified documents, and the other way round: what is lost?

  crossing.py FOLDER     a set of judged questions in Simplified Chinese

Documents and questions go through ICU's Simplified-Traditional transliterator, by
transliterate.c, which is compiled with cc and pkg-config. ICU's choice among several
Traditional characters is not always the right one, which makes the task harder.
"""
import argparse
import os
import shutil
import subprocess
import sys
import tempfile

from quality import MEASURES, build, docs_path, open_text, run

HERE = os.path.dirname(os.path.abspath(__file__))


def compile_program(scratch):
    program = os.path.join(scratch, "transliterate")
    flags = subprocess.check_output(["pkg-config", "--cflags", "--libs", "icu-i18n", "icu-uc"],
                                    text=True).split()
    subprocess.check_call([os.environ.get("CC", "cc"), "-std=c11", "-O2", "-Wall", "-Wextra",
                           os.path.join(HERE, "transliterate.c"), "-o", program, *flags])
    return program


def convert(program, text):
    return subprocess.run([program, "Simplified-Traditional"], input=text, text=True,
                          encoding="utf-8", check=True, capture_output=True).stdout


def make_set(program, folder, scratch, docs, queries):
    """A copy of the set, its documents and questions as they are or converted."""
    to = os.path.join(scratch, f"{docs}-{queries}")
    os.mkdir(to)
    with open_text(docs_path(folder)) as lines:
        text = lines.read()
    with open(os.path.join(folder, "queries.tsv"), encoding="utf-8") as lines:
        asked = lines.read()
    # keys and ids are ASCII, which the transliterator leaves alone
    with open(os.path.join(to, "docs.jsonl"), "w", encoding="utf-8") as out:
        out.write(convert(program, text) if docs == "traditional" else text)
    with open(os.path.join(to, "queries.tsv"), "w", encoding="utf-8") as out:
        out.write(convert(program, asked) if queries == "traditional" else asked)
    shutil.copy(os.path.join(folder, "qrels.tsv"), to)
    return to


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder")
    parser.add_argument("--analyzer", default="default", metavar="SPEC")
    parser.set_defaults(k1=None, b=None, title_weight=None)
    args = parser.parse_args()
    scratch = tempfile.mkdtemp(prefix="crossing-")
    scripts, same = ("simplified", "traditional"), {}
    print(f"{'documents':<12} {'questions':<12}" + "".join(f" {name:>8}" for name in MEASURES)
          + f" {'lost':>8}")
    try:
        program = compile_program(scratch)
        for docs, queries in [(s, s) for s in scripts] + [scripts, scripts[::-1]]:
            folder = make_set(program, args.folder, scratch, docs, queries)
            index, _ = build(folder, os.path.join(folder, "index"), "text", args, args.analyzer)
            means = run(index, folder, args, None)[0]
            index.close()
            same.setdefault(docs, means[0])
            lost = f"{same[docs] - means[0]:>8.2f}" if docs != queries else ""
            print(f"{docs:<12} {queries:<12}" + "".join(f" {value:>8.2f}" for value in means)
                  + f" {lost}", flush=True)
    finally:
        shutil.rmtree(scratch)
    return 0


if __name__ == "__main__":
    sys.exit(main())
