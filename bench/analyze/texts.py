#!/usr/bin/env python3
"""Write the first megabytes of each language's texts, a document a line.

  texts.py DATA OUT     prints the names and files, as bench_analyze takes them
"""
import gzip
import json
import lzma
import os
import sys

SETS = {
    "zh": "text/zhwiki-95k.jsonl.xz",
    "zh-en": "text/tech-zh-en-6k.jsonl.xz",
    "ja": "ir/jsquad-ja/docs.jsonl.gz",
    "ja-aozora": "text/aozora-18k.jsonl.xz",
    "ko": "ir/miracl-ko-50k/docs.jsonl.xz",
    "th": "ir/xquad-th/docs.jsonl.gz",
    "en": "text/enwiki-100k.jsonl.xz",
}
LEAST = 8_000_000  # bytes; small sets are repeated


def documents(path):
    opener = lzma.open if path.endswith(".xz") else gzip.open
    with opener(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield " ".join(json.loads(line)["text"].split("\n")).encode()


def main():
    data, out = sys.argv[1:]
    for name, path in SETS.items():
        texts, size = [], 0
        while size < LEAST:
            before = size
            for text in documents(os.path.join(data, path)):
                texts.append(text)
                size += len(text)
                if size >= LEAST:
                    break
            if size == before:
                sys.exit(f"texts.py: {path} is empty")
        with open(os.path.join(out, name), "wb") as file:
            file.write(b"\n".join(texts))
        print(name, os.path.join(out, name))


if __name__ == "__main__":
    main()
