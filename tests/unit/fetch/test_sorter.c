/* The sorter: heap and spill give the same rows in the order that values of a kind have. */
#include "fetch/sorter.h"

#include <string.h>

#include "fetch/state.h"
#include "support/alloc.h"
#include "support/tap.h"

static weft_value text_of(weft_value_kind kind, const char *bytes)
{
    return (weft_value){.kind = kind, .as.text = weft_str_from(bytes)};
}

static weft_value integer(int64_t number)
{
    return (weft_value){.kind = WEFT_VALUE_INTEGER, .as.integer = number};
}

static weft_value real(double number)
{
    return (weft_value){.kind = WEFT_VALUE_DOUBLE, .as.real = number};
}

static const weft_value null_value = {.kind = WEFT_VALUE_NULL};

static weft_sorter *open_sorter(uint64_t rows_max, const bool *descending, size_t value_count, size_t memory_max)
{
    weft_error error;
    weft_sorter *sorter = NULL;
    const weft_sorter_options options = {.descending = descending,
                                         .value_count = value_count,
                                         .column_count = value_count,
                                         .rows_max = rows_max,
                                         .memory_max = memory_max};
    assert_int_equal(weft_sorter_open(&options, &sorter, &error), WEFT_OK);
    return sorter;
}

static bool is_same(const weft_value *a, const weft_value *b)
{
    return a->kind == b->kind && weft_value_order(a, b) == 0;
}

static void add_from_middle(weft_sorter *sorter, const weft_value *ordered, size_t count)
{
    weft_error error;
    for (size_t i = 0; i < count; i++) {
        const size_t at = (count / 2 + (i % 2 == 0 ? i / 2 : count - 1 - i / 2)) % count;
        assert_int_equal(weft_sorter_add(sorter, &ordered[at], &ordered[at], &error), WEFT_OK);
    }
}

/* The last `wanted` rows come in order, whether they were kept in memory or all went to the file. */
static void check_last(const weft_value *ordered, size_t count, size_t wanted, bool is_descending, size_t memory)
{
    weft_error error;
    weft_sorter *sorter = NULL;
    const weft_value *row = NULL;
    const weft_sorter_options options = {.descending = &is_descending,
                                         .value_count = 1,
                                         .column_count = 1,
                                         .rows_max = wanted,
                                         .takes_last = true,
                                         .memory_max = memory};
    assert_int_equal(weft_sorter_open(&options, &sorter, &error), WEFT_OK);
    add_from_middle(sorter, ordered, count);
    for (size_t i = count - wanted; i < count; i++) {
        assert_int_equal(weft_sorter_next(sorter, &row, &error), WEFT_OK);
        assert_non_null(row);
        assert_true(is_same(row, &ordered[is_descending ? count - 1 - i : i]));
    }
    assert_int_equal(weft_sorter_next(sorter, &row, &error), WEFT_OK);
    assert_null(row);
    weft_sorter_close(sorter);
}

/* `ordered` holds different values in ascending order; they go in from the middle outwards. */
static void check_order(const weft_value *ordered, size_t count, uint64_t rows_max, bool is_descending, size_t memory)
{
    weft_error error;
    weft_sorter *sorter = open_sorter(rows_max, &is_descending, 1, memory);
    const bool is_spilled = rows_max == 0 || memory == 1;
    const size_t expected = !is_spilled && rows_max < count ? (size_t)rows_max : count;
    add_from_middle(sorter, ordered, count);
    assert_int_equal(weft_sorter_spilled(sorter), is_spilled ? count : 0);
    for (size_t i = 0; i < expected; i++) {
        const weft_value *row = NULL;
        assert_int_equal(weft_sorter_next(sorter, &row, &error), WEFT_OK);
        assert_non_null(row);
        assert_true(is_same(row, &ordered[is_descending ? count - 1 - i : i]));
    }
    for (int again = 0; again < 2; again++) {
        const weft_value *row = ordered;
        assert_int_equal(weft_sorter_next(sorter, &row, &error), WEFT_OK);
        assert_null(row);
    }
    weft_sorter_close(sorter);
    assert_int_equal(weft_sorter_spilled(NULL), 0);
}

static void check_everywhere(const weft_value *ordered, size_t count)
{
    for (int way = 0; way < 2; way++) {
        check_order(ordered, count, 0, way == 1, SIZE_MAX);         /* through the file */
        check_order(ordered, count, count, way == 1, SIZE_MAX);     /* on the heap */
        check_order(ordered, count, count / 2, way == 1, SIZE_MAX); /* the first of them */
        check_order(ordered, count, count, way == 1, 1);            /* too large for the heap */
        check_last(ordered, count, count / 2, way == 1, SIZE_MAX);
        check_last(ordered, count, count / 2, way == 1, 1);
        check_last(ordered, count, count, way == 1, SIZE_MAX);
    }
}

static void test_numbers(void **state)
{
    (void)state;
    const weft_value integers[] = {integer(INT64_MIN),
                                   integer(-256),
                                   integer(-1),
                                   integer(0),
                                   integer(1),
                                   integer(255),
                                   integer(256),
                                   integer(INT64_MAX),
                                   null_value};
    const weft_value reals[] = {real(-1e300), real(-1.5), real(-1e-300), real(0), real(1e-300), real(2), real(1e300)};
    check_everywhere(integers, WEFT_COUNT_OF(integers));
    check_everywhere(reals, WEFT_COUNT_OF(reals));
}

static void test_decimals(void **state)
{
    (void)state;
    static const char *const digits[] = {"-100000000000000000000",
                                         "-99.5",
                                         "-99",
                                         "-10",
                                         "-9.99",
                                         "-1",
                                         "-0.5",
                                         "-0.05",
                                         "0",
                                         "0.005",
                                         "0.05",
                                         "0.051",
                                         "0.5",
                                         "1",
                                         "1.05",
                                         "1.5",
                                         "9",
                                         "10",
                                         "10.01",
                                         "99999999999999999999999",
                                         "100000000000000000000000"};
    weft_value decimals[WEFT_COUNT_OF(digits) + 1];
    for (size_t i = 0; i < WEFT_COUNT_OF(digits); i++) {
        decimals[i] = text_of(WEFT_VALUE_DECIMAL, digits[i]);
    }
    decimals[WEFT_COUNT_OF(digits)] = null_value;
    check_everywhere(decimals, WEFT_COUNT_OF(decimals));
}

static void test_texts(void **state)
{
    (void)state;
    const weft_value texts[] = {text_of(WEFT_VALUE_TEXT, ""),
                                {.kind = WEFT_VALUE_TEXT, .as.text = {"\0", 1}},
                                {.kind = WEFT_VALUE_TEXT, .as.text = {"\0\1", 2}},
                                text_of(WEFT_VALUE_TEXT, "Z"),
                                text_of(WEFT_VALUE_TEXT, "a"),
                                {.kind = WEFT_VALUE_TEXT, .as.text = {"a\0", 2}},
                                {.kind = WEFT_VALUE_TEXT, .as.text = {"a\0b", 3}},
                                text_of(WEFT_VALUE_TEXT, "aa"),
                                text_of(WEFT_VALUE_TEXT, "\xc3\xa4"),
                                null_value};
    check_everywhere(texts, WEFT_COUNT_OF(texts));
}

/* The first value decides, then the second in its own direction. */
static void test_two_keys(void **state)
{
    (void)state;
    static const bool descending[2] = {false, true};
    static const char expected[] = "dbca";
    weft_error error;
    for (uint64_t rows_max = 0; rows_max <= 4; rows_max += 4) {
        weft_sorter *sorter = open_sorter(rows_max, descending, 2, SIZE_MAX);
        const weft_value rows[4][2] = {{text_of(WEFT_VALUE_TEXT, "y"), text_of(WEFT_VALUE_TEXT, "a")},
                                       {text_of(WEFT_VALUE_TEXT, "x"), text_of(WEFT_VALUE_TEXT, "b")},
                                       {text_of(WEFT_VALUE_TEXT, "y"), text_of(WEFT_VALUE_TEXT, "c")},
                                       {text_of(WEFT_VALUE_TEXT, "x"), text_of(WEFT_VALUE_TEXT, "d")}};
        for (size_t i = 0; i < 4; i++) {
            assert_int_equal(weft_sorter_add(sorter, rows[i], rows[i], &error), WEFT_OK);
        }
        for (size_t i = 0; i < 4; i++) {
            const weft_value *row = NULL;
            assert_int_equal(weft_sorter_next(sorter, &row, &error), WEFT_OK);
            assert_int_equal(row[1].as.text.data[0], expected[i]);
        }
        weft_sorter_close(sorter);
    }
}

static weft_code sort_three(const weft_allocator *allocator, uint64_t rows_max)
{
    static const bool descending = false;
    weft_sorter *sorter = NULL;
    weft_error error;
    const weft_sorter_options options = {.descending = &descending,
                                         .value_count = 1,
                                         .column_count = 1,
                                         .rows_max = rows_max,
                                         .memory_max = SIZE_MAX,
                                         .allocator = allocator};
    weft_code code = weft_sorter_open(&options, &sorter, &error);
    for (int64_t i = 3; code == WEFT_OK && i > 0; i--) {
        const weft_value value = integer(i);
        code = weft_sorter_add(sorter, &value, &value, &error);
    }
    weft_sorter_close(sorter);
    return code;
}

static void test_no_memory(void **state)
{
    (void)state;
    for (uint64_t rows_max = 0; rows_max <= 2; rows_max += 2) {
        for (size_t nth = 1;; nth++) {
            test_alloc alloc;
            test_alloc_init(&alloc, nth);
            const weft_code code = sort_three(&alloc.allocator, rows_max);
            const bool has_failed = alloc.has_failed;
            assert_true(test_alloc_done(&alloc));
            assert_int_equal(code, has_failed ? WEFT_NO_MEMORY : WEFT_OK);
            if (!has_failed) {
                break;
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_decimals),
        cmocka_unit_test(test_texts),
        cmocka_unit_test(test_two_keys),
        cmocka_unit_test(test_no_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
