/* Running statements: those that only read are stepped as their rows are asked for; a call in which any statement
 * writes runs to its end at once, because a write must happen though nobody reads its rows, and must be seen by the
 * statements behind it. Outside a transaction such a call is a transaction of its own, so that it happens as a whole or
 * not at all.
 */
#include "store/sqlite.h"

static const weft_connection_base *base_of(const weft_sqlite_rows *rows)
{
    return weft_connection_of(rows->base.connection);
}

static weft_code run_whole(weft_sqlite_rows *rows, weft_error *error)
{
    const weft_sqlite *sqlite = weft_sqlite_of(rows->base.connection);
    const weft_bulk *bulk = rows->statement->bulk;
    const size_t times = bulk && !rows->statement->bulk_is_table ? bulk->row_count : 1;
    rows->is_buffered = true;
    for (size_t i = 0; i < times; i++) {
        const int64_t total_before = sqlite3_total_changes64(sqlite->db);
        (void)sqlite3_reset(rows->stmt);
        WEFT_TRY(weft_sqlite_bind(rows, i, error));
        WEFT_TRY(weft_sqlite_rows_buffer(rows, error));
        /* SQLite leaves the count of the last change standing when a statement (DDL, a pragma) changes no row. */
        if (sqlite3_total_changes64(sqlite->db) != total_before) {
            rows->base.rows_changed += (uint64_t)sqlite3_changes64(sqlite->db);
        }
    }
    return WEFT_OK;
}

/* Run every statement to its end. The first that fails keeps its error, and those behind it say that they did not run.
 */
static bool run_all_whole(weft_rows *const *all, size_t count)
{
    bool has_failed = false;
    for (size_t i = 0; i < count; i++) {
        weft_sqlite_rows *rows = weft_sqlite_rows_of(all[i]);
        weft_error failure = {.code = WEFT_OK};
        if (has_failed) {
            (void)weft_connection_fail_skipped(base_of(rows), &failure);
        } else {
            (void)run_whole(rows, &failure);
        }
        if (failure.code != WEFT_OK) {
            has_failed = true;
            (void)weft_sqlite_rows_fail(rows, &failure, NULL);
        }
        weft_sqlite_rows_finish(rows);
    }
    return !has_failed;
}

static weft_code run_writing(weft_sqlite *sqlite, weft_rows *const *all, size_t count, weft_error *error)
{
    weft_connection *connection = (weft_connection *)(void *)sqlite;
    const bool is_group =
        !sqlite->base.in_transaction && (count > 1 || weft_sqlite_rows_of(all[0])->statement->bulk != NULL);
    if (sqlite->transaction == WEFT_TRANSACTION_READ) {
        sqlite->has_failed = true;
        return weft_connection_fail_read_only(&sqlite->base, error);
    }
    if (is_group) {
        WEFT_TRY(weft_sqlite_begin(sqlite, WEFT_TRANSACTION_WRITE, error));
    }
    const bool is_done = run_all_whole(all, count);
    if (is_group && is_done) {
        return sqlite->base.driver->commit(connection, error);
    }
    if (is_group) {
        sqlite->base.driver->rollback(connection);
    }
    return WEFT_OK;
}

static weft_code start_reading(weft_rows *const *all, size_t count, weft_error *error)
{
    weft_code code = WEFT_OK;
    for (size_t i = 0; i < count && code == WEFT_OK; i++) {
        weft_sqlite_rows *rows = weft_sqlite_rows_of(all[i]);
        if (rows->statement->bulk != NULL) {
            (void)run_all_whole(&all[i], 1);
        } else {
            code = weft_sqlite_bind(rows, 0, error);
        }
    }
    return code;
}

static weft_code start(
    weft_sqlite *sqlite, weft_rows *const *all, size_t count, weft_sqlite_rows *older, weft_error *error)
{
    bool is_writing = false;
    bool is_eager = false;
    for (size_t i = 0; i < count; i++) {
        is_writing = is_writing || weft_sqlite_rows_of(all[i])->is_writing;
        is_eager = is_eager || weft_sqlite_rows_of(all[i])->is_eager;
    }
    if (is_writing) {
        WEFT_TRY(weft_sqlite_buffer_rows(older, error));
        return run_writing(sqlite, all, count, error);
    }
    if (is_eager) {
        (void)run_all_whole(all, count);
        return WEFT_OK;
    }
    return start_reading(all, count, error);
}

static weft_code open_all(
    weft_sqlite *sqlite, const weft_statement *statements, size_t count, weft_rows **ret_rows, weft_error *error)
{
    for (size_t i = 0; i < count; i++) {
        weft_sqlite_rows *rows = NULL;
        const weft_code code = weft_sqlite_open_rows(sqlite, &statements[i], &rows, error);
        ret_rows[i] = (weft_rows *)(void *)rows;
        if (code != WEFT_OK) {
            return code;
        }
    }
    return WEFT_OK;
}

weft_code weft_sqlite_run(weft_connection *connection,
                          const weft_statement *statements,
                          size_t count,
                          weft_rows **ret_rows,
                          weft_error *error)
{
    weft_sqlite *sqlite = weft_sqlite_of(connection);
    weft_sqlite_rows *older = sqlite->open_rows;
    for (size_t i = 0; i < count; i++) {
        ret_rows[i] = NULL;
    }
    if (sqlite->has_failed) {
        return weft_connection_fail_doomed(&sqlite->base, error);
    }
    weft_code code = weft_connection_check(&sqlite->base, error);
    if (code == WEFT_OK && sqlite->is_absent && !sqlite->base.in_transaction) { /* who only reads, begins */
        code = weft_sqlite_find_file(sqlite, true, error);
    }
    if (code == WEFT_OK && count > 0) {
        code = open_all(sqlite, statements, count, ret_rows, error);
        code = code == WEFT_OK ? start(sqlite, ret_rows, count, older, error) : code;
    }
    if (code != WEFT_OK) {
        sqlite->has_failed = sqlite->has_failed || sqlite->base.in_transaction;
        for (size_t i = 0; i < count; i++) {
            weft_sqlite_close_rows(ret_rows[i]);
            ret_rows[i] = NULL;
        }
        return code;
    }
    sqlite->base.statements_run += count;
    return WEFT_OK;
}
