/* What the drivers share. */
#include <string.h>

#include "store/common.h"
#include "support/tap.h"

static void test_normal_decimals(void **state)
{
    static const char *const normal[] = {"0", "1", "-1", "10", "0.1", "-0.001", "123456789012345678901234567890.5"};
    static const char *const other[] = {"",
                                        "-",
                                        "-0",
                                        "00",
                                        "01",
                                        "1.",
                                        ".1",
                                        "1.0",
                                        "1.10",
                                        "-0.0",
                                        "+1",
                                        "1e3",
                                        "NaN",
                                        " 1",
                                        "1 ",
                                        "1.2.3",
                                        "--1",
                                        "0x1"};
    (void)state;
    for (size_t i = 0; i < WEFT_COUNT_OF(normal); i++) {
        assert_true(weft_decimal_is_normal(weft_str_from(normal[i])));
    }
    for (size_t i = 0; i < WEFT_COUNT_OF(other); i++) {
        assert_false(weft_decimal_is_normal(weft_str_from(other[i])));
    }
}

static void test_reading_decimals(void **state)
{
    weft_arena arena;
    weft_str digits = {NULL, 0};
    (void)state;
    weft_arena_init(&arena, NULL, 0);
    assert_int_equal(weft_decimal_read(WEFT_STR("1.50"), &arena, &digits, NULL), WEFT_OK);
    assert_str_equal(digits, "1.5");
    assert_int_equal(weft_decimal_read(WEFT_STR("seven"), &arena, &digits, NULL), WEFT_TYPE_MISMATCH);
    weft_arena_done(&arena);
    weft_arena_init(&arena, NULL, 1);
    assert_int_equal(weft_decimal_read(WEFT_STR("1.50"), &arena, &digits, NULL), WEFT_LIMIT_EXCEEDED);
    weft_arena_done(&arena);
}

static void test_utf8_of_every_length(void **state)
{
    char text[40];
    (void)state;
    for (size_t len = 0; len < sizeof(text); len++) {
        memset(text, 'a', len);
        assert_true(weft_store_is_utf8(text, len));
        for (size_t bad = 0; bad < len; bad++) {
            memset(text, 'a', len);
            text[bad] = '\x80';
            assert_false(weft_store_is_utf8(text, len));
        }
    }
    assert_true(weft_store_is_utf8("aaaaaaaaaa\xe2\x82\xac", 13));
    assert_false(weft_store_is_utf8("aaaaaaaaaa\xe2\x82", 12));
}

static void test_hashes_know_text_and_kinds(void **state)
{
    const weft_param number = {.type = WEFT_VALUE_INTEGER};
    const weft_param text = {.type = WEFT_VALUE_TEXT};
    const weft_param list = {.kind = WEFT_PARAM_LIST, .type = WEFT_VALUE_TEXT};
    const weft_statement statements[] = {{.sql = {"SELECT 1", 8}},
                                         {.sql = {"SELECT 2", 8}},
                                         {.sql = {"SELECT 12", 9}},
                                         {.sql = {"SELECT 1", 8}, .params = &number, .param_count = 1},
                                         {.sql = {"SELECT 1", 8}, .params = &text, .param_count = 1},
                                         {.sql = {"SELECT 1", 8}, .params = &list, .param_count = 1}};
    (void)state;
    for (size_t i = 0; i < WEFT_COUNT_OF(statements); i++) {
        for (size_t j = 0; j < WEFT_COUNT_OF(statements); j++) {
            assert_int_equal(weft_statement_hash(&statements[i]) == weft_statement_hash(&statements[j]), i == j);
        }
    }
    const weft_statement known = {.sql = {"SELECT 1", 8}, .hash = 7};
    assert_int_equal(weft_statement_hash(&known), 7);
}

static void test_values_are_copied(void **state)
{
    char text[] = "text";
    weft_arena arena;
    weft_value copy = {.kind = WEFT_VALUE_NULL};
    (void)state;
    weft_arena_init(&arena, NULL, 0);
    const weft_value value = {.kind = WEFT_VALUE_JSON, .as.text = {text, 4}};
    assert_true(weft_value_copy(&arena, value, &copy));
    text[0] = 'n';
    assert_str_equal(copy.as.text, "text");
    assert_true(weft_value_copy(&arena, (weft_value){.kind = WEFT_VALUE_TIME, .as.time_us = 7}, &copy));
    assert_int_equal(copy.as.time_us, 7);
    weft_arena_done(&arena);
    weft_arena_init(&arena, NULL, 1);
    assert_false(weft_value_copy(&arena, value, &copy));
    assert_int_equal(copy.as.time_us, 7);
    weft_arena_done(&arena);
}

static void test_stopping(void **state)
{
    const weft_store_config config = {.name = {"shop", 4}};
    weft_connection_base base = {.config = &config};
    weft_error error = {.code = WEFT_OK};
    const int flag = 1;
    (void)state;
    assert_int_equal(weft_connection_check(&base, &error), WEFT_OK);
    base.deadline_us = weft_clock_monotonic_us(NULL) + INT64_C(60000000);
    assert_int_equal(weft_connection_check(&base, &error), WEFT_OK);
    base.deadline_us = 1;
    assert_int_equal(weft_connection_check(&base, &error), WEFT_TIMEOUT);
    assert_string_equal(error.store, "shop");
    base.cancel = &flag;
    assert_int_equal(weft_connection_check(&base, &error), WEFT_CANCELLED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_normal_decimals),
        cmocka_unit_test(test_reading_decimals),
        cmocka_unit_test(test_utf8_of_every_length),
        cmocka_unit_test(test_hashes_know_text_and_kinds),
        cmocka_unit_test(test_values_are_copied),
        cmocka_unit_test(test_stopping),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
