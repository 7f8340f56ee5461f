/* Prepared statements: more than are kept, and tables that change under them. */
#include <stdio.h>

#include "contract/store/fixture.h"

static void test_more_statements_than_are_kept(void **state)
{
    store_fixture *f = *state;
    fixture_must(f, "CREATE TABLE k (n {number})");
    fixture_must(f, "INSERT INTO k VALUES (1)");
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < 300; i++) {
            char sql[64];
            char expected[16];
            (void)snprintf(sql, sizeof(sql), "SELECT n + %d FROM k", i);
            (void)snprintf(expected, sizeof(expected), "%d", i + 1);
            assert_rows(f, sql, "i", expected);
        }
    }
}

static void test_more_statements_in_one_call_than_are_kept(void **state)
{
    store_fixture *f = *state;
    enum { COUNT = 200 };
    weft_statement statements[COUNT];
    weft_rows *rows[COUNT];
    for (int i = 0; i < COUNT; i++) {
        char sql[64];
        (void)snprintf(sql, sizeof(sql), "SELECT %d, 'x'", i);
        statements[i] = fixture_statement(f, sql, "it", NULL, 0);
    }
    assert_ok(f, weft_connection_run(f->connection, statements, COUNT, rows, &f->error));
    for (int i = 0; i < COUNT; i++) {
        char expected[16];
        (void)snprintf(expected, sizeof(expected), "%d|x", i);
        assert_ok(f, fixture_read(f, rows[i], 2));
        assert_str_equal(weft_buf_str(&f->answer), expected);
        weft_rows_close(rows[i]);
    }
}

static void test_one_text_with_parameters_of_two_kinds(void **state)
{
    store_fixture *f = *state;
    fixture_must(f, "CREATE TABLE k (n {number}, t {text})");
    fixture_must(f, "INSERT INTO k VALUES (1, 'x')");
    const weft_param number = param_of(value_integer(1));
    const weft_param none = param_null(WEFT_VALUE_TEXT);
    assert_rows_with(f, "SELECT t FROM k WHERE n = $1", "t", &number, 1, "x");
    assert_rows_with(f, "SELECT t FROM k WHERE n = $1", "t", &none, 1, "");
    assert_rows_with(f, "SELECT t FROM k WHERE n = $1", "t", &number, 1, "x");
}

static void test_a_table_that_changes(void **state)
{
    store_fixture *f = *state;
    fixture_must(f, "CREATE TABLE k (n {number})");
    fixture_must(f, "INSERT INTO k VALUES (1)");
    assert_rows(f, "SELECT n FROM k", "i", "1");
    assert_rows(f, "SELECT * FROM k", "i", "1");
    weft_connection *other = fixture_acquire(f);
    const weft_statement alter = fixture_statement(f, "ALTER TABLE k ADD COLUMN t {text}", "", NULL, 0);
    assert_ok(f, weft_connection_execute(other, &alter, NULL, &f->error));
    weft_pool_release(f->pool, other);
    assert_rows(f, "SELECT n FROM k", "i", "1");
    /* The star means something else now. PostgreSQL refuses the old plan once. */
    const weft_statement star = fixture_statement(f, "SELECT * FROM k", "it", NULL, 0);
    weft_code code = fixture_ask(f, f->connection, &star);
    assert_true(code == WEFT_OK || code == WEFT_STORE_BUSY);
    assert_rows(f, "SELECT * FROM k", "it", "1|-");
}

static void test_a_statement_the_server_forgot(void **state)
{
    store_fixture *f = *state;
    assert_rows(f, "SELECT 1", "i", "1");
    fixture_must(f, "DEALLOCATE ALL");
    const weft_statement statement = fixture_statement(f, "SELECT 1", "i", NULL, 0);
    assert_code(f, fixture_ask(f, f->connection, &statement), WEFT_STORE_BUSY);
    assert_rows(f, "SELECT 1", "i", "1");
    assert_ok(f, weft_connection_begin(f->connection, WEFT_TRANSACTION_READ, &f->error));
    assert_rows(f, "SELECT 1", "i", "1");
    assert_ok(f, weft_connection_commit(f->connection, &f->error));
}

static void test_a_failed_statement_can_be_prepared_later(void **state)
{
    store_fixture *f = *state;
    const weft_statement statement = fixture_statement(f, "SELECT n FROM late", "i", NULL, 0);
    assert_code(f, fixture_ask(f, f->connection, &statement), WEFT_SCHEMA_MISSING);
    fixture_must(f, "CREATE TABLE late (n {number})");
    assert_ok(f, fixture_ask(f, f->connection, &statement));
}

/* How the server plans a statement, asked by itself. */
static void check_planning(store_fixture *f, bool is_keyed, const char *expected)
{
    const weft_param one = param_of(value_integer(1));
    weft_statement statement =
        fixture_statement(f, "SELECT current_setting('plan_cache_mode') WHERE $1 = 1", "t", &one, 1);
    statement.is_keyed = is_keyed;
    assert_ok(f, fixture_ask(f, f->connection, &statement));
    assert_str_equal(weft_buf_str(&f->answer), expected);
}

/* Whatever ends a transaction, the next statement is planned as it should be. */
static void test_keyed_statements_are_planned_once(void **state)
{
    store_fixture *f = *state;
    static const char once[] = "force_generic_plan";
    static const char anew[] = "auto";
    for (int round = 0; round < 16; round++) {
        assert_ok(f,
                  weft_connection_begin(
                      f->connection, round & 1 ? WEFT_TRANSACTION_READ : WEFT_TRANSACTION_WRITE, &f->error));
        check_planning(f, (round & 2) != 0, round & 2 ? once : anew);
        check_planning(f, (round & 4) != 0, round & 4 ? once : anew);
        if (round & 8) {
            assert_int_not_equal(fixture_try(f, "SELECT 1 / 0"), WEFT_OK);
        }
        if (round & 8 || round % 3 == 0) {
            weft_connection_rollback(f->connection);
        } else {
            assert_ok(f, weft_connection_commit(f->connection, &f->error));
        }
    }
}

static const store_test tests[] = {
    {.name = "more statements than are kept", .function = test_more_statements_than_are_kept},
    {.name = "more statements in one call than are kept", .function = test_more_statements_in_one_call_than_are_kept},
    {.name = "one text with parameters of two kinds", .function = test_one_text_with_parameters_of_two_kinds},
    {.name = "a table that changes", .function = test_a_table_that_changes},
    {.name = "a statement the server forgot", .function = test_a_statement_the_server_forgot, .postgres_only = true},
    {.name = "keyed statements are planned once",
     .function = test_keyed_statements_are_planned_once,
     .postgres_only = true},
    {.name = "a failed statement can be prepared later", .function = test_a_failed_statement_can_be_prepared_later},
};
const store_area store_area_cache = {tests, WEFT_COUNT_OF(tests)};
