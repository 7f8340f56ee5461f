/* LIKE by PostgreSQL's rules. */
#include "store/like.h"
#include "support/tap.h"

typedef struct like_case {
    const char *value;
    const char *pattern;
    weft_like like;
    weft_like ilike;
} like_case;

static void test_cases(void **state)
{
    static const like_case cases[] = {
        {"", "", WEFT_LIKE_YES, WEFT_LIKE_YES},
        {"", "%", WEFT_LIKE_YES, WEFT_LIKE_YES},
        {"", "_", WEFT_LIKE_NO, WEFT_LIKE_NO},
        {"a", "", WEFT_LIKE_NO, WEFT_LIKE_NO},
        {"abc", "abc", WEFT_LIKE_YES, WEFT_LIKE_YES},
        {"abc", "ABC", WEFT_LIKE_NO, WEFT_LIKE_YES},
        {"abc", "a%", WEFT_LIKE_YES, WEFT_LIKE_YES},
        {"abc", "%c", WEFT_LIKE_YES, WEFT_LIKE_YES},
        {"abc", "%b%", WEFT_LIKE_YES, WEFT_LIKE_YES},
        {"abc", "%%%", WEFT_LIKE_YES, WEFT_LIKE_YES},
        {"abc", "a_c", WEFT_LIKE_YES, WEFT_LIKE_YES},
        {"abc", "____", WEFT_LIKE_NO, WEFT_LIKE_NO},
        {"abcabd", "%ab_", WEFT_LIKE_YES, WEFT_LIKE_YES},
        {"aaab", "%aab", WEFT_LIKE_YES, WEFT_LIKE_YES},
        {"aaab", "a%a%a%a%b", WEFT_LIKE_NO, WEFT_LIKE_NO},
        {"50%", "50\\%", WEFT_LIKE_YES, WEFT_LIKE_YES},
        {"505", "50\\%", WEFT_LIKE_NO, WEFT_LIKE_NO},
        {"a_b", "a\\_b", WEFT_LIKE_YES, WEFT_LIKE_YES},
        {"a\\b", "a\\\\b", WEFT_LIKE_YES, WEFT_LIKE_YES},
        {"ab", "a\\b", WEFT_LIKE_YES, WEFT_LIKE_YES},
        {"a", "a\\", WEFT_LIKE_BAD_PATTERN, WEFT_LIKE_BAD_PATTERN},
        {"a\\", "a\\\\\\", WEFT_LIKE_BAD_PATTERN, WEFT_LIKE_BAD_PATTERN},
        {"\xe2\x82\xac", "_", WEFT_LIKE_YES, WEFT_LIKE_YES},
        {"\xe2\x82\xac", "__", WEFT_LIKE_NO, WEFT_LIKE_NO},
        {"x\xe2\x82\xacy", "%_y", WEFT_LIKE_YES, WEFT_LIKE_YES},
        {"\xc3\xa9", "%_\xa9", WEFT_LIKE_NO, WEFT_LIKE_NO},
        {"\xc3\x89", "\xc3\xa9", WEFT_LIKE_NO, WEFT_LIKE_NO},
        {"Z", "\xda", WEFT_LIKE_NO, WEFT_LIKE_NO},
    };
    (void)state;
    for (size_t i = 0; i < WEFT_COUNT_OF(cases); i++) {
        const weft_str value = weft_str_from(cases[i].value);
        const weft_str pattern = weft_str_from(cases[i].pattern);
        if (weft_like_match(value, pattern, false) != cases[i].like ||
            weft_like_match(value, pattern, true) != cases[i].ilike) {
            fail_msg("\"%s\" like \"%s\"", cases[i].value, cases[i].pattern);
        }
    }
}

/* What takes forever with a matcher that goes back to every `%`. */
static void test_many_wildcards_end_soon(void **state)
{
    enum { LEN = 2000 };
    static char value[LEN];
    static char pattern[LEN];
    (void)state;
    for (size_t i = 0; i < LEN; i++) {
        value[i] = 'a';
        pattern[i] = i % 2 ? 'a' : '%';
    }
    pattern[LEN - 1] = 'b';
    const weft_like answer = weft_like_match((weft_str){value, LEN}, (weft_str){pattern, LEN}, false);
    assert_int_equal(answer, WEFT_LIKE_NO);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cases),
        cmocka_unit_test(test_many_wildcards_end_soon),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
