/* The order of values. */
#include "support/tap.h"

#include "base/value.h"

static weft_value integer(int64_t value)
{
    return (weft_value){.kind = WEFT_VALUE_INTEGER, .as.integer = value};
}

static weft_value real(double value)
{
    return (weft_value){.kind = WEFT_VALUE_DOUBLE, .as.real = value};
}

static weft_value boolean(bool value)
{
    return (weft_value){.kind = WEFT_VALUE_BOOLEAN, .as.boolean = value};
}

static void values_of_one_kind_are_ordered(void **state)
{
    (void)state;
    const weft_value pairs[][2] = {
        {integer(INT64_MIN), integer(INT64_MAX)},
        {real(-0.5), real(0.25)},
        {boolean(false), boolean(true)},
        {weft_value_from_text(WEFT_STR("a")), weft_value_from_text(WEFT_STR("aa"))},
        {weft_value_from_text(WEFT_STR("Z")), weft_value_from_text(WEFT_STR("a"))},
        {weft_value_from_time(-1), weft_value_from_time(1)},
        {{.kind = WEFT_VALUE_JSON, .as.text = WEFT_STR("[1]")}, {.kind = WEFT_VALUE_JSON, .as.text = WEFT_STR("[2]")}},
    };
    for (size_t i = 0; i < WEFT_COUNT_OF(pairs); i++) {
        assert_true(weft_value_compare(&pairs[i][0], &pairs[i][1]) < 0);
        assert_true(weft_value_compare(&pairs[i][1], &pairs[i][0]) > 0);
        assert_true(weft_value_equal(&pairs[i][0], &pairs[i][0]));
        assert_false(weft_value_equal(&pairs[i][0], &pairs[i][1]));
    }
}

static void null_stands_before_everything(void **state)
{
    (void)state;
    const weft_value null = {.kind = WEFT_VALUE_NULL};
    const weft_value low = boolean(false);
    assert_true(weft_value_compare(&null, &low) < 0);
    assert_true(weft_value_equal(&null, &null));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_of_one_kind_are_ordered),
        cmocka_unit_test(null_stands_before_everything),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
