/* Text views: comparing, cutting, formatting, distance and the nearest name. */
#include "support/tap.h"

#include <string.h>

#include "base/str.h"

static weft_str s(const char *text)
{
    return weft_str_from(text);
}

static void texts_compare_bytewise_then_by_length(void **state)
{
    (void)state;
    assert_int_equal(weft_str_compare(s("a"), s("b")), -1);
    assert_int_equal(weft_str_compare(s("b"), s("a")), 1);
    assert_int_equal(weft_str_compare(s("a"), s("a")), 0);
    assert_int_equal(weft_str_compare(s("a"), s("ab")), -1);
    assert_int_equal(weft_str_compare(s("ab"), s("a")), 1);
    assert_int_equal(weft_str_compare(s("Z"), s("a")), -1);
    assert_int_equal(weft_str_compare(s("z"), s("\xC3\xA9")), -1);
    assert_int_equal(weft_str_compare(s(NULL), s("")), 0);
    assert_int_equal(weft_str_compare(WEFT_STR("a\0b"), WEFT_STR("a\0c")), -1);
    assert_true(weft_str_equal(s(NULL), s("")));
    assert_false(weft_str_equal(s("a"), s("A")));
    assert_true(weft_str_equal_text(s("a"), "a"));
}

static void slices_are_clamped(void **state)
{
    (void)state;
    const weft_str text = s("abcdef");
    assert_str_equal(weft_str_slice(text, 1, 3), "bc");
    assert_str_equal(weft_str_slice(text, 4, 100), "ef");
    assert_str_equal(weft_str_slice(text, 9, 100), "");
    assert_str_equal(weft_str_slice(text, 3, 1), "");
    assert_str_equal(weft_str_slice(s(NULL), 1, 2), "");
    assert_int_equal(weft_str_find(text, 'c'), 2);
    assert_int_equal(weft_str_find(text, 'x'), 6);
    assert_int_equal(weft_str_find(s(NULL), 'x'), 0);
}

static void beginnings_and_ends_are_recognised(void **state)
{
    (void)state;
    assert_true(weft_str_starts_with(s("abc"), s("ab")));
    assert_true(weft_str_starts_with(s("abc"), s("")));
    assert_false(weft_str_starts_with(s("a"), s("ab")));
    assert_true(weft_str_ends_with(s("abc"), s("bc")));
    assert_true(weft_str_ends_with(s("abc"), s("")));
    assert_false(weft_str_ends_with(s("c"), s("bc")));
    assert_false(weft_str_ends_with(s("abd"), s("bc")));
}

static void copies_and_formats_live_in_the_arena(void **state)
{
    (void)state;
    weft_arena arena;
    weft_arena_init(&arena, NULL, 0);
    char source[] = "abc";
    const weft_str copy = weft_str_copy(&arena, s(source));
    source[0] = 'x';
    assert_string_equal(copy.data, "abc");
    assert_string_equal(weft_str_copy(&arena, s(NULL)).data, "");
    assert_str_equal(weft_str_format(&arena, "%.*s/%d", WEFT_STR_ARG(copy), 7), "abc/7");
    weft_arena_done(&arena);
    weft_arena_init(&arena, NULL, 64);
    char big[256];
    memset(big, 'b', sizeof(big));
    assert_null(weft_str_copy(&arena, (weft_str){big, sizeof(big)}).data);
    assert_null(weft_str_format(&arena, "%256d", 1).data);
    weft_arena_done(&arena);
}

static void distance_counts_edits_and_swaps(void **state)
{
    (void)state;
    const struct {
        const char *a;
        const char *b;
        size_t distance;
    } cases[] = {{"", "", 0},
                 {"abc", "abc", 0},
                 {"abc", "ABC", 0},
                 {"abc", "abd", 1},
                 {"abc", "ab", 1},
                 {"abc", "xabc", 1},
                 {"abcd", "abdc", 1},
                 {"title", "tilte", 1},
                 {"", "abc", 3},
                 {"kitten", "sitting", 3},
                 {"ab", "ba", 1},
                 {"ca", "abc", 3}};
    for (size_t i = 0; i < WEFT_COUNT_OF(cases); i++) {
        assert_int_equal(weft_str_distance(s(cases[i].a), s(cases[i].b), 9), cases[i].distance);
        assert_int_equal(weft_str_distance(s(cases[i].b), s(cases[i].a), 9), cases[i].distance);
    }
    assert_int_equal(weft_str_distance(s("kitten"), s("sitting"), 2), 3);
}

static void distance_of_long_texts_is_not_counted(void **state)
{
    (void)state;
    char a[100];
    char b[100];
    memset(a, 'a', sizeof(a));
    memset(b, 'a', sizeof(b));
    b[50] = 'b';
    assert_int_equal(weft_str_distance((weft_str){a, 64}, (weft_str){b, 64}, 5), 1);
    assert_int_equal(weft_str_distance((weft_str){a, 65}, (weft_str){b, 65}, 5), 6);
    assert_int_equal(weft_str_distance((weft_str){a, 100}, (weft_str){a, 100}, 5), 0);
}

static void the_nearest_name_is_one_that_may_be_meant(void **state)
{
    (void)state;
    const weft_str names[] = {s("title"), s("status"), s("views"), s("id")};
    assert_str_equal(weft_str_nearest(s("titel"), names, 4), "title");
    assert_str_equal(weft_str_nearest(s("Status"), names, 4), "status");
    assert_str_equal(weft_str_nearest(s("view"), names, 4), "views");
    assert_str_equal(weft_str_nearest(s("i"), names, 4), "id");
    assert_str_equal(weft_str_nearest(s("nonsense"), names, 4), "");
    assert_str_equal(weft_str_nearest(s("x"), names, 0), "");
}

static void equal_texts_have_equal_hashes(void **state)
{
    (void)state;
    assert_true(weft_str_hash(s("abc")) == weft_str_hash(WEFT_STR("abc")));
    assert_true(weft_str_hash(s("abc")) != weft_str_hash(s("abd")));
    assert_true(weft_str_hash(s("")) == weft_str_hash(s(NULL)));
}

/* Of every length around the words that are read at once, and with every byte having a say. */
static void quick_hashes_know_every_byte(void **state)
{
    (void)state;
    char text[] = "abcdefghijklmnopqrstuvwxyz";
    assert_true(weft_str_hash_quick(s("")) == weft_str_hash_quick(s(NULL)));
    for (size_t len = 1; len < sizeof(text); len++) {
        const uint64_t hash = weft_str_hash_quick((weft_str){text, len});
        assert_true(hash != weft_str_hash_quick((weft_str){text, len - 1}));
        for (size_t at = 0; at < len; at++) {
            text[at] ^= 1;
            assert_true(hash != weft_str_hash_quick((weft_str){text, len}));
            text[at] ^= 1;
        }
        assert_true(hash == weft_str_hash_quick((weft_str){text, len}));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_compare_bytewise_then_by_length),
        cmocka_unit_test(slices_are_clamped),
        cmocka_unit_test(beginnings_and_ends_are_recognised),
        cmocka_unit_test(copies_and_formats_live_in_the_arena),
        cmocka_unit_test(distance_counts_edits_and_swaps),
        cmocka_unit_test(distance_of_long_texts_is_not_counted),
        cmocka_unit_test(the_nearest_name_is_one_that_may_be_meant),
        cmocka_unit_test(equal_texts_have_equal_hashes),
        cmocka_unit_test(quick_hashes_know_every_byte),
    };
    return cmocka_run_group_tests_name("base/str", tests, NULL, NULL);
}
