/* must.h - a call that has to succeed, or the test fails with its message. */
#ifndef IK_TEST_MUST_H
#define IK_TEST_MUST_H

/* `err` names the error inside the call. */
#define must(call)                                              \
	do {                                                    \
		ink_error err = { 0 };                          \
		if ((call) != 0)                                \
			fail_msg("%s: %s", #call, err.message); \
	} while (0)

#endif
