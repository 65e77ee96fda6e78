/* test_bm25.c - the formula, its limits and the drift of its parameters. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <float.h>
#include <math.h>

#include "codec/norm.h"
#include "score/bm25.h"

static void check_near(double got, double want)
{
	if (!(fabs(got - want) <= 1e-6 * (1 + fabs(want))))
		fail_msg("%.9g is not %.9g", got, want);
}

static void test_idf_is_the_papers(void **state)
{
	(void)state;
	check_near(ik_bm25_idf(1, 1), 0.2876820724517809);    /* ln(4/3) */
	check_near(ik_bm25_idf(10, 1000), 4.5573795222);        /* ln(1 + 990.5/10.5) */
	check_near(ik_bm25_idf(500, 1000), 0.6931471805599453); /* ln 2 */
	check_near(ik_bm25_idf(0, 0), 0.6931471805599453);
	assert_true(ik_bm25_idf(20, 10) > 0);
	assert_true(ik_bm25_idf(UINT64_MAX, UINT64_MAX) >= 0);
	assert_true(ik_bm25_idf(1, 100) > ik_bm25_idf(2, 100));
}

static void test_u_is_the_saturated_frequency(void **state)
{
	static const uint32_t tfs[] = { 1, 2, 3, 10, 255, 70000, UINT32_MAX };
	static const double params[][3] = { { 0.9, 0.4, 50 },
		                            { 1.2, 0.75, 300.5 },
		                            { 2, 1, 10 },
		                            { 1.2, 0, 7 },
		                            { 0.01, 0.5, 1e6 } };
	struct ik_bm25 s;
	unsigned norm;
	size_t p, t;

	(void)state;
	for (p = 0; p < sizeof params / sizeof *params; p++) {
		double k1 = params[p][0], b = params[p][1], avg = params[p][2];

		ik_bm25_init(&s, k1, b, avg);
		for (norm = 0; norm < 256; norm++) {
			double len = ik_norm_decode((uint8_t)norm);
			double k = k1 * (1 - b + b * len / avg);

			assert_true(ik_bm25_u(&s, 0, (uint8_t)norm) == 0.0f);
			for (t = 0; t < sizeof tfs / sizeof *tfs; t++)
				check_near(ik_bm25_u(&s, tfs[t], (uint8_t)norm),
				           tfs[t] / (tfs[t] + k));
		}
	}
}

static void test_the_length_table_is_the_codecs(void **state)
{
	struct ik_bm25 s;
	unsigned norm;

	(void)state;
	/* With k1 = b = avg = 1, inv is one over the length. */
	ik_bm25_init(&s, 1, 1, 1);
	for (norm = 1; norm < 256; norm++)
		assert_true(s.inv[norm] == (float)(1.0 / ik_norm_decode((uint8_t)norm)));
}

static void test_u_rises_with_tf_and_falls_with_length(void **state)
{
	struct ik_bm25 s;
	uint32_t tf;
	unsigned norm;

	(void)state;
	ik_bm25_init(&s, 1.2, 0.75, 100);
	for (norm = 0; norm < 256; norm++)
		for (tf = 1; tf < 3000; tf++) {
			float u = ik_bm25_u(&s, tf, (uint8_t)norm);

			assert_true(u >= ik_bm25_u(&s, tf - 1, (uint8_t)norm) && u <= 1);
			assert_true(norm == 0 || u <= ik_bm25_u(&s, tf, (uint8_t)(norm - 1)));
		}
}

static void test_odd_parameters_stay_finite(void **state)
{
	static const double params[][3] = { { 0, 0.75, 10 },  { 1.2, 0.75, 0 },
		                            { 1.2, 1, 10 },   { 1.2, 0.75, NAN },
		                            { 1e300, 1, 1 },  { 1.2, 0.75, -5 },
		                            { 1.2, 0.75, INFINITY } };
	struct ik_bm25 s;
	unsigned norm;
	size_t p;

	(void)state;
	for (p = 0; p < sizeof params / sizeof *params; p++) {
		ik_bm25_init(&s, params[p][0], params[p][1], params[p][2]);
		for (norm = 0; norm < 256; norm++) {
			float u = ik_bm25_u(&s, UINT32_MAX, (uint8_t)norm);

			assert_true(isfinite(s.inv[norm]) && s.inv[norm] >= 0);
			assert_true(u >= 0 && u <= 1);
			assert_true(ik_bm25_u(&s, 0, (uint8_t)norm) == 0);
		}
	}
	ik_bm25_init(&s, 0, 0.75, 10);
	assert_true(ik_bm25_u(&s, 1, 200) == 1.0f);
}

static void test_ratio_bounds_u_under_other_parameters(void **state)
{
	static const double params[][3] = { { 0.9, 0.4, 50 }, { 0.9, 0.4, 51.7 }, { 1.2, 0.75, 40 },
		                            { 0, 0.4, 50 },   { 2, 1, 300 },      { 1.2, 0, 1 } };
	enum { N = sizeof params / sizeof *params };
	struct ik_bm25 now, stored;
	size_t a, b;

	(void)state;
	for (a = 0; a < N; a++)
		for (b = 0; b < N; b++) {
			float up, down;
			unsigned norm, tf;

			ik_bm25_init(&now, params[a][0], params[a][1], params[a][2]);
			ik_bm25_init(&stored, params[b][0], params[b][1], params[b][2]);
			ik_bm25_ratio(&now, &stored, &up, &down);
			assert_true(up >= 1 && down <= 1 && down >= 0);
			if (a == b)
				assert_true(up == 1 && down == 1);
			for (norm = 0; norm < 256; norm++)
				for (tf = 1; tf < 100; tf += tf / 4 + 1) {
					double x = ik_bm25_u(&now, tf, (uint8_t)norm);
					double y = ik_bm25_u(&stored, tf, (uint8_t)norm);

					/* u itself is rounded to a 24th bit. */
					assert_true(x <= (y + FLT_EPSILON) * up + FLT_EPSILON);
					assert_true(x >= (y - FLT_EPSILON) * down - FLT_EPSILON);
				}
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_idf_is_the_papers),
		cmocka_unit_test(test_u_is_the_saturated_frequency),
		cmocka_unit_test(test_the_length_table_is_the_codecs),
		cmocka_unit_test(test_u_rises_with_tf_and_falls_with_length),
		cmocka_unit_test(test_odd_parameters_stay_finite),
		cmocka_unit_test(test_ratio_bounds_u_under_other_parameters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
