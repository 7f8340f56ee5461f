/* Errors: filling, cutting at characters, context, hints, and the list of codes. */
#include "support/tap.h"

#include <string.h>

#include "base/fail.h"
#include "base/utf8.h"

static void a_failure_fills_code_and_message_and_clears_the_rest(void **state)
{
    (void)state;
    weft_error error;
    memset(&error, 'x', sizeof(error));
    assert_int_equal(weft_fail(&error, WEFT_UNKNOWN_FIELD, "no field \"%s\"", "a"), WEFT_UNKNOWN_FIELD);
    assert_int_equal(error.code, WEFT_UNKNOWN_FIELD);
    assert_string_equal(error.message, "no field \"a\"");
    assert_string_equal(error.detail, "");
    assert_string_equal(error.hint, "");
    assert_string_equal(error.where, "");
    assert_string_equal(error.store, "");
    assert_string_equal(error.sqlstate, "");
    weft_error_clear(&error);
    assert_int_equal(error.code, WEFT_OK);
}

static void an_error_nobody_wants_is_fine(void **state)
{
    (void)state;
    assert_int_equal(weft_fail(NULL, WEFT_TIMEOUT, "x"), WEFT_TIMEOUT);
    assert_int_equal(weft_fail_no_memory(NULL), WEFT_NO_MEMORY);
    weft_error_set_where(NULL, "x");
    weft_error_set_detail(NULL, "x");
    weft_error_set_hint(NULL, "x");
    weft_error_set_store(NULL, WEFT_STR("x"));
    weft_error_wrap(NULL, "x");
    weft_error_suggest(NULL, WEFT_STR("x"), NULL, 0);
    weft_error_clear(NULL);
}

/* Each field is filled with two-byte characters behind a varying number of small ones. */
static void long_texts_are_cut_at_a_character(void **state)
{
    (void)state;
    char text[2000];
    for (size_t shift = 0; shift < 4; shift++) {
        memset(text, 'a', shift);
        for (size_t i = shift; i + 3 < sizeof(text); i += 2) {
            memcpy(text + i, "\xC3\xA9", 3);
        }
        weft_error error;
        (void)weft_fail(&error, WEFT_MISUSE, "%s", text);
        weft_error_set_where(&error, "%s", text);
        weft_error_set_detail(&error, "%s", text);
        weft_error_set_hint(&error, "%s", text);
        weft_error_set_store(&error, WEFT_STR("store"));
        assert_true(strlen(error.message) > sizeof(error.message) - 5);
        assert_true(weft_utf8_is_valid(weft_str_from(error.message)));
        assert_true(weft_utf8_is_valid(weft_str_from(error.where)));
        assert_true(weft_utf8_is_valid(weft_str_from(error.detail)));
        assert_true(weft_utf8_is_valid(weft_str_from(error.hint)));
        weft_error_wrap(&error, "while %s", "reading");
        assert_memory_equal(error.message, "while reading: ", 15);
        assert_true(weft_utf8_is_valid(weft_str_from(error.message)));
    }
}

static void a_long_store_name_is_cut_at_a_character(void **state)
{
    (void)state;
    char name[101] = "";
    for (size_t i = 0; i < 50; i++) {
        memcpy(name + i * 2, "\xC3\xA9", 3);
    }
    weft_error error;
    (void)weft_fail(&error, WEFT_STORE_ERROR, "x");
    weft_error_set_store(&error, weft_str_from(name));
    assert_true(strlen(error.store) >= sizeof(error.store) - 3);
    assert_true(weft_utf8_is_valid(weft_str_from(error.store)));
}

static void a_short_text_is_not_cut(void **state)
{
    (void)state;
    weft_error error;
    char text[sizeof(error.where)];
    memset(text, 'w', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    (void)weft_fail(&error, WEFT_MISUSE, "x");
    weft_error_set_where(&error, "%s", text);
    assert_string_equal(error.where, text);
}

static void control_characters_are_hidden(void **state)
{
    (void)state;
    weft_error error;
    (void)weft_fail(&error, WEFT_UNKNOWN_KEY, "unknown key \"%s\"", "a\n\x1b[31m\xc2\x9b\xc3\xa9\x7f");
    assert_string_equal(error.message, "unknown key \"a??[31m??\xc3\xa9?\"");
    weft_error_set_where(&error, "/%s", "\r");
    assert_string_equal(error.where, "/?");
}

static void a_place_gets_what_leads_to_it_in_front(void **state)
{
    (void)state;
    weft_error error;
    (void)weft_fail(&error, WEFT_TYPE_MISMATCH, "x");
    weft_error_set_where(&error, "/title");
    weft_error_prefix_where(&error, "/%d", 3);
    assert_string_equal(error.where, "/3/title");
    char text[400] = "";
    for (size_t i = 0; i < 199; i++) {
        memcpy(text + i * 2, "\xC3\xA9", 3);
    }
    weft_error_set_where(&error, "%s", text);
    weft_error_prefix_where(&error, "/12");
    assert_memory_equal(error.where, "/12\xC3\xA9", 5);
    assert_true(weft_utf8_is_valid(weft_str_from(error.where)));
    weft_error_prefix_where(NULL, "x");
}

static void context_stands_in_front(void **state)
{
    (void)state;
    weft_error error;
    (void)weft_fail(&error, WEFT_FILE_ERROR, "could not open it");
    weft_error_wrap(&error, "while reading %s", "x.yaml");
    assert_string_equal(error.message, "while reading x.yaml: could not open it");
    assert_int_equal(error.code, WEFT_FILE_ERROR);
}

static void a_near_name_is_suggested_and_a_far_one_not(void **state)
{
    (void)state;
    const weft_str names[] = {WEFT_STR("title"), WEFT_STR("status")};
    weft_error error;
    (void)weft_fail(&error, WEFT_UNKNOWN_FIELD, "x");
    weft_error_suggest(&error, WEFT_STR("wholly_else"), names, 2);
    assert_string_equal(error.hint, "");
    weft_error_suggest(&error, WEFT_STR("titel"), names, 2);
    assert_string_equal(error.hint, "Did you mean \"title\"?");
}

static void a_full_arena_is_a_limit_and_an_empty_machine_is_not(void **state)
{
    (void)state;
    weft_error error;
    weft_arena arena;
    weft_arena_init(&arena, NULL, 100);
    assert_int_equal(weft_fail_arena(&error, &arena), WEFT_NO_MEMORY);
    assert_null(weft_arena_alloc(&arena, 1000));
    assert_int_equal(weft_fail_arena(&error, &arena), WEFT_LIMIT_EXCEEDED);
    assert_non_null(strstr(error.detail, "memory_bytes_max"));
    weft_arena_done(&arena);
}

static void every_code_has_its_facts(void **state)
{
    (void)state;
    assert_string_equal(weft_code_name(WEFT_OK), "ok");
    assert_string_equal(weft_code_name(WEFT_UNKNOWN_FIELD), "unknown_field");
    assert_int_equal(weft_code_http_status(WEFT_NOT_FOUND), 404);
    assert_int_equal(weft_code_exit_status(WEFT_PENDING_CHANGES), 3);
    assert_int_equal(weft_code_exit_status(WEFT_FINDINGS), 4);
    assert_int_equal(weft_code_exit_status(WEFT_REFUSED_UNSAFE), 5);
    assert_int_equal(weft_code_exit_status(WEFT_USAGE), 2);
    assert_non_null(strstr(weft_code_meaning(WEFT_TIMEOUT), "deadline"));
    assert_string_equal(weft_code_name((weft_code)9999), "misuse");
}

static weft_code try_it(weft_code code)
{
    WEFT_TRY(code);
    return WEFT_CANCELLED;
}

static void try_passes_failures_on(void **state)
{
    (void)state;
    assert_int_equal(try_it(WEFT_TIMEOUT), WEFT_TIMEOUT);
    assert_int_equal(try_it(WEFT_OK), WEFT_CANCELLED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_failure_fills_code_and_message_and_clears_the_rest),
        cmocka_unit_test(an_error_nobody_wants_is_fine),
        cmocka_unit_test(long_texts_are_cut_at_a_character),
        cmocka_unit_test(a_long_store_name_is_cut_at_a_character),
        cmocka_unit_test(a_short_text_is_not_cut),
        cmocka_unit_test(control_characters_are_hidden),
        cmocka_unit_test(a_place_gets_what_leads_to_it_in_front),
        cmocka_unit_test(context_stands_in_front),
        cmocka_unit_test(a_near_name_is_suggested_and_a_far_one_not),
        cmocka_unit_test(a_full_arena_is_a_limit_and_an_empty_machine_is_not),
        cmocka_unit_test(every_code_has_its_facts),
        cmocka_unit_test(try_passes_failures_on),
    };
    return cmocka_run_group_tests_name("base/fail", tests, NULL, NULL);
}
