/* Rows of a statement: whole results, rows one by one, or batches fetched from a cursor.
 *
 *   whole    awaiting ──answer──▶ reading ──▶ ended
 *   by row   awaiting ──row──▶ reading ──row──▶ … ──end of the answer──▶ ended
 *   cursor   awaiting ──batch──▶ reading, the next batch already asked for ──▶ … ──short batch──▶ ended
 *
 * What a reading transaction gives is read by row, so that libpq holds one row and the server waits, whatever there is
 * of it. That costs some 2,000 instructions a row, as much as all else that is done to a short one; so a statement that
 * has only given short rows so far, in small answers, gives its next one whole.
 *
 * A cursor is always one batch ahead, so that the server works while the caller does, and a batch is as many rows as
 * made about FETCH_BYTES in the one before. Texts are lent from the result. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/postgres.h"

/* A cursor's first batch and its largest, how many times longer one may be than the one before, and what it should
 * take. The server keeps a batch before it sends it: more and shorter ones cost its processor more. */
#define FETCH_ROWS_FIRST 32
#define FETCH_ROWS_MAX   2000
#define FETCH_GROWTH     8
#define FETCH_BYTES      ((size_t)1 << 20)
/* A statement is known to give little when so many rows in turn had no longer value, in answers that took no more. */
#define SHORT_ROWS  1000
#define SHORT_BYTES 1024
#define SMALL_BYTES ((size_t)4 << 20)
/* What libpq adds to a row's values, about. */
#define ROW_BYTES 64

static weft_postgres *postgres_of(const weft_postgres_rows *rows)
{
    return weft_postgres_of(rows->base.connection);
}

static bool make_room(weft_postgres *pg, weft_postgres_rows *rows, size_t count)
{
    const weft_allocator *allocator = pg->base.config->allocator;
    if (rows->capacity >= count) {
        return true;
    }
    weft_value *values =
        weft_resize(allocator, rows->values, rows->capacity * sizeof(weft_value), count * sizeof(weft_value));
    if (values == NULL) {
        return false;
    }
    rows->values = values;
    weft_postgres_reader *readers = weft_resize(
        allocator, rows->readers, rows->capacity * sizeof(weft_postgres_reader), count * sizeof(weft_postgres_reader));
    if (readers == NULL) {
        /* The values grew and the readers did not: give both up, so that one capacity speaks for both. */
        weft_free(allocator, rows->values, count * sizeof(weft_value));
        weft_free(allocator, rows->readers, rows->capacity * sizeof(weft_postgres_reader));
        rows->values = NULL;
        rows->readers = NULL;
        rows->capacity = 0;
        return false;
    }
    rows->readers = readers;
    rows->capacity = count;
    return true;
}

static weft_postgres_rows *take_idle(weft_postgres *pg)
{
    weft_postgres_rows *rows = pg->idle_rows;
    if (rows != NULL) {
        pg->idle_rows = rows->next;
        return rows;
    }
    rows = weft_resize(pg->base.config->allocator, NULL, 0, sizeof(*rows));
    if (rows != NULL) {
        memset(rows, 0, sizeof(*rows));
        weft_arena_init(&rows->row_arena, pg->base.config->allocator, 0);
    }
    return rows;
}

weft_postgres_rows *weft_postgres_open_rows(weft_postgres *pg, const weft_statement *statement)
{
    weft_postgres_rows *rows = take_idle(pg);
    if (rows == NULL) {
        return NULL;
    }
    rows->next = pg->open_rows;
    pg->open_rows = rows;
    rows->base = (weft_rows_base){.connection = (weft_connection *)(void *)pg};
    rows->statement = statement;
    rows->prepared = NULL;
    rows->result = NULL;
    rows->ready = NULL;
    rows->row = 0;
    rows->row_count = 0;
    rows->awaited = 0;
    rows->is_at_end = false;
    rows->is_by_row = false;
    rows->cursor = 0;
    rows->format = 0;
    rows->fetch_rows = FETCH_ROWS_FIRST;
    rows->rows_read = 0;
    rows->bytes_read = 0;
    rows->longest = 0;
    rows->started_us = weft_connection_started(&pg->base);
    rows->failure.code = WEFT_OK;
    if (!make_room(pg, rows, statement->column_count)) {
        weft_postgres_close_rows((weft_rows *)(void *)rows);
        return NULL;
    }
    return rows;
}

static void forget_answers(weft_postgres *pg, const weft_postgres_rows *rows)
{
    for (size_t i = 0; i < pg->pending_count && rows->awaited > 0; i++) {
        weft_postgres_pending *pending = &pg->pending[(pg->pending_first + i) % pg->pending_capacity];
        if (pending->rows == rows) {
            pending->rows = NULL;
        }
    }
}

/* The cursor holds memory on the server until the transaction ends, or this. Nobody waits for the answer. */
static void close_cursor(weft_postgres *pg, const weft_postgres_rows *rows)
{
    char sql[48];
    if (rows->cursor == 0 || !pg->base.in_transaction || pg->is_end_sent || pg->has_failed || pg->base.is_lost) {
        return;
    }
    const weft_postgres_pending ignored = {.wait = WEFT_POSTGRES_WAIT_IGNORED};
    (void)snprintf(sql, sizeof(sql), "CLOSE weft_c%llu", (unsigned long long)rows->cursor);
    if (weft_postgres_sent(pg, PQsendQueryParams(pg->conn, sql, 0, NULL, NULL, NULL, NULL, 0), NULL) == WEFT_OK &&
        weft_postgres_expect(pg, ignored, NULL) == WEFT_OK && weft_postgres_sync(pg, NULL) == WEFT_OK) {
        (void)weft_postgres_flush(pg, NULL);
    }
}

static void unlink_rows(weft_postgres *pg, const weft_postgres_rows *rows)
{
    weft_postgres_rows **link = &pg->open_rows;
    while (*link != NULL && *link != rows) {
        link = &(*link)->next;
    }
    if (*link != NULL) {
        *link = rows->next;
    }
}

/* What an answer that was read to its end tells of the next one of its statement. */
static void note_rows(const weft_postgres_rows *rows)
{
    weft_postgres_prepared *prepared = rows->prepared;
    if (prepared == NULL || prepared->number != rows->prepared_number || !rows->is_at_end ||
        rows->row < rows->row_count) {
        return;
    }
    const bool is_small = rows->longest <= SHORT_BYTES && rows->bytes_read + rows->rows_read * ROW_BYTES <= SMALL_BYTES;
    prepared->short_rows = is_small ? prepared->short_rows + rows->rows_read : 0;
}

bool weft_postgres_is_small(const weft_postgres_prepared *prepared)
{
    return prepared->short_rows >= SHORT_ROWS;
}

void weft_postgres_close_rows(weft_rows *handle)
{
    weft_postgres_rows *rows = weft_postgres_rows_of(handle);
    if (rows == NULL) {
        return;
    }
    weft_postgres *pg = postgres_of(rows);
    close_cursor(pg, rows);
    note_rows(rows);
    forget_answers(pg, rows);
    PQclear(rows->result);
    PQclear(rows->ready);
    rows->result = NULL;
    rows->ready = NULL;
    weft_arena_reset(&rows->row_arena);
    unlink_rows(pg, rows);
    rows->next = pg->idle_rows;
    pg->idle_rows = rows;
    weft_connection_notify_statement(
        &pg->base, rows->statement, rows->rows_read > 0 ? rows->rows_read : rows->base.rows_changed, rows->started_us);
}

void weft_postgres_free_rows(weft_postgres *pg)
{
    const weft_allocator *allocator = pg->base.config->allocator;
    while (pg->open_rows != NULL) {
        weft_postgres_close_rows((weft_rows *)(void *)pg->open_rows);
    }
    while (pg->idle_rows != NULL) {
        weft_postgres_rows *rows = pg->idle_rows;
        pg->idle_rows = rows->next;
        weft_arena_done(&rows->row_arena);
        weft_free(allocator, rows->values, rows->capacity * sizeof(weft_value));
        weft_free(allocator, rows->readers, rows->capacity * sizeof(weft_postgres_reader));
        weft_free(allocator, rows, sizeof(*rows));
    }
}

void weft_postgres_end_open_rows(weft_postgres *pg)
{
    for (weft_postgres_rows *rows = pg->open_rows; rows != NULL; rows = rows->next) {
        if (!rows->is_at_end && rows->failure.code == WEFT_OK) {
            (void)weft_fail(&rows->failure, WEFT_MISUSE, "the transaction of these rows has ended");
        }
        rows->cursor = 0;
    }
}

static bool changes_rows(PGresult *result)
{
    static const char *const commands[] = {"INSERT", "UPDATE", "DELETE", "MERGE"};
    const weft_str status = weft_str_from(PQcmdStatus(result));
    for (size_t i = 0; i < WEFT_COUNT_OF(commands); i++) {
        if (weft_str_starts_with(status, weft_str_from(commands[i]))) {
            return true;
        }
    }
    return false;
}

void weft_postgres_take_result(weft_postgres_rows *rows, PGresult *result)
{
    const size_t columns = rows->statement->column_count;
    const ExecStatusType status = PQresultStatus(result);
    if (rows->cursor != 0 && status == PGRES_COMMAND_OK) {
        PQclear(result); /* of DECLARE */
        return;
    }
    if (rows->ready != NULL && rows->failure.code == WEFT_OK) {
        (void)weft_fail(&rows->failure, WEFT_MISUSE, "rows are read before those of statements behind them");
    }
    if (status != PGRES_SINGLE_TUPLE && changes_rows(result)) {
        rows->base.rows_changed += strtoull(PQcmdTuples(result), NULL, 10);
    }
    if (columns > 0 && (size_t)PQnfields(result) != columns && rows->failure.code == WEFT_OK) {
        (void)weft_fail(&rows->failure,
                        WEFT_MISUSE,
                        "a statement that gives %d columns was read as %zu",
                        PQnfields(result),
                        columns);
    }
    PQclear(rows->ready);
    rows->ready = result;
}

void weft_postgres_take_failure(weft_postgres_rows *rows, const weft_error *failure)
{
    if (rows->failure.code == WEFT_OK) {
        rows->failure = *failure;
    }
}

weft_code weft_postgres_send_fetch(weft_postgres_rows *rows, weft_error *error)
{
    char sql[64];
    weft_postgres *pg = postgres_of(rows);
    (void)snprintf(sql, sizeof(sql), "FETCH %d FROM weft_c%llu", rows->fetch_rows, (unsigned long long)rows->cursor);
    WEFT_TRY(weft_postgres_sent(pg, PQsendQueryParams(pg->conn, sql, 0, NULL, NULL, NULL, NULL, rows->format), error));
    rows->awaited++;
    return weft_postgres_expect(pg, (weft_postgres_pending){.wait = WEFT_POSTGRES_WAIT_ROWS, .rows = rows}, error);
}

/* As many rows as made FETCH_BYTES, by those of the batch at hand. */
static int size_fetch(const weft_postgres_rows *rows)
{
    const size_t count = (size_t)rows->row_count * FETCH_BYTES / PQresultMemorySize(rows->result);
    const size_t longer = (size_t)rows->row_count * FETCH_GROWTH;
    const size_t most = longer < FETCH_ROWS_MAX ? longer : FETCH_ROWS_MAX;
    return count > most ? (int)most : count > 1 ? (int)count : 1;
}

static weft_code fetch_more(weft_postgres_rows *rows, weft_error *error)
{
    weft_postgres *pg = postgres_of(rows);
    if (rows->row_count < rows->fetch_rows) {
        rows->is_at_end = true;
        return WEFT_OK;
    }
    rows->fetch_rows = size_fetch(rows);
    WEFT_TRY(weft_postgres_send_fetch(rows, error));
    WEFT_TRY(weft_postgres_sync(pg, error));
    return weft_postgres_flush(pg, error);
}

static void find_readers(weft_postgres_rows *rows)
{
    for (size_t i = 0; i < rows->statement->column_count; i++) {
        rows->readers[i] = weft_postgres_reader_for(
            PQftype(rows->result, (int)i), rows->statement->columns[i], PQfformat(rows->result, (int)i));
    }
}

/* Make what arrived the batch being read; of a cursor that may have more, ask for more. */
static weft_code begin_batch(weft_postgres_rows *rows, weft_error *error)
{
    PQclear(rows->result);
    rows->result = rows->ready;
    rows->ready = NULL;
    rows->row = 0;
    rows->row_count = PQntuples(rows->result);
    if (rows->rows_read == 0) {
        find_readers(rows);
    }
    if (rows->cursor != 0) {
        return fetch_more(rows, error);
    }
    if (PQresultStatus(rows->result) == PGRES_SINGLE_TUPLE) {
        return WEFT_OK;
    }
    rows->is_at_end = true;
    return WEFT_OK;
}

static weft_code give_failure(const weft_postgres_rows *rows, weft_error *error)
{
    if (error != NULL) {
        *error = rows->failure;
    }
    return rows->failure.code;
}

/* One step toward a row: begin the batch that is there, or take an answer; nothing of both is the end. */
static weft_code advance(weft_postgres_rows *rows, weft_error *error)
{
    if (rows->ready != NULL) {
        return begin_batch(rows, error);
    }
    if (rows->awaited > 0) {
        return weft_postgres_collect_one(postgres_of(rows), error);
    }
    rows->is_at_end = true;
    return WEFT_OK;
}

/* A batch with a row to read, or is_at_end with none. */
static weft_code await_row(weft_postgres_rows *rows, weft_error *error)
{
    weft_code code = WEFT_OK;
    while (code == WEFT_OK && rows->failure.code == WEFT_OK && rows->row == rows->row_count && !rows->is_at_end) {
        code = advance(rows, error);
    }
    return rows->failure.code == WEFT_OK ? code : give_failure(rows, error);
}

static weft_code read_row(weft_postgres_rows *rows, weft_error *error)
{
    if (rows->row_arena.bytes_used > 0) {
        weft_arena_reset(&rows->row_arena);
    }
    for (size_t i = 0; i < rows->statement->column_count; i++) {
        if (PQgetisnull(rows->result, rows->row, (int)i)) {
            rows->values[i] = (weft_value){.kind = WEFT_VALUE_NULL};
            continue;
        }
        const weft_postgres_cell cell = {.rows = rows,
                                         .result = rows->result,
                                         .column = (int)i,
                                         .kind = rows->statement->columns[i],
                                         .type = PQftype(rows->result, (int)i),
                                         .data = PQgetvalue(rows->result, rows->row, (int)i),
                                         .len = (size_t)PQgetlength(rows->result, rows->row, (int)i)};
        rows->values[i].kind = cell.kind;
        rows->bytes_read += cell.len;
        rows->longest = cell.len > rows->longest ? cell.len : rows->longest;
        WEFT_TRY(rows->readers[i](&cell, &rows->values[i], error));
    }
    rows->row++;
    rows->rows_read++;
    return WEFT_OK;
}

weft_code weft_postgres_next(weft_rows *handle, const weft_value **ret_values, weft_error *error)
{
    weft_postgres_rows *rows = weft_postgres_rows_of(handle);
    WEFT_TRY(await_row(rows, error));
    if (rows->row == rows->row_count || rows->statement->column_count == 0) {
        *ret_values = NULL;
        return WEFT_OK;
    }
    weft_error failure; /* only its code is set: this is done for every row */
    failure.code = WEFT_OK;
    if (read_row(rows, &failure) != WEFT_OK) {
        weft_postgres_take_failure(rows, &failure);
        return give_failure(rows, error);
    }
    *ret_values = rows->values;
    return WEFT_OK;
}
