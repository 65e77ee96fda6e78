"""Inkstone: embedded full-text search, with Chinese, Japanese, Korean and Thai by default.

>>> import inkstone
>>> schema = inkstone.Schema().text("body", stored=True).keyword("id", key=True, stored=True)
>>> with inkstone.create("notes.ink", schema) as index:
...     with index.writer() as writer:
...         writer.add({"id": "1", "body": "磨墨用的硯台"})
...     print(index.search("硯台")[0]["id"])
1
"""

from __future__ import annotations

from ._document import Document
from ._lib import path as library_path
from ._lib import version
from ._progress import Progress
from ._values import format_date, parse_date
from .analyzer import Analyzer, Token
from .errors import (
    BackendError,
    CanceledError,
    CorruptError,
    ExistsError,
    FormatError,
    InkError,
    InternalError,
    InvalidError,
    LimitError,
    LockedError,
    NotFoundError,
    OutOfMemoryError,
    ParseError,
    ReadOnlyError,
    SchemaError,
    SearchTimeoutError,
    StorageError,
    UnsupportedError,
)
from .extend import (
    Term,
    Tokens,
    register_filter,
    register_normalizer,
    register_tokenizer,
    unregister,
)
from .index import Index, Loss, Salvage, Shard, check, salvage, shards
from .query import Query
from .results import Hit, Results
from .schema import Field, Schema
from .search import Cancel, Docs, Reader, Snippet, Sort, Stats, TermInfo, Terms, Versions
from .writer import Writer

__version__ = "0.1.0"

create = Index.create
open = Index.open

__all__ = [
    "Analyzer",
    "BackendError",
    "Cancel",
    "CanceledError",
    "CorruptError",
    "Docs",
    "Document",
    "ExistsError",
    "Field",
    "FormatError",
    "Hit",
    "Index",
    "InkError",
    "InternalError",
    "InvalidError",
    "LimitError",
    "LockedError",
    "Loss",
    "NotFoundError",
    "OutOfMemoryError",
    "ParseError",
    "Progress",
    "Query",
    "ReadOnlyError",
    "Reader",
    "Results",
    "Salvage",
    "Schema",
    "SchemaError",
    "SearchTimeoutError",
    "Shard",
    "Snippet",
    "Sort",
    "Stats",
    "StorageError",
    "Term",
    "TermInfo",
    "Terms",
    "Token",
    "Tokens",
    "UnsupportedError",
    "Versions",
    "Writer",
    "check",
    "create",
    "format_date",
    "library_path",
    "open",
    "parse_date",
    "register_filter",
    "register_normalizer",
    "register_tokenizer",
    "salvage",
    "shards",
    "unregister",
    "version",
]
