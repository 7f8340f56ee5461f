/* UTF-8: what is well-formed, walking, cutting. */
#include "support/tap.h"

#include "base/utf8.h"

static void well_formed_text_is_accepted(void **state)
{
    (void)state;
    const weft_str valid[] = {WEFT_STR(""),
                              WEFT_STR("abc"),
                              WEFT_STR("a\0b"),
                              WEFT_STR("\x7F\xC2\x80"),
                              WEFT_STR("\xDF\xBF\xE0\xA0\x80"),
                              WEFT_STR("\xED\x9F\xBF\xEE\x80\x80\xEF\xBF\xBF"),
                              WEFT_STR("\xF0\x90\x80\x80\xF4\x8F\xBF\xBF")};
    for (size_t i = 0; i < WEFT_COUNT_OF(valid); i++) {
        assert_true(weft_utf8_is_valid(valid[i]));
    }
}

static void ill_formed_text_is_refused(void **state)
{
    (void)state;
    const weft_str invalid[] = {WEFT_STR("\x80"),
                                WEFT_STR("\xBF"),
                                WEFT_STR("\xC0\x80"),
                                WEFT_STR("\xC1\xBF"),
                                WEFT_STR("\xC3"),
                                WEFT_STR("\xC3("),
                                WEFT_STR("\xE0\x9F\xBF"),
                                WEFT_STR("\xED\xA0\x80"),
                                WEFT_STR("\xED\xBF\xBF"),
                                WEFT_STR("\xE2\x82"),
                                WEFT_STR("\xE2(\xA1"),
                                WEFT_STR("\xF0\x8F\xBF\xBF"),
                                WEFT_STR("\xF4\x90\x80\x80"),
                                WEFT_STR("\xF5\x80\x80\x80"),
                                WEFT_STR("\xF0\x9F\x98"),
                                WEFT_STR("\xFF")};
    for (size_t i = 0; i < WEFT_COUNT_OF(invalid); i++) {
        assert_false(weft_utf8_is_valid(invalid[i]));
    }
}

static void characters_are_walked_and_stray_bytes_stepped_over(void **state)
{
    (void)state;
    const weft_str text = WEFT_STR("a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80\x80\xC3");
    const size_t lens[] = {1, 2, 3, 4, 1, 1, 0};
    size_t at = 0;
    for (size_t i = 0; i < WEFT_COUNT_OF(lens); i++) {
        assert_int_equal(weft_utf8_char_len(text, at), lens[i]);
        at += lens[i];
    }
    assert_int_equal(at, text.len);
}

static void a_cut_never_divides_a_character(void **state)
{
    (void)state;
    const weft_str text = WEFT_STR("a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80");
    const size_t kept[] = {0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 10};
    for (size_t max = 0; max < WEFT_COUNT_OF(kept); max++) {
        assert_int_equal(weft_utf8_cut(text, max).len, kept[max]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(well_formed_text_is_accepted),
        cmocka_unit_test(ill_formed_text_is_refused),
        cmocka_unit_test(characters_are_walked_and_stray_bytes_stepped_over),
        cmocka_unit_test(a_cut_never_divides_a_character),
    };
    return cmocka_run_group_tests_name("base/utf8", tests, NULL, NULL);
}
