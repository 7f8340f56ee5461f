/* Filters as SQL: the exact text for both dialects, and what it answers over the rows of stand.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "stand.h"

/* SELECT t.id FROM thing AS t WHERE <live and> filter ORDER BY t.id */
static weft_statement render(fixture *f, const weft_filter *filter, const weft_dialect *dialect, bool is_negated)
{
    const weft_sql_expr *where = NULL;
    const weft_str alias = WEFT_STR("t");
    const weft_sql_expr *id = weft_sql_field(&f->arena, alias, test_field(&test_thing, "id"));
    const weft_sql_output output = {id, WEFT_VALUE_TEXT};
    const weft_sql_order order = {.expr = id};
    weft_statement statement = {0};
    assert_int_equal(weft_sql_filter(filter, alias, &f->arena, &where, NULL), WEFT_OK);
    if (is_negated) {
        where = weft_sql_unary(&f->arena, WEFT_SQL_NOT, where);
    }
    const weft_sql_select select = {.outputs = &output,
                                    .output_count = 1,
                                    .table = test_thing.table,
                                    .alias = alias,
                                    .where = where,
                                    .order = &order,
                                    .order_count = 1};
    assert_int_equal(weft_sql_render_select(&select, dialect, &f->arena, &statement, NULL), WEFT_OK);
    return statement;
}

/* What stands between WHERE and ORDER BY. */
static weft_str condition_of(const weft_statement *statement)
{
    const char *where = strstr(statement->sql.data, " WHERE ") + strlen(" WHERE ");
    const char *end = strstr(where, " ORDER BY \"t\".\"id\"");
    return (weft_str){where, (size_t)(end - where)};
}

static void expect_text(fixture *f, const weft_filter *filter, const weft_dialect *dialect, const char *expected)
{
    const weft_statement statement = render(f, filter, dialect, false);
    const weft_str found = condition_of(&statement);
    if (!weft_str_equal_text(found, expected)) {
        fail_msg("%s\n  expected %s\n  found    %.*s", dialect->name, expected, WEFT_STR_ARG(found));
    }
}

/* The ids found, in order, as one text; every filter and its negation split all rows between them. */
static void expect_rows(fixture *f, const weft_filter *filter, const char *expected)
{
    char found[8] = "";
    char rest[8] = "";
    for (int is_negated = 0; is_negated < 2; is_negated++) {
        const weft_statement statement = render(f, filter, f->dialect, is_negated != 0);
        const weft_value *values = NULL;
        size_t count = 0;
        weft_error error = {.code = WEFT_OK};
        if (weft_connection_collect(f->connection, &statement, &f->arena, &values, &count, &error) != WEFT_OK) {
            fail_msg("%s: %s", statement.sql.data, error.message);
        }
        for (size_t i = 0; i < count; i++) {
            strncat(is_negated ? rest : found, values[i].as.text.data, 1);
        }
    }
    if (strcmp(found, expected) != 0) {
        const weft_statement statement = render(f, filter, f->dialect, false);
        fail_msg("%s\n  expected %s\n  found    %s", statement.sql.data, expected, found);
    }
    assert_int_equal(strlen(found) + strlen(rest), 5);
}

static void expect(fixture *f, const weft_filter *filter, const char *sqlite, const char *postgres, const char *rows)
{
    expect_text(f, filter, test_sqlite(), sqlite);
    expect_text(f, filter, test_postgres(), postgres);
    expect_rows(f, filter, rows);
}

/* One comparison with one value. */
typedef struct comparison {
    const char *field;
    weft_operator op;
    weft_value value;
    const char *sqlite;
    const char *postgres;
    const char *rows;
} comparison;

static void expect_all(fixture *f, const comparison *comparisons, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const comparison *c = &comparisons[i];
        const weft_filter *filter = test_compare(&f->arena, test_field(&test_thing, c->field), c->op, c->value);
        expect(f, filter, c->sqlite, c->postgres, c->rows);
    }
}

static void test_equality(void **state)
{
    const comparison comparisons[] = {
        {"name", WEFT_OP_EQ, test_text("bee"), "\"t\".\"name\" = ?1", "\"t\".\"name\" = $1", "b"},
        {"name",
         WEFT_OP_NE,
         test_text("bee"),
         "\"t\".\"name\" IS DISTINCT FROM ?1",
         "\"t\".\"name\" IS DISTINCT FROM $1",
         "acde"},
        {"status", WEFT_OP_NE, test_text("open"), "\"t\".\"status\" <> ?1", "\"t\".\"status\" <> $1", "be"},
        {"name", WEFT_OP_EQ, test_null(), "\"t\".\"name\" IS NULL", "\"t\".\"name\" IS NULL", "c"},
        {"name", WEFT_OP_NE, test_null(), "\"t\".\"name\" IS NOT NULL", "\"t\".\"name\" IS NOT NULL", "abde"},
        {"size", WEFT_OP_EQ, test_integer(2), "\"t\".\"size\" = ?1", "\"t\".\"size\" = $1::bigint", "b"},
        {"price", WEFT_OP_EQ, test_decimal("10"), "\"t\".\"price\" = ?1", "\"t\".\"price\" = $1::numeric", "b"},
        {"weight", WEFT_OP_EQ, test_real(2.5), "\"t\".\"weight\" = ?1", "\"t\".\"weight\" = $1::double precision", "b"},
        {"is_new", WEFT_OP_EQ, test_boolean(true), "\"t\".\"is_new\" = ?1", "\"t\".\"is_new\" = $1::boolean", "ad"},
        {"made_at",
         WEFT_OP_EQ,
         test_time("2026-02-01"),
         "\"t\".\"made_at\" = ?1",
         "\"t\".\"made_at\" = $1::timestamptz",
         "b"},
        {"name",
         WEFT_OP_EXISTS,
         test_boolean(true),
         "\"t\".\"name\" IS NOT NULL",
         "\"t\".\"name\" IS NOT NULL",
         "abde"},
        {"name", WEFT_OP_EXISTS, test_boolean(false), "\"t\".\"name\" IS NULL", "\"t\".\"name\" IS NULL", "c"},
    };
    expect_all(*state, comparisons, WEFT_COUNT_OF(comparisons));
}

static void test_ordering(void **state)
{
    const comparison comparisons[] = {
        {"name", WEFT_OP_GT, test_text("a%b"), "\"t\".\"name\" > ?1", "\"t\".\"name\" COLLATE \"C\" > $1", "bd"},
        {"name", WEFT_OP_LTE, test_text("a%b"), "\"t\".\"name\" <= ?1", "\"t\".\"name\" COLLATE \"C\" <= $1", "ae"},
        {"size", WEFT_OP_GTE, test_integer(3), "\"t\".\"size\" >= ?1", "\"t\".\"size\" >= $1::bigint", "ad"},
        {"price",
         WEFT_OP_LT,
         test_decimal("9.5"),
         "\"t\".\"price\" COLLATE weft_decimal < ?1",
         "\"t\".\"price\" < $1::numeric",
         "de"},
        {"price",
         WEFT_OP_GT,
         test_decimal("9"),
         "\"t\".\"price\" COLLATE weft_decimal > ?1",
         "\"t\".\"price\" > $1::numeric",
         "ab"},
        {"weight", WEFT_OP_LT, test_real(1), "\"t\".\"weight\" < ?1", "\"t\".\"weight\" < $1::double precision", "de"},
        {"made_at",
         WEFT_OP_GTE,
         test_time("2026-01-01"),
         "\"t\".\"made_at\" >= ?1",
         "\"t\".\"made_at\" >= $1::timestamptz",
         "abd"},
        {"status", WEFT_OP_LT, test_text("open"), "\"t\".\"status\" < ?1", "\"t\".\"status\" COLLATE \"C\" < $1", "be"},
    };
    expect_all(*state, comparisons, WEFT_COUNT_OF(comparisons));
}

static void test_patterns(void **state)
{
    const comparison comparisons[] = {
        {"name", WEFT_OP_LIKE, test_text("A%"), "weft_like(\"t\".\"name\", ?1)", "\"t\".\"name\" LIKE $1", "a"},
        {"name",
         WEFT_OP_ILIKE,
         test_text("A%"),
         "weft_ilike(\"t\".\"name\", ?1)",
         "\"t\".\"name\" COLLATE \"C\" ILIKE $1",
         "ae"},
        {"name", WEFT_OP_CONTAINS, test_text("%"), "weft_like(\"t\".\"name\", ?1)", "\"t\".\"name\" LIKE $1", "e"},
        {"name", WEFT_OP_CONTAINS, test_text("_"), "weft_like(\"t\".\"name\", ?1)", "\"t\".\"name\" LIKE $1", "a"},
        {"name", WEFT_OP_CONTAINS, test_text(""), "weft_like(\"t\".\"name\", ?1)", "\"t\".\"name\" LIKE $1", "abde"},
    };
    expect_all(*state, comparisons, WEFT_COUNT_OF(comparisons));
}

static void test_lists(void **state)
{
    fixture *f = *state;
    const weft_value values[] = {test_text("bee"), test_null(), test_text("dog")};
    const weft_value given[] = {test_text("bee"), test_text("dog")};
    const weft_field *name = test_field(&test_thing, "name");
    const weft_field *status = test_field(&test_thing, "status");
    expect(f,
           test_compare_many(&f->arena, name, WEFT_OP_IN, given, 2),
           "\"t\".\"name\" IN weft_list(?1)",
           "\"t\".\"name\" = ANY($1::text[])",
           "bd");
    expect(f,
           test_compare_many(&f->arena, name, WEFT_OP_NIN, given, 2),
           "(\"t\".\"name\" IN weft_list(?1)) IS NOT TRUE",
           "(\"t\".\"name\" = ANY($1::text[])) IS NOT TRUE",
           "ace");
    expect(f,
           test_compare_many(&f->arena, status, WEFT_OP_NIN, given, 2),
           "NOT (\"t\".\"status\" IN weft_list(?1))",
           "NOT (\"t\".\"status\" = ANY($1::text[]))",
           "abcde");
    expect(f,
           test_compare_many(&f->arena, name, WEFT_OP_IN, values, 3),
           "\"t\".\"name\" IN weft_list(?1) OR \"t\".\"name\" IS NULL",
           "\"t\".\"name\" = ANY($1::text[]) OR \"t\".\"name\" IS NULL",
           "bcd");
    expect(f,
           test_compare_many(&f->arena, name, WEFT_OP_NIN, values, 3),
           "(\"t\".\"name\" IN weft_list(?1) OR \"t\".\"name\" IS NULL) IS NOT TRUE",
           "(\"t\".\"name\" = ANY($1::text[]) OR \"t\".\"name\" IS NULL) IS NOT TRUE",
           "ae");
    expect(f,
           test_compare_many(&f->arena, name, WEFT_OP_IN, &values[1], 1),
           "\"t\".\"name\" IS NULL",
           "\"t\".\"name\" IS NULL",
           "c");
    expect(f, test_compare_many(&f->arena, name, WEFT_OP_IN, NULL, 0), "FALSE", "FALSE", "");
    expect(f, test_compare_many(&f->arena, name, WEFT_OP_NIN, NULL, 0), "NOT (FALSE)", "NOT (FALSE)", "abcde");
}

static void test_arrays(void **state)
{
    fixture *f = *state;
    const weft_value both[] = {test_text("x"), test_text("y")};
    const weft_value quote = test_text("\"q");
    const weft_field *tags = test_field(&test_thing, "tags");
    expect(f,
           test_compare_many(&f->arena, tags, WEFT_OP_CONTAINS, both, 2),
           "weft_array_contains(\"t\".\"tags\", ?1)",
           "\"t\".\"tags\" @> $1::text[]",
           "a");
    expect(f,
           test_compare_many(&f->arena, tags, WEFT_OP_OVERLAP, both, 2),
           "weft_array_overlaps(\"t\".\"tags\", ?1)",
           "\"t\".\"tags\" && $1::text[]",
           "ab");
    expect(f,
           test_compare_many(&f->arena, tags, WEFT_OP_CONTAINS, &quote, 1),
           "weft_array_contains(\"t\".\"tags\", ?1)",
           "\"t\".\"tags\" @> $1::text[]",
           "e");
    expect(f,
           test_compare_many(&f->arena, tags, WEFT_OP_CONTAINS, NULL, 0),
           "weft_array_contains(\"t\".\"tags\", ?1)",
           "\"t\".\"tags\" @> $1::text[]",
           "abde");
    const weft_value whole[] = {{.kind = WEFT_VALUE_ARRAY, .as.text = WEFT_STR("[\"y\"]")},
                                {.kind = WEFT_VALUE_ARRAY, .as.text = WEFT_STR("[\"x\",\"y\"]")}};
    expect(f,
           test_compare_many(&f->arena, tags, WEFT_OP_IN, whole, 2),
           "\"t\".\"tags\" = ?1 OR \"t\".\"tags\" = ?2",
           "\"t\".\"tags\" = $1::text[] OR \"t\".\"tags\" = $2::text[]",
           "ab");
}

static void test_json_values(void **state)
{
    fixture *f = *state;
    weft_arena *arena = &f->arena;
    expect(f,
           test_compare_path(arena, "color", NULL, WEFT_OP_EQ, test_json("\"red\"")),
           "weft_json_path(\"t\".\"data\", ?1) = ?2",
           "nullif(\"t\".\"data\" #> $1::text[], 'null') = $2::jsonb",
           "a");
    expect(f,
           test_compare_path(arena, "box", "w", WEFT_OP_EQ, test_json("2")),
           "weft_json_path(\"t\".\"data\", ?1) = ?2",
           "nullif(\"t\".\"data\" #> $1::text[], 'null') = $2::jsonb",
           "a");
    expect(f,
           test_compare_path(arena, "color", NULL, WEFT_OP_NE, test_json("\"red\"")),
           "weft_json_path(\"t\".\"data\", ?1) IS DISTINCT FROM ?2",
           "nullif(\"t\".\"data\" #> $1::text[], 'null') IS DISTINCT FROM $2::jsonb",
           "bcde");
    expect(f,
           test_compare_path(arena, "color", NULL, WEFT_OP_EQ, test_null()),
           "weft_json_path(\"t\".\"data\", ?1) IS NULL",
           "nullif(\"t\".\"data\" #> $1::text[], 'null') IS NULL",
           "bcd");
    expect(f,
           test_compare_path(arena, "color", NULL, WEFT_OP_IN, test_json("\"Red\"")),
           "weft_json_path(\"t\".\"data\", ?1) IN weft_list(?2)",
           "nullif(\"t\".\"data\" #> $1::text[], 'null') = ANY($2::jsonb[])",
           "e");
    expect(f,
           test_compare_path(arena, "box", NULL, WEFT_OP_CONTAINS, test_json("{\"w\":10}")),
           "weft_json_contains(weft_json_path(\"t\".\"data\", ?1), ?2)",
           "nullif(\"t\".\"data\" #> $1::text[], 'null') @> $2::jsonb",
           "b");
    expect(f,
           test_compare(arena, test_field(&test_thing, "data"), WEFT_OP_CONTAINS, test_json("{\"color\":\"red\"}")),
           "weft_json_contains(\"t\".\"data\", ?1)",
           "\"t\".\"data\" @> $1::jsonb",
           "a");
    expect(f,
           test_compare(arena, test_field(&test_thing, "data"), WEFT_OP_EQ, test_json("{}")),
           "weft_json_path(\"t\".\"data\", ?1) = ?2",
           "nullif(\"t\".\"data\", 'null') = $1::jsonb",
           "d");
    expect(f,
           test_compare_path(arena, "color", NULL, WEFT_OP_EXISTS, test_boolean(true)),
           "weft_json_path(\"t\".\"data\", ?1) IS NOT NULL",
           "nullif(\"t\".\"data\" #> $1::text[], 'null') IS NOT NULL",
           "ae");
}

/* "-1", "01" and the like are indexes to PostgreSQL, and keys of objects to everybody else. */
static void test_json_keys_like_numbers(void **state)
{
    fixture *f = *state;
    static const char *const keys[] = {"-1", "01", "+1", " 1", "00", "-0", "1000000000"};
    for (size_t i = 0; i < WEFT_COUNT_OF(keys); i++) {
        expect(f,
               test_compare_path(&f->arena, "list", keys[i], WEFT_OP_EQ, test_json("2")),
               "weft_json_path(\"t\".\"data\", ?1) = ?2",
               "nullif(\"t\".\"data\" #> ($1::text[])[1:1] -> ($1::text[])[2], 'null') = $2::jsonb",
               "b");
    }
    expect(f,
           test_compare_path(&f->arena, "list", "-1", WEFT_OP_GTE, test_json("2")),
           "(CASE WHEN json_type(weft_json_path(\"t\".\"data\", ?1)) IN ('integer', 'real') THEN "
           "weft_json_path(\"t\".\"data\", ?1) END) COLLATE weft_decimal >= ?2",
           "(CASE jsonb_typeof(\"t\".\"data\" #> ($1::text[])[1:1] -> ($1::text[])[2]) WHEN 'number' THEN "
           "(\"t\".\"data\" #> ($1::text[])[1:1] ->> ($1::text[])[2])::numeric END) >= $2::numeric",
           "b");
    expect(f,
           test_compare_path(&f->arena, "list", "1", WEFT_OP_EQ, test_json("2")),
           "weft_json_path(\"t\".\"data\", ?1) = ?2",
           "nullif(\"t\".\"data\" #> $1::text[], 'null') = $2::jsonb",
           "e");
    expect(f,
           test_compare_path(&f->arena, "size2", NULL, WEFT_OP_EQ, test_json("2")),
           "weft_json_path(\"t\".\"data\", ?1) = ?2",
           "nullif(\"t\".\"data\" #> $1::text[], 'null') = $2::jsonb",
           "");
}

static void test_json_scalars(void **state)
{
    fixture *f = *state;
    expect(f,
           test_compare_path(&f->arena, "box", "w", WEFT_OP_GT, test_json("2")),
           "(CASE WHEN json_type(weft_json_path(\"t\".\"data\", ?1)) IN ('integer', 'real') THEN "
           "weft_json_path(\"t\".\"data\", ?1) END) COLLATE weft_decimal > ?2",
           "(CASE jsonb_typeof(\"t\".\"data\" #> $1::text[]) WHEN 'number' THEN (\"t\".\"data\" #>> "
           "$1::text[])::numeric END) > $2::numeric",
           "b");
    expect(f,
           test_compare_path(&f->arena, "color", NULL, WEFT_OP_GTE, test_json("\"S\"")),
           "(CASE WHEN json_type(weft_json_path(\"t\".\"data\", ?1)) = 'text' THEN weft_json_path(\"t\".\"data\", ?1) "
           "->> '$' END) >= ?2",
           "(CASE jsonb_typeof(\"t\".\"data\" #> $1::text[]) WHEN 'string' THEN \"t\".\"data\" #>> $1::text[] END) "
           "COLLATE \"C\" >= $2",
           "a");
    expect_rows(f, test_compare_path(&f->arena, "color", NULL, WEFT_OP_ILIKE, test_json("\"r%\"")), "ae");
    expect(f, test_compare_path(&f->arena, "box", NULL, WEFT_OP_LT, test_json("{}")), "FALSE", "FALSE", "");
}

static void test_junctions(void **state)
{
    fixture *f = *state;
    weft_arena *arena = &f->arena;
    const weft_filter *open = test_compare(arena, test_field(&test_thing, "status"), WEFT_OP_EQ, test_text("open"));
    const weft_filter *small = test_compare(arena, test_field(&test_thing, "size"), WEFT_OP_LT, test_integer(3));
    const weft_filter *is_new = test_compare(arena, test_field(&test_thing, "is_new"), WEFT_OP_EQ, test_boolean(true));
    const weft_filter *either = test_junction(arena, WEFT_FILTER_OR, small, is_new);
    expect(f,
           test_junction(arena, WEFT_FILTER_AND, open, either),
           "\"t\".\"status\" = ?1 AND (\"t\".\"size\" < ?2 OR \"t\".\"is_new\" = ?3)",
           "\"t\".\"status\" = $1 AND (\"t\".\"size\" < $2::bigint OR \"t\".\"is_new\" = $3::boolean)",
           "ad");
    expect(f, /* an AND of one keeps the parentheses of what is in it */
           test_junction(arena, WEFT_FILTER_AND, open, test_junction(arena, WEFT_FILTER_AND, either, NULL)),
           "\"t\".\"status\" = ?1 AND (\"t\".\"size\" < ?2 OR \"t\".\"is_new\" = ?3)",
           "\"t\".\"status\" = $1 AND (\"t\".\"size\" < $2::bigint OR \"t\".\"is_new\" = $3::boolean)",
           "ad");
    expect(f,
           test_junction(arena, WEFT_FILTER_NOT, either, NULL),
           "(\"t\".\"size\" < ?1 OR \"t\".\"is_new\" = ?2) IS NOT TRUE",
           "(\"t\".\"size\" < $1::bigint OR \"t\".\"is_new\" = $2::boolean) IS NOT TRUE",
           "c");
    expect(f,
           test_junction(arena, WEFT_FILTER_NOT, open, NULL),
           "NOT (\"t\".\"status\" = ?1)",
           "NOT (\"t\".\"status\" = $1)",
           "be");
    const weft_filter *nested =
        test_junction(arena, WEFT_FILTER_NOT, test_junction(arena, WEFT_FILTER_NOT, small, NULL), NULL);
    expect(
        f, nested, "NOT ((\"t\".\"size\" < ?1) IS NOT TRUE)", "NOT ((\"t\".\"size\" < $1::bigint) IS NOT TRUE)", "be");
}

static void test_partners(void **state)
{
    fixture *f = *state;
    weft_arena *arena = &f->arena;
    const weft_filter *first = test_compare(arena, test_field(&test_note, "body"), WEFT_OP_EQ, test_text("first"));
    const weft_filter *blue = test_compare(arena, test_field(&test_tag, "label"), WEFT_OP_EQ, test_text("blue"));
    expect(f,
           test_partner(arena, &test_notes, WEFT_QUANTIFIER_SOME, first),
           "EXISTS (SELECT 1 FROM \"note\" AS \"e1\" WHERE \"e1\".\"thing_id\" = \"t\".\"id\" AND "
           "\"e1\".\"deleted_at\" IS NULL AND \"e1\".\"body\" = ?1)",
           "EXISTS (SELECT 1 FROM \"note\" AS \"e1\" WHERE \"e1\".\"thing_id\" = \"t\".\"id\" AND "
           "\"e1\".\"deleted_at\" IS NULL AND \"e1\".\"body\" = $1)",
           "a");
    expect(f,
           test_partner(arena, &test_labels, WEFT_QUANTIFIER_SOME, blue),
           "EXISTS (SELECT 1 FROM \"thing_tag\" AS \"l1\" CROSS JOIN \"tag\" AS \"e1\" ON \"e1\".\"id\" = "
           "\"l1\".\"tag_id\" AND \"e1\".\"deleted_at\" IS NULL WHERE \"l1\".\"thing_id\" = \"t\".\"id\" AND "
           "\"l1\".\"deleted_at\" IS NULL AND \"e1\".\"label\" = ?1)",
           "EXISTS (SELECT 1 FROM \"thing_tag\" AS \"l1\" JOIN \"tag\" AS \"e1\" ON \"e1\".\"id\" = "
           "\"l1\".\"tag_id\" AND \"e1\".\"deleted_at\" IS NULL WHERE \"l1\".\"thing_id\" = \"t\".\"id\" AND "
           "\"l1\".\"deleted_at\" IS NULL AND \"e1\".\"label\" = $1)",
           "ab");
    expect_rows(f, test_partner(arena, &test_notes, WEFT_QUANTIFIER_SOME, NULL), "ae");
    expect_rows(f, test_partner(arena, &test_notes, WEFT_QUANTIFIER_NONE, NULL), "bcd");
    expect_rows(f, test_partner(arena, &test_notes, WEFT_QUANTIFIER_NONE, first), "bcde");
    expect_rows(f, test_partner(arena, &test_notes, WEFT_QUANTIFIER_EVERY, first), "bcd");
    expect_rows(f, test_partner(arena, &test_notes, WEFT_QUANTIFIER_EVERY, NULL), "abcde");
    expect_rows(f, test_partner(arena, &test_labels, WEFT_QUANTIFIER_SOME, NULL), "ab");
    expect_rows(f, test_partner(arena, &test_labels, WEFT_QUANTIFIER_EVERY, blue), "bcde");
}

static void test_partners_of_partners(void **state)
{
    fixture *f = *state;
    weft_arena *arena = &f->arena;
    const weft_filter *bee = test_compare(arena, test_field(&test_thing, "name"), WEFT_OP_EQ, test_text("Ant_1"));
    const weft_filter *of_bee = test_partner(arena, &test_note_thing, WEFT_QUANTIFIER_SOME, bee);
    expect(f,
           test_partner(arena, &test_notes, WEFT_QUANTIFIER_SOME, of_bee),
           "EXISTS (SELECT 1 FROM \"note\" AS \"e1\" WHERE \"e1\".\"thing_id\" = \"t\".\"id\" AND "
           "\"e1\".\"deleted_at\" IS NULL AND EXISTS (SELECT 1 FROM \"thing\" AS \"e2\" WHERE \"e2\".\"id\" = "
           "\"e1\".\"thing_id\" AND \"e2\".\"deleted_at\" IS NULL AND \"e2\".\"name\" = ?1))",
           "EXISTS (SELECT 1 FROM \"note\" AS \"e1\" WHERE \"e1\".\"thing_id\" = \"t\".\"id\" AND "
           "\"e1\".\"deleted_at\" IS NULL AND EXISTS (SELECT 1 FROM \"thing\" AS \"e2\" WHERE \"e2\".\"id\" = "
           "\"e1\".\"thing_id\" AND \"e2\".\"deleted_at\" IS NULL AND \"e2\".\"name\" = $1))",
           "a");
}

/* A condition on the link row that led to the partner, together with one on the partner. */
static void test_link_rows(void **state)
{
    fixture *f = *state;
    weft_arena *arena = &f->arena;
    weft_filter *second = WEFT_ARENA_NEW(arena, weft_filter);
    assert_non_null(second);
    *second = *test_compare(arena, test_field(&test_thing_tag, "position"), WEFT_OP_EQ, test_integer(2));
    second->is_through = true;
    const weft_filter *blue = test_compare(arena, test_field(&test_tag, "label"), WEFT_OP_EQ, test_text("blue"));
    const weft_filter *both = test_junction(arena, WEFT_FILTER_AND, blue, second);
    expect(f,
           test_partner(arena, &test_labels, WEFT_QUANTIFIER_SOME, both),
           "EXISTS (SELECT 1 FROM \"thing_tag\" AS \"l1\" CROSS JOIN \"tag\" AS \"e1\" ON \"e1\".\"id\" = "
           "\"l1\".\"tag_id\" AND \"e1\".\"deleted_at\" IS NULL WHERE \"l1\".\"thing_id\" = \"t\".\"id\" AND "
           "\"l1\".\"deleted_at\" IS NULL AND \"e1\".\"label\" = ?1 AND \"l1\".\"position\" = ?2)",
           "EXISTS (SELECT 1 FROM \"thing_tag\" AS \"l1\" JOIN \"tag\" AS \"e1\" ON \"e1\".\"id\" = "
           "\"l1\".\"tag_id\" AND \"e1\".\"deleted_at\" IS NULL WHERE \"l1\".\"thing_id\" = \"t\".\"id\" AND "
           "\"l1\".\"deleted_at\" IS NULL AND \"e1\".\"label\" = $1 AND \"l1\".\"position\" = $2::bigint)",
           "a");
}

static void test_counts(void **state)
{
    fixture *f = *state;
    weft_arena *arena = &f->arena;
    expect(f,
           test_count(arena, &test_notes, WEFT_OP_GTE, 2),
           "(SELECT count(*) FROM \"note\" AS \"e1\" WHERE \"e1\".\"thing_id\" = \"t\".\"id\" AND "
           "\"e1\".\"deleted_at\" IS NULL) >= ?1",
           "(SELECT count(*) FROM \"note\" AS \"e1\" WHERE \"e1\".\"thing_id\" = \"t\".\"id\" AND "
           "\"e1\".\"deleted_at\" IS NULL) >= $1::bigint",
           "a");
    expect_rows(f, test_count(arena, &test_notes, WEFT_OP_EQ, 0), "bcd");
    expect_rows(f, test_count(arena, &test_notes, WEFT_OP_NE, 0), "ae");
    expect_rows(f, test_count(arena, &test_notes, WEFT_OP_IN, 2), "a");
    expect_rows(f, test_count(arena, &test_notes, WEFT_OP_NIN, 2), "bcde");
    expect_rows(f, test_count(arena, &test_labels, WEFT_OP_EQ, 1), "b");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_equality, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_ordering, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_patterns, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_lists, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_arrays, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_json_values, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_json_keys_like_numbers, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_json_scalars, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_junctions, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_partners, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_partners_of_partners, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_link_rows, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_counts, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("sql/filter", tests, NULL, NULL);
}
