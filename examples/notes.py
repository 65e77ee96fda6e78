"""notes.py - notes with a key and tags: update, facets, snippets. Takes a folder to work in."""

import os
import sys
import tempfile

import inkstone

NOTES = [
    {"id": "1", "body": "机器学习课程笔记：第一周讲线性回归。", "tag": ["course", "ml"]},
    {"id": "2", "body": "Machine learning needs clean data.", "tag": ["ml"]},
    {"id": "3", "body": "墨要慢慢磨，硯台要洗乾淨。", "tag": ["ink"]},
    {"id": "4", "body": "도서관에서 빌린 책을 돌려주기", "tag": ["library"]},
]


def show(reader: inkstone.Reader, query: str) -> None:
    marks = inkstone.Snippet("body", max_chars=0, open="[", close="]", html=False)
    results = reader.search(query, snippet=marks, facets=["tag"], total="exact")
    print(f"{query}: {results.total}")
    for hit in results:
        print(f"  {hit['id']}  {hit.snippet('body')}")
    print("  " + ", ".join(f"{tag} {count}" for tag, count in results.facets["tag"]))


def main() -> None:
    folder = sys.argv[1] if len(sys.argv) > 1 else tempfile.mkdtemp()
    schema = (
        inkstone.Schema()
        .keyword("id", key=True, stored=True)
        .text("body", stored=True)
        .keyword("tag", multi=True)
    )
    index = inkstone.create(os.path.join(folder, "notes-py.ink"), schema)
    with index.writer() as writer:
        writer.add_all(NOTES)

    reader = index.reader()
    show(reader, "機器學習")  # Traditional finds Simplified
    show(reader, "도서관")  # a noun finds itself with a particle
    show(reader, "墨")  # one character is enough

    with index.writer() as writer:
        writer.update({"id": "2", "body": "Clean data first.", "tag": ["ml"]})
        writer.delete("4")
    print(f"before: {len(reader)} notes, now: {len(index.reader())}")
    print(index.reader()["2"]["body"])


if __name__ == "__main__":
    main()
