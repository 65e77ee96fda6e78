"""hello.py - create an index, add three documents, search. Takes a folder to work in."""

import os
import sys
import tempfile

import inkstone


def main() -> None:
    folder = sys.argv[1] if len(sys.argv) > 1 else tempfile.mkdtemp()
    schema = inkstone.Schema().text("title", stored=True).text("body", stored=True)
    index = inkstone.create(os.path.join(folder, "hello-py.ink"), schema)
    with index.writer() as writer:  # commits at the end of the block
        writer.add({"title": "Grinding ink", "body": "Rub the stick on the stone."})
        writer.add({"title": "Steeping tea", "body": "Three minutes are enough."})
        writer.add({"title": "砚台", "body": "研墨时加少量清水，慢慢磨。"})

    with index.reader() as reader:
        for query in ("stones", "硯台", "+minute -ink", "title:grinding"):
            results = reader.search(query, limit=10)
            print(f"{query}: {len(results)}")
            for hit in results:
                print(f"  {hit['title']}")


if __name__ == "__main__":
    main()
