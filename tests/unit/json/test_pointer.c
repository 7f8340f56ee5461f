/* JSON Pointers built on the stack. */
#include "support/tap.h"

#include <string.h>

#include "base/utf8.h"
#include "json/reader.h"

static const weft_json_pointer root = {.parent = NULL};

static void check(const weft_json_pointer *pointer, const char *text)
{
    weft_arena arena;
    weft_arena_init(&arena, NULL, 0);
    assert_str_equal(weft_json_pointer_text(pointer, &arena), text);
    weft_error error = {.code = WEFT_OK};
    weft_json_pointer_set_where(pointer, &error);
    assert_string_equal(error.where, text);
    weft_arena_done(&arena);
}

static void keys_and_indexes_lead_from_the_root_down(void **state)
{
    (void)state;
    const weft_json_pointer filters = {&root, WEFT_STR("filters"), 0};
    const weft_json_pointer second = {&filters, {NULL, 0}, 1};
    const weft_json_pointer status = {&second, WEFT_STR("status"), 0};
    check(&root, "");
    check(&filters, "/filters");
    check(&second, "/filters/1");
    check(&status, "/filters/1/status");
}

static void special_characters_are_escaped(void **state)
{
    (void)state;
    const weft_json_pointer a = {&root, WEFT_STR("a/b~c"), 0};
    const weft_json_pointer b = {&a, WEFT_STR(""), 0};
    const weft_json_pointer c = {&b, WEFT_STR("m~n"), 0};
    check(&a, "/a~1b~0c");
    check(&c, "/a~1b~0c//m~0n");
}

static void a_pointer_too_long_for_an_error_is_cut_at_a_character(void **state)
{
    (void)state;
    char key[401] = "";
    for (size_t i = 0; i < 200; i++) {
        memcpy(key + i * 2, "\xC3\xA9", 3);
    }
    const weft_json_pointer pointer = {&root, weft_str_from(key), 0};
    weft_error error = {.code = WEFT_OK};
    weft_json_pointer_set_where(&pointer, &error);
    assert_int_equal(strlen(error.where), sizeof(error.where) - 1);
    assert_true(weft_utf8_is_valid(weft_str_from(error.where)));
    weft_json_pointer_set_where(&pointer, NULL);
    weft_arena arena;
    weft_arena_init(&arena, NULL, 0);
    assert_int_equal(weft_json_pointer_text(&pointer, &arena).len, 401);
    weft_arena_done(&arena);
    weft_arena_init(&arena, NULL, 16);
    assert_null(weft_json_pointer_text(&pointer, &arena).data);
    weft_arena_done(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_and_indexes_lead_from_the_root_down),
        cmocka_unit_test(special_characters_are_escaped),
        cmocka_unit_test(a_pointer_too_long_for_an_error_is_cut_at_a_character),
    };
    return cmocka_run_group_tests_name("json/pointer", tests, NULL, NULL);
}
