/* Deadlines and cancelling: statements end soon, and the connection works afterwards. */
#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

#include "contract/store/fixture.h"

static const char endless[] = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000000000)"
                              " SELECT count(*) FROM n";

static int64_t from_now_us(int64_t us)
{
    return weft_clock_monotonic_us(NULL) + us;
}

static void clear_stops(const store_fixture *f)
{
    weft_connection_of(f->connection)->deadline_us = 0;
    weft_connection_of(f->connection)->cancel = NULL;
}

static void test_a_deadline_ends_a_statement(void **state)
{
    store_fixture *f = *state;
    const weft_statement statement = fixture_statement(f, endless, "i", NULL, 0);
    for (int i = 0; i < 2; i++) {
        const int64_t start_us = weft_clock_monotonic_us(NULL);
        weft_connection_of(f->connection)->deadline_us = from_now_us(100000);
        assert_code(f, fixture_ask(f, f->connection, &statement), WEFT_TIMEOUT);
        assert_in_range(weft_clock_monotonic_us(NULL) - start_us, 90000, 1500000);
        assert_string_equal(f->error.store, "shop");
        clear_stops(f);
        assert_false(weft_connection_of(f->connection)->is_lost);
        assert_rows(f, "SELECT 1", "i", "1");
    }
}

static void test_a_deadline_that_passed(void **state)
{
    store_fixture *f = *state;
    const weft_statement statement = fixture_statement(f, "SELECT 1", "i", NULL, 0);
    weft_connection_of(f->connection)->deadline_us = from_now_us(-1);
    assert_code(f, fixture_ask(f, f->connection, &statement), WEFT_TIMEOUT);
    assert_code(f, weft_connection_begin(f->connection, WEFT_TRANSACTION_READ, &f->error), WEFT_TIMEOUT);
    clear_stops(f);
    assert_rows(f, "SELECT 1", "i", "1");
}

static void test_a_deadline_inside_a_transaction(void **state)
{
    store_fixture *f = *state;
    fixture_must(f, "CREATE TABLE s (n {number})");
    const weft_statement statement = fixture_statement(f, endless, "i", NULL, 0);
    const weft_statement insert = fixture_statement(f, "INSERT INTO s VALUES (1)", "", NULL, 0);
    assert_ok(f, weft_connection_begin(f->connection, WEFT_TRANSACTION_WRITE, &f->error));
    assert_ok(f, weft_connection_execute(f->connection, &insert, NULL, &f->error));
    weft_connection_of(f->connection)->deadline_us = from_now_us(50000);
    assert_code(f, fixture_ask(f, f->connection, &statement), WEFT_TIMEOUT);
    weft_connection_rollback(f->connection);
    clear_stops(f);
    assert_false(weft_connection_of(f->connection)->is_lost);
    assert_rows(f, "SELECT count(*) FROM s", "i", "0");
}

static void test_a_deadline_while_waiting_for_a_lock(void **state)
{
    store_fixture *f = *state;
    fixture_must(f, "CREATE TABLE s (n {number})");
    fixture_must(f, "INSERT INTO s VALUES (1)");
    weft_connection *other = fixture_acquire(f);
    const weft_statement update = fixture_statement(f, "UPDATE s SET n = n + 1", "", NULL, 0);
    assert_ok(f, weft_connection_begin(other, WEFT_TRANSACTION_WRITE, &f->error));
    assert_ok(f, weft_connection_execute(other, &update, NULL, &f->error));
    weft_connection_of(f->connection)->deadline_us = from_now_us(80000);
    assert_code(f, weft_connection_execute(f->connection, &update, NULL, &f->error), WEFT_TIMEOUT);
    clear_stops(f);
    assert_ok(f, weft_connection_commit(other, &f->error));
    weft_pool_release(f->pool, other);
    assert_rows(f, "SELECT n FROM s", "i", "2");
}

static atomic_int the_flag;

static void *set_flag(void *ctx)
{
    const struct timespec wait = {.tv_nsec = 60000000};
    (void)ctx;
    (void)nanosleep(&wait, NULL);
    atomic_store(&the_flag, 1);
    return NULL;
}

static void test_cancelling_from_another_thread(void **state)
{
    store_fixture *f = *state;
    const weft_statement statement = fixture_statement(f, endless, "i", NULL, 0);
    for (int i = 0; i < 2; i++) {
        pthread_t thread;
        const int64_t start_us = weft_clock_monotonic_us(NULL);
        atomic_store(&the_flag, 0);
        weft_connection_of(f->connection)->cancel = (const volatile int *)(uintptr_t)&the_flag;
        assert_int_equal(pthread_create(&thread, NULL, set_flag, NULL), 0);
        assert_code(f, fixture_ask(f, f->connection, &statement), WEFT_CANCELLED);
        assert_in_range(weft_clock_monotonic_us(NULL) - start_us, 50000, 1500000);
        assert_int_equal(pthread_join(thread, NULL), 0);
        assert_code(f, fixture_ask(f, f->connection, &statement), WEFT_CANCELLED);
        clear_stops(f);
        assert_rows(f, "SELECT 1", "i", "1");
    }
}

/* A statement whose rows were closed must not keep the next user of the connection waiting. */
static void test_work_nobody_waits_for_is_ended(void **state)
{
    store_fixture *f = *state;
    const weft_statement statement = fixture_statement(f, endless, "i", NULL, 0);
    weft_rows *rows = NULL;
    const int64_t start_us = weft_clock_monotonic_us(NULL);
    assert_ok(f, weft_connection_begin(f->connection, WEFT_TRANSACTION_READ, &f->error));
    assert_ok(f, weft_connection_run(f->connection, &statement, 1, &rows, &f->error));
    weft_rows_close(rows);
    weft_connection_rollback(f->connection);
    assert_rows(f, "SELECT 1", "i", "1");
    assert_in_range(weft_clock_monotonic_us(NULL) - start_us, 0, 1500000);
}

static void test_the_server_cancels(void **state)
{
    store_fixture *f = *state;
    fixture_must(f, "SET statement_timeout = 50");
    const weft_statement statement = fixture_statement(f, endless, "i", NULL, 0);
    assert_code(f, fixture_ask(f, f->connection, &statement), WEFT_CANCELLED);
    assert_string_equal(f->error.sqlstate, "57014");
    fixture_must(f, "SET statement_timeout = 0");
}

static const store_test tests[] = {
    {.name = "a deadline ends a statement", .function = test_a_deadline_ends_a_statement},
    {.name = "a deadline that passed", .function = test_a_deadline_that_passed},
    {.name = "a deadline inside a transaction", .function = test_a_deadline_inside_a_transaction},
    {.name = "a deadline while waiting for a lock", .function = test_a_deadline_while_waiting_for_a_lock},
    {.name = "cancelling from another thread", .function = test_cancelling_from_another_thread},
    {.name = "work nobody waits for is ended", .function = test_work_nobody_waits_for_is_ended},
    {.name = "the server cancels", .function = test_the_server_cancels, .postgres_only = true},
};
const store_area store_area_stops = {tests, WEFT_COUNT_OF(tests)};
