/* Rows: a statement being stepped through as its rows are asked for, or what was copied of it.
 *
 *      run ──▶ stepping ──next──▶ … ──▶ ended
 *                 │
 *                 └─ another statement of the connection writes ──▶ buffered ──next──▶ … ──▶ ended
 *
 * SQLite does not say whether a statement that is being read sees what the same connection writes meanwhile, so before
 * a write the rest of every open rows is copied. */
#include <string.h>

#include "store/sqlite.h"

static weft_connection_base *base_of(const weft_sqlite_rows *rows)
{
    return weft_connection_of(rows->base.connection);
}

void weft_sqlite_rows_finish(weft_sqlite_rows *rows)
{
    if (rows->stmt == NULL) {
        return;
    }
    weft_sqlite_unprepare(rows->stmt, rows->prepared);
    rows->stmt = NULL;
    weft_connection_notify_statement(base_of(rows),
                                     rows->statement,
                                     rows->row_count > 0 ? rows->row_count : rows->base.rows_changed,
                                     rows->started_us);
}

weft_code weft_sqlite_rows_fail(weft_sqlite_rows *rows, const weft_error *failure, weft_error *error)
{
    weft_sqlite *sqlite = weft_sqlite_of(rows->base.connection);
    sqlite->has_failed = sqlite->has_failed || sqlite->base.in_transaction;
    rows->failure = *failure;
    weft_sqlite_rows_finish(rows);
    if (error != NULL) {
        *error = *failure;
    }
    return failure->code;
}

static weft_sqlite_rows *take_rows(weft_sqlite *sqlite)
{
    weft_sqlite_rows *rows = sqlite->idle_rows;
    if (rows != NULL) {
        sqlite->idle_rows = rows->next;
    } else {
        rows = weft_resize(sqlite->base.config->allocator, NULL, 0, sizeof(*rows));
        if (rows == NULL) {
            return NULL;
        }
        memset(rows, 0, sizeof(*rows));
        weft_arena_init(&rows->bound, sqlite->base.config->allocator, 0);
        weft_arena_init(&rows->row, sqlite->base.config->allocator, 0);
    }
    rows->next = sqlite->open_rows;
    sqlite->open_rows = rows;
    return rows;
}

static void unlink_rows(weft_sqlite *sqlite, const weft_sqlite_rows *rows)
{
    weft_sqlite_rows **link = &sqlite->open_rows;
    while (*link != NULL && *link != rows) {
        link = &(*link)->next;
    }
    if (*link != NULL) {
        *link = rows->next;
    }
}

static void free_one(weft_sqlite *sqlite, weft_sqlite_rows *rows)
{
    weft_arena_done(&rows->bound);
    weft_arena_done(&rows->row);
    weft_free(sqlite->base.config->allocator, rows->values, rows->value_capacity * sizeof(weft_value));
    weft_free(sqlite->base.config->allocator, rows, sizeof(*rows));
}

void weft_sqlite_free_rows(weft_sqlite *sqlite)
{
    while (sqlite->open_rows != NULL) {
        weft_sqlite_close_rows((weft_rows *)(void *)sqlite->open_rows);
    }
    while (sqlite->idle_rows != NULL) {
        weft_sqlite_rows *rows = sqlite->idle_rows;
        sqlite->idle_rows = rows->next;
        free_one(sqlite, rows);
    }
}

void weft_sqlite_close_rows(weft_rows *handle)
{
    weft_sqlite_rows *rows = weft_sqlite_rows_of(handle);
    if (rows == NULL) {
        return;
    }
    weft_sqlite *sqlite = weft_sqlite_of(rows->base.connection);
    weft_sqlite_rows_finish(rows);
    unlink_rows(sqlite, rows);
    weft_arena_reset(&rows->bound);
    weft_arena_reset(&rows->row);
    rows->next = sqlite->idle_rows;
    sqlite->idle_rows = rows;
}

void weft_sqlite_end_open_rows(weft_sqlite *sqlite)
{
    for (weft_sqlite_rows *rows = sqlite->open_rows; rows != NULL; rows = rows->next) {
        if (rows->stmt != NULL && rows->failure.code == WEFT_OK) {
            (void)weft_fail(&rows->failure, WEFT_MISUSE, "the transaction of these rows has ended");
        }
        weft_sqlite_rows_finish(rows);
    }
}

static weft_code make_values(weft_sqlite_rows *rows, size_t count, weft_error *error)
{
    if (rows->value_capacity >= count) {
        return WEFT_OK;
    }
    const size_t size_old = rows->value_capacity * sizeof(weft_value);
    weft_value *values =
        weft_resize(base_of(rows)->config->allocator, rows->values, size_old, count * sizeof(weft_value));
    if (values == NULL) {
        return weft_fail_no_memory(error);
    }
    rows->values = values;
    rows->value_capacity = count;
    return WEFT_OK;
}

static weft_code check_shape(const weft_sqlite_rows *rows, weft_error *error)
{
    const weft_statement *statement = rows->statement;
    const size_t params = statement->param_count + weft_sqlite_bulk_places(statement);
    const int columns = sqlite3_column_count(rows->stmt);
    if (statement->column_count != 0 && (size_t)columns != statement->column_count) {
        return weft_fail(
            error, WEFT_MISUSE, "a statement that gives %d columns was read as %zu", columns, statement->column_count);
    }
    if ((size_t)sqlite3_bind_parameter_count(rows->stmt) > params) {
        return weft_fail(error, WEFT_MISUSE, "a statement with more places than its %zu parameters", params);
    }
    return WEFT_OK;
}

weft_code weft_sqlite_open_rows(weft_sqlite *sqlite,
                                const weft_statement *statement,
                                weft_sqlite_rows **ret_rows,
                                weft_error *error)
{
    sqlite3_stmt *stmt = NULL;
    weft_sqlite_prepared *prepared = NULL;
    WEFT_TRY(weft_sqlite_prepare(sqlite, statement, &stmt, &prepared, error));
    weft_sqlite_rows *rows = take_rows(sqlite);
    if (rows == NULL) {
        weft_sqlite_unprepare(stmt, prepared);
        return weft_fail_no_memory(error);
    }
    rows->base = (weft_rows_base){.connection = (weft_connection *)(void *)sqlite};
    rows->statement = statement;
    rows->stmt = stmt;
    rows->prepared = prepared;
    rows->is_writing = sqlite3_stmt_readonly(stmt) == 0;
    rows->is_eager = rows->is_writing || statement->column_count == 0;
    rows->is_buffered = false;
    memset(&rows->buffered, 0, sizeof(rows->buffered));
    rows->buffered_at = 0;
    rows->row_count = 0;
    rows->started_us = weft_connection_started(&sqlite->base);
    rows->failure.code = WEFT_OK;
    *ret_rows = rows;
    WEFT_TRY(make_values(rows, statement->column_count, error));
    return check_shape(rows, error);
}

/* One step: *ret_has_row says whether the statement stands on a row, which is then in rows->values. */
static weft_code step(weft_sqlite_rows *rows, bool *ret_has_row, weft_error *error)
{
    const int result = sqlite3_step(rows->stmt);
    *ret_has_row = result == SQLITE_ROW;
    if (result == SQLITE_ROW) {
        rows->row_count++;
        return rows->statement->column_count > 0 ? weft_sqlite_read_row(rows, error) : WEFT_OK;
    }
    return result == SQLITE_DONE ? WEFT_OK : weft_sqlite_fail(weft_sqlite_of(rows->base.connection), result, error);
}

static weft_code copy_row(weft_sqlite_rows *rows, weft_error *error)
{
    for (size_t i = 0; i < rows->statement->column_count; i++) {
        if (!weft_value_copy(&rows->row, rows->values[i], &rows->values[i])) {
            return weft_fail_no_memory(error);
        }
    }
    return WEFT_OK;
}

weft_code weft_sqlite_rows_buffer(weft_sqlite_rows *rows, weft_error *error)
{
    bool has_row = true;
    WEFT_TRY(step(rows, &has_row, error));
    while (has_row) {
        WEFT_TRY(copy_row(rows, error));
        for (size_t i = 0; i < rows->statement->column_count; i++) {
            if (!weft_vec_push(&rows->row, &rows->buffered, rows->values[i])) {
                return weft_fail_no_memory(error);
            }
        }
        WEFT_TRY(step(rows, &has_row, error));
    }
    return WEFT_OK;
}

/* Copy what is left of rows that are being read. The row the caller holds was copied when it was handed out, but its
 * place in rows->values is needed for stepping, so it is kept aside meanwhile. */
static weft_code buffer_rest(weft_sqlite_rows *rows, weft_error *error)
{
    const size_t count = rows->statement->column_count;
    if (rows->stmt == NULL || rows->is_buffered) {
        return WEFT_OK;
    }
    weft_value *held = WEFT_ARENA_ARRAY(&rows->row, weft_value, count);
    if (held == NULL) {
        return weft_fail_no_memory(error);
    }
    rows->is_buffered = true;
    memcpy(held, rows->values, count * sizeof(*held));
    weft_error failure = {.code = WEFT_OK};
    (void)weft_sqlite_rows_buffer(rows, &failure);
    memcpy(rows->values, held, count * sizeof(*held));
    if (failure.code != WEFT_OK) {
        return weft_sqlite_rows_fail(rows, &failure, error);
    }
    weft_sqlite_rows_finish(rows);
    return WEFT_OK;
}

weft_code weft_sqlite_buffer_rows(weft_sqlite_rows *first, weft_error *error)
{
    for (weft_sqlite_rows *rows = first; rows != NULL; rows = rows->next) {
        WEFT_TRY(buffer_rest(rows, error));
    }
    return WEFT_OK;
}

static const weft_value *next_buffered(weft_sqlite_rows *rows)
{
    const size_t count = rows->statement->column_count;
    if (rows->buffered_at + count > rows->buffered.count || count == 0) {
        return NULL;
    }
    const weft_value *values = rows->buffered.items + rows->buffered_at;
    rows->buffered_at += count;
    return values;
}

/* Only a transaction that reads can be sure that nothing writes, and so lend SQLite's own memory to the caller. */
static weft_code step_row(weft_sqlite_rows *rows, const weft_value **ret_values, weft_error *error)
{
    bool has_row = false;
    if (rows->row.bytes_used > 0) {
        weft_arena_reset(&rows->row);
    }
    const bool may_lend = weft_sqlite_of(rows->base.connection)->transaction == WEFT_TRANSACTION_READ;
    weft_code code = step(rows, &has_row, &rows->failure);
    if (code == WEFT_OK && has_row && !may_lend) {
        code = copy_row(rows, &rows->failure);
    }
    if (code != WEFT_OK) {
        return weft_sqlite_rows_fail(rows, &rows->failure, error);
    }
    *ret_values = has_row ? rows->values : NULL;
    if (!has_row) {
        weft_sqlite_rows_finish(rows);
    }
    return WEFT_OK;
}

weft_code weft_sqlite_next(weft_rows *handle, const weft_value **ret_values, weft_error *error)
{
    weft_sqlite_rows *rows = weft_sqlite_rows_of(handle);
    if (rows->failure.code != WEFT_OK) {
        if (error != NULL) {
            *error = rows->failure;
        }
        return rows->failure.code;
    }
    if (rows->is_buffered || rows->stmt == NULL) {
        *ret_values = next_buffered(rows);
        return WEFT_OK;
    }
    return step_row(rows, ret_values, error);
}
