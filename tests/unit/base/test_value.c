/* The order of values, and the defaults of limits. */
#include "support/tap.h"

#include "base/limits.h"
#include "base/value.h"

static void values_order_by_kind_and_then_by_value(void **state)
{
    (void)state;
    const weft_value rising[] = {
        {.kind = WEFT_VALUE_NULL},
        {.kind = WEFT_VALUE_BOOLEAN, .as.boolean = false},
        {.kind = WEFT_VALUE_BOOLEAN, .as.boolean = true},
        {.kind = WEFT_VALUE_INTEGER, .as.integer = INT64_MIN},
        {.kind = WEFT_VALUE_INTEGER, .as.integer = -1},
        {.kind = WEFT_VALUE_INTEGER, .as.integer = INT64_MAX},
        {.kind = WEFT_VALUE_DOUBLE, .as.real = -0.5},
        {.kind = WEFT_VALUE_DOUBLE, .as.real = 0.5},
        {.kind = WEFT_VALUE_TEXT, .as.text = {NULL, 0}},
        {.kind = WEFT_VALUE_TEXT, .as.text = WEFT_STR("B")},
        {.kind = WEFT_VALUE_TEXT, .as.text = WEFT_STR("a")},
        {.kind = WEFT_VALUE_TEXT, .as.text = WEFT_STR("ab")},
        {.kind = WEFT_VALUE_TIME, .as.time_us = -1},
        {.kind = WEFT_VALUE_TIME, .as.time_us = 1},
        {.kind = WEFT_VALUE_DECIMAL, .as.text = WEFT_STR("1")},
        {.kind = WEFT_VALUE_JSON, .as.text = WEFT_STR("[]")},
        {.kind = WEFT_VALUE_ARRAY, .as.text = WEFT_STR("[]")},
    };
    for (size_t i = 0; i < WEFT_COUNT_OF(rising); i++) {
        for (size_t j = 0; j < WEFT_COUNT_OF(rising); j++) {
            const int order = weft_value_compare(&rising[i], &rising[j]);
            assert_int_equal((order > 0) - (order < 0), (i > j) - (i < j));
            assert_int_equal(weft_value_equal(&rising[i], &rising[j]), i == j);
        }
    }
}

static void a_limit_of_zero_is_the_documented_default(void **state)
{
    (void)state;
    const weft_limits all = weft_limits_or_default(NULL);
    assert_int_equal(all.request_bytes_max, 1048576);
    assert_int_equal(all.depth_max, 16);
    assert_int_equal(all.fields_max, 1000);
    assert_int_equal(all.values_max, 10000);
    assert_int_equal(all.rows_max, 0);
    assert_int_equal(all.memory_bytes_max, 268435456);
    assert_int_equal(all.changes_bytes_max, 33554432);
    assert_int_equal(all.batch_rows, 1000);
    assert_int_equal(all.time_ms, 30000);
    const weft_limits given = {.depth_max = 3, .rows_max = 7, .time_ms = 1};
    const weft_limits some = weft_limits_or_default(&given);
    assert_int_equal(some.depth_max, 3);
    assert_int_equal(some.rows_max, 7);
    assert_int_equal(some.time_ms, 1);
    assert_int_equal(some.fields_max, 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_order_by_kind_and_then_by_value),
        cmocka_unit_test(a_limit_of_zero_is_the_documented_default),
    };
    return cmocka_run_group_tests_name("base/value", tests, NULL, NULL);
}
