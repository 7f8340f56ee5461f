/* The pool: threads, waiting, connections that are lost. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "contract/store/fixture.h"
#include "support/postgres.h"

enum { THREADS = 8, ROUNDS = 40 };

static _Atomic(const char *) the_complaint;

/* Written by many threads at once, so that it says only whether all went well. */
static void *work(void *ctx)
{
    store_fixture *f = ctx;
    static const weft_value_kind kinds[] = {WEFT_VALUE_INTEGER};
    const weft_statement select = {.sql = WEFT_STR("SELECT n FROM t"), .columns = kinds, .column_count = 1};
    const weft_statement update = {.sql = WEFT_STR("UPDATE t SET n = n + 1")};
    for (int i = 0; i < ROUNDS; i++) {
        weft_connection *connection = NULL;
        weft_error error = {.code = WEFT_OK};
        weft_rows *rows = NULL;
        const weft_value *values = NULL;
        const int64_t deadline_us = weft_clock_monotonic_us(NULL) + INT64_C(20000000);
        weft_code code = weft_pool_acquire(f->pool, deadline_us, NULL, &connection, &error);
        if (code == WEFT_OK && i % 4 == 0) {
            code = weft_connection_begin(connection, WEFT_TRANSACTION_WRITE, &error);
            code = code == WEFT_OK ? weft_connection_execute(connection, &update, NULL, &error) : code;
            code = code == WEFT_OK ? weft_connection_commit(connection, &error) : code;
        } else if (code == WEFT_OK) {
            code = weft_connection_run(connection, &select, 1, &rows, &error);
            code = code == WEFT_OK ? weft_rows_next(rows, &values, &error) : code;
            weft_rows_close(rows);
        }
        weft_pool_release(f->pool, connection);
        if (code != WEFT_OK) {
            atomic_store(&the_complaint, weft_code_name(code));
        }
    }
    return NULL;
}

static void test_eight_threads(void **state)
{
    store_fixture *f = *state;
    pthread_t threads[THREADS];
    fixture_must(f, "CREATE TABLE t (n {number})");
    fixture_must(f, "INSERT INTO t VALUES (0)");
    atomic_store(&the_complaint, NULL);
    weft_pool *patient = NULL;
    const weft_pool_options options = {.connections_max = 3, .busy_timeout_ms = 20000};
    store_fixture shared = {.store = f->store};
    assert_ok(f, weft_pool_open(&shared.store, &options, &patient, &f->error));
    shared.pool = patient;
    for (size_t i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, work, &shared), 0);
    }
    for (size_t i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    }
    weft_pool_close(patient);
    const char *complaint = atomic_load(&the_complaint);
    if (complaint != NULL) {
        fail_msg("a thread failed: %s", complaint);
    }
    assert_rows(f, "SELECT n FROM t", "i", "80");
}

static void test_waiting_for_a_connection(void **state)
{
    store_fixture *f = *state;
    weft_connection *held[3];
    for (size_t i = 0; i < WEFT_COUNT_OF(held); i++) {
        held[i] = fixture_acquire(f);
    }
    weft_connection *none = NULL;
    const int64_t start_us = weft_clock_monotonic_us(NULL);
    assert_code(f, weft_pool_acquire(f->pool, start_us + 60000, NULL, &none, &f->error), WEFT_TIMEOUT);
    assert_in_range(weft_clock_monotonic_us(NULL) - start_us, 55000, 1000000);
    const int flag = 1;
    assert_code(f, weft_pool_acquire(f->pool, 0, &flag, &none, &f->error), WEFT_CANCELLED);
    weft_pool_release(f->pool, held[0]);
    assert_ok(f, weft_pool_acquire(f->pool, start_us + 10000000, NULL, &none, &f->error));
    assert_ptr_equal(none, held[0]);
    for (size_t i = 0; i < WEFT_COUNT_OF(held); i++) {
        weft_pool_release(f->pool, held[i]);
    }
}

static void test_a_store_that_cannot_be_had(void **state)
{
    store_fixture *f = *state;
    weft_store_def nowhere = f->store;
    nowhere.url = WEFT_STR("postgres:///x?host=/nowhere");
    nowhere.path = WEFT_STR("/dev/null/x.db");
    const weft_pool_options options = {.connections_max = 1};
    weft_pool *pool = NULL;
    weft_connection *connection = NULL;
    assert_ok(f, weft_pool_open(&nowhere, &options, &pool, &f->error));
    for (int i = 0; i < 3; i++) {
        assert_code(f, weft_pool_acquire(pool, 0, NULL, &connection, &f->error), WEFT_STORE_UNAVAILABLE);
    }
    weft_pool_close(pool);
    weft_pool_close(NULL);
}

static void test_facts_of_a_pool(void **state)
{
    store_fixture *f = *state;
    assert_ptr_equal(weft_pool_store(f->pool), &f->store);
    assert_string_equal(weft_pool_dialect(f->pool)->name, fixture_is_postgres(f) ? "postgres" : "sqlite");
    assert_ptr_equal(weft_connection_dialect(f->connection), weft_pool_dialect(f->pool));
}

static int64_t backend_of(store_fixture *f, weft_connection *connection)
{
    static const weft_value_kind kinds[] = {WEFT_VALUE_INTEGER};
    const weft_statement statement = {.sql = WEFT_STR("SELECT pg_backend_pid()"), .columns = kinds, .column_count = 1};
    const weft_value *values = NULL;
    size_t count = 0;
    assert_ok(f, weft_connection_collect(connection, &statement, &f->arena, &values, &count, &f->error));
    return values[0].as.integer;
}

static void terminate(store_fixture *f, int64_t backend)
{
    char sql[128];
    (void)snprintf(sql, sizeof(sql), "SELECT pg_terminate_backend(%lld, 5000)", (long long)backend);
    assert_true(test_postgres_execute(f->url, sql));
}

static void test_a_connection_lost_while_idle(void **state)
{
    store_fixture *f = *state;
    weft_connection *connection = fixture_acquire(f);
    const int64_t backend = backend_of(f, connection);
    weft_pool_release(f->pool, connection);
    terminate(f, backend);
    f->reconnects = 0;
    connection = fixture_acquire(f);
    assert_true(backend_of(f, connection) != backend);
    assert_int_equal(f->reconnects, 1);
    weft_pool_release(f->pool, connection);
}

static void test_a_connection_lost_while_used(void **state)
{
    store_fixture *f = *state;
    const weft_statement statement = fixture_statement(f, "SELECT 1", "i", NULL, 0);
    for (int is_in_transaction = 0; is_in_transaction < 2; is_in_transaction++) {
        weft_connection *connection = fixture_acquire(f);
        if (is_in_transaction) {
            assert_ok(f, weft_connection_begin(connection, WEFT_TRANSACTION_WRITE, &f->error));
        }
        terminate(f, backend_of(f, connection));
        assert_code(f, fixture_ask(f, connection, &statement), WEFT_STORE_UNAVAILABLE);
        assert_true(weft_connection_of(connection)->is_lost);
        assert_code(f, fixture_ask(f, connection, &statement), WEFT_STORE_UNAVAILABLE);
        if (is_in_transaction) {
            assert_code(f, weft_connection_commit(connection, &f->error), WEFT_STORE_UNAVAILABLE);
        }
        assert_false(weft_connection_of(connection)->in_transaction);
        weft_pool_release(f->pool, connection);
    }
    f->reconnects = 0;
    weft_connection *connection = fixture_acquire(f);
    assert_ok(f, fixture_ask(f, connection, &statement));
    assert_int_equal(f->reconnects, 1);
    weft_pool_release(f->pool, connection);
}

static void test_a_connection_lost_while_rows_are_read(void **state)
{
    store_fixture *f = *state;
    weft_statement statement = fixture_statement(f, "SELECT i FROM generate_series(1, 5000) AS i", "i", NULL, 0);
    statement.is_incremental = true;
    weft_connection *connection = fixture_acquire(f);
    const int64_t backend = backend_of(f, connection);
    weft_rows *rows = NULL;
    const weft_value *values = NULL;
    assert_ok(f, weft_connection_begin(connection, WEFT_TRANSACTION_READ, &f->error));
    assert_ok(f, weft_connection_run(connection, &statement, 1, &rows, &f->error));
    assert_ok(f, weft_rows_next(rows, &values, &f->error));
    terminate(f, backend);
    weft_code code = WEFT_OK;
    while (code == WEFT_OK) {
        code = weft_rows_next(rows, &values, &f->error);
        assert_true(code != WEFT_OK || values != NULL);
    }
    assert_code(f, code, WEFT_STORE_UNAVAILABLE);
    weft_rows_close(rows);
    weft_pool_release(f->pool, connection);
}

/* A session that has run nothing yet gets a connection that works. */
static void test_a_session_replaces_a_lost_connection(void **state)
{
    store_fixture *f = *state;
    weft_session session;
    weft_connection *connection = fixture_acquire(f);
    const int64_t backend = backend_of(f, connection);
    weft_pool_release(f->pool, connection);
    terminate(f, backend);
    weft_session_init(&session, &f->pool, 1, WEFT_TRANSACTION_READ);
    assert_ok(f, weft_session_connection(&session, &f->store, &connection, &f->error));
    const weft_statement statement = fixture_statement(f, "SELECT 1", "i", NULL, 0);
    assert_ok(f, fixture_ask(f, connection, &statement));
    weft_session_done(&session);
}

typedef struct giver {
    weft_pool *pool;
    weft_connection *first, *again;
    pthread_barrier_t barrier;
} giver;

static void *give_back_and_take(void *ctx)
{
    giver *g = ctx;
    weft_pool_release(g->pool, g->first);
    (void)pthread_barrier_wait(&g->barrier); /* now the other one is given back … */
    (void)pthread_barrier_wait(&g->barrier); /* … and lies above it */
    if (weft_pool_acquire(g->pool, 0, NULL, &g->again, NULL) != WEFT_OK) {
        g->again = NULL;
    }
    weft_pool_release(g->pool, g->again);
    return NULL;
}

static void test_a_thread_gets_its_own_back(void **state)
{
    store_fixture *f = *state;
    pthread_t thread;
    giver g = {.pool = f->pool, .first = fixture_acquire(f)};
    weft_connection *other = fixture_acquire(f);
    assert_int_equal(pthread_barrier_init(&g.barrier, NULL, 2), 0);
    assert_int_equal(pthread_create(&thread, NULL, give_back_and_take, &g), 0);
    (void)pthread_barrier_wait(&g.barrier);
    weft_pool_release(f->pool, other);
    (void)pthread_barrier_wait(&g.barrier);
    assert_int_equal(pthread_join(thread, NULL), 0);
    (void)pthread_barrier_destroy(&g.barrier);
    assert_ptr_equal(g.again, g.first);
    assert_ptr_not_equal(other, g.first);
}

/* As somebody does who puts another file in its place. */
static void put_aside(const store_fixture *f)
{
    static const char *const beside[] = {"-wal", "-shm"};
    char path[400];
    (void)snprintf(path, sizeof(path), "%s.old", f->path);
    assert_int_equal(rename(f->path, path), 0);
    for (size_t i = 0; i < WEFT_COUNT_OF(beside); i++) {
        (void)snprintf(path, sizeof(path), "%s%s", f->path, beside[i]);
        (void)unlink(path);
    }
}

/* Whatever is done between, who writes notices at once. */
static void test_a_file_that_was_replaced(void **state)
{
    store_fixture *f = *state;
    fixture_must(f, "CREATE TABLE t (n {number})");
    weft_connection *connection = fixture_acquire(f);
    put_aside(f);
    assert_code(f, weft_connection_begin(connection, WEFT_TRANSACTION_WRITE, &f->error), WEFT_STORE_UNAVAILABLE);
    f->reconnects = 0;
    weft_pool_release(f->pool, connection);
    connection = fixture_acquire(f);
    assert_int_equal(f->reconnects, 1);
    const weft_statement statement = fixture_statement(f, "SELECT n FROM t", "i", NULL, 0);
    assert_code(f, fixture_ask(f, connection, &statement), WEFT_SCHEMA_MISSING);
    weft_pool_release(f->pool, connection);
}

/* Who reads notices within some milliseconds. */
static void test_a_file_that_is_replaced_between_reads(void **state)
{
    store_fixture *f = *state;
    const struct timespec pause = {.tv_nsec = 6000000};
    fixture_must(f, "CREATE TABLE t (n {number})");
    weft_connection *connection = fixture_acquire(f);
    weft_pool_release(f->pool, connection);
    put_aside(f);
    (void)nanosleep(&pause, NULL);
    f->reconnects = 0;
    connection = fixture_acquire(f);
    assert_int_equal(f->reconnects, 1);
    weft_pool_release(f->pool, connection);
}

static void test_memory_is_one_database(void **state)
{
    store_fixture *f = *state;
    weft_store_def memory = f->store;
    memory.path = WEFT_STR(":memory:");
    const weft_pool_options options = {.connections_max = 4};
    weft_pool *pool = NULL;
    weft_connection *connection = NULL;
    weft_connection *none = NULL;
    const weft_statement create = fixture_statement(f, "CREATE TABLE t (n {number})", "", NULL, 0);
    const weft_statement select = fixture_statement(f, "SELECT count(*) FROM t", "i", NULL, 0);
    assert_ok(f, weft_pool_open(&memory, &options, &pool, &f->error));
    assert_ok(f, weft_pool_acquire(pool, 0, NULL, &connection, &f->error));
    assert_ok(f, weft_connection_execute(connection, &create, NULL, &f->error));
    const int64_t soon_us = weft_clock_monotonic_us(NULL) + 20000;
    assert_code(f, weft_pool_acquire(pool, soon_us, NULL, &none, &f->error), WEFT_TIMEOUT);
    weft_pool_release(pool, connection);
    assert_ok(f, weft_pool_acquire(pool, 0, NULL, &connection, &f->error));
    assert_ok(f, fixture_ask(f, connection, &select));
    weft_pool_release(pool, connection);
    weft_pool_close(pool);
}

/* Many connections open a new file at once. */
static void *open_new(void *ctx)
{
    store_fixture *f = ctx;
    weft_connection *connection = NULL;
    weft_error error = {.code = WEFT_OK};
    if (weft_pool_acquire(f->pool, 0, NULL, &connection, &error) != WEFT_OK) {
        atomic_store(&the_complaint, weft_code_name(error.code));
    }
    weft_pool_release(f->pool, connection);
    return NULL;
}

static void test_a_new_file_opened_by_many(void **state)
{
    store_fixture *f = *state;
    pthread_t threads[THREADS];
    char path[400];
    (void)snprintf(path, sizeof(path), "%s/deep/er/new.db", f->directory);
    store_fixture shared = {.store = f->store};
    shared.store.path = weft_str_from(path);
    const weft_pool_options options = {.connections_max = THREADS};
    assert_ok(f, weft_pool_open(&shared.store, &options, &shared.pool, &f->error));
    atomic_store(&the_complaint, NULL);
    for (size_t i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, open_new, &shared), 0);
    }
    for (size_t i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    }
    weft_pool_close(shared.pool);
    assert_null(atomic_load(&the_complaint));
}

static const store_test tests[] = {
    {.name = "eight threads", .function = test_eight_threads},
    {.name = "waiting for a connection", .function = test_waiting_for_a_connection},
    {.name = "a store that cannot be had", .function = test_a_store_that_cannot_be_had},
    {.name = "facts of a pool", .function = test_facts_of_a_pool},
    {.name = "a connection lost while idle", .function = test_a_connection_lost_while_idle, .postgres_only = true},
    {.name = "a connection lost while used", .function = test_a_connection_lost_while_used, .postgres_only = true},
    {.name = "a connection lost while rows are read",
     .function = test_a_connection_lost_while_rows_are_read,
     .postgres_only = true},
    {.name = "a session replaces a lost connection",
     .function = test_a_session_replaces_a_lost_connection,
     .postgres_only = true},
    {.name = "a thread gets its own back", .function = test_a_thread_gets_its_own_back},
    {.name = "a file that was replaced", .function = test_a_file_that_was_replaced, .sqlite_only = true},
    {.name = "a file that is replaced between reads",
     .function = test_a_file_that_is_replaced_between_reads,
     .sqlite_only = true},
    {.name = "memory is one database", .function = test_memory_is_one_database, .sqlite_only = true},
    {.name = "a new file opened by many", .function = test_a_new_file_opened_by_many, .sqlite_only = true},
};
const store_area store_area_pool = {tests, WEFT_COUNT_OF(tests)};
