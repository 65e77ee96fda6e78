/* test_registry.c - what the application registers: names, specs, stamps, threads. */
#include "gen_extend.h"

#include <stdatomic.h>

#include "base/os.h"

/* ---- names ---- */

static void refused(const char *name, const char *version, int code, const char *says)
{
	ink_extension e = {sizeof e, name, version, NULL, NULL, NULL, NULL, commas, NULL, NULL};

	assert_int_equal(ik_registry_add(&e, &err), code);
	assert_int_equal(err.code, code);
	if (strstr(err.message, says) == NULL)
		fail_msg("%s", err.message);
}

static void test_names_are_checked_and_never_replaced(void **state)
{
	ink_extension e = {sizeof e, "fine", NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL};

	(void)state;
	refused(NULL, NULL, INK_EINVAL, "name");
	refused("", NULL, INK_EINVAL, "name");
	refused("Upper", NULL, INK_EINVAL, "Upper");
	refused("1st", NULL, INK_EINVAL, "1st");
	refused("a-b", NULL, INK_EINVAL, "a-b");
	refused("abcdefghijklmnopqrstuvwxyz0123456", NULL, INK_EINVAL, "32");
	refused("fine", "1;2", INK_EINVAL, "version");
	refused("fine", "\n", INK_EINVAL, "version");
	refused("commas", NULL, INK_EEXISTS, "already");
	refused("default", NULL, INK_EEXISTS, "built in");
	refused("stem", NULL, INK_EEXISTS, "built in");
	refused("diacritics", NULL, INK_EEXISTS, "built in");
	assert_int_equal(ik_registry_add(&e, &err), INK_EINVAL); /* no callback */
	e.tokenize = commas;
	e.filter = rules;
	assert_int_equal(ik_registry_add(&e, &err), INK_EINVAL); /* two */
	e.filter = NULL;
	e.struct_size = 8;
	assert_int_equal(ik_registry_add(&e, &err), INK_EINVAL);
	assert_int_equal(ik_registry_remove("nobody", &err), INK_ENOTFOUND);
	assert_int_equal(ik_registry_remove("fold", &err), INK_ENOTFOUND);
}

static void test_the_registry_is_bounded(void **state)
{
	char name[16];
	int i, n;

	(void)state;
	for (i = 0; i < IK_EXTENSIONS_MAX - 3; i++) {
		snprintf(name, sizeof name, "n%d", i);
		must_register(name, commas, NULL, NULL);
	}
	refused("one_more", NULL, INK_ELIMIT, "256");
	for (n = i, i = 0; i < n; i++) {
		snprintf(name, sizeof name, "n%d", i);
		must_forget(name);
	}
}

static int released;

static void release(void *user)
{
	(void)user;
	released++;
}

static void test_an_analyzer_keeps_what_was_unregistered(void **state)
{
	ink_extension e = {sizeof e, "short_lived", NULL, &released, release, NULL, NULL, commas,
	                   NULL, NULL};
	struct ik_analyzer *a, *none;

	(void)state;
	released = 0;
	assert_int_equal(ik_registry_add(&e, &err), 0);
	assert_int_equal(ik_analyzer_new("short_lived | fold", &a, &err), 0);
	must_forget("short_lived");
	assert_int_equal(released, 0);
	assert_int_equal(ik_analyzer_new("short_lived", &none, &err), INK_ESYNTAX);
	assert_int_equal(ik_registry_add(&e, &err), 0); /* the name is free again */
	ik_analyzer_unref(a);
	assert_int_equal(released, 1);
	must_forget("short_lived");
	assert_int_equal(released, 2);
}

/* ---- specs ---- */

static void bad_spec(const char *spec, int offset, const char *says)
{
	struct ik_analyzer *a;

	assert_int_equal(ik_analyzer_new(spec, &a, &err), INK_ESYNTAX);
	assert_null(a);
	if (strstr(err.message, says) == NULL || err.offset != offset)
		fail_msg("%s: %d: %s", spec, (int)err.offset, err.message);
}

static void test_specs_say_what_is_in_the_wrong_place(void **state)
{
	(void)state;
	bad_spec("nobody | fold", 0, "no tokenizer \"nobody\"");
	bad_spec("nobody | fold", 0, "registered first");
	bad_spec("word | nobody:1", 7, "no filter \"nobody\"");
	bad_spec("rules", 0, "rules is a filter");
	bad_spec("word | commas", 7, "commas is a tokenizer");
	bad_spec("word | markup", 7, "markup is a normaliser");
	bad_spec("markup", 0, "markup is a normaliser");
	bad_spec("markup | commas:7", 16, "tokenizer \"commas\": it takes no argument");
	bad_spec("commas | rules:", 15, "filter \"rules\": an ending of no letters");
	bad_spec("default | rules", 10, "whole chain");
	bad_spec("markup|markup|markup|markup|markup|word", 28, "4 normalisers");
	bad_spec("markup|markup|markup|markup|default|diacritics", 36, "4 normalisers");
	bad_spec("default | diacritics:x", 21, "no argument");
	assert_int_equal(live, 0);
}

static void test_stamps_tell_names_and_versions_once(void **state)
{
	struct ik_buf stamp;

	(void)state;
	ik_buf_init(&stamp, 64);
	ik_buf_put_str(&stamp, "base 1; commas 1.01");
	ik_analyzer_stamp_add("default", &stamp);
	ik_analyzer_stamp_add("markup | commas | fold | rules:x|stem:en", &stamp);
	ik_analyzer_stamp_add("commas | nobody", &stamp);
	ik_analyzer_stamp_add("nobody", &stamp);
	assert_string_equal(ik_buf_str(&stamp),
	                    "base 1; commas 1.01; markup 1.0; commas 1.0; rules; nobody ?");
	ik_analyzer_stamp_add("one_that_does_not_fit", &stamp);
	assert_int_equal(stamp.err, 0);
	assert_int_equal(stamp.len, 60);
	ik_buf_free(&stamp);
}

static atomic_int failures;

/* Register, use and forget a name of one's own and use a shared one, all the time. */
static void busy(void *user)
{
	const char *name = user;
	ink_extension e = {sizeof e, name, NULL, NULL, NULL, NULL, NULL, commas, NULL, NULL};
	int i;

	for (i = 0; i < 300; i++) {
		struct ik_analyzer *own = NULL, *shared = NULL;

		failures += ik_registry_add(&e, NULL) != 0;
		failures += ik_analyzer_new(name, &own, NULL) != 0;
		failures += ik_analyzer_new("markup | commas", &shared, NULL) != 0;
		failures += ik_registry_remove(name, NULL) != 0;
		ik_analyzer_unref(own);
		ik_analyzer_unref(shared);
	}
}

static void test_threads_register_and_look_up_at_once(void **state)
{
	static char names[4][8] = {"t_a", "t_b", "t_c", "t_d"};
	struct ik_thread *thread[4];
	int i;

	(void)state;
	for (i = 0; i < 4; i++)
		assert_int_equal(ik_thread_start(&thread[i], busy, names[i]), 0);
	for (i = 0; i < 4; i++)
		ik_thread_join(thread[i]);
	assert_int_equal(failures, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names_are_checked_and_never_replaced),
		cmocka_unit_test(test_the_registry_is_bounded),
		cmocka_unit_test(test_an_analyzer_keeps_what_was_unregistered),
		cmocka_unit_test(test_specs_say_what_is_in_the_wrong_place),
		cmocka_unit_test(test_stamps_tell_names_and_versions_once),
		cmocka_unit_test(test_threads_register_and_look_up_at_once),
	};

	return cmocka_run_group_tests(tests, register_all, forget_all);
}
