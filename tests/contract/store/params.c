/* Lists and bulks. */
#include <stdio.h>
#include <string.h>

#include "contract/store/fixture.h"

static void test_lists_of_0_1_and_many(void **state)
{
    store_fixture *f = *state;
    enum { MANY = 5000 };
    static weft_value items[MANY];
    fixture_must(f, "CREATE TABLE l (a {text} PRIMARY KEY)");
    fixture_must(f, "INSERT INTO l VALUES ('id_00000'), ('id_04999'), ('id_05000')");
    for (size_t i = 0; i < MANY; i++) {
        const weft_str text = weft_str_format(&f->arena, "id_%05zu", i);
        items[i] = (weft_value){.kind = WEFT_VALUE_TEXT, .as.text = text};
    }
    const struct {
        size_t count;
        const char *expected;
    } cases[] = {{0, ""}, {1, "id_00000"}, {MANY, "id_00000;id_04999"}, {1, "id_00000"}};
    for (size_t i = 0; i < WEFT_COUNT_OF(cases); i++) {
        const weft_param list = param_list(WEFT_VALUE_TEXT, items, cases[i].count);
        assert_rows_with(f, "SELECT a FROM l WHERE a {in}1) ORDER BY a", "t", &list, 1, cases[i].expected);
    }
}

static void test_list_items_that_need_quotes(void **state)
{
    store_fixture *f = *state;
    static const char *const texts[] = {"",
                                        " ",
                                        "\"",
                                        "\\",
                                        "\\\"",
                                        ",",
                                        "{",
                                        "}",
                                        "{}",
                                        "NULL",
                                        "null",
                                        "'",
                                        "a b",
                                        "a\nb",
                                        "\t",
                                        "\xe2\x82\xac",
                                        "$1",
                                        "--"};
    fixture_must(f, "CREATE TABLE l (a {text})");
    for (size_t i = 0; i < WEFT_COUNT_OF(texts); i++) {
        const weft_param param = param_of(value_of(WEFT_VALUE_TEXT, texts[i]));
        const weft_statement insert = fixture_statement(f, "INSERT INTO l VALUES ($1)", "", &param, 1);
        assert_ok(f, weft_connection_execute(f->connection, &insert, NULL, &f->error));
    }
    for (size_t i = 0; i < WEFT_COUNT_OF(texts); i++) {
        const weft_value items[] = {value_of(WEFT_VALUE_TEXT, texts[i]), value_of(WEFT_VALUE_TEXT, "absent")};
        const weft_param list = param_list(WEFT_VALUE_TEXT, items, 2);
        assert_rows_with(f, "SELECT a FROM l WHERE a {in}1)", "t", &list, 1, texts[i]);
    }
}

static void test_lists_of_other_kinds(void **state)
{
    store_fixture *f = *state;
    fixture_must(f, "CREATE TABLE l (i {number}, m {dateTime}, n {bigNumber}, d {float}, b {boolean})");
    const weft_param row[] = {param_of(value_integer(7)),
                              param_of(value_time(1000)),
                              param_of(value_of(WEFT_VALUE_DECIMAL, "12345678901234567890.5")),
                              param_of(value_double(0.1)),
                              param_of(value_boolean(true))};
    const weft_statement insert = fixture_statement(f, "INSERT INTO l VALUES ($1, $2, $3, $4, $5)", "", row, 5);
    assert_ok(f, weft_connection_execute(f->connection, &insert, NULL, &f->error));
    static const char *const columns[] = {"i", "m", "n", "d", "b"};
    for (size_t i = 0; i < WEFT_COUNT_OF(columns); i++) {
        const weft_value items[] = {row[i].value, value_null()};
        const weft_param list = param_list(row[i].type, items, 2);
        char sql[64];
        (void)snprintf(sql, sizeof(sql), "SELECT i FROM l WHERE %s {in}1)", columns[i]);
        assert_rows_with(f, sql, "i", &list, 1, "7");
    }
}

static void test_a_list_beside_values(void **state)
{
    store_fixture *f = *state;
    fixture_must(f, "CREATE TABLE l (a {text}, b {number})");
    fixture_must(f, "INSERT INTO l VALUES ('x', 1), ('y', 2), ('z', 3)");
    const weft_value items[] = {value_of(WEFT_VALUE_TEXT, "x"), value_of(WEFT_VALUE_TEXT, "z")};
    const weft_param params[] = {
        param_of(value_integer(1)), param_list(WEFT_VALUE_TEXT, items, 2), param_of(value_integer(10))};
    assert_rows_with(f, "SELECT a FROM l WHERE b > $1 AND a {in}2) AND b < $3", "t", params, 3, "z");
}

/* The same insert for both ways of a bulk. */
static const char *bulk_insert(const store_fixture *f)
{
    return fixture_is_postgres(f) ? "INSERT INTO b SELECT * FROM unnest($1::text[], $2::bigint[]) RETURNING k, n"
                                  : "INSERT INTO b VALUES ($1, $2) RETURNING k, n";
}

typedef struct bulk_case {
    weft_value keys[1000];
    weft_value numbers[1000];
    const weft_value *columns[2];
    weft_value_kind kinds[2];
    weft_bulk bulk;
} bulk_case;

static bulk_case the_bulk;

static weft_statement make_bulk(store_fixture *f, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        the_bulk.keys[i] = (weft_value){.kind = WEFT_VALUE_TEXT, .as.text = weft_str_format(&f->arena, "k\"%04zu", i)};
        the_bulk.numbers[i] = i % 3 == 2 ? value_null() : value_integer((int64_t)i);
    }
    the_bulk.columns[0] = the_bulk.keys;
    the_bulk.columns[1] = the_bulk.numbers;
    the_bulk.kinds[0] = WEFT_VALUE_TEXT;
    the_bulk.kinds[1] = WEFT_VALUE_INTEGER;
    the_bulk.bulk =
        (weft_bulk){.columns = the_bulk.columns, .column_kinds = the_bulk.kinds, .column_count = 2, .row_count = count};
    weft_statement statement = fixture_statement(f, bulk_insert(f), "ti", NULL, 0);
    statement.bulk = &the_bulk.bulk;
    return statement;
}

static void test_bulk_insert_returns_its_rows(void **state)
{
    store_fixture *f = *state;
    fixture_must(f, "CREATE TABLE b (k {text} PRIMARY KEY, n {number})");
    const weft_statement statement = make_bulk(f, 1000);
    weft_rows *rows = NULL;
    size_t count = 0;
    size_t nulls = 0;
    const weft_value *values = NULL;
    assert_ok(f, weft_connection_run(f->connection, &statement, 1, &rows, &f->error));
    assert_ok(f, weft_rows_next(rows, &values, &f->error));
    while (values != NULL) {
        count++;
        nulls += values[1].kind == WEFT_VALUE_NULL;
        assert_ok(f, weft_rows_next(rows, &values, &f->error));
    }
    assert_int_equal(weft_rows_changed(rows), 1000);
    weft_rows_close(rows);
    assert_int_equal(count, 1000);
    assert_int_equal(nulls, 333);
    assert_rows(f, "SELECT count(*), sum(n) FROM b", "ii", "1000|333000");
}

static void test_bulk_of_no_rows(void **state)
{
    store_fixture *f = *state;
    fixture_must(f, "CREATE TABLE b (k {text} PRIMARY KEY, n {number})");
    const weft_statement statement = make_bulk(f, 0);
    uint64_t changed = 9;
    assert_ok(f, weft_connection_execute(f->connection, &statement, &changed, &f->error));
    assert_int_equal(changed, 0);
}

static void test_bulk_is_whole_or_nothing(void **state)
{
    store_fixture *f = *state;
    fixture_must(f, "CREATE TABLE b (k {text} PRIMARY KEY, n {number})");
    fixture_must(f, "INSERT INTO b VALUES ('k\"0500', 0)");
    const weft_statement statement = make_bulk(f, 1000);
    assert_code(f, weft_connection_execute(f->connection, &statement, NULL, &f->error), WEFT_UNIQUE_VIOLATION);
    assert_rows(f, "SELECT count(*) FROM b", "i", "1");
}

static void test_bulk_beside_parameters(void **state)
{
    store_fixture *f = *state;
    fixture_must(f, "CREATE TABLE b (k {text} PRIMARY KEY, n {number})");
    weft_statement statement = make_bulk(f, 3);
    const weft_param params[] = {param_of(value_integer(100))};
    statement.sql = fixture_is_postgres(f)
                        ? WEFT_STR("INSERT INTO b SELECT k, n + $3 FROM unnest($1::text[], $2::bigint[]) AS u(k, n)"
                                   " RETURNING k, n")
                        : WEFT_STR("INSERT INTO b VALUES (?1, ?2 + ?3) RETURNING k, n");
    statement.params = params;
    statement.param_count = 1;
    assert_ok(f, weft_connection_execute(f->connection, &statement, NULL, &f->error));
    assert_rows(f, "SELECT n FROM b ORDER BY k", "i", "100;101;-");
}

static const char *every_kind_sql(const store_fixture *f, bool is_table)
{
    if (fixture_is_postgres(f)) {
        return "INSERT INTO b SELECT c0, c1, c2, c3, c4, c5, c6, c7::text[] FROM unnest($1::boolean[],"
               " $2::bigint[], $3::double precision[], $4::text[], $5::timestamptz[], $6::numeric[],"
               " $7::jsonb[], $8::text[]) AS u(c0, c1, c2, c3, c4, c5, c6, c7)";
    }
    return is_table ? "INSERT OR FAIL INTO b SELECT c0, c1, c2, c3, c4, c5, c6, c7 FROM weft_bulk(?1)"
                    : "INSERT INTO b VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
}

/* Both ways that a store may have. */
static bool has_bulk_table(const store_fixture *f)
{
    return weft_connection_dialect(f->connection)->bulk_table != NULL;
}

static void write_every_kind(store_fixture *f, bool is_table)
{
    fixture_must(f,
                 "CREATE TABLE b (b {boolean}, i {number}, d {float}, t {text}, m {dateTime}, n {bigNumber}, j {json},"
                 " a {array})");
    const weft_value first[] = {value_boolean(true),
                                value_integer(-7),
                                value_double(2.5),
                                value_of(WEFT_VALUE_TEXT, "x,\"y\\"),
                                value_time(1000),
                                value_of(WEFT_VALUE_DECIMAL, "3.25"),
                                value_of(WEFT_VALUE_JSON, "{\"a\": \"b\\\"c\"}"),
                                value_of(WEFT_VALUE_ARRAY, "[\"p,q\",\"\\\"\\\\\"]")};
    weft_value pairs[8][2];
    const weft_value *columns[8];
    weft_value_kind kinds[8];
    for (size_t i = 0; i < 8; i++) {
        pairs[i][0] = first[i];
        pairs[i][1] = value_null();
        columns[i] = pairs[i];
        kinds[i] = first[i].kind;
    }
    const weft_bulk bulk = {.columns = columns, .column_kinds = kinds, .column_count = 8, .row_count = 2};
    const weft_statement statement = {
        .bulk = &bulk, .bulk_is_table = is_table, .sql = weft_str_from(every_kind_sql(f, is_table))};
    uint64_t changed = 0;
    assert_ok(f, weft_connection_execute(f->connection, &statement, &changed, &f->error));
    assert_int_equal(changed, 2);
    assert_rows(f,
                "SELECT * FROM b ORDER BY i IS NULL",
                "bidtTnja",
                "t|-7|2.5|x,\"y\\|1970-01-01T00:00:00.001Z|3.25|{\"a\": \"b\\\"c\"}|[\"p,q\",\"\\\"\\\\\"]"
                ";-|-|-|-|-|-|-|-");
}

static void test_bulk_of_every_kind(void **state)
{
    store_fixture *f = *state;
    write_every_kind(f, false);
    if (has_bulk_table(f)) {
        fixture_must(f, "DROP TABLE b");
        write_every_kind(f, true);
    }
}

/* As a table: beside parameters, read, empty, and when one of its rows is refused. */
static void test_bulk_as_a_table(void **state)
{
    store_fixture *f = *state;
    if (!has_bulk_table(f)) {
        return;
    }
    fixture_must(f, "CREATE TABLE b (k {text} PRIMARY KEY, n {number})");
    weft_statement statement = make_bulk(f, 1000);
    const weft_param params[] = {param_of(value_integer(100))};
    statement.bulk_is_table = true;
    statement.params = params;
    statement.param_count = 1;
    statement.column_count = 0;
    statement.sql = WEFT_STR("INSERT OR FAIL INTO b SELECT c0, c1 + ?2 FROM weft_bulk(?1) WHERE TRUE"
                             " ON CONFLICT (k) DO NOTHING");
    uint64_t changed = 0;
    fixture_must(f, "INSERT INTO b VALUES ('k\"0500', 0)");
    assert_ok(f, weft_connection_execute(f->connection, &statement, &changed, &f->error));
    assert_int_equal(changed, 999);
    assert_rows(f, "SELECT count(*), sum(n) FROM b", "ii", "1000|399700");
    fixture_must(f, "DELETE FROM b WHERE k < 'k\"0500'");
    statement.sql = WEFT_STR("INSERT OR FAIL INTO b SELECT c0, c1 + ?2 FROM weft_bulk(?1)");
    assert_code(f, weft_connection_execute(f->connection, &statement, NULL, &f->error), WEFT_UNIQUE_VIOLATION);
    assert_rows(f, "SELECT count(*) FROM b", "i", "500");
    the_bulk.bulk.row_count = 0;
    assert_ok(f, weft_connection_execute(f->connection, &statement, &changed, &f->error));
    assert_int_equal(changed, 0);
    the_bulk.bulk.row_count = 502;
    statement = make_bulk(f, 502);
    statement.bulk_is_table = true;
    statement.sql = WEFT_STR("SELECT b.k, bulk.c1 FROM weft_bulk(?1) AS bulk CROSS JOIN b WHERE b.k = bulk.c0");
    assert_ok(f, fixture_ask(f, f->connection, &statement));
    assert_str_equal(weft_buf_str(&f->answer), "k\"0500|-;k\"0501|501");
}

static void test_bulk_that_reads(void **state)
{
    store_fixture *f = *state;
    fixture_must(f, "CREATE TABLE b (k {text} PRIMARY KEY, n {number})");
    fixture_must(f, "INSERT INTO b VALUES ('k\"0001', 5), ('k\"0002', 6), ('other', 7)");
    weft_statement statement = make_bulk(f, 4);
    statement.sql = fixture_is_postgres(f) ? WEFT_STR("SELECT b.k, b.n FROM unnest($1::text[], $2::bigint[]) AS u(k, n)"
                                                      " JOIN b ON b.k = u.k ORDER BY b.k")
                                           : WEFT_STR("SELECT k, n FROM b WHERE k = ?1 OR n = ?2");
    assert_ok(f, fixture_ask(f, f->connection, &statement));
    assert_str_equal(weft_buf_str(&f->answer), "k\"0001|5;k\"0002|6");
}

static const store_test tests[] = {
    {.name = "lists of 0, 1 and many", .function = test_lists_of_0_1_and_many},
    {.name = "list items that need quotes", .function = test_list_items_that_need_quotes},
    {.name = "lists of other kinds", .function = test_lists_of_other_kinds},
    {.name = "a list beside values", .function = test_a_list_beside_values},
    {.name = "a bulk insert returns its rows", .function = test_bulk_insert_returns_its_rows},
    {.name = "a bulk of no rows", .function = test_bulk_of_no_rows},
    {.name = "a bulk is whole or nothing", .function = test_bulk_is_whole_or_nothing},
    {.name = "a bulk beside parameters", .function = test_bulk_beside_parameters},
    {.name = "a bulk of every kind", .function = test_bulk_of_every_kind},
    {.name = "a bulk that reads", .function = test_bulk_that_reads},
    {.name = "a bulk as a table", .function = test_bulk_as_a_table},
};
const store_area store_area_params = {tests, WEFT_COUNT_OF(tests)};
