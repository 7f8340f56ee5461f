/* Graph requests as parsed: what is understood, what is refused and where, and what happens without memory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "request/request.h"
#include "support/alloc.h"

typedef struct refusal {
    const char *json;
    weft_code code;
    const char *where;
    const char *message;
    const char *hint; /* part of it, or NULL */
} refusal;

static weft_code parse(const char *json, weft_arena *arena, weft_request **ret_request, weft_error *error)
{
    return weft_request_parse(weft_str_from(json), NULL, arena, ret_request, error);
}

static void check_refusals(const refusal *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        weft_arena arena;
        weft_error error = {0};
        weft_request *request = NULL;
        weft_arena_init(&arena, NULL, 0);
        const weft_code code = parse(cases[i].json, &arena, &request, &error);
        if (code != cases[i].code || strcmp(error.where, cases[i].where) != 0 ||
            strcmp(error.message, cases[i].message) != 0 || (cases[i].hint && !strstr(error.hint, cases[i].hint))) {
            print_message("%s\n  gave %s at \"%s\": %s; hint: %s\n",
                          cases[i].json,
                          weft_code_name(code),
                          error.where,
                          error.message,
                          error.hint);
            fail();
        }
        assert_null(request);
        weft_arena_done(&arena);
    }
}

static void test_everything_is_read(void **state)
{
    (void)state;
    weft_arena arena;
    weft_error error = {0};
    weft_request *request = NULL;
    weft_arena_init(&arena, NULL, 0);
    const weft_code code =
        parse("{\"entity\":\"product\",\"fields\":[\"id\",\"blog_posts.*\",\"blog_posts.$max.views\"],"
              "\"filters\":{\"status\":\"published\"},"
              "\"pagination\":{\"skip\":5,\"take\":10,\"order\":{\"title\":\"desc\",\"maintainer\":{\"name\":\"ASC\"}},"
              "\"count\":false},"
              "\"with\":{\"blog_posts\":{\"take\":3,\"skip\":0,\"order\":[{\"views\":\"DESC\"},{\"id\":\"asc\"}],"
              "\"withDeleted\":true,\"filters\":{\"views\":{\"$gt\":1}}}},\"withDeleted\":false}",
              &arena,
              &request,
              &error);
    assert_int_equal(code, WEFT_OK);
    assert_true(weft_str_equal_text(request->entity, "product"));
    assert_int_equal(request->field_count, 3);
    assert_int_equal(request->fields[2].count, 3);
    assert_true(weft_str_equal_text(request->fields[2].names[1], "$max"));
    assert_true(weft_str_equal_text(request->fields[2].where, "/fields/2"));
    assert_true(request->root.has_skip && request->root.has_take);
    assert_int_equal(request->root.skip, 5);
    assert_int_equal(request->root.take, 10);
    assert_null(request->root.after.data);
    assert_false(request->wants_count);
    assert_int_equal(request->root.order_count, 2);
    assert_true(request->root.order[0].is_descending);
    assert_true(weft_str_equal_text(request->root.order[1].path.text, "maintainer.name"));
    assert_true(weft_str_equal_text(request->root.order[1].path.where, "/pagination/order/maintainer/name"));
    assert_false(request->root.order[1].is_descending);
    assert_non_null(request->root.filters);
    assert_int_equal(request->with_count, 1);
    assert_true(request->with[0].with_deleted);
    assert_int_equal(request->with[0].order_count, 2);
    assert_true(weft_str_equal_text(request->with[0].order[0].path.where, "/with/blog_posts/order/0/views"));
    assert_non_null(request->with[0].filters);
    weft_request_done(request);
    weft_arena_done(&arena);
}

static void test_small_requests(void **state)
{
    (void)state;
    weft_arena arena;
    weft_error error = {0};
    weft_request *request = NULL;
    weft_arena_init(&arena, NULL, 0);
    assert_int_equal(parse("{\"entity\":\"a\",\"fields\":[\"*\"],\"filters\":{},\"with\":{},\"pagination\":{}}",
                           &arena,
                           &request,
                           &error),
                     WEFT_OK);
    assert_null(request->root.filters);
    assert_true(request->wants_count);
    weft_request_done(request);
    assert_int_equal(
        parse("{\"entity\":\"a\",\"fields\":[\"*\"],\"count\":false,\"pagination\":{\"after\":null,\"take\":0}}",
              &arena,
              &request,
              &error),
        WEFT_OK);
    assert_non_null(request->root.after.data);
    assert_int_equal(request->root.after.len, 0);
    assert_null(request->root.before.data);
    assert_true(request->root.has_take);
    assert_false(request->wants_count);
    weft_request_done(request);
    weft_request_done(request);
    weft_request_done(NULL);
    weft_arena_done(&arena);
}

#define FIELDS "\"entity\":\"p\",\"fields\":[\"id\"]"

static void test_wrong_shapes(void **state)
{
    (void)state;
    static const refusal cases[] = {
        {"[]", WEFT_INVALID_REQUEST, "", "a request must be an object, not an array", NULL},
        {"{}", WEFT_INVALID_REQUEST, "", "\"entity\" is missing", "\"entity\": \"product\""},
        {"{\"entity\":\"p\"}", WEFT_INVALID_REQUEST, "", "\"fields\" is missing", "[\"*\"]"},
        {"{\"entity\":\"p\",\"fields\":[]}", WEFT_INVALID_REQUEST, "/fields", "\"fields\" is empty", "[\"*\"]"},
        {"{\"entity\":7}", WEFT_INVALID_REQUEST, "/entity", "\"entity\" must be a string, not an integer", NULL},
        {"{\"entity\":\"\"}", WEFT_INVALID_REQUEST, "/entity", "\"entity\" must not be empty", NULL},
        {"{\"fields\":\"id\"}",
         WEFT_INVALID_REQUEST,
         "/fields",
         "\"fields\" must be an array of strings, not a string",
         NULL},
        {"{\"fields\":[\"id\",{\"a\":1}]}",
         WEFT_INVALID_REQUEST,
         "/fields/1",
         "a field must be a string, not an object",
         "dots"},
        {"{\"feilds\":[\"id\"]}", WEFT_UNKNOWN_KEY, "/feilds", "unknown key \"feilds\"", "\"fields\""},
        {"{" FIELDS ",\"take\":3}", WEFT_UNKNOWN_KEY, "/take", "unknown key \"take\"", "inside \"pagination\""},
        {"{" FIELDS ",\"pagination\":3}",
         WEFT_INVALID_REQUEST,
         "/pagination",
         "\"pagination\" must be an object, not an integer",
         NULL},
        {"{" FIELDS ",\"pagination\":{\"takes\":3}}",
         WEFT_UNKNOWN_KEY,
         "/pagination/takes",
         "unknown key \"takes\"",
         "\"take\""},
        {"{" FIELDS ",\"pagination\":{\"take\":-1}}",
         WEFT_INVALID_REQUEST,
         "/pagination/take",
         "\"take\" must be an integer of 0 or more, not -1",
         "Leave \"take\" out"},
        {"{" FIELDS ",\"pagination\":{\"take\":1.5}}",
         WEFT_INVALID_REQUEST,
         "/pagination/take",
         "\"take\" must be an integer of 0 or more, not a number with a fraction or exponent",
         NULL},
        {"{" FIELDS ",\"pagination\":{\"take\":12345678901234567890}}",
         WEFT_INVALID_REQUEST,
         "/pagination/take",
         "\"take\" must be an integer of 0 or more, not a number with that many digits",
         NULL},
        {"{\"fields\":[12345678901234567890]}",
         WEFT_INVALID_REQUEST,
         "/fields/0",
         "a field must be a string, not a number with that many digits",
         NULL},
        {"{" FIELDS ",\"pagination\":{\"skip\":\"3\"}}",
         WEFT_INVALID_REQUEST,
         "/pagination/skip",
         "\"skip\" must be an integer of 0 or more, not a string",
         NULL},
        {"{" FIELDS ",\"pagination\":{\"after\":7}}",
         WEFT_INVALID_REQUEST,
         "/pagination/after",
         "\"after\" must be a cursor (a string) or null, not an integer",
         NULL},
        {"{" FIELDS ",\"pagination\":{\"after\":\"x\",\"before\":\"y\"}}",
         WEFT_INVALID_REQUEST,
         "/pagination",
         "\"after\" and \"before\" exclude each other",
         NULL},
        {"{" FIELDS ",\"pagination\":{\"after\":\"x\",\"skip\":0}}",
         WEFT_INVALID_REQUEST,
         "/pagination",
         "\"skip\" and a cursor exclude each other",
         NULL},
        {"{" FIELDS ",\"count\":0}",
         WEFT_INVALID_REQUEST,
         "/count",
         "\"count\" must be true or false, not an integer",
         NULL},
        {"{" FIELDS ",\"count\":false,\"pagination\":{\"count\":true}}",
         WEFT_INVALID_REQUEST,
         "/count",
         "\"count\" is given twice",
         NULL},
        {"{" FIELDS ",\"with\":[]}", WEFT_INVALID_REQUEST, "/with", "\"with\" must be an object, not an array", NULL},
        {"{" FIELDS ",\"with\":{\"a/b\":3}}",
         WEFT_INVALID_REQUEST,
         "/with/a~1b",
         "\"a/b\" must be an object, not an integer",
         NULL},
        {"{" FIELDS ",\"with\":{\"posts\":{\"filter\":{}}}}",
         WEFT_UNKNOWN_KEY,
         "/with/posts/filter",
         "unknown key \"filter\"",
         "\"filters\""},
        {"{" FIELDS ",\"with\":{\"posts\":{\"after\":\"x\"}}}",
         WEFT_UNKNOWN_KEY,
         "/with/posts/after",
         "unknown key \"after\"",
         NULL},
        {"{" FIELDS ",\"withDeleted\":null}",
         WEFT_INVALID_REQUEST,
         "/withDeleted",
         "\"withDeleted\" must be true or false, not null",
         NULL},
        {"{" FIELDS ",\"context\":{}}", WEFT_UNKNOWN_KEY, "/context", "unknown key \"context\"", NULL},
    };
    check_refusals(cases, WEFT_COUNT_OF(cases));
}

static void test_wrong_paths(void **state)
{
    (void)state;
    static const refusal cases[] = {
        {"{\"fields\":[\"\"]}", WEFT_INVALID_REQUEST, "/fields/0", "a name is empty", NULL},
        {"{\"fields\":[\"a..b\"]}", WEFT_INVALID_REQUEST, "/fields/0", "a name is empty in \"a..b\"", NULL},
        {"{\"fields\":[\"a.\"]}", WEFT_INVALID_REQUEST, "/fields/0", "a name is empty in \"a.\"", NULL},
        {"{\"fields\":[\".a\"]}", WEFT_INVALID_REQUEST, "/fields/0", "a name is empty in \".a\"", NULL},
        {"{\"fields\":[\"*.a\"]}", WEFT_INVALID_REQUEST, "/fields/0", "\"*\" cannot stand there in \"*.a\"", NULL},
        {"{\"fields\":[\"*variants\"]}",
         WEFT_INVALID_REQUEST,
         "/fields/0",
         "\"*\" cannot stand there in \"*variants\"",
         "\"variants.*\""},
        {"{\"fields\":[\"a.b*\"]}", WEFT_INVALID_REQUEST, "/fields/0", "\"*\" cannot stand there in \"a.b*\"", NULL},
        {"{\"fields\":[\"a.$cuont\"]}",
         WEFT_INVALID_REQUEST,
         "/fields/0",
         "\"$cuont\" means nothing in the path \"a.$cuont\"",
         "\"$count\""},
        {"{\"with\":{\"a.*\":{}}}", WEFT_INVALID_REQUEST, "/with/a.*", "\"*\" cannot stand there in \"a.*\"", NULL},
        {"{\"filters\":{\"a.*\":1}}",
         WEFT_INVALID_REQUEST,
         "/filters/a.*",
         "\"*\" cannot stand there in \"a.*\"",
         NULL},
        {"{\"filters\":{\"\":1}}", WEFT_INVALID_REQUEST, "/filters/", "a name is empty", NULL},
    };
    check_refusals(cases, WEFT_COUNT_OF(cases));
}

static void test_wrong_orders(void **state)
{
    (void)state;
    static const refusal cases[] = {
        {"{\"pagination\":{\"order\":\"title\"}}",
         WEFT_INVALID_REQUEST,
         "/pagination/order",
         "\"order\" must be an object or an array of objects, not a string",
         NULL},
        {"{\"pagination\":{\"order\":{\"title\":\"up\"}}}",
         WEFT_INVALID_REQUEST,
         "/pagination/order/title",
         "\"up\" is no direction to order in",
         "\"ASC\" or \"DESC\""},
        {"{\"pagination\":{\"order\":{\"title\":1}}}",
         WEFT_INVALID_REQUEST,
         "/pagination/order/title",
         "\"title\" must be \"ASC\" or \"DESC\", not an integer",
         NULL},
        {"{\"pagination\":{\"order\":{\"a\":{}}}}",
         WEFT_INVALID_REQUEST,
         "/pagination/order/a",
         "\"a\" must be \"ASC\" or \"DESC\", not an object",
         NULL},
        {"{\"pagination\":{\"order\":[{\"a\":\"ASC\",\"b\":\"ASC\"}]}}",
         WEFT_INVALID_REQUEST,
         "/pagination/order/0",
         "an item of \"order\" must be an object of one key",
         NULL},
        {"{\"pagination\":{\"order\":[{\"a\":\"ASC\"},\"b\"]}}",
         WEFT_INVALID_REQUEST,
         "/pagination/order/1",
         "an item of \"order\" must be an object of one key",
         NULL},
    };
    check_refusals(cases, WEFT_COUNT_OF(cases));
}

static void test_broken_json(void **state)
{
    (void)state;
    weft_arena arena;
    weft_error error = {0};
    weft_request *request = NULL;
    weft_arena_init(&arena, NULL, 0);
    assert_int_equal(parse("{\"entity\":", &arena, &request, &error), WEFT_INVALID_JSON);
    assert_int_equal(parse("{\"a\":1,\"a\":2}", &arena, &request, &error), WEFT_INVALID_JSON);
    assert_int_equal(parse("", &arena, &request, &error), WEFT_INVALID_JSON);
    assert_null(request);
    weft_arena_done(&arena);
}

static void test_limits(void **state)
{
    (void)state;
    weft_arena arena;
    weft_error error = {0};
    weft_request *request = NULL;
    const weft_limits limits = {.fields_max = 2};
    weft_arena_init(&arena, NULL, 0);
    const weft_str fields = WEFT_STR("{\"entity\":\"a\",\"fields\":[\"a\",\"b\",\"c\"]}");
    assert_int_equal(weft_request_parse(fields, &limits, &arena, &request, &error), WEFT_LIMIT_EXCEEDED);
    assert_string_equal(error.where, "/fields");
    assert_string_equal(error.detail, "The limit fields_max is 2 here.");
    const weft_str filters = WEFT_STR("{\"filters\":{\"a\":1,\"b\":2,\"c\":3}}");
    assert_int_equal(weft_request_parse(filters, &limits, &arena, &request, &error), WEFT_LIMIT_EXCEEDED);
    assert_string_equal(error.where, "/filters/c");
    const weft_str with = WEFT_STR("{\"with\":{\"a\":{},\"b\":{},\"c\":{}}}");
    assert_int_equal(weft_request_parse(with, &limits, &arena, &request, &error), WEFT_LIMIT_EXCEEDED);
    assert_string_equal(error.message, "the request has too many edges in \"with\"");
    const weft_limits bytes = {.request_bytes_max = 10};
    assert_int_equal(weft_request_parse(fields, &bytes, &arena, &request, &error), WEFT_LIMIT_EXCEEDED);
    weft_arena_done(&arena);
}

/* `before`, then `piece` `count` times, then `after`; to be freed. */
static char *repeat(const char *before, const char *piece, size_t count, const char *after)
{
    weft_buf buf;
    weft_buf_init(&buf, NULL);
    weft_buf_add_text(&buf, before);
    for (size_t i = 0; i < count; i++) {
        weft_buf_add_text(&buf, piece);
    }
    weft_buf_add_text(&buf, after);
    assert_false(buf.failed);
    char *text = strdup(buf.data);
    weft_buf_done(&buf);
    assert_non_null(text);
    return text;
}

static void check_limit(char *json, const char *message)
{
    weft_arena arena;
    weft_error error = {0};
    weft_request *request = NULL;
    weft_arena_init(&arena, NULL, 0);
    assert_int_equal(parse(json, &arena, &request, &error), WEFT_LIMIT_EXCEEDED);
    assert_string_equal(error.message, message);
    assert_null(request);
    weft_arena_done(&arena);
    free(json);
}

static void test_sizes(void **state)
{
    (void)state;
    check_limit(repeat("{\"fields\":[\"a", ".a", WEFT_PATH_NAMES_MAX, "\"]}"), "a path has 65 names");
    check_limit(repeat("{\"fields\":[\"", "x", WEFT_PATH_BYTES_MAX + 1, "\"]}"), "a path is 1025 bytes long");
    char *closing = repeat("1", "}", 100, "}");
    check_limit(repeat("{\"filters\":", "{\"$not\":", 100, closing), "the filters are nested too deeply");
    check_limit(repeat("{\"filters\":", "{\"a\":", 100, closing), "the filters are nested too deeply");
    free(closing);
    check_limit(repeat("{\"pagination\":{\"order\":[{\"a\":\"ASC\"}", ",{\"b\":\"ASC\"}", 64, "]}}"),
                "\"order\" has too many keys");
    check_limit(repeat("", "[", 10000, ""), "the JSON text is nested too deeply");
}

/* Fail the nth request for memory; jansson's too when `with_jansson`, which then may call a text broken because it
 * could not hold it. */
static void check_out_of_memory(bool with_jansson)
{
    const char *json =
        "{\"entity\":\"p\",\"fields\":[\"a.b.c\",\"*\"],\"filters\":{\"$or\":[{\"a\":{\"b\":{\"$none\":{\"c\":[1]}}}},"
        "{\"$not\":{\"a\":1,\"b\":2}}]},\"with\":{\"x\":{\"order\":{\"a\":{\"b\":\"ASC\"}}}}}";
    for (size_t nth = 1;; nth++) {
        test_alloc alloc;
        weft_arena arena;
        weft_error error = {0};
        weft_request *request = NULL;
        test_alloc_init(&alloc, nth);
        test_alloc_set_jansson(with_jansson ? &alloc : NULL);
        weft_arena_init(&arena, &alloc.allocator, 0);
        const weft_code code = parse(json, &arena, &request, &error);
        assert_true(code == WEFT_OK || request == NULL);
        weft_request_done(request);
        weft_arena_done(&arena);
        test_alloc_set_jansson(NULL);
        assert_true(test_alloc_done(&alloc));
        if (!alloc.has_failed) {
            assert_int_equal(code, WEFT_OK);
            break;
        }
        assert_true(code == WEFT_NO_MEMORY || (with_jansson && code == WEFT_INVALID_JSON));
    }
}

static void test_out_of_memory(void **state)
{
    (void)state;
    check_out_of_memory(false);
    check_out_of_memory(true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_everything_is_read),
        cmocka_unit_test(test_small_requests),
        cmocka_unit_test(test_wrong_shapes),
        cmocka_unit_test(test_wrong_paths),
        cmocka_unit_test(test_wrong_orders),
        cmocka_unit_test(test_broken_json),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_sizes),
        cmocka_unit_test(test_out_of_memory),
    };
    return cmocka_run_group_tests_name("request/graph", tests, NULL, NULL);
}
