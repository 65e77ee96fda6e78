"""The C interface as data: constants, structs and prototypes of include/inkstone/*.h
and include/inkstone/ext/tokenizer.h.

One table and no logic; tests/test_abi.py compares every line of it with the headers.
Names are those of C. Text that a function returns with its length, or that a callback or
a struct has with it, is P(c_char), which ctypes leaves alone; text without a length is
c_char_p, which becomes bytes.
"""

from __future__ import annotations

from ctypes import (
    CFUNCTYPE,
    POINTER as P,
    Structure,
    c_char,
    c_char_p,
    c_double,
    c_int,
    c_int32,
    c_int64,
    c_size_t,
    c_uint32,
    c_uint64,
    c_void_p,
)
from typing import Any, List, Tuple

# ---- constants ----

# version.h
INK_VERSION_MAJOR = 0
INK_VERSION_MINOR = 1
INK_VERSION_PATCH = 0

# common.h
INK_PHASE_MERGE = 1
INK_PHASE_CHECK = 2
INK_PHASE_SALVAGE = 3

# error.h
INK_OK = 0
INK_ENOMEM = -1
INK_EIO = -2
INK_ENOTFOUND = -3
INK_EEXISTS = -4
INK_EINVAL = -5
INK_ESYNTAX = -6
INK_ESCHEMA = -7
INK_ELOCKED = -8
INK_EREADONLY = -9
INK_ECORRUPT = -10
INK_EFORMAT = -11
INK_ECANCELED = -12
INK_ETIMEOUT = -13
INK_EUNSUPPORTED = -14
INK_EBACKEND = -15
INK_ELIMIT = -16
INK_EINTERNAL = -99

# writer.h
INK_REORDER_NONE = 0
INK_REORDER_OPTIMIZE = 1
INK_REORDER_LARGE = 2

# schema.h
INK_TEXT = 1
INK_KEYWORD = 2
INK_I64 = 3
INK_F64 = 4
INK_DATE = 5
INK_BYTES = 6
INK_STORED = 1
INK_NO_POSITIONS = 2
INK_MULTI = 4
INK_KEY = 8
INK_PAIRS = 16

# analyzer.h
INK_PART_WORD = 0
INK_PART_GRAM = 1
INK_TOKEN_JOINED = 1
INK_TERM_MAX = 255

# index.h
INK_OPEN_READONLY = 1
INK_OPEN_PARTIAL = 2

# query.h
INK_PARSE_ALL = 1
INK_PARSE_PLAIN = 2
INK_SHOULD = 0
INK_MUST = 1
INK_MUST_NOT = 2
INK_FILTER = 3
INK_OPEN_LO = 1
INK_OPEN_HI = 2
INK_NO_LO = 4
INK_NO_HI = 8

# search.h
INK_TOTAL_LOWER = 0
INK_TOTAL_EXACT = 1
INK_SORT_DESC = 1
INK_SORT_MISSING_FIRST = 2
INK_SNIPPET_HTML = 1

# ext/tokenizer.h
INK_FOR_DOC = 0
INK_FOR_QUERY = 1
INK_FOR_PHRASE = 2


# ---- handles ----


class ink_schema(Structure):
    """Opaque."""


class ink_analyzer(Structure):
    """Opaque."""


class ink_tokens(Structure):
    """Opaque."""


class ink_index(Structure):
    """Opaque."""


class ink_writer(Structure):
    """Opaque."""


class ink_reader(Structure):
    """Opaque."""


class ink_doc(Structure):
    """Opaque."""


class ink_query(Structure):
    """Opaque."""


class ink_search(Structure):
    """Opaque."""


class ink_results(Structure):
    """Opaque."""


class ink_terms(Structure):
    """Opaque."""


class ink_docs(Structure):
    """Opaque."""


class ink_cancel(Structure):
    """Opaque."""


class ink_emitter(Structure):
    """Opaque."""


# ---- structs and callbacks ----


class ink_progress(Structure):
    _fields_ = [
        ("struct_size", c_uint32),
        ("phase", c_int32),
        ("done", c_uint64),
        ("total", c_uint64),
    ]


class ink_error(Structure):
    _fields_ = [
        ("code", c_int32),
        ("sys_errno", c_int32),
        ("offset", c_int64),
        ("message", c_char * 240),
    ]


class ink_stats(Structure):
    _fields_ = [
        ("struct_size", c_uint32),
        ("segments", c_uint32),
        ("docs", c_uint64),
        ("deleted_docs", c_uint64),
        ("terms", c_uint64),
        ("postings", c_uint64),
        ("bytes_on_disk", c_uint64),
        ("generation", c_uint64),
    ]


class ink_shard(Structure):
    _fields_ = [
        ("struct_size", c_uint32),
        ("status", c_int32),
        ("name", c_char_p),
        ("message", c_char_p),
        ("docs", c_uint64),
        ("generation", c_uint64),
        ("round_trip_us", c_uint64),
    ]


class ink_hit(Structure):
    _fields_ = [
        ("doc", c_uint64),
        ("score", c_double),
    ]


class ink_token(Structure):
    _fields_ = [
        ("term", P(c_char)),
        ("len", c_size_t),
        ("start", c_uint64),
        ("end", c_uint64),
        ("step", c_uint32),
        ("part", c_int32),
        ("flags", c_uint32),
        ("reserved", c_uint32),
    ]


class ink_loss(Structure):
    _fields_ = [
        ("struct_size", c_uint32),
        ("file", c_char_p),
        ("section", c_char_p),
        ("message", c_char_p),
        ("docs", c_uint64),
    ]


class ink_salvage(Structure):
    _fields_ = [
        ("struct_size", c_uint32),
        ("segments", c_uint32),
        ("damaged", c_uint32),
        ("losses", c_uint32),
        ("docs", c_uint64),
        ("lost", c_uint64),
        ("bare", c_uint64),
    ]


ERR = P(ink_error)
ink_progress_fn = CFUNCTYPE(c_int, c_void_p, P(ink_progress))
ink_shard_fn = CFUNCTYPE(c_int, c_void_p, P(ink_shard))
ink_loss_fn = CFUNCTYPE(c_int, c_void_p, P(ink_loss))
ink_open_fn = CFUNCTYPE(c_int, c_void_p, P(c_char), c_size_t, P(c_void_p), ERR)
ink_close_fn = CFUNCTYPE(None, c_void_p)
ink_tokenize_fn = CFUNCTYPE(
    c_int, c_void_p, c_int32, P(c_char), c_size_t, P(ink_emitter), ERR
)
ink_filter_fn = CFUNCTYPE(c_int, c_void_p, c_int32, P(ink_token), P(ink_emitter), ERR)
ink_normalize_fn = CFUNCTYPE(c_int, c_void_p, P(c_char), c_size_t, P(ink_emitter), ERR)


class ink_extension(Structure):
    _fields_ = [
        ("struct_size", c_uint32),
        ("name", c_char_p),
        ("version", c_char_p),
        ("user", c_void_p),
        ("release", ink_close_fn),
        ("open", ink_open_fn),
        ("close", ink_close_fn),
        ("tokenize", ink_tokenize_fn),
        ("filter", ink_filter_fn),
        ("normalize", ink_normalize_fn),
    ]


# ---- functions: name, result, arguments ----

FUNCTIONS: List[Tuple[str, Any, List[Any]]] = [
    # version.h
    ("ink_version_number", c_uint32, []),
    ("ink_version_string", c_char_p, []),
    # error.h
    ("ink_status_name", c_char_p, [c_int32]),
    # schema.h
    ("ink_schema_new", c_int, [P(P(ink_schema)), ERR]),
    ("ink_schema_add_field", c_int, [P(ink_schema), c_char_p, c_int32, c_uint32, c_char_p, ERR]),
    ("ink_schema_set_weight", c_int, [P(ink_schema), c_char_p, c_double, ERR]),
    ("ink_schema_set_bm25", c_int, [P(ink_schema), c_double, c_double, ERR]),
    ("ink_schema_len", c_size_t, [P(ink_schema)]),
    ("ink_schema_field", c_int, [
        P(ink_schema), c_size_t, P(c_char_p), P(c_int32), P(c_uint32), P(c_char_p), P(c_double),
        ERR,
    ]),
    ("ink_schema_free", None, [P(ink_schema)]),
    # analyzer.h
    ("ink_analyzer_new", c_int, [c_char_p, P(P(ink_analyzer)), ERR]),
    ("ink_analyzer_run", c_int, [P(ink_analyzer), c_char_p, c_size_t, P(P(ink_tokens)), ERR]),
    ("ink_tokens_next", c_int, [P(ink_tokens)]),
    ("ink_tokens_text", P(c_char), [P(ink_tokens), P(c_size_t)]),
    ("ink_tokens_part", c_int32, [P(ink_tokens)]),
    ("ink_tokens_flags", c_uint32, [P(ink_tokens)]),
    ("ink_tokens_position", c_uint32, [P(ink_tokens)]),
    ("ink_tokens_start", c_uint64, [P(ink_tokens)]),
    ("ink_tokens_end", c_uint64, [P(ink_tokens)]),
    ("ink_tokens_free", None, [P(ink_tokens)]),
    ("ink_analyzer_free", None, [P(ink_analyzer)]),
    # index.h
    ("ink_index_create", c_int, [c_char_p, P(ink_schema), c_uint32, P(P(ink_index)), ERR]),
    ("ink_index_open", c_int, [c_char_p, c_uint32, P(P(ink_index)), ERR]),
    ("ink_index_schema", c_int, [P(ink_index), P(P(ink_schema)), ERR]),
    ("ink_index_check", c_int, [c_char_p, ink_progress_fn, c_void_p, ERR]),
    ("ink_index_shards", c_int, [c_char_p, ink_shard_fn, c_void_p, ERR]),
    (
        "ink_index_salvage",
        c_int,
        [c_char_p, c_char_p, ink_loss_fn, ink_progress_fn, c_void_p, P(ink_salvage), ERR],
    ),
    ("ink_index_close", None, [P(ink_index)]),
    # writer.h
    ("ink_doc_new", c_int, [P(ink_index), P(P(ink_doc)), ERR]),
    ("ink_doc_add_text", c_int, [P(ink_doc), c_char_p, c_char_p, c_size_t, ERR]),
    ("ink_doc_add_tokens", c_int, [
        P(ink_doc), c_char_p, P(ink_token), c_size_t, c_char_p, c_size_t, ERR,
    ]),
    ("ink_doc_add_i64", c_int, [P(ink_doc), c_char_p, c_int64, ERR]),
    ("ink_doc_add_f64", c_int, [P(ink_doc), c_char_p, c_double, ERR]),
    ("ink_doc_add_bytes", c_int, [P(ink_doc), c_char_p, c_void_p, c_size_t, ERR]),
    ("ink_doc_len", c_size_t, [P(ink_doc)]),
    ("ink_doc_field", c_int, [P(ink_doc), c_size_t, P(c_char_p), P(c_int32), ERR]),
    ("ink_doc_text", c_int, [P(ink_doc), c_size_t, P(c_char_p), P(c_size_t), ERR]),
    ("ink_doc_i64", c_int, [P(ink_doc), c_size_t, P(c_int64), ERR]),
    ("ink_doc_f64", c_int, [P(ink_doc), c_size_t, P(c_double), ERR]),
    ("ink_doc_clear", None, [P(ink_doc)]),
    ("ink_doc_free", None, [P(ink_doc)]),
    ("ink_date_parse", c_int, [c_char_p, c_size_t, P(c_int64), ERR]),
    ("ink_date_format", c_int, [c_int64, c_char_p, c_size_t, ERR]),
    ("ink_writer_open", c_int, [P(ink_index), P(P(ink_writer)), ERR]),
    ("ink_writer_set_memory", c_int, [P(ink_writer), c_uint64, ERR]),
    ("ink_writer_set_threads", c_int, [P(ink_writer), c_uint32, ERR]),
    ("ink_writer_set_reorder", c_int, [P(ink_writer), c_int32, ERR]),
    ("ink_writer_add_field", c_int, [P(ink_writer), c_char_p, c_int32, c_uint32, c_char_p, ERR]),
    ("ink_writer_set_dictionary", c_int, [P(ink_writer), c_char_p, c_size_t, ERR]),
    ("ink_writer_set_synonyms", c_int, [P(ink_writer), c_char_p, c_size_t, ERR]),
    ("ink_writer_add", c_int, [P(ink_writer), P(ink_doc), ERR]),
    ("ink_writer_update", c_int, [P(ink_writer), P(ink_doc), ERR]),
    ("ink_writer_delete", c_int, [P(ink_writer), c_char_p, c_size_t, ERR]),
    ("ink_writer_delete_query", c_int, [P(ink_writer), P(ink_query), P(c_uint64), ERR]),
    ("ink_writer_commit", c_int, [P(ink_writer), P(c_uint64), ERR]),
    ("ink_writer_rollback", c_int, [P(ink_writer), ERR]),
    ("ink_writer_optimize", c_int, [P(ink_writer), c_uint32, ink_progress_fn, c_void_p, ERR]),
    ("ink_writer_damage", c_int, [P(ink_writer), ERR]),
    ("ink_writer_close", None, [P(ink_writer)]),
    # query.h
    ("ink_query_parse", c_int, [P(ink_index), c_char_p, c_size_t, c_uint32, P(P(ink_query)), ERR]),
    ("ink_query_text", c_int, [P(ink_query), P(c_char_p), P(c_size_t), ERR]),
    ("ink_query_term", c_int, [c_char_p, c_char_p, c_size_t, P(P(ink_query)), ERR]),
    ("ink_query_match", c_int, [c_char_p, c_char_p, c_size_t, P(P(ink_query)), ERR]),
    ("ink_query_phrase", c_int, [c_char_p, c_char_p, c_size_t, c_uint32, P(P(ink_query)), ERR]),
    ("ink_query_prefix", c_int, [c_char_p, c_char_p, c_size_t, P(P(ink_query)), ERR]),
    ("ink_query_wildcard", c_int, [c_char_p, c_char_p, c_size_t, P(P(ink_query)), ERR]),
    ("ink_query_fuzzy", c_int, [c_char_p, c_char_p, c_size_t, c_uint32, P(P(ink_query)), ERR]),
    ("ink_query_range_i64", c_int, [c_char_p, c_int64, c_int64, c_uint32, P(P(ink_query)), ERR]),
    ("ink_query_range_f64", c_int, [c_char_p, c_double, c_double, c_uint32, P(P(ink_query)), ERR]),
    ("ink_query_range_text", c_int, [
        c_char_p, c_char_p, c_size_t, c_char_p, c_size_t, c_uint32, P(P(ink_query)), ERR,
    ]),
    ("ink_query_all", c_int, [P(P(ink_query)), ERR]),
    ("ink_query_bool", c_int, [
        P(P(ink_query)), P(c_int32), c_size_t, c_uint32, P(P(ink_query)), ERR,
    ]),
    ("ink_query_boost", c_int, [P(ink_query), c_double, P(P(ink_query)), ERR]),
    ("ink_query_free", None, [P(ink_query)]),
    # search.h
    ("ink_reader_open", c_int, [P(ink_index), P(P(ink_reader)), ERR]),
    ("ink_reader_stats", c_int, [P(ink_reader), P(ink_stats), ERR]),
    ("ink_reader_find", c_int, [P(ink_reader), c_char_p, c_size_t, P(c_uint64), ERR]),
    ("ink_reader_dictionary", c_int, [P(ink_reader), P(c_char_p), P(c_size_t), ERR]),
    ("ink_reader_synonyms", c_int, [P(ink_reader), P(c_char_p), P(c_size_t), ERR]),
    ("ink_reader_versions", c_int, [P(ink_reader), P(c_char_p), P(c_char_p), ERR]),
    ("ink_reader_doc", c_int, [P(ink_reader), c_uint64, P(P(ink_doc)), ERR]),
    ("ink_reader_close", None, [P(ink_reader)]),
    ("ink_search_new", c_int, [P(ink_reader), P(ink_query), P(P(ink_search)), ERR]),
    ("ink_search_set_window", c_int, [P(ink_search), c_uint64, c_uint64, ERR]),
    ("ink_search_set_after", c_int, [P(ink_search), c_char_p, c_size_t, ERR]),
    ("ink_search_set_total", c_int, [P(ink_search), c_int32, ERR]),
    ("ink_search_set_filter", c_int, [P(ink_search), P(ink_query), ERR]),
    ("ink_search_set_bm25", c_int, [P(ink_search), c_double, c_double, ERR]),
    ("ink_search_add_sort", c_int, [P(ink_search), c_char_p, c_uint32, ERR]),
    ("ink_search_add_facet", c_int, [P(ink_search), c_char_p, c_uint32, ERR]),
    ("ink_search_add_range_facet", c_int, [P(ink_search), c_char_p, P(c_double), c_size_t, ERR]),
    ("ink_search_add_snippet", c_int, [
        P(ink_search), c_char_p, c_uint32, c_char_p, c_char_p, c_uint32, ERR,
    ]),
    ("ink_search_set_cancel", c_int, [P(ink_search), P(ink_cancel), ERR]),
    ("ink_search_set_timeout", c_int, [P(ink_search), c_uint32, ERR]),
    ("ink_search_run", c_int, [P(ink_search), P(P(ink_results)), ERR]),
    ("ink_search_free", None, [P(ink_search)]),
    ("ink_results_len", c_size_t, [P(ink_results)]),
    ("ink_results_total", c_uint64, [P(ink_results), P(c_int32)]),
    ("ink_results_hit", c_int, [P(ink_results), c_size_t, P(ink_hit), ERR]),
    ("ink_results_copy", c_size_t, [P(ink_results), c_size_t, c_size_t, P(c_uint64), P(c_double)]),
    ("ink_results_doc", c_int, [P(ink_results), c_size_t, P(P(ink_doc)), ERR]),
    ("ink_results_stored", c_int, [
        P(ink_results), c_size_t, c_char_p, P(c_char_p), P(c_size_t), ERR,
    ]),
    ("ink_results_snippet", c_int, [
        P(ink_results), c_size_t, c_char_p, P(c_char_p), P(c_size_t), ERR,
    ]),
    ("ink_results_facet_len", c_size_t, [P(ink_results), c_size_t]),
    ("ink_results_facet", c_int, [
        P(ink_results), c_size_t, c_size_t, P(c_char_p), P(c_size_t), P(c_uint64), ERR,
    ]),
    ("ink_results_missing_len", c_size_t, [P(ink_results)]),
    ("ink_results_missing", c_int, [P(ink_results), c_size_t, P(c_char_p), P(c_size_t), ERR]),
    ("ink_results_explain", c_int, [P(ink_results), c_size_t, P(c_char_p), P(c_size_t), ERR]),
    ("ink_results_cursor", c_int, [P(ink_results), c_size_t, P(c_char_p), P(c_size_t), ERR]),
    ("ink_results_work", None, [P(ink_results), P(c_uint64), P(c_uint64)]),
    ("ink_results_free", None, [P(ink_results)]),
    ("ink_terms_open", c_int, [
        P(ink_reader), c_char_p, c_int32, c_char_p, c_size_t, P(P(ink_terms)), ERR,
    ]),
    ("ink_terms_next", c_int, [P(ink_terms), ERR]),
    ("ink_terms_text", P(c_char), [P(ink_terms), P(c_size_t)]),
    ("ink_terms_doc_freq", c_uint64, [P(ink_terms)]),
    ("ink_terms_close", None, [P(ink_terms)]),
    ("ink_docs_open", c_int, [P(ink_reader), P(P(ink_docs)), ERR]),
    ("ink_docs_next", c_int, [P(ink_docs), ERR]),
    ("ink_docs_number", c_uint64, [P(ink_docs)]),
    ("ink_docs_get", c_int, [P(ink_docs), P(P(ink_doc)), ERR]),
    ("ink_docs_close", None, [P(ink_docs)]),
    ("ink_cancel_new", c_int, [P(P(ink_cancel)), ERR]),
    ("ink_cancel_fire", None, [P(ink_cancel)]),
    ("ink_cancel_free", None, [P(ink_cancel)]),
    # ext/tokenizer.h
    ("ink_extension_register", c_int, [P(ink_extension), ERR]),
    ("ink_extension_unregister", c_int, [c_char_p, ERR]),
    ("ink_emit_token", c_int, [P(ink_emitter), P(ink_token)]),
    ("ink_emit_text", c_int, [P(ink_emitter), c_char_p, c_size_t, c_uint64, c_uint64]),
]
