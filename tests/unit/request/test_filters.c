/* Filters as parsed: every accepted shape, told as text, and every refused one with its place. */
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

static void tell_children(const weft_condition *condition, weft_buf *buf);

/* `path operator operand`, or `name(child, child)`. */
static void tell(const weft_condition *condition, weft_buf *buf)
{
    static const char *const kinds[] = {"", "and", "or", "not", ""};
    weft_buf_add_text(buf, kinds[condition->kind]);
    if (condition->kind == WEFT_CONDITION_COMPARE) {
        weft_buf_add_str(buf, condition->path.count ? condition->path.text : WEFT_STR("."));
        if (condition->operator_name.len) {
            weft_buf_add_char(buf, ' ');
            weft_buf_add_str(buf, condition->operator_name);
        }
    }
    if (condition->operand) {
        char *text = json_dumps(condition->operand, JSON_ENCODE_ANY | JSON_COMPACT);
        weft_buf_add_format(buf, " %s", text);
        free(text);
        return;
    }
    tell_children(condition, buf);
}

static void tell_children(const weft_condition *condition, weft_buf *buf)
{
    weft_buf_add_char(buf, '(');
    for (size_t i = 0; i < condition->child_count; i++) {
        weft_buf_add_text(buf, i ? ", " : "");
        tell(condition->children[i], buf);
    }
    weft_buf_add_char(buf, ')');
}

static weft_code parse_filters(const char *filters, weft_arena *arena, weft_request **ret_request, weft_error *error)
{
    const weft_str json = weft_str_format(arena, "{\"entity\":\"p\",\"fields\":[\"id\"],\"filters\":%s}", filters);
    assert_non_null(json.data);
    return weft_request_parse(json, NULL, arena, ret_request, error);
}

static void test_shapes(void **state)
{
    (void)state;
    static const struct {
        const char *filters;
        const char *told;
    } cases[] = {
        {"{\"a\":1}", "a $eq 1"},
        {"{\"a\":null}", "a $eq null"},
        {"{\"a\":[]}", "a $in []"},
        {"{\"a\":[1,null]}", "a $in [1,null]"},
        {"{\"a\":1,\"b\":\"x\"}", "and(a $eq 1, b $eq \"x\")"},
        {"{\"a\":{\"$gt\":1,\"$lt\":5}}", "and(a $gt 1, a $lt 5)"},
        {"{\"a\":{\"$eq\":{}}}", "a $eq {}"},
        {"{\"a.b\":1}", "a.b $eq 1"},
        {"{\"a\":{\"b\":1}}", "a(b $eq 1)"},
        {"{\"a\":{\"b\":{\"c\":{\"$ne\":2}}}}", "a(b(c $ne 2))"},
        {"{\"a\":{\"b\":1,\"c\":2}}", "a(b $eq 1, c $eq 2)"},
        {"{\"a\":{\"$none\":{}}}", "a $none()"},
        {"{\"a\":{\"$some\":{\"b\":1},\"$every\":{\"c\":2,\"d\":3}}}",
         "and(a $some(b $eq 1), a $every(c $eq 2, d $eq 3))"},
        {"{\"a\":{\"$count\":3}}", "a.$count $eq 3"},
        {"{\"a\":{\"$count\":[1,2]}}", "a.$count $in [1,2]"},
        {"{\"a\":{\"$count\":{\"$gte\":3,\"$lt\":9}}}", "a.$count(. $gte 3, . $lt 9)"},
        {"{\"a.b\":{\"$gt\":1,\"$lt\":5}}", "a.b(. $gt 1, . $lt 5)"},
        {"{\"a.b\":{\"$gt\":1,\"$not\":{\"$eq\":3}}}", "a.b(. $gt 1, not(. $eq 3))"},
        {"{\"a.b\":{\"$count\":2,\"x\":1}}", "a.b($count $eq 2, x $eq 1)"},
        {"{\"a.b\":{\"$none\":{\"y\":2},\"x\":1}}", "a.b(. $none(y $eq 2), x $eq 1)"},
        {"{\"a.$count\":{\"$gte\":3}}", "a.$count $gte 3"},
        {"{\"b\":{\"x\":1,\"$or\":[{\"y\":1},{\"z\":2}],\"$count\":2}}",
         "and(b.$count $eq 2, b(x $eq 1, or(y $eq 1, z $eq 2)))"},
        {"{\"$and\":[{\"a\":1}]}", "and(a $eq 1)"},
        {"{\"$or\":[{\"a\":1,\"b\":2},{\"c\":3}]}", "or(and(a $eq 1, b $eq 2), c $eq 3)"},
        {"{\"$not\":{\"a\":1}}", "not(a $eq 1)"},
        {"{\"$not\":{\"a\":1,\"b\":2}}", "not(and(a $eq 1, b $eq 2))"},
        {"{\"$not\":{\"$not\":{\"a\":1}}}", "not(not(a $eq 1))"},
        {"{\"a\":{\"$not\":{\"$gt\":1}}}", "a(not(. $gt 1))"},
        {"{\"a\":{\"$or\":[{\"$gt\":5},{\"$lt\":2}]}}", "a(or(. $gt 5, . $lt 2))"},
        {"{\"a\":{\"$link\":{\"position\":3}}}", "a($link(position $eq 3))"},
        {"{\"a\":{\"$link.position\":3}}", "a($link.position $eq 3)"},
        {"{\"a\":{\"$max.views\":3}}", "a.$max.views $eq 3"},
    };
    for (size_t i = 0; i < WEFT_COUNT_OF(cases); i++) {
        weft_arena arena;
        weft_error error = {0};
        weft_request *request = NULL;
        weft_buf buf;
        weft_arena_init(&arena, NULL, 0);
        weft_buf_init_arena(&buf, &arena);
        const weft_code code = parse_filters(cases[i].filters, &arena, &request, &error);
        if (code != WEFT_OK) {
            print_message("%s: %s at %s\n", cases[i].filters, error.message, error.where);
            fail();
        }
        tell(request->root.filters, &buf);
        assert_string_equal(buf.data, cases[i].told);
        weft_request_done(request);
        weft_arena_done(&arena);
    }
}

static void test_places(void **state)
{
    (void)state;
    weft_arena arena;
    weft_error error = {0};
    weft_request *request = NULL;
    weft_arena_init(&arena, NULL, 0);
    assert_int_equal(parse_filters("{\"$or\":[{\"a\":1},{\"b\":{\"$gt\":1,\"$lt\":2}}]}", &arena, &request, &error),
                     WEFT_OK);
    const weft_condition *both = request->root.filters->children[1];
    assert_true(weft_str_equal_text(request->root.filters->where, "/filters/$or"));
    assert_true(weft_str_equal_text(both->where, "/filters/$or/1"));
    assert_true(weft_str_equal_text(both->children[1]->where, "/filters/$or/1/b/$lt"));
    assert_true(weft_str_equal_text(both->children[1]->path.where, "/filters/$or/1/b"));
    weft_request_done(request);
    weft_arena_done(&arena);
}

static void test_refusals(void **state)
{
    (void)state;
    static const struct {
        const char *filters;
        weft_code code;
        const char *where;
        const char *message;
        const char *hint;
    } cases[] = {
        {"null", WEFT_INVALID_REQUEST, "/filters", "\"filters\" must be an object, not null", NULL},
        {"[]", WEFT_INVALID_REQUEST, "/filters", "\"filters\" must be an object, not an array", NULL},
        {"{\"a\":{}}", WEFT_EMPTY_FILTER, "/filters/a", "an empty object holds no condition", "never ignored"},
        {"{\"a\":{\"b\":{}}}", WEFT_EMPTY_FILTER, "/filters/a/b", "an empty object holds no condition", NULL},
        {"{\"$and\":[]}", WEFT_EMPTY_FILTER, "/filters/$and", "an empty array holds no condition", NULL},
        {"{\"$or\":[]}", WEFT_EMPTY_FILTER, "/filters/$or", "an empty array holds no condition", NULL},
        {"{\"$or\":[{}]}", WEFT_EMPTY_FILTER, "/filters/$or/0", "an empty object holds no condition", NULL},
        {"{\"$not\":{}}", WEFT_EMPTY_FILTER, "/filters/$not", "an empty object holds no condition", NULL},
        {"{\"a\":{\"$count\":{}}}", WEFT_EMPTY_FILTER, "/filters/a/$count", "an empty object holds no condition", NULL},
        {"{\"a\":{\"$none\":{\"b\":{}}}}",
         WEFT_EMPTY_FILTER,
         "/filters/a/$none/b",
         "an empty object holds no condition",
         NULL},
        {"{\"$and\":{\"a\":1}}",
         WEFT_INVALID_REQUEST,
         "/filters/$and",
         "\"$and\" must be an array of conditions, not an object",
         NULL},
        {"{\"$or\":[3]}",
         WEFT_INVALID_REQUEST,
         "/filters/$or/0",
         "a condition must be an object, not an integer",
         NULL},
        {"{\"$not\":3}",
         WEFT_INVALID_REQUEST,
         "/filters/$not",
         "\"$not\" must be an object, not an integer",
         "\"$ne\""},
        {"{\"a\":{\"$not\":3}}",
         WEFT_INVALID_REQUEST,
         "/filters/a/$not",
         "\"$not\" must be an object, not an integer",
         "\"$ne\""},
        {"{\"a\":{\"$none\":3}}",
         WEFT_INVALID_REQUEST,
         "/filters/a/$none",
         "\"$none\" must be an object, not an integer",
         NULL},
        {"{\"a\":{\"$liek\":\"x\"}}",
         WEFT_UNKNOWN_OPERATOR,
         "/filters/a/$liek",
         "unknown operator \"$liek\"",
         "\"$like\""},
        {"{\"$foo\":1}", WEFT_UNKNOWN_OPERATOR, "/filters/$foo", "unknown operator \"$foo\"", NULL},
        {"{\"a\":{\"$regex_match\":\"x\"}}",
         WEFT_UNKNOWN_OPERATOR,
         "/filters/a/$regex_match",
         "unknown operator \"$regex_match\"",
         NULL},
        {"{\"$gt\":1}", WEFT_INVALID_REQUEST, "/filters/$gt", "\"$gt\" must stand directly below a field", NULL},
        {"{\"$or\":[{\"$gt\":1}]}",
         WEFT_INVALID_REQUEST,
         "/filters/$or/0/$gt",
         "\"$gt\" must stand directly below a field",
         NULL},
        {"{\"a\":{\"$some\":{\"$gt\":1}}}",
         WEFT_INVALID_REQUEST,
         "/filters/a/$some/$gt",
         "\"$gt\" must stand directly below a field",
         NULL},
        {"{\"$none\":{}}", WEFT_INVALID_REQUEST, "/filters/$none", "\"$none\" must stand directly below an edge", NULL},
        {"{\"a\":{\"$not\":{\"$count\":1}}}",
         WEFT_INVALID_REQUEST,
         "/filters/a/$not/$count",
         "\"$count\" must stand directly below an edge",
         NULL},
    };
    for (size_t i = 0; i < WEFT_COUNT_OF(cases); i++) {
        weft_arena arena;
        weft_error error = {0};
        weft_request *request = NULL;
        weft_arena_init(&arena, NULL, 0);
        const weft_code code = parse_filters(cases[i].filters, &arena, &request, &error);
        if (code != cases[i].code || strcmp(error.where, cases[i].where) != 0 ||
            strcmp(error.message, cases[i].message) != 0 || (cases[i].hint && !strstr(error.hint, cases[i].hint))) {
            print_message("%s\n  gave %s at \"%s\": %s; hint: %s\n",
                          cases[i].filters,
                          weft_code_name(code),
                          error.where,
                          error.message,
                          error.hint);
            fail();
        }
        weft_arena_done(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_shapes),
        cmocka_unit_test(test_places),
        cmocka_unit_test(test_refusals),
    };
    return cmocka_run_group_tests_name("request/filters", tests, NULL, NULL);
}
