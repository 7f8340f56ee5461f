/* What stores print, in their words, against what was wanted. The right-hand sides are PostgreSQL 15's and SQLite's. */
#include "migrate/same.h"

#include "support/tap.h"

static bool types_are_same(const char *wanted, const char *present)
{
    return weft_type_is_same(weft_str_from(wanted), weft_str_from(present));
}

static void test_types(void **state)
{
    (void)state;
    assert_true(types_are_same("TEXT COLLATE \"C\"", "text"));
    assert_true(types_are_same("VARCHAR COLLATE \"C\"", "character varying"));
    assert_true(types_are_same("VARCHAR(255)", "text"));
    assert_true(types_are_same("BIGSERIAL", "bigint"));
    assert_true(types_are_same("TIMESTAMPTZ", "timestamp with time zone"));
    assert_true(types_are_same("DOUBLE PRECISION", "double precision"));
    assert_true(types_are_same("TEXT[]", "text[]"));
    assert_true(types_are_same("NUMERIC", "numeric(10,2)"));
    assert_true(types_are_same("INTEGER", "integer"));
    assert_false(types_are_same("BIGINT", "integer"));
    assert_false(types_are_same("TIMESTAMPTZ", "timestamp without time zone"));
    assert_false(types_are_same("TEXT", "text[]"));
    assert_false(types_are_same("JSONB", "json"));
    assert_false(types_are_same("TEXT", "uuid"));
}

static bool expressions_are_same(const char *wanted, const char *present)
{
    weft_arena arena;
    weft_arena_init(&arena, NULL, 0);
    weft_maker maker = {.keep = &arena};
    const bool is_same = weft_expression_is_same(&maker, weft_str_from(wanted), weft_str_from(present));
    weft_arena_done(&arena);
    return is_same;
}

static void test_expressions(void **state)
{
    (void)state;
    assert_true(expressions_are_same("\"deleted_at\" IS NULL", "(deleted_at IS NULL)"));
    assert_true(expressions_are_same("", ""));
    assert_true(expressions_are_same("a != 'X'", "((a)::text <> 'X'::character varying(3))"));
    assert_true(expressions_are_same("A > 1", "(a > (1)::numeric(10,2))"));
    assert_true(expressions_are_same("t < now()", "(t < (now())::timestamp with time zone)"));
    assert_false(expressions_are_same("a > 1", "a >= 1"));
    assert_false(expressions_are_same("a > 1", ""));
    assert_false(expressions_are_same("a = 'x'", "a = 'X'"));
}

static void test_literals(void **state)
{
    (void)state;
    weft_arena arena;
    weft_arena_init(&arena, NULL, 0);
    weft_maker maker = {.keep = &arena};
    weft_literals literals = {0};
    weft_expression_literals(&maker, WEFT_STR("(e = ANY (ARRAY['draft'::text, 'it''s'::text]))"), &literals);
    assert_int_equal(literals.count, 2);
    assert_str_equal(literals.items[1], "it's");
    assert_true(weft_expression_has_name(WEFT_STR("(\"e\" = 1)"), WEFT_STR("e")));
    assert_false(weft_expression_has_name(WEFT_STR("(ee = 'e')"), WEFT_STR("e")));
    weft_arena_done(&arena);
}

static bool defaults_are_same(weft_type type, const char *wanted, const char *present)
{
    weft_arena arena;
    weft_arena_init(&arena, NULL, 0);
    weft_maker maker = {.keep = &arena};
    const weft_field field = {.type = type};
    const weft_wanted_column column = {.field = &field, .default_sql = weft_str_from(wanted)};
    const bool is_same = weft_default_is_same(&maker, &column, weft_str_from(present));
    weft_arena_done(&arena);
    return is_same;
}

static void test_defaults(void **state)
{
    (void)state;
    assert_true(defaults_are_same(WEFT_TYPE_TEXT, "'it''s'", "'it''s'::text"));
    assert_false(defaults_are_same(WEFT_TYPE_TEXT, "'a'", "'b'::text"));
    assert_true(defaults_are_same(WEFT_TYPE_NUMBER, "-3", "'-3'::integer"));
    assert_true(defaults_are_same(WEFT_TYPE_NUMBER, "-3", "(-3)"));
    assert_true(defaults_are_same(WEFT_TYPE_BIG_NUMBER, "'12.5'", "12.50"));
    assert_true(defaults_are_same(WEFT_TYPE_FLOAT, "1.5e-7", "0.00000015"));
    assert_false(defaults_are_same(WEFT_TYPE_FLOAT, "1.5", "1.25"));
    assert_true(defaults_are_same(WEFT_TYPE_BOOLEAN, "TRUE", "true"));
    assert_true(defaults_are_same(WEFT_TYPE_BOOLEAN, "FALSE", "0"));
    assert_false(defaults_are_same(WEFT_TYPE_BOOLEAN, "FALSE", "true"));
    assert_true(defaults_are_same(
        WEFT_TYPE_DATE_TIME, "'2026-01-02T03:04:05.678Z'", "'2026-01-02 03:04:05.678+00'::timestamp with time zone"));
    assert_true(defaults_are_same(
        WEFT_TYPE_JSON, "'{\"a\":null,\"b\":[1,\"x\"]}'", "'{\"a\": null, \"b\": [1, \"x\"]}'::jsonb"));
    assert_false(defaults_are_same(WEFT_TYPE_JSON, "'{\"a\":1}'", "'{\"a\": 2}'::jsonb"));
    assert_true(defaults_are_same(
        WEFT_TYPE_ARRAY, "'{\"a\",\"b c\",\"d\\\"e\",\"f''g\"}'", "'{a,\"b c\",\"d\\\"e\",f''g}'::text[]"));
    assert_false(defaults_are_same(WEFT_TYPE_ARRAY, "'{\"a,b\"}'", "'{a,b}'::text[]"));
    assert_true(defaults_are_same(WEFT_TYPE_ARRAY, "'[\"a\"]'", "'[\"a\"]'"));
}

static void test_defaults_that_are_not_ours(void **state)
{
    (void)state;
    assert_true(defaults_are_same(WEFT_TYPE_TEXT, "", ""));
    assert_true(defaults_are_same(WEFT_TYPE_TEXT, "", "NULL::text"));
    assert_true(defaults_are_same(WEFT_TYPE_TEXT, "", "gen_random_uuid()"));
    assert_true(defaults_are_same(WEFT_TYPE_AUTOINCREMENT, "", "nextval('a_b_seq'::regclass)"));
    assert_false(defaults_are_same(WEFT_TYPE_TEXT, "", "'left over'::text"));
    assert_false(defaults_are_same(WEFT_TYPE_TEXT, "'x'", ""));
    assert_false(defaults_are_same(WEFT_TYPE_TEXT, "'x'", "upper('x'::text)"));
    assert_true(defaults_are_same(WEFT_TYPE_DATE_TIME, "now()", "CURRENT_TIMESTAMP"));
    assert_true(defaults_are_same(WEFT_TYPE_DATE_TIME, "(strftime('%Y','now'))", "strftime('%Y','now')"));
    assert_false(defaults_are_same(WEFT_TYPE_DATE_TIME, "now()", ""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_types),
        cmocka_unit_test(test_expressions),
        cmocka_unit_test(test_literals),
        cmocka_unit_test(test_defaults),
        cmocka_unit_test(test_defaults_that_are_not_ours),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
