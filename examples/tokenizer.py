"""tokenizer.py - analysis in Python: a tokenizer, a filter, a normaliser, and ready-made tokens."""

import os
import re
import sys
import tempfile

import inkstone


def hashtags(text):
    """Words, and #tags as they are."""
    for match in re.finditer(r"#?\w+", text):
        yield match.group(), match.start(), match.end()


def expand(term):
    """Abbreviations are found by their long forms, too."""
    long_forms = {"db": "database", "ft": "fulltext"}
    return [term.text, long_forms[term.text]] if term.text in long_forms else term


def untag(text):
    """Markup is not searched; highlights are of the text that has it."""
    at = 0
    for match in re.finditer(r"<[^>]*>", text):
        yield text[at : match.start()], at, match.start()
        at = match.end()
    yield text[at:], at, len(text)


def main() -> None:
    inkstone.register_tokenizer("hashtags", hashtags)
    inkstone.register_filter("expand", expand)
    inkstone.register_normalizer("untag", untag)

    folder = sys.argv[1] if len(sys.argv) > 1 else tempfile.mkdtemp()
    schema = (
        inkstone.Schema()
        .keyword("id", key=True, stored=True)
        .text("post", analyzer="hashtags | fold | expand", stored=True)
        .text("page", analyzer="untag | default", stored=True)
        .text("lemmas", analyzer="whitespace", stored=True)
    )
    with inkstone.create(os.path.join(folder, "tokenizer.ink"), schema) as index:
        with index.writer() as writer:
            writer.add({"id": "1", "post": "A small DB for #Search"})
            writer.add({"id": "2", "page": "<p>磨墨用的<b>硯台</b></p>"})
            tokens = [("go", 0, 4), ("to", 5, 7), ("sea", 8, 12)]
            writer.add({"id": "3", "lemmas": inkstone.Tokens(tokens, text="went to seas")})
        for query in ["post:#search", "post:database", 'page:"硯台"', "lemmas:go"]:
            for hit in index.search(query, snippet=["post", "page", "lemmas"]):
                print(f"{query}: {hit['id']}")
        marks = inkstone.Snippet("page", max_chars=0, open="[", close="]", html=False)
        print(index.search('page:"硯台"', snippet=marks)[0].snippet("page"))
    for token in inkstone.Analyzer("hashtags | fold | expand").tokens("My DB"):
        print(token.position, token.text + (" (joined)" if token.joined else ""))


if __name__ == "__main__":
    main()
