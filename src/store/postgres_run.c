/* Running statements: all of one call go out in one pipeline and cost one round trip, with BEGIN in front when the
 * transaction has not begun on the server yet. Statements that are new to the connection are prepared and described
 * first, which costs one round trip more, once.
 *
 * What cannot be prepared (a table that is missing) fails the call; what fails while it runs fails at its rows. */
#include <stdio.h>
#include <string.h>

#include "store/postgres.h"

static weft_code expect_rows(weft_postgres *pg, weft_postgres_rows *rows, weft_error *error)
{
    rows->awaited++;
    return weft_postgres_expect(pg, (weft_postgres_pending){.wait = WEFT_POSTGRES_WAIT_ROWS, .rows = rows}, error);
}

static weft_code send_unprepared(weft_postgres *pg,
                                 const char *sql,
                                 const weft_postgres_params *params,
                                 weft_error *error)
{
    return weft_postgres_sent(
        pg, PQsendQueryParams(pg->conn, sql, params->count, params->types, params->values, NULL, NULL, 0), error);
}

static const char *copy_sql(weft_postgres *pg, const char *prefix, weft_str sql)
{
    weft_buf buf;
    weft_buf_init_arena(&buf, &pg->scratch);
    weft_buf_add_text(&buf, prefix);
    weft_buf_add_str(&buf, sql);
    return buf.failed ? NULL : buf.data;
}

/* Other transactions read on while they run other statements, and as much as they have bounds for. */
static bool is_read(const weft_postgres *pg, const weft_statement *statement)
{
    return pg->base.in_transaction && pg->transaction == WEFT_TRANSACTION_READ && statement->column_count > 0;
}

static weft_code send_plain(weft_postgres *pg,
                            weft_postgres_rows *rows,
                            const weft_postgres_params *params,
                            weft_error *error)
{
    rows->is_by_row = is_read(pg, rows->statement);
    weft_postgres_prepared *prepared = rows->statement->is_once ? NULL : weft_postgres_find(pg, rows->statement);
    if (prepared == NULL) {
        const char *sql = copy_sql(pg, "", rows->statement->sql);
        WEFT_TRY(sql ? send_unprepared(pg, sql, params, error) : weft_fail_no_memory(error));
        return expect_rows(pg, rows, error);
    }
    rows->prepared = prepared;
    rows->prepared_number = prepared->number;
    rows->is_by_row = rows->is_by_row && !weft_postgres_is_small(prepared);
    WEFT_TRY(weft_postgres_sent(
        pg,
        PQsendQueryPrepared(pg->conn, prepared->name, params->count, params->values, NULL, NULL, prepared->format),
        error));
    return expect_rows(pg, rows, error);
}

/* The cursor's first batch comes with its declaration. */
static weft_code send_cursor(weft_postgres *pg,
                             weft_postgres_rows *rows,
                             const weft_postgres_params *params,
                             weft_error *error)
{
    char prefix[64];
    const weft_postgres_prepared *prepared = weft_postgres_find(pg, rows->statement);
    rows->cursor = ++pg->cursors;
    rows->format = prepared ? prepared->format : 0;
    (void)snprintf(
        prefix, sizeof(prefix), "DECLARE weft_c%llu NO SCROLL CURSOR FOR ", (unsigned long long)rows->cursor);
    const char *sql = copy_sql(pg, prefix, rows->statement->sql);
    WEFT_TRY(sql ? send_unprepared(pg, sql, params, error) : weft_fail_no_memory(error));
    WEFT_TRY(expect_rows(pg, rows, error));
    return weft_postgres_send_fetch(rows, error);
}

static bool is_select(weft_str sql)
{
    static const char *const words[] = {"SELECT", "WITH", "VALUES", "select", "with", "values"};
    for (size_t i = 0; i < WEFT_COUNT_OF(words); i++) {
        if (weft_str_starts_with(sql, weft_str_from(words[i]))) {
            return true;
        }
    }
    return false;
}

/* Cursors live in transactions and read; anything else is read whole. */
static bool wants_cursor(const weft_postgres *pg, const weft_statement *statement)
{
    return statement->is_incremental && pg->base.in_transaction && statement->column_count > 0 &&
           is_select(statement->sql);
}

static weft_code send_begin(weft_postgres *pg, weft_error *error)
{
    if (!pg->is_begin_pending) {
        return WEFT_OK;
    }
    pg->is_begin_pending = false;
    return weft_postgres_send_control(pg,
                                      pg->transaction == WEFT_TRANSACTION_READ ? WEFT_POSTGRES_BEGIN_READ
                                                                               : WEFT_POSTGRES_BEGIN_WRITE,
                                      WEFT_POSTGRES_WAIT_CONTROL,
                                      error);
}

/* Whether values matter to the plans of these statements: for those found by few keys the server would plan again and
 * again, at twice the cost of running them. Whatever else has parameters is planned as the server likes. When a
 * transaction failed what is noted here may be wrong, at the price of time alone. */
static weft_code send_planning(weft_postgres *pg, weft_rows *const *all, size_t count, weft_error *error)
{
    bool is_keyed = count > 0;
    bool has_params = false;
    for (size_t i = 0; i < count; i++) {
        const weft_statement *statement = weft_postgres_rows_of(all[i])->statement;
        is_keyed = is_keyed && statement->is_keyed;
        has_params = has_params || statement->param_count > 0 || statement->bulk != NULL;
    }
    if (!pg->base.in_transaction || is_keyed == pg->plans_once || (!is_keyed && !has_params)) {
        return WEFT_OK;
    }
    pg->plans_once = is_keyed;
    return weft_postgres_send_control(
        pg, is_keyed ? WEFT_POSTGRES_PLAN_ONCE : WEFT_POSTGRES_PLAN_ANEW, WEFT_POSTGRES_WAIT_CONTROL, error);
}

/* Cursors end with their transaction, so that rows of one are never the last. */
static bool ends_transaction(const weft_postgres *pg, weft_rows *const *all, size_t count)
{
    bool is_ending = pg->base.in_transaction && pg->transaction == WEFT_TRANSACTION_READ;
    for (size_t i = 0; is_ending && i < count; i++) {
        const weft_statement *statement = weft_postgres_rows_of(all[i])->statement;
        is_ending = statement->is_last && !wants_cursor(pg, statement);
    }
    return is_ending;
}

/* What a transaction is that begins with the next pipeline: it counts from there, hence the sync. */
static weft_code send_lone(weft_postgres *pg, bool is_read, weft_error *error)
{
    if (is_read == pg->reads_alone) {
        return WEFT_OK;
    }
    pg->reads_alone = is_read;
    WEFT_TRY(weft_postgres_send_control(
        pg, is_read ? WEFT_POSTGRES_LONE_READ : WEFT_POSTGRES_LONE_ANY, WEFT_POSTGRES_WAIT_CONTROL, error));
    return weft_postgres_sync(pg, error);
}

/* A READ transaction that ends with the call it begins with is the pipeline itself, which the server runs as one: its
 * BEGIN and COMMIT cost a tenth of a record by its key. */
static weft_code send_start(weft_postgres *pg, bool is_ending, weft_error *error)
{
    if (pg->base.in_transaction && !(is_ending && pg->is_begin_pending)) {
        return send_begin(pg, error);
    }
    pg->is_end_sent = pg->base.in_transaction;
    pg->is_begin_pending = false;
    return send_lone(pg, pg->base.in_transaction, error);
}

/* Its failure is that of a statement before it, and told by that. */
static weft_code send_end(weft_postgres *pg, bool is_ending, weft_error *error)
{
    if (!is_ending || pg->is_end_sent) {
        return WEFT_OK;
    }
    pg->is_end_sent = true;
    return weft_postgres_send_control(pg, WEFT_POSTGRES_COMMIT, WEFT_POSTGRES_WAIT_IGNORED, error);
}

static weft_code send_all(
    weft_postgres *pg, const weft_postgres_params *params, size_t count, weft_rows *const *all, weft_error *error)
{
    const bool is_ending = ends_transaction(pg, all, count);
    WEFT_TRY(send_start(pg, is_ending, error));
    WEFT_TRY(send_planning(pg, all, count, error));
    for (size_t i = 0; i < count; i++) {
        weft_postgres_rows *rows = weft_postgres_rows_of(all[i]);
        WEFT_TRY(wants_cursor(pg, rows->statement) ? send_cursor(pg, rows, &params[i], error)
                                                   : send_plain(pg, rows, &params[i], error));
    }
    WEFT_TRY(send_end(pg, is_ending, error));
    WEFT_TRY(weft_postgres_sync(pg, error));
    return weft_postgres_flush(pg, error);
}

/* Everything that can fail without the server comes before anything is sent. */
static weft_code prepare_run(weft_postgres *pg,
                             const weft_statement *statements,
                             size_t count,
                             weft_rows **ret_rows,
                             weft_postgres_params *params,
                             weft_error *error)
{
    for (size_t i = 0; i < count; i++) {
        WEFT_TRY(weft_postgres_encode(pg, &statements[i], &params[i], error));
        weft_postgres_rows *rows = weft_postgres_open_rows(pg, &statements[i]);
        ret_rows[i] = (weft_rows *)(void *)rows;
        if (rows == NULL) {
            return weft_fail_no_memory(error);
        }
    }
    return weft_postgres_prepare_all(pg, statements, count, error);
}

static weft_code check_usable(weft_postgres *pg, weft_error *error)
{
    if (pg->base.is_lost) {
        return weft_postgres_fail_lost(pg, error);
    }
    if (pg->has_failed) {
        return weft_connection_fail_doomed(&pg->base, error);
    }
    if (pg->is_end_sent) {
        return weft_connection_misuse(&pg->base, "the last statements of the transaction have run", error);
    }
    /* What an earlier deadline stopped is done with before its grace period could end the connection. */
    if (pg->is_stopping) {
        WEFT_TRY(weft_postgres_collect_all(pg, error));
    }
    return weft_connection_check(&pg->base, error);
}

static void close_all(weft_rows **rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        weft_postgres_close_rows(rows[i]);
        rows[i] = NULL;
    }
}

weft_code weft_postgres_run(weft_connection *connection,
                            const weft_statement *statements,
                            size_t count,
                            weft_rows **ret_rows,
                            weft_error *error)
{
    weft_postgres *pg = weft_postgres_of(connection);
    for (size_t i = 0; i < count; i++) {
        ret_rows[i] = NULL;
    }
    WEFT_TRY(check_usable(pg, error));
    weft_postgres_params *params = WEFT_ARENA_ARRAY(&pg->scratch, weft_postgres_params, count);
    if (params == NULL) {
        return weft_fail_no_memory(error);
    }
    weft_code code = prepare_run(pg, statements, count, ret_rows, params, error);
    if (code == WEFT_OK && count > 0) {
        code = send_all(pg, params, count, ret_rows, error);
    }
    weft_arena_reset(&pg->scratch);
    if (code != WEFT_OK) {
        pg->has_failed = pg->has_failed || pg->base.in_transaction;
        close_all(ret_rows, count);
        return code;
    }
    pg->base.statements_run += count;
    return WEFT_OK;
}
