/* Link changes as parsed: both forms, arrays, one a line, and what is refused where. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "request/request.h"
#include "support/alloc.h"

static weft_code parse(const char *text, weft_arena *arena, weft_link_changes **ret_changes, weft_error *error)
{
    return weft_link_changes_parse(weft_str_from(text), NULL, arena, ret_changes, error);
}

static void check_end(const weft_link_change_end *end, const char *module, const char *key, const char *value)
{
    assert_true(weft_str_equal_text(end->module, module));
    assert_true(weft_str_equal_text(end->key, key));
    assert_true(weft_str_equal_text(weft_json_text(end->value), value));
}

static void test_long_form(void **state)
{
    (void)state;
    weft_arena arena;
    weft_error error = {0};
    weft_link_changes *changes = NULL;
    weft_arena_init(&arena, NULL, 0);
    assert_int_equal(parse("{\"blog\":{\"blog_post_id\":\"post_9\"},\n \"product\":{\"product_id\":\"prod_1\"},"
                           "\"data\":{\"position\":2},\"link\":\"x\"}",
                           &arena,
                           &changes,
                           &error),
                     WEFT_OK);
    assert_int_equal(changes->count, 1);
    const weft_link_change *change = &changes->items[0];
    assert_false(change->is_short);
    assert_true(change->validate);
    assert_true(weft_str_equal_text(change->link, "x"));
    assert_int_equal(json_integer_value(json_object_get(change->data, "position")), 2);
    check_end(&change->ends[0], "blog", "blog_post_id", "post_9");
    check_end(&change->ends[1], "product", "product_id", "prod_1");
    weft_link_change_set_where(change, &change->ends[1], &error);
    assert_string_equal(error.where, "/product/product_id");
    weft_link_changes_done(changes);
    weft_arena_done(&arena);
}

static void test_one_module(void **state)
{
    (void)state;
    weft_arena arena;
    weft_error error = {0};
    weft_link_changes *changes = NULL;
    weft_arena_init(&arena, NULL, 0);
    assert_int_equal(parse("[{\"product\":{\"product_id\":\"a\",\"related_product_id\":\"b\"},\"validate\":false}]",
                           &arena,
                           &changes,
                           &error),
                     WEFT_OK);
    const weft_link_change *change = &changes->items[0];
    assert_false(change->validate);
    assert_null(change->link.data);
    assert_null(change->data);
    check_end(&change->ends[0], "product", "product_id", "a");
    check_end(&change->ends[1], "product", "related_product_id", "b");
    assert_true(weft_str_equal_text(change->where, "/0"));
    weft_link_changes_done(changes);
    assert_int_equal(parse("[]", &arena, &changes, &error), WEFT_OK);
    assert_int_equal(changes->count, 0);
    weft_link_changes_done(changes);
    weft_link_changes_done(NULL);
    weft_arena_done(&arena);
}

static void test_short_form(void **state)
{
    (void)state;
    weft_arena arena;
    weft_error error = {0};
    weft_link_changes *changes = NULL;
    weft_arena_init(&arena, NULL, 0);
    assert_int_equal(
        parse("{\"right\":7,\"left\":\"prod_1\",\"link\":\"product_blog_post\"}", &arena, &changes, &error), WEFT_OK);
    const weft_link_change *change = &changes->items[0];
    assert_true(change->is_short);
    check_end(&change->ends[0], "", "", "prod_1");
    assert_int_equal(json_integer_value(change->ends[1].value), 7);
    weft_link_change_set_where(change, &change->ends[1], &error);
    assert_string_equal(error.where, "/right");
    weft_link_changes_done(changes);
    weft_arena_done(&arena);
}

static void test_one_a_line(void **state)
{
    (void)state;
    weft_arena arena;
    weft_error error = {0};
    weft_link_changes *changes = NULL;
    weft_arena_init(&arena, NULL, 0);
    assert_int_equal(parse("\n{\"link\":\"l\",\"left\":\"a\",\"right\":\"b\"}\r\n\n"
                           "{\"p\":{\"p_id\":\"c\"},\"q\":{\"q_id\":\"d\"}}",
                           &arena,
                           &changes,
                           &error),
                     WEFT_OK);
    assert_int_equal(changes->count, 2);
    check_end(&changes->items[0].ends[1], "", "", "b");
    check_end(&changes->items[1].ends[0], "p", "p_id", "c");
    assert_true(weft_str_equal_text(changes->items[0].where, "line 2"));
    weft_link_change_set_where(&changes->items[1], &changes->items[1].ends[0], &error);
    assert_string_equal(error.where, "line 4/p/p_id");
    weft_link_changes_done(changes);
    weft_arena_done(&arena);
}

static void test_refusals(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        weft_code code;
        const char *where;
        const char *message;
        const char *hint;
    } cases[] = {
        {"", WEFT_INVALID_JSON, "1:1", NULL, NULL},
        {"3", WEFT_INVALID_REQUEST, "", "a link change must be an object, not an integer", NULL},
        {"[3]", WEFT_INVALID_REQUEST, "/0", "a link change must be an object, not an integer", NULL},
        {"{}", WEFT_INVALID_REQUEST, "", "a link change must name two ends, not none", "product_id"},
        {"{\"left\":\"a\"}", WEFT_INVALID_REQUEST, "", "a link change must name two ends, not one", "right"},
        {"{\"p\":{\"p_id\":\"a\"}}", WEFT_INVALID_REQUEST, "", "a link change must name two ends, not one", NULL},
        {"{\"left\":\"a\",\"rigth\":\"b\"}", WEFT_UNKNOWN_KEY, "/rigth", "unknown key \"rigth\"", "\"right\""},
        {"{\"left\":\"\",\"right\":\"b\"}", WEFT_INVALID_REQUEST, "/left", "\"left\" must not be empty", NULL},
        {"{\"left\":null,\"right\":\"b\"}",
         WEFT_INVALID_REQUEST,
         "/left",
         "\"left\" must be the key of one record, not null",
         NULL},
        {"{\"p\":{\"p_id\":[\"a\",\"b\"]},\"q\":{\"q_id\":\"c\"}}",
         WEFT_INVALID_REQUEST,
         "/p/p_id",
         "\"p_id\" must be the key of one record, not an array",
         "array of changes"},
        {"{\"link\":12345678901234567890.5,\"left\":\"a\",\"right\":\"b\"}",
         WEFT_INVALID_REQUEST,
         "/link",
         "\"link\" must be a string, not a number with that many digits",
         NULL},
        {"{\"p\":{}}", WEFT_INVALID_REQUEST, "/p", "\"p\" names no key of a record", NULL},
        {"{\"lnk\":\"x\",\"p\":{\"p_id\":\"a\"}}",
         WEFT_INVALID_REQUEST,
         "/lnk",
         "\"lnk\" must be an object of a key, not a string",
         "\"link\""},
        {"{\"p\":{\"a\":\"1\",\"b\":\"2\"},\"q\":{\"c\":\"3\"}}",
         WEFT_INVALID_REQUEST,
         "/q/c",
         "a link change names more than two ends",
         NULL},
        {"{\"left\":\"a\",\"right\":\"b\",\"data\":[]}",
         WEFT_INVALID_REQUEST,
         "/data",
         "\"data\" must be an object, not an array",
         NULL},
        {"{\"left\":\"a\",\"right\":\"b\"}\n{\"left\":\"a\"}",
         WEFT_INVALID_REQUEST,
         "line 2",
         "a link change must name two ends, not one",
         NULL},
        {"{\"left\":\"a\",\"right\":\"b\"}\n\n{\"left\":7.5,\"right\":true}",
         WEFT_INVALID_REQUEST,
         "line 3/right",
         "\"right\" must be the key of one record, not a boolean",
         NULL},
        {"{\"left\":\"a\",\"right\":\"b\"}\n{\"left\"", WEFT_INVALID_JSON, "2:7", NULL, NULL},
    };
    for (size_t i = 0; i < WEFT_COUNT_OF(cases); i++) {
        weft_arena arena;
        weft_error error = {0};
        weft_link_changes *changes = NULL;
        weft_arena_init(&arena, NULL, 0);
        const weft_code code = parse(cases[i].text, &arena, &changes, &error);
        if (code != cases[i].code || strcmp(error.where, cases[i].where) != 0 ||
            (cases[i].message && strcmp(error.message, cases[i].message) != 0) ||
            (cases[i].hint && !strstr(error.hint, cases[i].hint))) {
            print_message("%s\n  gave %s at \"%s\": %s; hint: %s\n",
                          cases[i].text,
                          weft_code_name(code),
                          error.where,
                          error.message,
                          error.hint);
            fail();
        }
        assert_null(changes);
        weft_arena_done(&arena);
    }
}

static void test_limits(void **state)
{
    (void)state;
    weft_arena arena;
    weft_error error = {0};
    weft_link_changes *changes = NULL;
    const weft_limits limits = {.changes_bytes_max = 20};
    const weft_str text = WEFT_STR("{\"left\":1,\"right\":2}\n{\"left\":1,\"right\":2}");
    weft_arena_init(&arena, NULL, 0);
    assert_int_equal(weft_link_changes_parse(text, &limits, &arena, &changes, &error), WEFT_LIMIT_EXCEEDED);
    assert_null(changes);
    weft_arena_done(&arena);
}

/* jansson may call a text broken because it could not hold it. */
static void check_out_of_memory(const char *text, bool with_jansson)
{
    for (size_t nth = 1;; nth++) {
        test_alloc alloc;
        weft_arena arena;
        weft_error error = {0};
        weft_link_changes *changes = NULL;
        test_alloc_init(&alloc, nth);
        test_alloc_set_jansson(with_jansson ? &alloc : NULL);
        weft_arena_init(&arena, &alloc.allocator, 0);
        const weft_code code = parse(text, &arena, &changes, &error);
        weft_link_changes_done(changes);
        weft_arena_done(&arena);
        test_alloc_set_jansson(NULL);
        assert_true(test_alloc_done(&alloc));
        if (!alloc.has_failed) {
            assert_int_equal(code, WEFT_OK);
            break;
        }
        assert_true(code == WEFT_NO_MEMORY || (with_jansson && code != WEFT_OK));
    }
}

static void test_out_of_memory(void **state)
{
    (void)state;
    const char *array = "[{\"p\":{\"p_id\":\"a\"},\"q\":{\"q_id\":\"b\"},\"data\":{\"x\":1}}]";
    const char *lines = "{\"left\":\"a\",\"right\":\"b\"}\n{\"p\":{\"p_id\":\"a\"},\"q\":{\"q_id\":\"b\"}}\n";
    check_out_of_memory(array, false);
    check_out_of_memory(array, true);
    check_out_of_memory(lines, false);
    check_out_of_memory(lines, true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_long_form),
        cmocka_unit_test(test_one_module),
        cmocka_unit_test(test_short_form),
        cmocka_unit_test(test_one_a_line),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_out_of_memory),
    };
    return cmocka_run_group_tests_name("request/links", tests, NULL, NULL);
}
