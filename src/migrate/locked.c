/* Work in one store: acquire ▶ (before) ▶ begin ▶ lock ▶ work ▶ commit ▶ (after) ▶ release. */
#include "migrate/locked.h"

#include "migrate/rebuild.h"

/* Who reads without the lock may meet another who drops what is being read. */
#define READING_TRIES 3

weft_code weft_migration_execute(weft_connection *connection, weft_str sql, weft_error *error)
{
    const weft_statement statement = {.sql = sql, .is_once = true};
    return weft_connection_execute(connection, &statement, NULL, error);
}

/* The statements around the transaction are no part of it, and a rebuild sets what no rollback resets: a connection
 * that cannot be put right again is not used again. */
static void reset_connection(weft_connection *connection, const weft_dialect *dialect)
{
    weft_connection_rollback(connection);
    if (dialect->migrate_after &&
        (weft_migration_execute(connection, WEFT_STR(WEFT_REBUILD_RESET), NULL) != WEFT_OK ||
         weft_migration_execute(connection, weft_str_from(dialect->migrate_after), NULL) != WEFT_OK)) {
        weft_connection_of(connection)->is_lost = true;
    }
}

typedef struct locked_job {
    weft_locked_work *work;
    void *ctx;
    bool is_trial; /* rolled back whatever comes of it */
} locked_job;

static weft_code run_transaction(weft_connection *connection, const locked_job *job, weft_error *error)
{
    WEFT_TRY(weft_connection_begin(connection, WEFT_TRANSACTION_WRITE, error));
    WEFT_TRY(weft_connection_lock(connection, WEFT_STR("weft_migrate"), error));
    WEFT_TRY(job->work(job->ctx, connection, error));
    return job->is_trial ? WEFT_OK : weft_connection_commit(connection, error);
}

static weft_code run_on(weft_connection *connection, const locked_job *job, weft_error *error)
{
    const weft_dialect *dialect = weft_connection_dialect(connection);
    if (dialect->migrate_before) {
        WEFT_TRY(weft_migration_execute(connection, weft_str_from(dialect->migrate_before), error));
    }
    const weft_code code = run_transaction(connection, job, error);
    if (code != WEFT_OK || job->is_trial) {
        reset_connection(connection, dialect);
        return code;
    }
    /* It is committed: what fails now is no failure of the work. */
    if (dialect->migrate_after &&
        weft_migration_execute(connection, weft_str_from(dialect->migrate_after), NULL) != WEFT_OK) {
        weft_connection_of(connection)->is_lost = true;
    }
    return WEFT_OK;
}

static weft_code run_job(weft_session *session, const weft_store_def *store, const locked_job *job, weft_error *error)
{
    weft_pool *pool = session->pools[store->index];
    weft_connection *connection = NULL;
    weft_code code = weft_pool_acquire(pool, session->deadline_us, session->cancel, &connection, error);
    if (code == WEFT_OK) {
        code = run_on(connection, job, error);
        weft_pool_release(pool, connection);
    }
    if (code != WEFT_OK) {
        weft_error_set_store(error, store->name);
    }
    return code;
}

weft_code weft_migration_run_locked(
    weft_session *session, const weft_store_def *store, weft_locked_work *work, void *ctx, weft_error *error)
{
    const locked_job job = {.work = work, .ctx = ctx};
    return run_job(session, store, &job, error);
}

weft_code weft_migration_run_trial(
    weft_session *session, const weft_store_def *store, weft_locked_work *work, void *ctx, weft_error *error)
{
    const locked_job job = {.work = work, .ctx = ctx, .is_trial = true};
    return run_job(session, store, &job, error);
}

static weft_code read_once(weft_connection *connection, const locked_job *job, weft_error *error)
{
    WEFT_TRY(weft_connection_begin(connection, WEFT_TRANSACTION_READ, error));
    const weft_code code = job->work(job->ctx, connection, error);
    weft_connection_rollback(connection);
    return code;
}

weft_code weft_migration_run_reading(
    weft_session *session, const weft_store_def *store, weft_locked_work *work, void *ctx, weft_error *error)
{
    const locked_job job = {.work = work, .ctx = ctx};
    weft_pool *pool = session->pools[store->index];
    weft_connection *connection = NULL;
    weft_code code = weft_pool_acquire(pool, session->deadline_us, session->cancel, &connection, error);
    if (code == WEFT_OK) {
        size_t left = READING_TRIES;
        do {
            code = read_once(connection, &job, error);
        } while (code == WEFT_STORE_BUSY && --left > 0);
        weft_pool_release(pool, connection);
    }
    if (code != WEFT_OK) {
        weft_error_set_store(error, store->name);
    }
    return code;
}

static weft_code begin_locked(weft_connection *connection, const weft_session *session, weft_error *error)
{
    weft_connection_base *base = weft_connection_of(connection);
    const weft_dialect *dialect = weft_connection_dialect(connection);
    if (dialect->migrate_before) {
        WEFT_TRY(weft_migration_execute(connection, weft_str_from(dialect->migrate_before), error));
    }
    const int64_t deadline_us = base->deadline_us;
    base->deadline_us = weft_clock_monotonic_us(session->clock) + (int64_t)WEFT_MIGRATION_WAIT_MS * 1000;
    weft_code code = weft_connection_begin(connection, WEFT_TRANSACTION_WRITE, error);
    if (code == WEFT_OK) {
        code = weft_connection_lock(connection, WEFT_STR("weft_migrate"), error);
    }
    base->deadline_us = deadline_us;
    return code;
}

weft_code weft_migration_open(weft_session *session,
                              const weft_store_def *store,
                              weft_connection **ret_connection,
                              weft_error *error)
{
    weft_connection *connection = NULL;
    weft_code code =
        weft_pool_acquire(session->pools[store->index], session->deadline_us, session->cancel, &connection, error);
    if (code == WEFT_OK) {
        code = begin_locked(connection, session, error);
    }
    if (code != WEFT_OK) {
        weft_error_set_store(error, store->name);
        weft_migration_close(session, store, connection);
        return code;
    }
    *ret_connection = connection;
    return WEFT_OK;
}

void weft_migration_close(weft_session *session, const weft_store_def *store, weft_connection *connection)
{
    if (connection) {
        reset_connection(connection, weft_connection_dialect(connection));
        weft_pool_release(session->pools[store->index], connection);
    }
}
