/*
 * format.h - the numbers of FORMAT.md, and the only copy of them in code.
 *
 * Layer: segment.
 */
#ifndef IK_SEGMENT_FORMAT_H
#define IK_SEGMENT_FORMAT_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define IK_SEGMENT_MAGIC "INKSEG\r\n"
#define IK_LIVE_MAGIC "INKLIV\r\n"
#define IK_MANIFEST_MAGIC "INKMAN\r\n"
#define IK_WORDS_MAGIC "INKWRD\r\n"
#define IK_MAGIC_LEN 8
#define IK_FORMAT_VERSION 1

#define IK_HEADER_LEN 64  /* segment header */
#define IK_FOOTER_LEN 32  /* segment footer */
#define IK_SECTION_LEN 32 /* one entry of the section table */
#define IK_SECTION_ALIGN 64

/* Kinds of sections. */
enum ik_section_kind {
	IK_SECTION_META = 1,
	IK_SECTION_POSTINGS = 2,
	IK_SECTION_DICT = 3,
	IK_SECTION_DICT_INDEX = 4,
	IK_SECTION_NORMS = 5,        /* id: part */
	IK_SECTION_STORED = 6,
	IK_SECTION_STORED_INDEX = 7,
	IK_SECTION_NUMBERS = 8,      /* id: field */
	IK_SECTION_ORDINALS = 9,     /* id: field */
	IK_SECTION_ORIGIN = 10,
	IK_SECTION_FREQUENT = 11
};

/* What messages call a kind of section. */
static inline const char *ik_section_name(uint32_t kind)
{
	static const char *const names[] = { "unknown",       "meta",  "postings", "dictionary",
		                             "dictionary index", "norms", "stored documents",
		                             "stored index",  "numbers", "ordinals", "origin",
		                             "frequent terms" };

	return names[kind < sizeof names / sizeof *names ? kind : 0];
}

/* Flags of a part. */
enum {
	IK_PART_FREQS = 1,
	IK_PART_POSITIONS = 2,
	IK_PART_NORMS = 4,
	IK_PART_UNBROKEN = 8, /* positions of terms of scripts without blanks only */
	IK_PART_FREE = 16     /* some tokens were the application's, or of words of a user */
};

/* What the list of a term has, of the flags of its part. */
static inline uint32_t ik_list_flags(uint32_t part_flags, const char *term, size_t len)
{
	/* U+0E00: Thai begins here, and all other scripts without blanks follow. */
	if ((part_flags & IK_PART_UNBROKEN) != 0 && (len < 2 || memcmp(term, "\xE0\xB8", 2) < 0))
		return part_flags & ~(uint32_t)IK_PART_POSITIONS;
	return part_flags;
}

#define IK_DOCS_MAX 16777216u /* 2^24 per segment: 65,536 ranges */
#define IK_DICT_BLOCK 32      /* terms of a dictionary block */
#define IK_DICT_INDEX 12      /* bytes of its entry in the index */
#define IK_FREQUENT_MIN 32    /* df of terms that are found by their hash as well */
#define IK_INLINE_MAX 32      /* bytes of a posting list kept in the dictionary */
#define IK_DICT_RARE 8        /* df and bytes of an inline list up to these ... */
#define IK_DICT_TINY 16       /* ... are told in one byte together */
#define IK_DICT_FREQUENT 127  /* df from this on does not fit that byte alone */
#define IK_SHORT_MAX 256      /* short form with fewer postings than this */
#define IK_BLOCK 128          /* postings of a block */
#define IK_RANGE 256          /* documents of a range */
#define IK_RANGE_CUT 1024     /* range form from df >= n_docs / this ... */
#define IK_RANGE_GROUP 32     /* occupied ranges that share a base offset */
#define IK_RANGE_BASE 5       /* bytes of that */
#define IK_BITMAP_CUT 32      /* postings from which a record is a bitmap */
#define IK_RECORD_HEAD 3      /* bytes of the longer head of a record */
#define IK_RECORD_WIDTHS 5    /* the short head has widths of frequencies below this */
#define IK_POS_CHUNK 32       /* postings whose positions are packed in one piece */
#define IK_POS_UNIT_MAX 256   /* postings at most whose pieces follow each other */
#define IK_STORED_BLOCK 8192  /* bytes of stored documents packed together */

/* The three forms of a posting list follow from df and the number of documents alone. */
enum ik_post_form {
	IK_FORM_SHORT, /* df < IK_SHORT_MAX */
	IK_FORM_BLOCKS,
	IK_FORM_RANGES
};

static inline enum ik_post_form ik_post_form(uint32_t df, uint32_t n_docs)
{
	if (df < IK_SHORT_MAX)
		return IK_FORM_SHORT;
	return df < n_docs / IK_RANGE_CUT ? IK_FORM_BLOCKS : IK_FORM_RANGES;
}

static inline uint32_t ik_range_count(uint32_t n_docs)
{
	return n_docs / IK_RANGE + (n_docs % IK_RANGE != 0);
}

#endif
