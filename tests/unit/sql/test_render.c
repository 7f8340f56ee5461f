/* Statements as text for both dialects, one case each, with their parameters' places. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support/alloc.h"
#include "things.h"

static weft_arena arena;

static int set_up(void **state)
{
    (void)state;
    weft_arena_init(&arena, NULL, 0);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    weft_arena_done(&arena);
    return 0;
}

static const weft_sql_expr *column(const char *alias, const char *name, weft_type type)
{
    return weft_sql_column(&arena, weft_str_from(alias), weft_str_from(name), type);
}

static const weft_sql_expr *text(const char *value)
{
    return weft_sql_value(&arena, test_text(value), WEFT_VALUE_TEXT);
}

static void expect_text(const weft_statement *statement, const char *expected)
{
    if (!weft_str_equal_text(statement->sql, expected)) {
        fail_msg("\n  expected %s\n  found    %.*s", expected, WEFT_STR_ARG(statement->sql));
    }
}

static void expect_select(const weft_sql_select *select, const char *sqlite, const char *postgres)
{
    weft_statement statement = {0};
    assert_int_equal(weft_sql_render_select(select, test_sqlite(), &arena, &statement, NULL), WEFT_OK);
    expect_text(&statement, sqlite);
    assert_int_equal(weft_sql_render_select(select, test_postgres(), &arena, &statement, NULL), WEFT_OK);
    expect_text(&statement, postgres);
}

static void test_names_are_quoted(void **state)
{
    (void)state;
    weft_buf buf;
    weft_buf_init_arena(&buf, &arena);
    weft_sql_add_name(&buf, WEFT_STR("a\"b; DROP TABLE x --"));
    assert_string_equal(buf.data, "\"a\"\"b; DROP TABLE x --\"");
    weft_buf_clear(&buf);
    weft_sql_add_literal(&buf, WEFT_STR("it's \\ here"));
    assert_string_equal(buf.data, "'it''s \\ here'");
}

static void test_value_literals(void **state)
{
    (void)state;
    const struct {
        weft_value value;
        const char *sqlite;
        const char *postgres;
    } cases[] = {
        {test_null(), "NULL", "NULL"},
        {test_boolean(true), "TRUE", "TRUE"},
        {test_integer(-5), "-5", "-5"},
        {test_real(0.5), "0.5", "0.5"},
        {test_text("o'clock"), "'o''clock'", "'o''clock'"},
        {test_decimal("12.50"), "'12.50'", "'12.50'"},
        {test_time("2026-01-02T03:04:05.678Z"), "'2026-01-02T03:04:05.678Z'", "'2026-01-02T03:04:05.678Z'"},
        {{.kind = WEFT_VALUE_ARRAY, .as.text = {"[\"a'b\",\"c\\\"d\\\\\"]", 16}},
         "'[\"a''b\",\"c\\\"d\\\\\"]'",
         "'{\"a''b\",\"c\\\"d\\\\\"}'"},
    };
    for (size_t i = 0; i < WEFT_COUNT_OF(cases); i++) {
        weft_buf buf;
        weft_buf_init_arena(&buf, &arena);
        weft_sql_add_value_literal(&buf, &cases[i].value, test_sqlite());
        assert_string_equal(buf.data, cases[i].sqlite);
        weft_buf_clear(&buf);
        weft_sql_add_value_literal(&buf, &cases[i].value, test_postgres());
        assert_string_equal(buf.data, cases[i].postgres);
    }
}

static void test_order_and_page(void **state)
{
    (void)state;
    const weft_sql_output outputs[] = {{column("t", "id", WEFT_TYPE_ID), WEFT_VALUE_TEXT}};
    const weft_sql_order order[] = {
        {weft_sql_field(&arena, WEFT_STR("t"), test_field(&test_thing, "name")), true},
        {weft_sql_field(&arena, WEFT_STR("t"), test_field(&test_thing, "price")), false},
        {weft_sql_field(&arena, WEFT_STR("t"), test_field(&test_thing, "id")), false},
    };
    weft_sql_select select = {.outputs = outputs,
                              .output_count = 1,
                              .table = WEFT_STR("thing"),
                              .alias = WEFT_STR("t"),
                              .order = order,
                              .order_count = 3,
                              .has_limit = true,
                              .limit = 5,
                              .has_offset = true,
                              .offset = 10};
    expect_select(&select,
                  "SELECT \"t\".\"id\" FROM \"thing\" AS \"t\" ORDER BY \"t\".\"name\" DESC NULLS FIRST, "
                  "\"t\".\"price\" COLLATE weft_decimal NULLS LAST, \"t\".\"id\" LIMIT 5 OFFSET 10",
                  "SELECT \"t\".\"id\" FROM \"thing\" AS \"t\" ORDER BY \"t\".\"name\" COLLATE \"C\" DESC, "
                  "\"t\".\"price\", \"t\".\"id\" COLLATE \"C\" LIMIT 5 OFFSET 10");
    select.has_limit = false;
    select.order_count = 0;
    expect_select(&select,
                  "SELECT \"t\".\"id\" FROM \"thing\" AS \"t\" LIMIT -1 OFFSET 10",
                  "SELECT \"t\".\"id\" FROM \"thing\" AS \"t\" LIMIT ALL OFFSET 10");
}

static void test_joins_and_locks(void **state)
{
    (void)state;
    const weft_sql_output outputs[] = {{weft_sql_leaf(&arena, WEFT_SQL_COUNT_ALL), WEFT_VALUE_INTEGER}};
    const weft_sql_expr *on =
        weft_sql_binary(&arena, WEFT_SQL_EQ, column("b", "id", WEFT_TYPE_ID), column("a", "b_id", WEFT_TYPE_ID));
    const weft_sql_join joins[] = {{.table = WEFT_STR("b"), .alias = WEFT_STR("b"), .on = on},
                                   {.table = WEFT_STR("c"), .alias = WEFT_STR("x"), .on = on, .is_left = true}};
    const weft_sql_select select = {.outputs = outputs,
                                    .output_count = 1,
                                    .table = WEFT_STR("a"),
                                    .joins = joins,
                                    .join_count = 2,
                                    .lock_shared = true};
    expect_select(&select,
                  "SELECT count(*) FROM \"a\" CROSS JOIN \"b\" ON \"b\".\"id\" = \"a\".\"b_id\" LEFT JOIN \"c\" AS "
                  "\"x\" ON \"b\".\"id\" = \"a\".\"b_id\"",
                  "SELECT count(*) FROM \"a\" JOIN \"b\" ON \"b\".\"id\" = \"a\".\"b_id\" LEFT JOIN \"c\" AS \"x\" "
                  "ON \"b\".\"id\" = \"a\".\"b_id\" FOR SHARE OF \"a\"");
}

static void test_groups(void **state)
{
    (void)state;
    const weft_sql_expr *left = column("", "a_id", WEFT_TYPE_TEXT);
    const weft_sql_expr *right = column("", "b_id", WEFT_TYPE_TEXT);
    const weft_sql_expr *group[] = {left, right};
    const weft_sql_output outputs[] = {{left, WEFT_VALUE_TEXT}, {right, WEFT_VALUE_TEXT}};
    const weft_sql_order order[] = {{left, false}, {right, false}};
    const weft_value one = {.kind = WEFT_VALUE_INTEGER, .as.integer = 1};
    const weft_sql_select select = {.outputs = outputs,
                                    .output_count = 2,
                                    .table = WEFT_STR("ab"),
                                    .group = group,
                                    .group_count = 2,
                                    .having = weft_sql_binary(&arena,
                                                              WEFT_SQL_GT,
                                                              weft_sql_leaf(&arena, WEFT_SQL_COUNT_ALL),
                                                              weft_sql_value(&arena, one, WEFT_VALUE_INTEGER)),
                                    .order = order,
                                    .order_count = 2};
    expect_select(&select,
                  "SELECT \"a_id\", \"b_id\" FROM \"ab\" GROUP BY \"a_id\", \"b_id\" HAVING count(*) > ?1 "
                  "ORDER BY \"a_id\" NULLS LAST, \"b_id\" NULLS LAST",
                  "SELECT \"a_id\", \"b_id\" FROM \"ab\" GROUP BY \"a_id\", \"b_id\" HAVING count(*) > $1::bigint "
                  "ORDER BY \"a_id\" COLLATE \"C\", \"b_id\" COLLATE \"C\"");
}

static const weft_value id_values[] = {{.kind = WEFT_VALUE_TEXT, .as.text = {"x", 1}},
                                       {.kind = WEFT_VALUE_TEXT, .as.text = {"y", 1}}};
static const weft_value array_values[] = {{.kind = WEFT_VALUE_ARRAY, .as.text = {"[]", 2}}, {.kind = WEFT_VALUE_NULL}};
static const weft_value *const bulk_columns[] = {id_values, array_values};
static const weft_value_kind bulk_kinds[] = {WEFT_VALUE_TEXT, WEFT_VALUE_ARRAY};
static const weft_bulk bulk = {.columns = bulk_columns, .column_kinds = bulk_kinds, .column_count = 2, .row_count = 2};

static void expect_insert(const weft_sql_insert *insert,
                          const weft_bulk *rows,
                          const char *sqlite,
                          const char *postgres)
{
    weft_statement statement = {0};
    assert_int_equal(weft_sql_render_insert(insert, rows, test_sqlite(), &arena, &statement, NULL), WEFT_OK);
    expect_text(&statement, sqlite);
    assert_int_equal(weft_sql_render_insert(insert, rows, test_postgres(), &arena, &statement, NULL), WEFT_OK);
    expect_text(&statement, postgres);
    assert_int_equal(statement.bulk ? statement.bulk->row_count : 0, rows ? rows->row_count : 0);
}

static void test_insert(void **state)
{
    (void)state;
    const weft_sql_assignment columns[] = {{WEFT_STR("id"), text("a")},
                                           {WEFT_STR("size"), weft_sql_leaf(&arena, WEFT_SQL_NULL)}};
    const weft_sql_output returning[] = {{column("", "id", WEFT_TYPE_ID), WEFT_VALUE_TEXT}};
    const weft_sql_insert insert = {.table = WEFT_STR("thing"),
                                    .columns = columns,
                                    .column_count = 2,
                                    .returning = returning,
                                    .returning_count = 1};
    expect_insert(&insert,
                  NULL,
                  "INSERT INTO \"thing\" (\"id\", \"size\") VALUES (?1, NULL) RETURNING \"id\"",
                  "INSERT INTO \"thing\" (\"id\", \"size\") VALUES ($1, NULL) RETURNING \"id\"");
}

/* The bulk takes the first places, values come after. */
static void test_insert_bulk(void **state)
{
    (void)state;
    const weft_sql_expr *now = weft_sql_value(&arena, test_time("2026-01-01"), WEFT_VALUE_TIME);
    const weft_sql_assignment columns[] = {
        {WEFT_STR("id"), weft_sql_bulk(&arena, 0, WEFT_VALUE_TEXT)},
        {WEFT_STR("tags"), weft_sql_bulk(&arena, 1, WEFT_VALUE_ARRAY)},
        {WEFT_STR("made_at"), now},
    };
    const weft_str conflict[] = {WEFT_STR("id")};
    const weft_sql_assignment updates[] = {{WEFT_STR("tags"), weft_sql_excluded(&arena, WEFT_STR("tags"))}};
    weft_sql_insert insert = {
        .table = WEFT_STR("thing"),
        .columns = columns,
        .column_count = 3,
        .conflict_columns = conflict,
        .conflict_column_count = 1,
        .updates = updates,
        .update_count = 1,
        .update_where = weft_sql_unary(&arena, WEFT_SQL_IS_NOT_NULL, column("", "deleted_at", WEFT_TYPE_DATE_TIME))};
    expect_insert(&insert,
                  &bulk,
                  "INSERT OR FAIL INTO \"thing\" (\"id\", \"tags\", \"made_at\") SELECT bulk.c0, bulk.c1, ?2 FROM "
                  "weft_bulk(?1) AS bulk WHERE TRUE ON CONFLICT (\"id\") DO UPDATE SET \"tags\" = excluded.\"tags\" "
                  "WHERE \"thing\".\"deleted_at\" IS NOT NULL",
                  "INSERT INTO \"thing\" (\"id\", \"tags\", \"made_at\") SELECT bulk.c0, bulk.c1::text[], "
                  "$3::timestamptz FROM unnest($1::text[], $2::text[]) AS bulk(c0, c1) ON CONFLICT (\"id\") DO UPDATE "
                  "SET \"tags\" = excluded.\"tags\" WHERE \"thing\".\"deleted_at\" IS NOT NULL");
    insert.update_count = 0;
    expect_insert(&insert,
                  &bulk,
                  "INSERT OR FAIL INTO \"thing\" (\"id\", \"tags\", \"made_at\") SELECT bulk.c0, bulk.c1, ?2 FROM "
                  "weft_bulk(?1) AS bulk WHERE TRUE ON CONFLICT (\"id\") DO NOTHING",
                  "INSERT INTO \"thing\" (\"id\", \"tags\", \"made_at\") SELECT bulk.c0, bulk.c1::text[], "
                  "$3::timestamptz FROM unnest($1::text[], $2::text[]) AS bulk(c0, c1) ON CONFLICT (\"id\") DO "
                  "NOTHING");
    /* SQLite would copy such rows aside first: its trigger-like RETURNING could read what is written. */
    const weft_sql_output id = {column("", "id", WEFT_TYPE_ID), WEFT_VALUE_TEXT};
    insert.returning = &id;
    insert.returning_count = 1;
    expect_insert(&insert,
                  &bulk,
                  "INSERT INTO \"thing\" (\"id\", \"tags\", \"made_at\") VALUES (?1, ?2, ?3) ON CONFLICT (\"id\") DO "
                  "NOTHING RETURNING \"id\"",
                  "INSERT INTO \"thing\" (\"id\", \"tags\", \"made_at\") SELECT bulk.c0, bulk.c1::text[], "
                  "$3::timestamptz FROM unnest($1::text[], $2::text[]) AS bulk(c0, c1) ON CONFLICT (\"id\") DO "
                  "NOTHING RETURNING \"id\"");
}

static void test_update_and_delete(void **state)
{
    (void)state;
    weft_statement statement = {0};
    const weft_sql_assignment assignments[] = {{WEFT_STR("name"), text("n")}};
    const weft_sql_expr *same_id =
        weft_sql_binary(&arena, WEFT_SQL_EQ, column("", "id", WEFT_TYPE_ID), weft_sql_bulk(&arena, 0, WEFT_VALUE_TEXT));
    const weft_sql_output returning[] = {{column("", "id", WEFT_TYPE_ID), WEFT_VALUE_TEXT}};
    const weft_sql_update update = {.table = WEFT_STR("thing"),
                                    .assignments = assignments,
                                    .assignment_count = 1,
                                    .where = same_id,
                                    .returning = returning,
                                    .returning_count = 1};
    assert_int_equal(weft_sql_render_update(&update, &bulk, test_sqlite(), &arena, &statement, NULL), WEFT_OK);
    expect_text(&statement, "UPDATE \"thing\" SET \"name\" = ?3 WHERE \"id\" = ?1 RETURNING \"id\"");
    assert_int_equal(weft_sql_render_update(&update, &bulk, test_postgres(), &arena, &statement, NULL), WEFT_OK);
    expect_text(&statement,
                "UPDATE \"thing\" SET \"name\" = $3 FROM unnest($1::text[], $2::text[]) AS bulk(c0, c1) WHERE "
                "\"thing\".\"id\" = bulk.c0 RETURNING \"thing\".\"id\"");
    const weft_sql_delete del = {.table = WEFT_STR("thing"), .where = same_id};
    assert_int_equal(weft_sql_render_delete(&del, &bulk, test_sqlite(), &arena, &statement, NULL), WEFT_OK);
    expect_text(&statement, "DELETE FROM \"thing\" WHERE \"id\" = ?1");
    assert_int_equal(weft_sql_render_delete(&del, &bulk, test_postgres(), &arena, &statement, NULL), WEFT_OK);
    expect_text(&statement,
                "DELETE FROM \"thing\" USING unnest($1::text[], $2::text[]) AS bulk(c0, c1) WHERE \"thing\".\"id\" = "
                "bulk.c0");
}

/* A bulk is made where a statement is, and forgotten there: the statement takes it along. */
static void test_bulk_is_kept(void **state)
{
    (void)state;
    weft_bulk given = bulk;
    weft_statement statement = {0};
    const weft_sql_delete del = {
        .table = WEFT_STR("thing"),
        .where = weft_sql_binary(
            &arena, WEFT_SQL_EQ, column("", "id", WEFT_TYPE_ID), weft_sql_bulk(&arena, 0, WEFT_VALUE_TEXT))};
    assert_int_equal(weft_sql_render_delete(&del, &given, test_sqlite(), &arena, &statement, NULL), WEFT_OK);
    given = (weft_bulk){0};
    assert_ptr_equal(statement.bulk->columns, bulk_columns);
    assert_ptr_equal(statement.bulk->column_kinds, bulk_kinds);
    assert_int_equal(statement.bulk->column_count, 2);
    assert_int_equal(statement.bulk->row_count, 2);
}

static void test_select_bulk(void **state)
{
    (void)state;
    weft_statement statement = {0};
    const weft_sql_output outputs[] = {{column("l", "id", WEFT_TYPE_ID), WEFT_VALUE_TEXT}};
    const weft_sql_select select = {
        .outputs = outputs,
        .output_count = 1,
        .table = WEFT_STR("thing_tag"),
        .alias = WEFT_STR("l"),
        .where = weft_sql_binary(
            &arena, WEFT_SQL_EQ, column("l", "thing_id", WEFT_TYPE_ID), weft_sql_bulk(&arena, 0, WEFT_VALUE_TEXT))};
    assert_int_equal(weft_sql_render_select_bulk(&select, &bulk, test_sqlite(), &arena, &statement, NULL), WEFT_OK);
    expect_text(&statement,
                "SELECT \"l\".\"id\" FROM weft_bulk(?1) AS bulk CROSS JOIN \"thing_tag\" AS \"l\" WHERE "
                "\"l\".\"thing_id\" = bulk.c0");
    assert_true(statement.bulk_is_table);
    assert_int_equal(weft_sql_render_select_bulk(&select, &bulk, test_postgres(), &arena, &statement, NULL), WEFT_OK);
    expect_text(&statement,
                "SELECT \"l\".\"id\" FROM unnest($1::text[], $2::text[]) AS bulk(c0, c1) CROSS JOIN \"thing_tag\" AS "
                "\"l\" WHERE \"l\".\"thing_id\" = bulk.c0");
}

/* Every allocation of a statement's making may fail. */
static void test_out_of_memory(void **state)
{
    (void)state;
    for (size_t nth = 1;; nth++) {
        test_alloc alloc;
        weft_arena small;
        weft_statement statement = {0};
        const weft_sql_expr *where = NULL;
        const weft_filter *child = test_compare(&arena, test_field(&test_tag, "label"), WEFT_OP_IN, test_text("blue"));
        const weft_filter *filter = test_partner(&arena, &test_labels, WEFT_QUANTIFIER_EVERY, child);
        test_alloc_init(&alloc, nth);
        weft_arena_init(&small, &alloc.allocator, 0);
        weft_code code = weft_sql_filter(filter, WEFT_STR("t"), &small, &where, NULL);
        if (code == WEFT_OK) {
            const weft_sql_select select = {.table = WEFT_STR("thing"), .alias = WEFT_STR("t"), .where = where};
            code = weft_sql_render_select(&select, test_postgres(), &small, &statement, NULL);
        }
        weft_arena_done(&small);
        assert_true(test_alloc_done(&alloc));
        if (!alloc.has_failed) {
            assert_int_equal(code, WEFT_OK);
            break;
        }
        assert_int_equal(code, WEFT_NO_MEMORY);
    }
}

/* Columns of types that weft would not have chosen, as `t.c`; SQLite has no such types. */
static const weft_sql_expr *native(weft_type type, weft_native kind, const char *column_type)
{
    static weft_field fields[16];
    static size_t used = 0;
    weft_field *field = &fields[used++ % WEFT_COUNT_OF(fields)];
    *field = (weft_field){.name = WEFT_STR("c"),
                          .column = WEFT_STR("c"),
                          .type = type,
                          .native = kind,
                          .column_type = weft_str_from(column_type)};
    return weft_sql_field(&arena, WEFT_STR("t"), field);
}

static void expect_where(const weft_sql_expr *where, const char *sqlite, const char *postgres)
{
    const weft_sql_select select = {
        .table = WEFT_STR("t"), .schema = WEFT_STR("s"), .alias = WEFT_STR("t"), .where = where};
    char expected[2][256];
    (void)snprintf(expected[0], sizeof(expected[0]), "SELECT 1 FROM \"s\".\"t\" WHERE %s", sqlite);
    (void)snprintf(expected[1], sizeof(expected[1]), "SELECT 1 FROM \"s\".\"t\" WHERE %s", postgres);
    expect_select(&select, expected[0], expected[1]);
}

static void test_uuids(void **state)
{
    (void)state;
    const char *one = "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11";
    const weft_sql_expr *uuid = native(WEFT_TYPE_TEXT, WEFT_NATIVE_UUID, "uuid");
    const weft_sql_expr *other = column("l", "x", WEFT_TYPE_TEXT);
    const weft_value keys[] = {test_text(one), test_text("A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11"), test_text("nobody")};
    expect_where(weft_sql_binary(&arena, WEFT_SQL_EQ, uuid, text(one)), "\"t\".\"c\" = ?1", "\"t\".\"c\" = $1");
    /* What is stored is in small letters, and what is no uuid is equal to none. */
    expect_where(weft_sql_binary(&arena, WEFT_SQL_EQ, uuid, text("nobody")), "\"t\".\"c\" = ?1", "FALSE");
    expect_where(weft_sql_binary(&arena, WEFT_SQL_NE, uuid, text("nobody")), "\"t\".\"c\" <> ?1", "TRUE");
    expect_where(weft_sql_binary(&arena, WEFT_SQL_GT, uuid, text(one)), "\"t\".\"c\" > ?1", "\"t\".\"c\" > $1");
    expect_where(weft_sql_binary(&arena, WEFT_SQL_LIKE, uuid, text("a%")),
                 "weft_like(\"t\".\"c\", ?1)",
                 "\"t\".\"c\"::text LIKE $1");
    expect_where(weft_sql_binary(&arena, WEFT_SQL_EQ, uuid, other),
                 "\"t\".\"c\" = \"l\".\"x\"",
                 "\"t\".\"c\"::text = \"l\".\"x\"");
    expect_where(weft_sql_binary(&arena, WEFT_SQL_EQ, other, uuid),
                 "\"l\".\"x\" = \"t\".\"c\"",
                 "\"l\".\"x\" = \"t\".\"c\"::text");
    expect_where(
        weft_sql_binary(&arena, WEFT_SQL_EQ, uuid, uuid), "\"t\".\"c\" = \"t\".\"c\"", "\"t\".\"c\" = \"t\".\"c\"");
    const weft_sql_expr *list = weft_sql_list(&arena, keys, WEFT_COUNT_OF(keys), WEFT_VALUE_TEXT);
    const weft_sql_select select = {.table = WEFT_STR("t"),
                                    .where = weft_sql_binary(&arena, WEFT_SQL_IN_LIST, uuid, list)};
    weft_statement statement = {0};
    assert_int_equal(weft_sql_render_select(&select, test_postgres(), &arena, &statement, NULL), WEFT_OK);
    expect_text(&statement, "SELECT 1 FROM \"t\" WHERE \"t\".\"c\" = ANY($1::uuid[])");
    assert_int_equal(statement.params[0].item_count, 1);
}

static void test_native_types(void **state)
{
    (void)state;
    const weft_sql_expr *loose = native(WEFT_TYPE_TEXT, WEFT_NATIVE_LOOSE, "ext.citext");
    const weft_sql_expr *mood = native(WEFT_TYPE_ENUM, WEFT_NATIVE_ENUM, "mood");
    const weft_sql_expr *real = native(WEFT_TYPE_FLOAT, WEFT_NATIVE_REAL, "float4");
    const weft_sql_expr *json = native(WEFT_TYPE_JSON, WEFT_NATIVE_CAST, "json");
    const weft_sql_expr *array = native(WEFT_TYPE_ARRAY, WEFT_NATIVE_CAST, "_varchar");
    expect_where(weft_sql_binary(&arena, WEFT_SQL_EQ, loose, text("x")),
                 "\"t\".\"c\" = ?1",
                 "(\"t\".\"c\" = $1::\"ext\".\"citext\" AND \"t\".\"c\"::text = $2)");
    expect_where(weft_sql_binary(&arena, WEFT_SQL_LT, loose, text("x")),
                 "\"t\".\"c\" < ?1",
                 "\"t\".\"c\"::text COLLATE \"C\" < $1");
    expect_where(weft_sql_binary(&arena, WEFT_SQL_EQ, mood, text("sad")), "\"t\".\"c\" = ?1", "\"t\".\"c\" = $1");
    expect_where(weft_sql_binary(&arena, WEFT_SQL_LT, mood, text("sad")),
                 "\"t\".\"c\" < ?1",
                 "\"t\".\"c\"::text COLLATE \"C\" < $1");
    expect_where(weft_sql_unary(&arena, WEFT_SQL_IS_NULL, json), "\"t\".\"c\" IS NULL", "\"t\".\"c\"::jsonb IS NULL");
    expect_where(weft_sql_unary(&arena, WEFT_SQL_IS_NULL, array), "\"t\".\"c\" IS NULL", "\"t\".\"c\"::text[] IS NULL");
    expect_where(weft_sql_binary(&arena, WEFT_SQL_EQ, real, weft_sql_value(&arena, test_real(0.5), WEFT_VALUE_DOUBLE)),
                 "\"t\".\"c\" = ?1",
                 "\"t\".\"c\"::text::double precision = $1::double precision");
    const weft_sql_order order[] = {{mood, false}, {native(WEFT_TYPE_TEXT, WEFT_NATIVE_UUID, "uuid"), true}};
    const weft_sql_select select = {.table = WEFT_STR("t"), .order = order, .order_count = 2};
    weft_statement statement = {0};
    assert_int_equal(weft_sql_render_select(&select, test_postgres(), &arena, &statement, NULL), WEFT_OK);
    expect_text(&statement, "SELECT 1 FROM \"t\" ORDER BY \"t\".\"c\"::text COLLATE \"C\", \"t\".\"c\" DESC");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_names_are_quoted, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_value_literals, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_order_and_page, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_joins_and_locks, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_groups, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_insert, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_insert_bulk, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_update_and_delete, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_bulk_is_kept, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_select_bulk, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_out_of_memory, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_uuids, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_native_types, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("sql/render", tests, NULL, NULL);
}
