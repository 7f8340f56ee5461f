/* Values written down come back to the bit. */
#include "cascade/codec.h"

#include <math.h>
#include <string.h>

#include "support/tap.h"

static weft_arena arena;

static int open_arena(void **state)
{
    (void)state;
    weft_arena_init(&arena, NULL, 0);
    return 0;
}

static int close_arena(void **state)
{
    (void)state;
    weft_arena_done(&arena);
    return 0;
}

static weft_value back(weft_value value, weft_value_kind kind)
{
    weft_error error = {0};
    json_t *json = NULL;
    weft_value read = {0};
    const weft_str text = weft_cascade_key_text(&value, 1, &arena);
    assert_non_null(text.data);
    assert_int_equal(weft_json_read(text, 0, &json, &error), WEFT_OK);
    assert_int_equal(weft_cascade_value_read(json_array_get(json, 0), kind, &arena, &read, &error), WEFT_OK);
    json_decref(json);
    return read;
}

static void doubles_keep_every_bit(void **state)
{
    (void)state;
    const double values[] = {0.0, -0.0, 0.1, -1e308, 5e-324, HUGE_VAL, -HUGE_VAL, NAN};
    for (size_t i = 0; i < sizeof(values) / sizeof(*values); i++) {
        const weft_value read = back((weft_value){.kind = WEFT_VALUE_DOUBLE, .as.real = values[i]}, WEFT_VALUE_DOUBLE);
        assert_int_equal(read.kind, WEFT_VALUE_DOUBLE);
        assert_memory_equal(&read.as.real, &values[i], sizeof(double));
    }
}

static void integers_and_times_keep_their_ends(void **state)
{
    (void)state;
    const int64_t values[] = {0, -1, INT64_MAX, INT64_MIN, 1767225600123456};
    for (size_t i = 0; i < sizeof(values) / sizeof(*values); i++) {
        assert_true(
            back((weft_value){.kind = WEFT_VALUE_INTEGER, .as.integer = values[i]}, WEFT_VALUE_INTEGER).as.integer ==
            values[i]);
        assert_true(back((weft_value){.kind = WEFT_VALUE_TIME, .as.time_us = values[i]}, WEFT_VALUE_TIME).as.time_us ==
                    values[i]);
    }
}

static void texts_keep_every_byte(void **state)
{
    (void)state;
    const weft_value_kind kinds[] = {WEFT_VALUE_TEXT, WEFT_VALUE_DECIMAL, WEFT_VALUE_JSON, WEFT_VALUE_ARRAY};
    const char *const texts[] = {
        "", "plain", "\"\\\n\t\x01 é 𝄞", "{ \"b\" : 1.0, \"a\":[ ] }", "12345678901234567890.5"};
    for (size_t k = 0; k < sizeof(kinds) / sizeof(*kinds); k++) {
        for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
            const weft_value value = {.kind = kinds[k], .as.text = weft_str_from(texts[i])};
            const weft_value read = back(value, kinds[k]);
            assert_int_equal(read.kind, kinds[k]);
            assert_str_equal(read.as.text, texts[i]);
        }
    }
}

static void null_and_booleans_are_themselves(void **state)
{
    (void)state;
    assert_int_equal(back((weft_value){.kind = WEFT_VALUE_NULL}, WEFT_VALUE_TEXT).kind, WEFT_VALUE_NULL);
    assert_true(back((weft_value){.kind = WEFT_VALUE_BOOLEAN, .as.boolean = true}, WEFT_VALUE_BOOLEAN).as.boolean);
    assert_false(back((weft_value){.kind = WEFT_VALUE_BOOLEAN}, WEFT_VALUE_BOOLEAN).as.boolean);
}

static void what_weft_never_wrote_is_refused(void **state)
{
    (void)state;
    weft_error error = {0};
    weft_value value = {0};
    json_t *text = json_string("x");
    assert_int_equal(weft_cascade_value_read(text, WEFT_VALUE_INTEGER, &arena, &value, &error), WEFT_STORE_ERROR);
    assert_int_equal(weft_cascade_value_read(NULL, WEFT_VALUE_TEXT, &arena, &value, &error), WEFT_STORE_ERROR);
    json_decref(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(doubles_keep_every_bit, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(integers_and_times_keep_their_ends, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(texts_keep_every_byte, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(null_and_booleans_are_themselves, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(what_weft_never_wrote_is_refused, open_arena, close_arena),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
