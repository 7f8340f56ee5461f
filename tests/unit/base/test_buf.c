/* Buffers: appending, formats, cutting back, and failure that sticks. */
#include "support/tap.h"

#include <string.h>

#include "base/buf.h"
#include "support/alloc.h"

static void what_is_appended_is_there_and_terminated(void **state)
{
    (void)state;
    weft_buf buf;
    weft_buf_init(&buf, NULL);
    assert_null(buf.data);
    weft_buf_add(&buf, NULL, 0);
    weft_buf_add_text(&buf, "a");
    weft_buf_add_str(&buf, WEFT_STR("bc"));
    weft_buf_add_char(&buf, 'd');
    weft_buf_add_format(&buf, "%s-%d", "e", 5);
    weft_buf_add_text(&buf, NULL);
    assert_str_equal(weft_buf_str(&buf), "abcde-5");
    assert_int_equal(buf.data[buf.len], 0);
    weft_buf_truncate(&buf, 3);
    assert_string_equal(buf.data, "abc");
    weft_buf_truncate(&buf, 10);
    assert_int_equal(buf.len, 3);
    weft_buf_clear(&buf);
    assert_int_equal(buf.len, 0);
    assert_string_equal(buf.data, "");
    weft_buf_done(&buf);
    weft_buf_done(&buf);
    weft_buf_done(NULL);
}

static void integers_of_every_size_are_written(void **state)
{
    (void)state;
    const struct {
        int64_t value;
        const char *text;
    } cases[] = {
        {0, "0"}, {-1, "-1"}, {10, "10"}, {INT64_MAX, "9223372036854775807"}, {INT64_MIN, "-9223372036854775808"}};
    weft_buf buf;
    weft_buf_init(&buf, NULL);
    for (size_t i = 0; i < WEFT_COUNT_OF(cases); i++) {
        weft_buf_clear(&buf);
        weft_buf_add_integer(&buf, cases[i].value);
        assert_string_equal(buf.data, cases[i].text);
    }
    weft_buf_done(&buf);
}

static void a_long_text_grows_through_every_doubling(void **state)
{
    (void)state;
    weft_arena arena;
    weft_arena_init(&arena, NULL, 0);
    weft_buf in_arena;
    weft_buf on_heap;
    weft_buf_init_arena(&in_arena, &arena);
    weft_buf_init(&on_heap, NULL);
    for (int i = 0; i < 5000; i++) {
        weft_buf_add_format(&in_arena, "%d,", i);
        weft_buf_add_format(&on_heap, "%d,", i);
    }
    assert_false(in_arena.failed || on_heap.failed);
    assert_true(weft_str_equal(weft_buf_str(&in_arena), weft_buf_str(&on_heap)));
    weft_buf_done(&on_heap);
    weft_buf_done(&in_arena);
    assert_true(in_arena.arena == &arena);
    weft_arena_done(&arena);
}

static void a_failed_append_makes_all_later_ones_do_nothing(void **state)
{
    (void)state;
    weft_arena arena;
    weft_arena_init(&arena, NULL, 1024);
    weft_buf buf;
    weft_buf_init_arena(&buf, &arena);
    weft_buf_add_text(&buf, "kept");
    const char big[4096] = {'x'};
    weft_buf_add(&buf, big, sizeof(big));
    assert_true(buf.failed);
    weft_buf_add_char(&buf, '!');
    weft_buf_add_integer(&buf, 1);
    weft_buf_add_format(&buf, "%s", "x");
    assert_false(weft_buf_reserve(&buf, 0));
    assert_str_equal(weft_buf_str(&buf), "kept");
    weft_buf_clear(&buf);
    assert_false(buf.failed);
    weft_buf_add_text(&buf, "again");
    assert_str_equal(weft_buf_str(&buf), "again");
    assert_false(weft_buf_reserve(&buf, SIZE_MAX));
    assert_true(buf.failed);
    weft_arena_done(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_appended_is_there_and_terminated),
        cmocka_unit_test(integers_of_every_size_are_written),
        cmocka_unit_test(a_long_text_grows_through_every_doubling),
        cmocka_unit_test(a_failed_append_makes_all_later_ones_do_nothing),
    };
    return cmocka_run_group_tests_name("base/buf", tests, NULL, NULL);
}
