/* Running statements and reading rows: several at once, piece by piece, half. */
#include <stdio.h>
#include <string.h>

#include "contract/store/fixture.h"

static void make_numbers(store_fixture *f, int64_t count)
{
    const weft_param param = param_of(value_integer(count));
    fixture_must(f, "CREATE TABLE r (n {number} PRIMARY KEY, t {text})");
    const weft_statement insert = fixture_statement(
        f,
        fixture_is_postgres(f)
            ? "INSERT INTO r SELECT i, 'text ' || i FROM generate_series(1, $1) AS i"
            : "INSERT INTO r WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < $1)"
              " SELECT i, 'text ' || i FROM s",
        "",
        &param,
        1);
    assert_ok(f, weft_connection_execute(f->connection, &insert, NULL, &f->error));
}

static void test_several_in_one_call(void **state)
{
    store_fixture *f = *state;
    make_numbers(f, 3);
    const weft_statement statements[] = {fixture_statement(f, "SELECT n FROM r ORDER BY n", "i", NULL, 0),
                                         fixture_statement(f, "SELECT count(*) FROM r", "i", NULL, 0),
                                         fixture_statement(f, "SELECT t FROM r WHERE n = 2", "t", NULL, 0)};
    weft_rows *rows[3];
    for (int i = 0; i < 2; i++) {
        assert_ok(f, weft_connection_run(f->connection, statements, 3, rows, &f->error));
        assert_ok(f, fixture_read(f, rows[0], 1));
        assert_str_equal(weft_buf_str(&f->answer), "1;2;3");
        assert_ok(f, fixture_read(f, rows[1], 1));
        assert_str_equal(weft_buf_str(&f->answer), "3");
        assert_ok(f, fixture_read(f, rows[2], 1));
        assert_str_equal(weft_buf_str(&f->answer), "text 2");
        for (size_t j = 0; j < 3; j++) {
            weft_rows_close(rows[j]);
        }
    }
}

/* The one in the middle fails while it runs: the one before answers, the one behind does not run. */
static void test_an_error_in_the_middle(void **state)
{
    store_fixture *f = *state;
    make_numbers(f, 3);
    const weft_statement statements[] = {
        fixture_statement(f, "INSERT INTO r VALUES (10, 'a') RETURNING n", "i", NULL, 0),
        fixture_statement(f, "INSERT INTO r VALUES (2, 'b') RETURNING n", "i", NULL, 0),
        fixture_statement(f, "INSERT INTO r VALUES (11, 'c') RETURNING n", "i", NULL, 0)};
    for (int is_in_transaction = 0; is_in_transaction < 2; is_in_transaction++) {
        weft_rows *rows[3];
        if (is_in_transaction) {
            assert_ok(f, weft_connection_begin(f->connection, WEFT_TRANSACTION_WRITE, &f->error));
        }
        assert_ok(f, weft_connection_run(f->connection, statements, 3, rows, &f->error));
        assert_ok(f, fixture_read(f, rows[0], 1));
        assert_str_equal(weft_buf_str(&f->answer), "10");
        assert_code(f, fixture_read(f, rows[1], 1), WEFT_UNIQUE_VIOLATION);
        assert_code(f, fixture_read(f, rows[1], 1), WEFT_UNIQUE_VIOLATION);
        assert_code(f, fixture_read(f, rows[2], 1), WEFT_STORE_ERROR);
        for (size_t j = 0; j < 3; j++) {
            weft_rows_close(rows[j]);
        }
        if (is_in_transaction) {
            const weft_statement again = fixture_statement(f, "SELECT count(*) FROM r", "i", NULL, 0);
            assert_code(f, fixture_ask(f, f->connection, &again), WEFT_STORE_ERROR);
            assert_code(f, weft_connection_commit(f->connection, &f->error), WEFT_STORE_ERROR);
        }
        assert_false(weft_connection_of(f->connection)->in_transaction);
        assert_rows(f, "SELECT count(*) FROM r", "i", "3");
    }
}

static void test_what_cannot_be_prepared_fails_the_call(void **state)
{
    store_fixture *f = *state;
    make_numbers(f, 3);
    const weft_statement statements[] = {fixture_statement(f, "INSERT INTO r VALUES (10, 'a')", "", NULL, 0),
                                         fixture_statement(f, "SELECT n FROM absent", "i", NULL, 0)};
    weft_rows *rows[2];
    assert_code(f, weft_connection_run(f->connection, statements, 2, rows, &f->error), WEFT_SCHEMA_MISSING);
    assert_rows(f, "SELECT count(*) FROM r", "i", "3");
}

static void test_writes_happen_though_nobody_reads(void **state)
{
    store_fixture *f = *state;
    make_numbers(f, 3);
    const weft_statement statements[] = {
        fixture_statement(f, "INSERT INTO r VALUES (10, 'a') RETURNING n", "i", NULL, 0),
        fixture_statement(f, "UPDATE r SET t = 'x' WHERE n < 3", "", NULL, 0)};
    weft_rows *rows[2];
    assert_ok(f, weft_connection_run(f->connection, statements, 2, rows, &f->error));
    weft_rows_close(rows[0]);
    weft_rows_close(rows[1]);
    assert_rows(f, "SELECT count(*) FROM r WHERE t = 'x' OR n = 10", "i", "3");
}

static void test_rows_changed(void **state)
{
    store_fixture *f = *state;
    make_numbers(f, 5);
    static const struct {
        const char *sql;
        uint64_t changed;
    } cases[] = {{"UPDATE r SET t = 'x' WHERE n < 4", 3},
                 {"DELETE FROM r WHERE n > 4", 1},
                 {"INSERT INTO r VALUES (20, 'a'), (21, 'b')", 2},
                 {"INSERT INTO r VALUES (20, 'a') ON CONFLICT DO NOTHING", 0},
                 {"SELECT n FROM r", 0},
                 {"CREATE TABLE more (a {text})", 0},
                 {"DELETE FROM r WHERE n > 100", 0}};
    for (size_t i = 0; i < WEFT_COUNT_OF(cases); i++) {
        const weft_statement statement = fixture_statement(f, cases[i].sql, "", NULL, 0);
        uint64_t changed = 99;
        assert_ok(f, weft_connection_execute(f->connection, &statement, &changed, &f->error));
        assert_int_equal(changed, cases[i].changed);
    }
}

/* Values are lent until the next row, whatever else runs. */
static void test_values_outlive_other_statements(void **state)
{
    store_fixture *f = *state;
    make_numbers(f, 5);
    const weft_statement select = fixture_statement(f, "SELECT t FROM r ORDER BY n", "t", NULL, 0);
    const weft_statement update = fixture_statement(f, "UPDATE r SET t = 'changed'", "", NULL, 0);
    weft_rows *rows = NULL;
    const weft_value *values = NULL;
    assert_ok(f, weft_connection_begin(f->connection, WEFT_TRANSACTION_WRITE, &f->error));
    assert_ok(f, weft_connection_run(f->connection, &select, 1, &rows, &f->error));
    assert_ok(f, weft_rows_next(rows, &values, &f->error));
    const weft_str text = values[0].as.text;
    assert_ok(f, weft_connection_execute(f->connection, &update, NULL, &f->error));
    assert_str_equal(text, "text 1");
    assert_str_equal(values[0].as.text, "text 1");
    assert_ok(f, fixture_read(f, rows, 1));
    assert_str_equal(weft_buf_str(&f->answer), "text 2;text 3;text 4;text 5");
    weft_rows_close(rows);
    assert_ok(f, weft_connection_commit(f->connection, &f->error));
    assert_rows(f, "SELECT DISTINCT t FROM r", "t", "changed");
}

/* Two large results in turns, with small statements between. */
static void test_incremental_rows_in_turns(void **state)
{
    store_fixture *f = *state;
    enum { COUNT = 4500 };
    make_numbers(f, COUNT);
    weft_statement statements[] = {fixture_statement(f, "SELECT n, t FROM r ORDER BY n", "it", NULL, 0),
                                   fixture_statement(f, "SELECT n FROM r ORDER BY n DESC", "i", NULL, 0)};
    statements[0].is_incremental = true;
    statements[1].is_incremental = true;
    for (int writes = 0; writes < 2; writes++) {
        weft_rows *rows[2];
        const weft_value *up = NULL;
        const weft_value *down = NULL;
        const weft_transaction transaction = writes ? WEFT_TRANSACTION_WRITE : WEFT_TRANSACTION_READ;
        assert_ok(f, weft_connection_begin(f->connection, transaction, &f->error));
        assert_ok(f, weft_connection_run(f->connection, statements, 2, rows, &f->error));
        for (int64_t i = 1; i <= COUNT; i++) {
            assert_ok(f, weft_rows_next(rows[0], &up, &f->error));
            assert_ok(f, weft_rows_next(rows[1], &down, &f->error));
            assert_int_equal(up[0].as.integer, i);
            assert_int_equal(down[0].as.integer, COUNT + 1 - i);
            if (i % 700 == 0) {
                assert_rows(f, "SELECT count(*) FROM r", "i", "4500");
                assert_int_equal(up[0].as.integer, i);
            }
        }
        assert_ok(f, weft_rows_next(rows[0], &up, &f->error));
        assert_null(up);
        assert_ok(f, weft_rows_next(rows[0], &up, &f->error));
        assert_null(up);
        weft_rows_close(rows[0]);
        weft_rows_close(rows[1]);
        assert_ok(f, weft_connection_commit(f->connection, &f->error));
    }
}

/* Exactly full batches, none, and one row more. */
static void test_incremental_rows_of_every_length(void **state)
{
    store_fixture *f = *state;
    make_numbers(f, 4300);
    /* About where one batch of a cursor ends and the next begins: 32, 256 and 2,000 rows. */
    static const int64_t lengths[] = {0, 1, 31, 32, 33, 287, 288, 289, 2288, 2289, 4288, 4289};
    assert_ok(f, weft_connection_begin(f->connection, WEFT_TRANSACTION_READ, &f->error));
    for (size_t i = 0; i < WEFT_COUNT_OF(lengths); i++) {
        const weft_param limit = param_of(value_integer(lengths[i]));
        weft_statement statement = fixture_statement(f, "SELECT n FROM r WHERE n <= $1 ORDER BY n", "i", &limit, 1);
        statement.is_incremental = true;
        weft_rows *rows = NULL;
        const weft_value *values = NULL;
        int64_t count = 0;
        assert_ok(f, weft_connection_run(f->connection, &statement, 1, &rows, &f->error));
        assert_ok(f, weft_rows_next(rows, &values, &f->error));
        while (values != NULL) {
            assert_int_equal(values[0].as.integer, ++count);
            assert_ok(f, weft_rows_next(rows, &values, &f->error));
        }
        assert_int_equal(count, lengths[i]);
        weft_rows_close(rows);
    }
    assert_ok(f, weft_connection_commit(f->connection, &f->error));
}

static void test_rows_half_read(void **state)
{
    store_fixture *f = *state;
    make_numbers(f, 3000);
    for (int i = 0; i < 6; i++) {
        weft_statement statement = fixture_statement(f, "SELECT n, t FROM r ORDER BY n", "it", NULL, 0);
        statement.is_incremental = i % 2 == 0;
        weft_rows *rows = NULL;
        const weft_value *values = NULL;
        const bool is_in_transaction = i < 4;
        if (is_in_transaction) {
            assert_ok(f, weft_connection_begin(f->connection, WEFT_TRANSACTION_READ, &f->error));
        }
        assert_ok(f, weft_connection_run(f->connection, &statement, 1, &rows, &f->error));
        if (i >= 2) {
            assert_ok(f, weft_rows_next(rows, &values, &f->error));
            assert_int_equal(values[0].as.integer, 1);
        }
        weft_rows_close(rows);
        assert_rows(f, "SELECT 7", "i", "7");
        if (is_in_transaction) {
            assert_ok(f, weft_connection_commit(f->connection, &f->error));
        }
    }
    assert_rows(f, "SELECT count(*) FROM r", "i", "3000");
}

/* In a reading transaction a driver need hold no more than a row of each: what came before is read or closed first. */
static void test_large_answers_one_after_another(void **state)
{
    store_fixture *f = *state;
    make_numbers(f, 3000);
    const weft_statement statement = fixture_statement(f, "SELECT n, t FROM r ORDER BY n", "it", NULL, 0);
    const weft_statement statements[] = {statement, statement, statement};
    for (int i = 0; i < 3; i++) {
        weft_rows *rows[3];
        const weft_value *values = NULL;
        assert_ok(f, weft_connection_begin(f->connection, WEFT_TRANSACTION_READ, &f->error));
        assert_ok(f, weft_connection_run(f->connection, statements, 3, rows, &f->error));
        for (int64_t n = 1; n <= 3000; n++) {
            assert_ok(f, weft_rows_next(rows[0], &values, &f->error));
            assert_int_equal(values[0].as.integer, n);
        }
        assert_ok(f, weft_rows_next(rows[0], &values, &f->error));
        assert_null(values);
        assert_ok(f, weft_rows_next(rows[1], &values, &f->error));
        assert_int_equal(values[0].as.integer, 1);
        weft_rows_close(rows[1]);
        assert_ok(f, weft_rows_next(rows[2], &values, &f->error));
        assert_int_equal(values[0].as.integer, 1);
        weft_rows_close(rows[2]);
        weft_rows_close(rows[0]);
        assert_rows(f, "SELECT 7", "i", "7");
        assert_ok(f, weft_connection_commit(f->connection, &f->error));
    }
}

/* What was passed over is not held: its reader is told. */
static void test_rows_read_out_of_turn(void **state)
{
    store_fixture *f = *state;
    make_numbers(f, 3);
    const weft_statement statements[] = {fixture_statement(f, "SELECT n FROM r ORDER BY n", "i", NULL, 0),
                                         fixture_statement(f, "SELECT count(*) FROM r", "i", NULL, 0)};
    weft_rows *rows[2];
    assert_ok(f, weft_connection_begin(f->connection, WEFT_TRANSACTION_READ, &f->error));
    assert_ok(f, weft_connection_run(f->connection, statements, 2, rows, &f->error));
    assert_ok(f, fixture_read(f, rows[1], 1));
    assert_str_equal(weft_buf_str(&f->answer), "3");
    assert_code(f, fixture_read(f, rows[0], 1), WEFT_MISUSE);
    weft_rows_close(rows[1]);
    weft_rows_close(rows[0]);
    assert_ok(f, weft_connection_commit(f->connection, &f->error));
}

static void test_the_same_statement_twice_at_once(void **state)
{
    store_fixture *f = *state;
    make_numbers(f, 3);
    const weft_statement statement = fixture_statement(f, "SELECT n FROM r ORDER BY n", "i", NULL, 0);
    weft_rows *first = NULL;
    weft_rows *second = NULL;
    const weft_value *values = NULL;
    assert_ok(f, weft_connection_run(f->connection, &statement, 1, &first, &f->error));
    assert_ok(f, weft_rows_next(first, &values, &f->error));
    assert_ok(f, weft_connection_run(f->connection, &statement, 1, &second, &f->error));
    assert_ok(f, fixture_read(f, second, 1));
    assert_str_equal(weft_buf_str(&f->answer), "1;2;3");
    assert_ok(f, fixture_read(f, first, 1));
    assert_str_equal(weft_buf_str(&f->answer), "2;3");
    weft_rows_close(first);
    weft_rows_close(second);
}

static void test_rows_end_with_their_transaction(void **state)
{
    store_fixture *f = *state;
    make_numbers(f, 3);
    const weft_statement statement = fixture_statement(f, "SELECT n FROM r ORDER BY n", "i", NULL, 0);
    weft_rows *rows = NULL;
    const weft_value *values = NULL;
    assert_ok(f, weft_connection_begin(f->connection, WEFT_TRANSACTION_READ, &f->error));
    assert_ok(f, weft_connection_run(f->connection, &statement, 1, &rows, &f->error));
    weft_connection_rollback(f->connection);
    assert_code(f, weft_rows_next(rows, &values, &f->error), WEFT_MISUSE);
    weft_rows_close(rows);
}

static void test_a_wrong_count_of_columns(void **state)
{
    store_fixture *f = *state;
    const weft_statement statement = fixture_statement(f, "SELECT 1, 2", "i", NULL, 0);
    assert_code(f, fixture_ask(f, f->connection, &statement), WEFT_MISUSE);
    assert_rows(f, "SELECT 1, 2", "ii", "1|2");
}

static void test_statements_are_told_to_the_observer(void **state)
{
    store_fixture *f = *state;
    f->statements = 0;
    const uint64_t before = weft_connection_of(f->connection)->statements_run;
    assert_rows(f, "SELECT 1", "i", "1");
    fixture_must(f, "CREATE TABLE r (n {number})");
    assert_int_equal(f->statements, 2);
    assert_int_equal(weft_connection_of(f->connection)->statements_run - before, 2);
}

static void test_a_result_that_is_thrown_away(void **state)
{
    store_fixture *f = *state;
    make_numbers(f, 3);
    const weft_statement statement = fixture_statement(f, "SELECT n FROM r", "", NULL, 0);
    assert_ok(f, weft_connection_execute(f->connection, &statement, NULL, &f->error));
    const weft_statement insert = fixture_statement(f, "INSERT INTO r VALUES (9, 'x') RETURNING n", "", NULL, 0);
    assert_ok(f, weft_connection_execute(f->connection, &insert, NULL, &f->error));
    assert_rows(f, "SELECT count(*) FROM r", "i", "4");
}

static void test_closing_nothing(void **state)
{
    store_fixture *f = *state;
    const weft_driver *driver = weft_connection_of(f->connection)->driver;
    driver->close_rows(NULL);
    driver->close(NULL);
    weft_rows_close(NULL);
    weft_rows *rows[1] = {NULL};
    assert_ok(f, weft_connection_run(f->connection, NULL, 0, rows, &f->error));
}

static const store_test tests[] = {
    {.name = "several in one call", .function = test_several_in_one_call},
    {.name = "an error in the middle", .function = test_an_error_in_the_middle},
    {.name = "what cannot be prepared fails the call", .function = test_what_cannot_be_prepared_fails_the_call},
    {.name = "writes happen though nobody reads", .function = test_writes_happen_though_nobody_reads},
    {.name = "rows changed", .function = test_rows_changed},
    {.name = "values outlive other statements", .function = test_values_outlive_other_statements},
    {.name = "incremental rows in turns", .function = test_incremental_rows_in_turns},
    {.name = "incremental rows of every length", .function = test_incremental_rows_of_every_length},
    {.name = "rows half read", .function = test_rows_half_read},
    {.name = "large answers one after another", .function = test_large_answers_one_after_another},
    {.name = "rows read out of turn", .function = test_rows_read_out_of_turn, .postgres_only = true},
    {.name = "the same statement twice at once", .function = test_the_same_statement_twice_at_once},
    {.name = "rows end with their transaction", .function = test_rows_end_with_their_transaction},
    {.name = "a wrong count of columns", .function = test_a_wrong_count_of_columns},
    {.name = "statements are told to the observer", .function = test_statements_are_told_to_the_observer},
    {.name = "a result that is thrown away", .function = test_a_result_that_is_thrown_away},
    {.name = "closing nothing", .function = test_closing_nothing},
};
const store_area store_area_rows = {tests, WEFT_COUNT_OF(tests)};
