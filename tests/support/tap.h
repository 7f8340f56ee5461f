/* cmocka with everything it wants included before it. */
#ifndef WEFT_TESTS_SUPPORT_TAP_H
#define WEFT_TESTS_SUPPORT_TAP_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/str.h"

/* Compare a weft_str with a C text; shows both when they differ. */
#define assert_str_equal(actual, expected)                                                                             \
    do {                                                                                                               \
        const weft_str actual_text = (actual);                                                                         \
        const weft_str expected_text = weft_str_from(expected);                                                        \
        if (!weft_str_equal(actual_text, expected_text)) {                                                             \
            fail_msg("got \"%.*s\", wanted \"%.*s\"", WEFT_STR_ARG(actual_text), WEFT_STR_ARG(expected_text));         \
        }                                                                                                              \
    } while (0)

#endif
