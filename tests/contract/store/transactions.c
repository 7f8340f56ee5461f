/* Transactions: snapshots, isolation, locks, and what a failure leaves. */
#include <stdio.h>

#include "contract/store/fixture.h"

static void make_table(store_fixture *f)
{
    fixture_must(f, "CREATE TABLE a (n {number} PRIMARY KEY)");
    fixture_must(f, "INSERT INTO a VALUES (1)");
}

static void execute_on(store_fixture *f, weft_connection *connection, const char *sql)
{
    const weft_statement statement = fixture_statement(f, sql, "", NULL, 0);
    assert_ok(f, weft_connection_execute(connection, &statement, NULL, &f->error));
}

static void assert_count(store_fixture *f, weft_connection *connection, const char *expected)
{
    const weft_statement statement = fixture_statement(f, "SELECT count(*) FROM a", "i", NULL, 0);
    assert_ok(f, fixture_ask(f, connection, &statement));
    assert_str_equal(weft_buf_str(&f->answer), expected);
}

static void test_commit_and_rollback(void **state)
{
    store_fixture *f = *state;
    make_table(f);
    assert_ok(f, weft_connection_begin(f->connection, WEFT_TRANSACTION_WRITE, &f->error));
    assert_true(weft_connection_of(f->connection)->in_transaction);
    execute_on(f, f->connection, "INSERT INTO a VALUES (2)");
    weft_connection_rollback(f->connection);
    assert_false(weft_connection_of(f->connection)->in_transaction);
    assert_count(f, f->connection, "1");
    assert_ok(f, weft_connection_begin(f->connection, WEFT_TRANSACTION_WRITE, &f->error));
    execute_on(f, f->connection, "INSERT INTO a VALUES (2)");
    assert_ok(f, weft_connection_commit(f->connection, &f->error));
    assert_false(weft_connection_of(f->connection)->in_transaction);
    weft_connection_rollback(f->connection);
    assert_count(f, f->connection, "2");
}

static void test_empty_transactions(void **state)
{
    store_fixture *f = *state;
    make_table(f);
    for (int i = 0; i < 4; i++) {
        assert_ok(
            f, weft_connection_begin(f->connection, i % 2 ? WEFT_TRANSACTION_READ : WEFT_TRANSACTION_WRITE, &f->error));
        if (i < 2) {
            assert_ok(f, weft_connection_commit(f->connection, &f->error));
        } else {
            weft_connection_rollback(f->connection);
        }
    }
    assert_count(f, f->connection, "1");
}

static void test_misuse(void **state)
{
    store_fixture *f = *state;
    assert_code(f, weft_connection_commit(f->connection, &f->error), WEFT_MISUSE);
    assert_code(f, weft_connection_lock(f->connection, WEFT_STR("x"), &f->error), WEFT_MISUSE);
    assert_ok(f, weft_connection_begin(f->connection, WEFT_TRANSACTION_READ, &f->error));
    assert_code(f, weft_connection_begin(f->connection, WEFT_TRANSACTION_READ, &f->error), WEFT_MISUSE);
    assert_code(f, weft_connection_lock(f->connection, WEFT_STR("x"), &f->error), WEFT_MISUSE);
    weft_connection_rollback(f->connection);
}

/* A transaction that reads sees one state, whatever others commit meanwhile. */
static void test_one_snapshot(void **state)
{
    store_fixture *f = *state;
    make_table(f);
    weft_connection *other = fixture_acquire(f);
    assert_ok(f, weft_connection_begin(f->connection, WEFT_TRANSACTION_READ, &f->error));
    assert_count(f, f->connection, "1");
    execute_on(f, other, "INSERT INTO a VALUES (2)");
    assert_count(f, other, "2");
    assert_count(f, f->connection, "1");
    assert_ok(f, weft_connection_commit(f->connection, &f->error));
    assert_count(f, f->connection, "2");
    weft_pool_release(f->pool, other);
}

static void test_uncommitted_writes_are_not_seen(void **state)
{
    store_fixture *f = *state;
    make_table(f);
    weft_connection *other = fixture_acquire(f);
    assert_ok(f, weft_connection_begin(other, WEFT_TRANSACTION_WRITE, &f->error));
    execute_on(f, other, "INSERT INTO a VALUES (2)");
    assert_count(f, other, "2");
    assert_count(f, f->connection, "1");
    assert_ok(f, weft_connection_commit(other, &f->error));
    assert_count(f, f->connection, "2");
    weft_pool_release(f->pool, other);
}

static void test_reading_refuses_writes(void **state)
{
    store_fixture *f = *state;
    make_table(f);
    static const char *const writes[] = {
        "INSERT INTO a VALUES (2)", "UPDATE a SET n = 2", "DELETE FROM a", "CREATE TABLE more (x {text})"};
    for (size_t i = 0; i < WEFT_COUNT_OF(writes); i++) {
        assert_ok(f, weft_connection_begin(f->connection, WEFT_TRANSACTION_READ, &f->error));
        assert_count(f, f->connection, "1");
        assert_code(f, fixture_try(f, writes[i]), WEFT_STORE_ERROR);
        assert_string_equal(f->error.message, "cannot write in a transaction that only reads");
        weft_connection_rollback(f->connection);
    }
    assert_count(f, f->connection, "1");
}

static void test_a_failed_transaction_only_rolls_back(void **state)
{
    store_fixture *f = *state;
    make_table(f);
    assert_ok(f, weft_connection_begin(f->connection, WEFT_TRANSACTION_WRITE, &f->error));
    execute_on(f, f->connection, "INSERT INTO a VALUES (2)");
    assert_code(f, fixture_try(f, "INSERT INTO a VALUES (1)"), WEFT_UNIQUE_VIOLATION);
    assert_code(f, fixture_try(f, "INSERT INTO a VALUES (3)"), WEFT_STORE_ERROR);
    assert_code(f, weft_connection_commit(f->connection, &f->error), WEFT_STORE_ERROR);
    assert_false(weft_connection_of(f->connection)->in_transaction);
    assert_count(f, f->connection, "1");
}

/* Nobody read the rows that would have told of the failure. */
static void test_commit_tells_of_an_unread_failure(void **state)
{
    store_fixture *f = *state;
    make_table(f);
    const weft_statement statement = fixture_statement(f, "INSERT INTO a VALUES (1)", "", NULL, 0);
    weft_rows *rows = NULL;
    assert_ok(f, weft_connection_begin(f->connection, WEFT_TRANSACTION_WRITE, &f->error));
    execute_on(f, f->connection, "INSERT INTO a VALUES (2)");
    assert_ok(f, weft_connection_run(f->connection, &statement, 1, &rows, &f->error));
    weft_rows_close(rows);
    assert_code(f, weft_connection_commit(f->connection, &f->error), WEFT_STORE_ERROR);
    assert_count(f, f->connection, "1");
}

static void test_releasing_rolls_back(void **state)
{
    store_fixture *f = *state;
    make_table(f);
    weft_connection *other = fixture_acquire(f);
    assert_ok(f, weft_connection_begin(other, WEFT_TRANSACTION_WRITE, &f->error));
    execute_on(f, other, "INSERT INTO a VALUES (2)");
    weft_pool_release(f->pool, other);
    assert_count(f, f->connection, "1");
    execute_on(f, f->connection, "INSERT INTO a VALUES (2)");
}

static void test_closing_rolls_back(void **state)
{
    store_fixture *f = *state;
    make_table(f);
    const weft_driver *driver = weft_driver_for(f->store.kind);
    const weft_store_config config = {.name = f->store.name, .url = f->store.url, .path = f->store.path};
    const weft_statement open = fixture_statement(f, "SELECT n FROM a", "i", NULL, 0);
    weft_connection *other = NULL;
    weft_rows *rows = NULL;
    const weft_value *values = NULL;
    assert_ok(f, driver->open(&config, &other, &f->error));
    assert_ok(f, weft_connection_begin(other, WEFT_TRANSACTION_WRITE, &f->error));
    execute_on(f, other, "INSERT INTO a VALUES (2)");
    assert_ok(f, weft_connection_run(other, &open, 1, &rows, &f->error));
    assert_ok(f, weft_rows_next(rows, &values, &f->error));
    driver->close(other);
    assert_count(f, f->connection, "1");
    execute_on(f, f->connection, "INSERT INTO a VALUES (2)");
}

/* The second writer waits for the first, and gives up after its busy timeout. */
static void test_a_lock_is_waited_for(void **state)
{
    store_fixture *f = *state;
    make_table(f);
    weft_connection *other = fixture_acquire(f);
    assert_ok(f, weft_connection_begin(f->connection, WEFT_TRANSACTION_WRITE, &f->error));
    assert_ok(f, weft_connection_lock(f->connection, WEFT_STR("migrate"), &f->error));
    const int64_t start_us = weft_clock_monotonic_us(NULL);
    weft_code code = weft_connection_begin(other, WEFT_TRANSACTION_WRITE, &f->error);
    code = code == WEFT_OK ? weft_connection_lock(other, WEFT_STR("migrate"), &f->error) : code;
    assert_code(f, code, WEFT_STORE_BUSY);
    assert_in_range(weft_clock_monotonic_us(NULL) - start_us, 300000, 3000000);
    weft_connection_rollback(other);
    assert_ok(f, weft_connection_commit(f->connection, &f->error));
    assert_ok(f, weft_connection_begin(other, WEFT_TRANSACTION_WRITE, &f->error));
    assert_ok(f, weft_connection_lock(other, WEFT_STR("migrate"), &f->error));
    assert_ok(f, weft_connection_commit(other, &f->error));
    weft_pool_release(f->pool, other);
}

static void test_locks_of_other_names_do_not_meet(void **state)
{
    store_fixture *f = *state;
    weft_connection *other = fixture_acquire(f);
    assert_ok(f, weft_connection_begin(f->connection, WEFT_TRANSACTION_WRITE, &f->error));
    assert_ok(f, weft_connection_lock(f->connection, WEFT_STR("a"), &f->error));
    assert_ok(f, weft_connection_begin(other, WEFT_TRANSACTION_WRITE, &f->error));
    assert_ok(f, weft_connection_lock(other, WEFT_STR("b"), &f->error));
    assert_ok(f, weft_connection_commit(other, &f->error));
    assert_ok(f, weft_connection_commit(f->connection, &f->error));
    weft_pool_release(f->pool, other);
}

static void test_a_row_lock_is_waited_for(void **state)
{
    store_fixture *f = *state;
    make_table(f);
    weft_connection *other = fixture_acquire(f);
    assert_ok(f, weft_connection_begin(f->connection, WEFT_TRANSACTION_WRITE, &f->error));
    execute_on(f, f->connection, "UPDATE a SET n = 5");
    const weft_statement update = fixture_statement(f, "UPDATE a SET n = 6", "", NULL, 0);
    assert_code(f, weft_connection_execute(other, &update, NULL, &f->error), WEFT_STORE_BUSY);
    assert_ok(f, weft_connection_commit(f->connection, &f->error));
    weft_pool_release(f->pool, other);
    assert_rows(f, "SELECT n FROM a", "i", "5");
}

/* Beginning to write while rows are being read outside a transaction. */
static void test_begin_keeps_rows_that_are_open(void **state)
{
    store_fixture *f = *state;
    make_table(f);
    fixture_must(f, "INSERT INTO a VALUES (2), (3)");
    const weft_statement select = fixture_statement(f, "SELECT n FROM a ORDER BY n", "i", NULL, 0);
    weft_connection *other = fixture_acquire(f);
    weft_rows *rows = NULL;
    const weft_value *values = NULL;
    assert_ok(f, weft_connection_run(f->connection, &select, 1, &rows, &f->error));
    assert_ok(f, weft_rows_next(rows, &values, &f->error));
    execute_on(f, other, "INSERT INTO a VALUES (4)");
    assert_ok(f, weft_connection_begin(f->connection, WEFT_TRANSACTION_WRITE, &f->error));
    execute_on(f, f->connection, "DELETE FROM a");
    assert_ok(f, fixture_read(f, rows, 1));
    assert_str_equal(weft_buf_str(&f->answer), "2;3");
    weft_rows_close(rows);
    assert_ok(f, weft_connection_commit(f->connection, &f->error));
    assert_count(f, other, "0");
    weft_pool_release(f->pool, other);
}

static void test_sessions(void **state)
{
    store_fixture *f = *state;
    make_table(f);
    weft_session session;
    weft_connection *connection = NULL;
    weft_connection *again = NULL;
    weft_session_init(&session, &f->pool, 1, WEFT_TRANSACTION_WRITE);
    assert_ok(f, weft_session_connection(&session, &f->store, &connection, &f->error));
    assert_ok(f, weft_session_connection(&session, &f->store, &again, &f->error));
    assert_ptr_equal(connection, again);
    execute_on(f, connection, "INSERT INTO a VALUES (2)");
    assert_ok(f, weft_session_commit(&session, &f->error));
    assert_ok(f, weft_session_connection(&session, &f->store, &connection, &f->error));
    execute_on(f, connection, "INSERT INTO a VALUES (3)");
    weft_session_done(&session);
    assert_count(f, f->connection, "2");
    weft_session_init(&session, &f->pool, 1, WEFT_TRANSACTION_READ);
    assert_ok(f, weft_session_commit(&session, &f->error));
    weft_session_done(&session);
}

/* What a statement marked as the last does to the connection: nothing that shows. */
static void test_the_last_statements(void **state)
{
    store_fixture *f = *state;
    make_table(f);
    for (size_t i = 0; i < 4; i++) {
        weft_statement statement = fixture_statement(f, "SELECT n FROM a", "i", NULL, 0);
        weft_rows *rows = NULL;
        statement.is_last = true;
        assert_ok(f, weft_connection_begin(f->connection, WEFT_TRANSACTION_READ, &f->error));
        assert_ok(f, weft_connection_run(f->connection, &statement, 1, &rows, &f->error));
        if (i % 2 == 0) {
            const weft_value *values = NULL;
            assert_ok(f, weft_rows_next(rows, &values, &f->error));
            assert_non_null(values);
            assert_ok(f, weft_rows_next(rows, &values, &f->error));
            assert_null(values);
        }
        weft_rows_close(rows);
        if (i < 2) {
            assert_ok(f, weft_connection_commit(f->connection, &f->error));
        } else {
            weft_connection_rollback(f->connection);
        }
        assert_false(weft_connection_of(f->connection)->in_transaction);
        fixture_must(f, "UPDATE a SET n = n");
    }
    assert_count(f, f->connection, "1");
}

/* Its failure is met by nobody, and the next transaction is a new one. */
static void test_the_last_statement_fails(void **state)
{
    store_fixture *f = *state;
    make_table(f);
    for (size_t i = 0; i < 2; i++) {
        weft_statement statement = fixture_statement(f, "SELECT 1 / (n - n) FROM a", "i", NULL, 0);
        weft_rows *rows = NULL;
        statement.is_last = true;
        assert_ok(f, weft_connection_begin(f->connection, WEFT_TRANSACTION_READ, &f->error));
        assert_ok(f, weft_connection_run(f->connection, &statement, 1, &rows, &f->error));
        weft_rows_close(rows);
        if (i == 0) {
            weft_connection_rollback(f->connection);
        } else {
            assert_code(f, weft_connection_commit(f->connection, &f->error), WEFT_STORE_ERROR);
        }
        assert_ok(f, weft_connection_begin(f->connection, WEFT_TRANSACTION_READ, &f->error));
        assert_count(f, f->connection, "1");
        assert_ok(f, weft_connection_commit(f->connection, &f->error));
    }
}

/* They are a transaction by themselves, and one snapshot: another writes while the server is between two of them. What
 * comes behind them alone may write. */
static void test_the_last_statements_are_one_snapshot(void **state)
{
    store_fixture *f = *state;
    make_table(f);
    weft_connection *other = fixture_acquire(f);
    weft_statement statements[] = {fixture_statement(f, "SELECT count(*) FROM a", "i", NULL, 0),
                                   fixture_statement(f, "SELECT 1 FROM pg_sleep(0.5)", "i", NULL, 0),
                                   fixture_statement(f, "SELECT count(n) FROM a", "i", NULL, 0)};
    for (size_t i = 0; i < 3; i++) {
        statements[i].is_last = true;
    }
    for (int before = 1; before < 4; before++) {
        char sql[64];
        char count[8];
        weft_rows *rows[3];
        (void)snprintf(sql, sizeof(sql), "INSERT INTO a VALUES (%d)", before + 1);
        (void)snprintf(count, sizeof(count), "%d", before);
        assert_ok(f, weft_connection_begin(f->connection, WEFT_TRANSACTION_READ, &f->error));
        assert_ok(f, weft_connection_run(f->connection, statements, 3, rows, &f->error));
        assert_ok(f, fixture_read(f, rows[0], 1));
        assert_str_equal(weft_buf_str(&f->answer), count);
        execute_on(f, other, sql);
        assert_ok(f, fixture_read(f, rows[1], 1));
        assert_ok(f, fixture_read(f, rows[2], 1));
        assert_str_equal(weft_buf_str(&f->answer), count);
        for (size_t i = 0; i < 3; i++) {
            weft_rows_close(rows[i]);
        }
        assert_ok(f, weft_connection_commit(f->connection, &f->error));
        fixture_must(f, "UPDATE a SET n = n");
    }
    weft_pool_release(f->pool, other);
}

static void test_the_last_statement_writes(void **state)
{
    store_fixture *f = *state;
    make_table(f);
    weft_statement statement = fixture_statement(f, "INSERT INTO a VALUES (2) RETURNING n", "i", NULL, 0);
    weft_rows *rows = NULL;
    statement.is_last = true;
    assert_ok(f, weft_connection_begin(f->connection, WEFT_TRANSACTION_READ, &f->error));
    assert_ok(f, weft_connection_run(f->connection, &statement, 1, &rows, &f->error));
    assert_code(f, fixture_read(f, rows, 1), WEFT_STORE_ERROR);
    assert_string_equal(f->error.message, "cannot write in a transaction that only reads");
    weft_rows_close(rows);
    weft_connection_rollback(f->connection);
    assert_count(f, f->connection, "1");
}

static const store_test tests[] = {
    {.name = "commit and rollback", .function = test_commit_and_rollback},
    {.name = "empty transactions", .function = test_empty_transactions},
    {.name = "transactions out of order", .function = test_misuse},
    {.name = "one snapshot", .function = test_one_snapshot},
    {.name = "uncommitted writes are not seen", .function = test_uncommitted_writes_are_not_seen},
    {.name = "reading refuses writes", .function = test_reading_refuses_writes},
    {.name = "a failed transaction only rolls back", .function = test_a_failed_transaction_only_rolls_back},
    {.name = "commit tells of an unread failure", .function = test_commit_tells_of_an_unread_failure},
    {.name = "releasing rolls back", .function = test_releasing_rolls_back},
    {.name = "closing rolls back", .function = test_closing_rolls_back},
    {.name = "a lock is waited for", .function = test_a_lock_is_waited_for},
    {.name = "locks of other names do not meet",
     .function = test_locks_of_other_names_do_not_meet,
     .postgres_only = true},
    {.name = "a row lock is waited for", .function = test_a_row_lock_is_waited_for},
    {.name = "begin keeps rows that are open", .function = test_begin_keeps_rows_that_are_open},
    {.name = "the last statements", .function = test_the_last_statements},
    {.name = "the last statement fails", .function = test_the_last_statement_fails, .postgres_only = true},
    {.name = "the last statements are one snapshot",
     .function = test_the_last_statements_are_one_snapshot,
     .postgres_only = true},
    {.name = "the last statement writes", .function = test_the_last_statement_writes, .postgres_only = true},
    {.name = "sessions", .function = test_sessions},
};
const store_area store_area_transactions = {tests, WEFT_COUNT_OF(tests)};
