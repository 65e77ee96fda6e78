# tests.mk - the test programs: one for each module, and those of the API.

INK_TESTS = \
	tests/api/api_analyzer \
	tests/api/api_doc \
	tests/api/api_errors \
	tests/api/api_index \
	tests/api/api_lifetime \
	tests/api/api_oom \
	tests/api/api_query \
	tests/api/api_results \
	tests/api/api_schema \
	tests/api/api_search \
	tests/api/api_terms \
	tests/api/api_threads \
	tests/api/api_writer \
	tests/fault/broken \
	tests/fault/crash \
	tests/fault/io \
	tests/fault/kill \
	tests/fault/oom \
	tests/fault/oom_api \
	tests/fuzz/standalone \
	tests/unit/test_analyzer \
	tests/unit/test_arena \
	tests/unit/test_ast \
	tests/unit/test_automaton \
	tests/unit/test_bitpack \
	tests/unit/test_bitset \
	tests/unit/test_bm25 \
	tests/unit/test_buf \
	tests/unit/test_check \
	tests/unit/test_column \
	tests/unit/test_cursor \
	tests/unit/test_date \
	tests/unit/test_dict \
	tests/unit/test_dir_fs \
	tests/unit/test_dir_mem \
	tests/unit/test_doc \
	tests/unit/test_err \
	tests/unit/test_record \
	tests/unit/test_facet \
	tests/unit/test_file \
	tests/unit/test_fold \
	tests/unit/test_front \
	tests/unit/test_golden_analysis \
	tests/unit/test_golden_index \
	tests/unit/test_golden_query \
	tests/unit/test_hangul \
	tests/unit/test_kernel \
	tests/unit/test_latin \
	tests/unit/test_live \
	tests/unit/test_manifest \
	tests/unit/test_map \
	tests/unit/test_match \
	tests/unit/test_mem \
	tests/unit/test_memindex \
	tests/unit/test_merge \
	tests/unit/test_norm \
	tests/unit/test_oracle \
	tests/unit/test_os \
	tests/unit/test_parse \
	tests/unit/test_policy \
	tests/unit/test_post \
	tests/unit/test_query_terms \
	tests/unit/test_request \
	tests/unit/test_schema \
	tests/unit/test_segment \
	tests/unit/test_segmenter \
	tests/unit/test_snapshot \
	tests/unit/test_snippet \
	tests/unit/test_sortkey \
	tests/unit/test_stem \
	tests/unit/test_stored \
	tests/unit/test_thai \
	tests/unit/test_topk \
	tests/unit/test_utf8 \
	tests/unit/test_varint \
	tests/unit/test_vec \
	tests/unit/test_writer \
	tests/unit/test_writer_threads

INK_XAPIAN_TESTS = \
	tests/unit/test_xapian_backend \
	tests/unit/test_xapian_shim

INK_TEST_SUPPORT = \
	tests/api/backends.h \
	tests/fault/image.h \
	tests/fault/workload.h \
	tests/fuzz/fuzz.h \
	tests/support/crash_dir.c \
	tests/support/crash_dir.h \
	tests/support/fault_dir.c \
	tests/support/fault_dir.h \
	tests/support/gen.c \
	tests/support/gen.h \
	tests/support/oracle.c \
	tests/support/oracle.h \
	tests/support/oracle_define.c \
	tests/support/oracle_impl.h \
	tests/support/oracle_search.c \
	tests/support/world.c \
	tests/support/world.h \
	tests/unit/gen_index.h \
	tests/unit/gen_search.h \
	tests/unit/gen_segment.h \
	tests/unit/tokens.h
