/* cmd_stats.c - search stats: numbers about an index. Part of: the search program. */
#include <inttypes.h>
#include <string.h>

#include "cmd.h"
#include "fields.h"
#include "msg.h"
#include "out.h"

struct number {
	const char *name;
	uint64_t value;
};

static void put_fields_text(const struct fields *fields)
{
	struct bytes flags = { 0 };
	size_t i;

	for (i = 0; i < fields->n; i++) {
		const struct field *f = &fields->list[i];

		bytes_clear(&flags);
		field_flag_names(f->flags, &flags);
		out_printf("field         %s %s", f->name, field_type_name(f->type));
		if (flags.len > 0)
			out_printf(" %s", flags.data);
		if (f->type == INK_TEXT && (f->weight < 1 || f->weight > 1))
			out_printf(" weight=%g", f->weight);
		if (f->analyzer[0] != '\0') {
			out_printf(" \"");
			out_text(f->analyzer, strlen(f->analyzer), 0);
			out_printf("\"");
		}
		out_printf("\n");
	}
	bytes_free(&flags);
}

static void put_versions(const char *name, const char *versions)
{
	if (versions[0] == '\0')
		return;
	out_printf("%-13s ", name);
	out_text(versions, strlen(versions), 0);
	out_printf("\n");
}

static json_t *fields_json(const struct fields *fields)
{
	json_t *array = json_array(), *object;
	struct bytes flags = { 0 };
	size_t i;

	for (i = 0; i < fields->n; i++) {
		const struct field *f = &fields->list[i];

		bytes_clear(&flags);
		field_flag_names(f->flags, &flags);
		object = json_object();
		out_json_set(object, "name", json_string(f->name));
		out_json_set(object, "type", json_string(field_type_name(f->type)));
		out_json_set(object, "flags", json_string(bytes_str(&flags)));
		out_json_set(object, "analyzer", out_json_text(f->analyzer, strlen(f->analyzer)));
		out_json_set(object, "weight", json_real(f->weight));
		json_array_append_new(array, object);
	}
	bytes_free(&flags);
	return array;
}

int cmd_stats(const struct args *args)
{
	ink_stats stats = { .struct_size = sizeof stats };
	const char *versions, *other;
	struct reading reading;
	json_t *object;
	ink_error err;
	size_t i;

	if (open_reading(args->operands[0], 0, &reading) != STATUS_OK)
		return STATUS_ERROR;
	if (ink_reader_stats(reading.reader, &stats, &err) < 0 ||
	    ink_reader_versions(reading.reader, &versions, &other, &err) < 0) {
		msg_ink(args->operands[0], &err);
		close_reading(&reading);
		return STATUS_ERROR;
	}
	{
		const struct number numbers[] = {
			{ "docs", stats.docs },         { "deleted_docs", stats.deleted_docs },
			{ "segments", stats.segments }, { "terms", stats.terms },
			{ "postings", stats.postings }, { "bytes_on_disk", stats.bytes_on_disk },
			{ "generation", stats.generation },
		};
		const size_t n = sizeof numbers / sizeof numbers[0];

		if (args_choice(args, "format") == OUT_FORMAT_JSON) {
			object = json_pack("{s:s,s:i}", "type", "stats", "format_version", 1);
			for (i = 0; i < n; i++)
				out_json_set(object, numbers[i].name,
				             json_integer((json_int_t)numbers[i].value));
			out_json_set(object, "versions", out_json_text(versions, strlen(versions)));
			out_json_set(object, "other_versions", out_json_text(other, strlen(other)));
			out_json_set(object, "fields", fields_json(&reading.fields));
			out_json(object);
		} else {
			for (i = 0; i < n; i++)
				out_printf("%-13s %" PRIu64 "\n", numbers[i].name,
				           numbers[i].value);
			put_versions("versions", versions);
			put_versions("not ours", other);
			put_fields_text(&reading.fields);
		}
	}
	close_reading(&reading);
	return STATUS_OK;
}
