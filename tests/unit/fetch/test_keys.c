/* The index of distinct keys. */
#include "fetch/state.h"
#include "support/tap.h"

static weft_value text(const char *bytes)
{
    return (weft_value){.kind = WEFT_VALUE_TEXT, .as.text = weft_str_from(bytes)};
}

static weft_value integer(int64_t number)
{
    return (weft_value){.kind = WEFT_VALUE_INTEGER, .as.integer = number};
}

static weft_value real(double number)
{
    return (weft_value){.kind = WEFT_VALUE_DOUBLE, .as.real = number};
}

static int setup(void **state)
{
    static weft_arena arena;
    weft_arena_init(&arena, NULL, 0);
    *state = &arena;
    return 0;
}

static int teardown(void **state)
{
    weft_arena_done(*state);
    return 0;
}

static void test_same_keys_are_one(void **state)
{
    weft_key_index index;
    assert_true(weft_key_index_init(&index, 8, *state));
    const weft_value keys[] = {text("a"), text("b"), text("a"), text(""), text("b"), text("")};
    const uint32_t numbers[] = {0, 1, 0, 2, 1, 2};
    for (size_t i = 0; i < 6; i++) {
        assert_int_equal(weft_key_index_add(&index, &keys[i]), numbers[i]);
    }
    assert_int_equal(index.count, 3);
    assert_str_equal(index.items[2].as.text, "");
}

static void test_kinds_are_apart(void **state)
{
    weft_key_index index;
    assert_true(weft_key_index_init(&index, 8, *state));
    const weft_value keys[] = {integer(1), real(1), text("1"), (weft_value){.kind = WEFT_VALUE_TIME, .as.time_us = 1}};
    for (uint32_t i = 0; i < 4; i++) {
        assert_int_equal(weft_key_index_add(&index, &keys[i]), i);
    }
}

static void test_zeros_are_one(void **state)
{
    weft_key_index index;
    assert_true(weft_key_index_init(&index, 2, *state));
    const weft_value plus = real(0.0);
    const weft_value minus = real(-0.0);
    assert_int_equal(weft_key_index_add(&index, &plus), 0);
    assert_int_equal(weft_key_index_add(&index, &minus), 0);
}

static void test_find(void **state)
{
    weft_key_index index;
    const weft_value one = integer(1);
    const weft_value two = integer(2);
    const weft_value none = {.kind = WEFT_VALUE_NULL};
    assert_true(weft_key_index_init(&index, 1, *state));
    assert_int_equal(weft_key_index_find(&index, &one), WEFT_KEY_NONE);
    (void)weft_key_index_add(&index, &one);
    assert_int_equal(weft_key_index_find(&index, &one), 0);
    assert_int_equal(weft_key_index_find(&index, &two), WEFT_KEY_NONE);
    assert_int_equal(weft_key_index_find(&index, &none), WEFT_KEY_NONE);
}

static void test_many(void **state)
{
    weft_key_index index;
    assert_true(weft_key_index_init(&index, 5000, *state));
    for (int round = 0; round < 2; round++) {
        for (uint32_t i = 0; i < 5000; i++) {
            const weft_value key = integer((int64_t)i * 4096);
            assert_int_equal(weft_key_index_add(&index, &key), i);
        }
    }
    assert_int_equal(index.count, 5000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_same_keys_are_one, setup, teardown),
        cmocka_unit_test_setup_teardown(test_kinds_are_apart, setup, teardown),
        cmocka_unit_test_setup_teardown(test_zeros_are_one, setup, teardown),
        cmocka_unit_test_setup_teardown(test_find, setup, teardown),
        cmocka_unit_test_setup_teardown(test_many, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
