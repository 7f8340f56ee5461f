/* The PostgreSQL driver: the driver's table, transactions and locks.
 *
 *   idle ──begin──▶ begun here ──first run: BEGIN goes along──▶ begun there ──commit, rollback──▶ idle
 *
 * BEGIN costs no round trip, and neither does the end of a READ transaction: it is sent, and its answer is taken when
 * the connection is used next. A READ transaction is REPEATABLE READ, READ ONLY: every statement sees the snapshot that
 * its first one took. One that ends with the call it begins with is sent without BEGIN and COMMIT: the server runs what
 * stands before one sync as a transaction, of the kind that the session was told (postgres_run.c). */
#include "store/postgres.h"

#include <string.h>

#define DRAIN_US INT64_C(50000) /* for answers nobody wants any more */
#define LOOK_US  INT64_C(1000)  /* how long it holds that a connection lives */

static weft_connection *connection_of(weft_postgres *pg)
{
    return (weft_connection *)(void *)pg;
}

static void close_postgres(weft_connection *connection)
{
    weft_postgres *pg = weft_postgres_of(connection);
    if (pg == NULL) {
        return;
    }
    const weft_allocator *allocator = pg->base.config->allocator;
    /* Nothing more is said to the server; closing rolls back. */
    pg->base.is_lost = true;
    weft_postgres_free_rows(pg);
    weft_postgres_cache_done(pg);
    PQfreeCancel(pg->canceller);
    PQfinish(pg->conn);
    if (pg->c_locale != (locale_t)0) {
        freelocale(pg->c_locale);
    }
    weft_arena_done(&pg->scratch);
    weft_free(allocator, pg->pending, pg->pending_capacity * sizeof(weft_postgres_pending));
    weft_free(allocator, pg, sizeof(*pg));
}

static weft_code open_postgres(const weft_store_config *config, weft_connection **ret_connection, weft_error *error)
{
    weft_postgres *pg = weft_resize(config->allocator, NULL, 0, sizeof(*pg));
    if (pg == NULL) {
        return weft_fail_no_memory(error);
    }
    memset(pg, 0, sizeof(*pg));
    pg->base.driver = &weft_postgres_driver;
    pg->base.config = config;
    weft_arena_init(&pg->scratch, config->allocator, 0);
    const weft_code code = weft_postgres_connect(pg, error);
    if (code != WEFT_OK) {
        close_postgres(connection_of(pg));
        return code;
    }
    weft_arena_reset(&pg->scratch);
    *ret_connection = connection_of(pg);
    return WEFT_OK;
}

/* Looking takes a call of the system: a busy connection is looked at once in a while. */
static bool is_alive(weft_connection *connection)
{
    weft_postgres *pg = weft_postgres_of(connection);
    const int64_t now_us = weft_clock_monotonic_us(NULL);
    if (now_us - pg->looked_us < LOOK_US) {
        return !pg->base.is_lost;
    }
    pg->looked_us = now_us;
    return !pg->base.is_lost && weft_postgres_collect_ready(pg);
}

static weft_code begin(weft_connection *connection, weft_transaction transaction, weft_error *error)
{
    weft_postgres *pg = weft_postgres_of(connection);
    if (pg->base.in_transaction) {
        return weft_connection_misuse(&pg->base, "a transaction is open already", error);
    }
    WEFT_TRY(weft_connection_check(&pg->base, error));
    pg->base.in_transaction = true;
    pg->transaction = transaction;
    pg->is_begin_pending = true;
    pg->plans_once_kept = pg->plans_once;
    pg->has_failed = false;
    return WEFT_OK;
}

static void forget_transaction(weft_postgres *pg)
{
    pg->base.in_transaction = false;
    pg->is_begin_pending = false;
    pg->is_end_sent = false;
    pg->has_failed = false;
}

/* Send the end of the transaction; a transaction that wrote waits for the answer. */
static weft_code end_transaction(weft_postgres *pg, weft_postgres_control control, bool is_waiting, weft_error *error)
{
    pg->control_failure.code = WEFT_OK;
    pg->is_rolled_back = false;
    const weft_postgres_wait wait = is_waiting ? WEFT_POSTGRES_WAIT_CONTROL : WEFT_POSTGRES_WAIT_IGNORED;
    WEFT_TRY(weft_postgres_send_control(pg, control, wait, error));
    WEFT_TRY(weft_postgres_sync(pg, error));
    WEFT_TRY(weft_postgres_flush(pg, error));
    if (!is_waiting) {
        return WEFT_OK;
    }
    WEFT_TRY(weft_postgres_collect_all(pg, error));
    if (pg->control_failure.code != WEFT_OK && error != NULL) {
        *error = pg->control_failure;
    }
    return pg->control_failure.code;
}

static bool has_rows_pending(const weft_postgres *pg)
{
    for (size_t i = 0; i < pg->pending_count; i++) {
        if (pg->pending[(pg->pending_first + i) % pg->pending_capacity].wait == WEFT_POSTGRES_WAIT_ROWS) {
            return true;
        }
    }
    return false;
}

/* Take what is still on its way. What does not come soon is work nobody waits for any more: the server is asked to end
 * it, because the next statement on the connection would wait behind it. The caller's own deadline is put back. */
static weft_code drain(weft_postgres *pg)
{
    const int64_t deadline_us = pg->base.deadline_us;
    const volatile int *cancel = pg->base.cancel;
    const int64_t now_us = weft_clock_monotonic_us(NULL);
    weft_code code = WEFT_OK;
    if (pg->is_stopping || has_rows_pending(pg)) {
        pg->base.deadline_us = now_us + DRAIN_US;
        pg->base.cancel = NULL;
        code = weft_postgres_collect_all(pg, NULL);
        pg->base.deadline_us = deadline_us;
        pg->base.cancel = cancel;
    }
    return code;
}

/* After an end that was sent along, only what failed before it leaves something to roll back. */
static weft_code roll_back_on_server(weft_postgres *pg)
{
    WEFT_TRY(drain(pg));
    if (pg->is_end_sent && !pg->has_failed) {
        return WEFT_OK;
    }
    /* Nothing of a READ transaction that went well has to be undone, and what it set for planning stays. */
    const bool is_read = pg->transaction == WEFT_TRANSACTION_READ && !pg->has_failed;
    pg->plans_once = is_read ? pg->plans_once : pg->plans_once_kept;
    return end_transaction(pg, is_read ? WEFT_POSTGRES_COMMIT : WEFT_POSTGRES_ROLLBACK, !is_read, NULL);
}

/* The deadline that ended the work must not stop the way back. A rollback that fails leaves a connection nobody can
 * trust. */
static void rollback(weft_connection *connection)
{
    weft_postgres *pg = weft_postgres_of(connection);
    const int64_t deadline_us = pg->base.deadline_us;
    const volatile int *cancel = pg->base.cancel;
    weft_postgres_end_open_rows(pg);
    if (!pg->base.is_lost && pg->base.in_transaction && !pg->is_begin_pending) {
        pg->base.deadline_us = 0;
        pg->base.cancel = NULL;
        pg->base.is_lost = roll_back_on_server(pg) != WEFT_OK || pg->base.is_lost;
        pg->base.deadline_us = deadline_us;
        pg->base.cancel = cancel;
    }
    forget_transaction(pg);
}

static weft_code commit_on_server(weft_postgres *pg, weft_error *error)
{
    if (pg->base.is_lost) {
        return weft_postgres_fail_lost(pg, error);
    }
    if (pg->has_failed) {
        return weft_connection_fail_doomed(&pg->base, error);
    }
    if (pg->is_begin_pending) {
        return WEFT_OK;
    }
    if (pg->transaction == WEFT_TRANSACTION_READ && drain(pg) != WEFT_OK) {
        return weft_postgres_fail_lost(pg, error);
    }
    if (pg->is_end_sent) {
        return pg->has_failed ? weft_connection_fail_doomed(&pg->base, error) : WEFT_OK;
    }
    WEFT_TRY(end_transaction(pg, WEFT_POSTGRES_COMMIT, pg->transaction == WEFT_TRANSACTION_WRITE, error));
    /* A statement whose rows nobody read had failed: the server answers COMMIT with ROLLBACK. */
    return pg->is_rolled_back ? weft_connection_fail_doomed(&pg->base, error) : WEFT_OK;
}

static weft_code commit(weft_connection *connection, weft_error *error)
{
    weft_postgres *pg = weft_postgres_of(connection);
    if (!pg->base.in_transaction) {
        return weft_connection_misuse(&pg->base, "no transaction is open", error);
    }
    const weft_code code = commit_on_server(pg, error);
    if (code != WEFT_OK) {
        rollback(connection);
        return code;
    }
    weft_postgres_end_open_rows(pg);
    forget_transaction(pg);
    return WEFT_OK;
}

static weft_code lock(weft_connection *connection, weft_str name, weft_error *error)
{
    weft_postgres *pg = weft_postgres_of(connection);
    if (!pg->base.in_transaction || pg->transaction != WEFT_TRANSACTION_WRITE) {
        return weft_connection_misuse(&pg->base, "a lock needs an open write transaction", error);
    }
    const weft_param param = {.type = WEFT_VALUE_TEXT, .value = {.kind = WEFT_VALUE_TEXT, .as.text = name}};
    const weft_statement statement = {
        .sql = WEFT_STR("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))"), .params = &param, .param_count = 1};
    return weft_connection_execute(connection, &statement, NULL, error);
}

const weft_driver weft_postgres_driver = {
    .dialect = &weft_postgres_dialect,
    .open = open_postgres,
    .close = close_postgres,
    .is_alive = is_alive,
    .begin = begin,
    .commit = commit,
    .rollback = rollback,
    .run = weft_postgres_run,
    .next = weft_postgres_next,
    .close_rows = weft_postgres_close_rows,
    .lock = lock,
    .find_path = weft_postgres_find_path,
    .inspect = weft_postgres_inspect,
};
