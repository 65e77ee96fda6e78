/*
 * read_html.c - the title and the text of an HTML page.
 *
 * Part of: the search program. libxml2 reads whatever browsers read; what it complains about is
 * not told. Its limits of text and depth are lifted, as all behind them would be lost, but for one of
 * our own: an end tag is looked for among all that is open. Text of a block ends in a line end, so
 * that words of two blocks never grow together. Readings above the characters of a word (ruby) are
 * left out, as they would stand within it.
 */
#include "reader.h"

#include <libxml/HTMLparser.h>
#include <libxml/SAX2.h>
#include <string.h>
#include <strings.h>

#include "decode.h"
#include "msg.h"
#include "utf8.h"

enum { DEPTH_MAX = 1000 };

static int is_one_of(const char *name, const char *const *names)
{
	for (; *names != NULL; names++)
		if (strcasecmp(name, *names) == 0)
			return 1;
	return 0;
}

static int is_dropped(const char *name)
{
	static const char *const names[] = { "script", "style", "template", "noscript", "title",
		                             "svg",    "math",  "object",   "iframe",   "rt",
		                             "rtc",    "rp",    NULL };

	return is_one_of(name, names);
}

static int is_inline(const char *name)
{
	static const char *const names[] = {
		"a",   "abbr", "acronym", "b",    "bdi",  "bdo", "big", "cite", "code", "data",
		"dfn", "del",  "em",      "font", "i",    "ins", "kbd", "mark", "q",    "rb",
		"rp",  "rt",   "rtc",     "ruby", "s",   "samp", "small", "span", "strike",
		"strong", "sub", "sup",   "time", "tt",  "u",   "var",   "wbr",  NULL
	};

	return is_one_of(name, names);
}

/* Append text with runs of white space as one blank. */
static void put_collapsed(struct bytes *to, const char *p)
{
	for (; *p != '\0'; p++) {
		if (*p != ' ' && *p != '\t' && *p != '\n' && *p != '\r' && *p != '\f')
			bytes_putc(to, *p);
		else if (to->len > 0 && to->data[to->len - 1] != ' ' &&
		         to->data[to->len - 1] != '\n')
			bytes_putc(to, ' ');
	}
}

static void put_line_end(struct bytes *to)
{
	while (to->len > 0 && to->data[to->len - 1] == ' ')
		to->data[--to->len] = '\0';
	if (to->len > 0 && to->data[to->len - 1] != '\n')
		bytes_putc(to, '\n');
}

/* The next node that is not below `node`, up to `root`; blocks that end on the way end a line. */
static xmlNode *after(xmlNode *node, const xmlNode *root, struct bytes *body)
{
	while (node != root && node->next == NULL) {
		node = node->parent;
		if (node != root && node->type == XML_ELEMENT_NODE &&
		    !is_inline((const char *)node->name))
			put_line_end(body);
	}
	return node != root ? node->next : NULL;
}

/* Not recursive: how deep a page nests is the page's choice. */
static void walk(xmlNode *root, struct bytes *title, struct bytes *body)
{
	xmlNode *node = root;

	while (node != NULL) {
		const char *name = node->name != NULL ? (const char *)node->name : "";
		int is_element = node->type == XML_ELEMENT_NODE;

		if (node->type == XML_TEXT_NODE && node->content != NULL)
			put_collapsed(body, (const char *)node->content);
		if (is_element && strcasecmp(name, "title") == 0 && title->len == 0) {
			xmlChar *text = xmlNodeGetContent(node);

			put_collapsed(title, text != NULL ? (const char *)text : "");
			xmlFree(text);
		}
		if (is_element && !is_inline(name))
			put_line_end(body);
		if (is_element && !is_dropped(name) && node->children != NULL)
			node = node->children;
		else
			node = after(node, root, body);
	}
}

struct nesting {
	int depth;
	int is_cut;
};

static void start_element(void *parser, const xmlChar *name, const xmlChar **attributes)
{
	htmlParserCtxtPtr ctxt = parser;
	struct nesting *nesting = ctxt->_private;

	if (nesting->depth == DEPTH_MAX) {
		nesting->is_cut = 1;
		xmlStopParser(ctxt);
		return;
	}
	nesting->depth++;
	xmlSAX2StartElement(parser, name, attributes);
}

static void end_element(void *parser, const xmlChar *name)
{
	htmlParserCtxtPtr ctxt = parser;
	struct nesting *nesting = ctxt->_private;

	nesting->depth--;
	xmlSAX2EndElement(parser, name);
}

/* A page of UTF-8; NULL without memory. Whether it was left before its end goes to *is_cut. */
static htmlDocPtr parse(const char *html, size_t len, int *is_cut)
{
	const int options = HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING |
	                    HTML_PARSE_NONET | HTML_PARSE_COMPACT | XML_PARSE_HUGE;
	htmlParserCtxtPtr ctxt = htmlNewParserCtxt();
	struct nesting nesting = { 0 };
	htmlDocPtr doc;

	if (ctxt == NULL)
		return NULL;
	ctxt->_private = &nesting;
	ctxt->sax->startElement = start_element;
	ctxt->sax->endElement = end_element;
	doc = htmlCtxtReadMemory(ctxt, html, (int)len, NULL, "UTF-8", options);
	*is_cut = nesting.is_cut;
	htmlFreeParserCtxt(ctxt);
	return doc;
}

int html_extract(const char *file, const char *html, size_t len, int is_utf8, struct bytes *title,
                 struct bytes *body)
{
	struct bytes decoded = { 0 };
	int is_cut = 0;
	htmlDocPtr doc;

	if (len == 0)
		return 0;
	/* A page that is UTF-8 throughout is UTF-8, whatever it says. */
	if (!utf8_is_valid(html, len)) {
		if (html_decode(html, len, is_utf8, &decoded) > 0)
			msg_info("%s: neither UTF-8 nor says what it is, so not all of its words "
			         "can be found; iconv converts it", file);
		html = decoded.data;
		len = decoded.len;
	}
	doc = parse(html, len, &is_cut);
	bytes_free(&decoded);
	if (doc == NULL)
		return -1;
	if (is_cut)
		msg_info("%s: nested over %d deep; what follows is left out", file, DEPTH_MAX);
	if (xmlDocGetRootElement(doc) != NULL)
		walk(xmlDocGetRootElement(doc), title, body);
	xmlFreeDoc(doc);
	return 0;
}
