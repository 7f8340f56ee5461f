/* SQLSTATEs as errors of weft. The SQLSTATE itself is kept untouched; what the server says of table, column and
 * constraint becomes the message, so that it reads the same whatever the store. */
#include <string.h>

#include "base/utf8.h"
#include "store/postgres.h"

typedef struct server_report {
    const char *state;
    const char *message;
    const char *detail;
    const char *table;
    const char *column;
    const char *constraint;
} server_report;

static const char *field(const PGresult *result, int code)
{
    const char *text = PQresultErrorField(result, code);
    return text ? text : "";
}

static bool is_class(const server_report *report, const char *prefix)
{
    return strncmp(report->state, prefix, strlen(prefix)) == 0;
}

static bool is_any(const server_report *report, const char *const *states, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(report->state, states[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* "Key (a, b)=(1, 2) already exists." → "a, b"; the words around differ with the server's language. */
static weft_str key_columns(const char *detail)
{
    const char *open = strchr(detail, '(');
    const char *close = open ? strstr(open, ")=(") : NULL;
    return close ? (weft_str){open + 1, (size_t)(close - open - 1)} : (weft_str){NULL, 0};
}

static weft_code fail_unique(const server_report *report, weft_error *error)
{
    const weft_str columns = key_columns(report->detail);
    if (columns.len == 0) {
        return weft_fail(
            error, WEFT_UNIQUE_VIOLATION, "another row of table \"%s\" has the same unique value", report->table);
    }
    return weft_fail(error,
                     WEFT_UNIQUE_VIOLATION,
                     "another row of table \"%s\" has the same %.*s",
                     report->table,
                     WEFT_STR_ARG(columns));
}

static weft_code fail_check(const server_report *report, weft_error *error)
{
    if (strcmp(report->state, "23503") == 0) {
        return weft_fail(error, WEFT_CHECK_VIOLATION, "a value breaks a foreign key");
    }
    if (report->constraint[0] != '\0') {
        return weft_fail(error, WEFT_CHECK_VIOLATION, "a value breaks the check \"%s\"", report->constraint);
    }
    return weft_fail(error, WEFT_CHECK_VIOLATION, "the store refused a value: %s", report->message);
}

static weft_code fail_busy(weft_error *error)
{
    (void)weft_fail(error, WEFT_STORE_BUSY, "the store is locked by another writer");
    weft_error_set_hint(error, "Try again; nothing was changed.");
    return WEFT_STORE_BUSY;
}

static weft_code fail_missing(const server_report *report, weft_error *error)
{
    (void)weft_fail(error, WEFT_SCHEMA_MISSING, "the store lacks what a statement needs: %s", report->message);
    weft_error_set_hint(error, "Run \"weft db:migrate\".");
    return WEFT_SCHEMA_MISSING;
}

static weft_code fail_stale(weft_postgres *pg, weft_error *error)
{
    pg->cache.is_stale = true;
    (void)weft_fail(error, WEFT_STORE_BUSY, "a table changed while a statement on it was prepared");
    weft_error_set_hint(error, "Try again; nothing was changed.");
    return WEFT_STORE_BUSY;
}

static weft_code fail_cancelled(const weft_postgres *pg, weft_error *error)
{
    if (pg->is_stopping || weft_connection_check(&pg->base, NULL) != WEFT_OK) {
        return weft_connection_fail_stopped(&pg->base, error);
    }
    return weft_fail(error, WEFT_CANCELLED, "the server cancelled the statement");
}

static weft_code fail_integrity(const server_report *report, weft_error *error)
{
    if (strcmp(report->state, "23505") == 0) {
        return fail_unique(report, error);
    }
    if (strcmp(report->state, "23502") == 0) {
        return weft_fail(error,
                         WEFT_REQUIRED_VALUE,
                         "column \"%s\" of table \"%s\" must have a value",
                         report->column,
                         report->table);
    }
    return fail_check(report, error);
}

static weft_code fail_by_state(weft_postgres *pg, const server_report *report, weft_error *error)
{
    static const char *const missing[] = {"42P01", "42703", "3F000"};
    static const char *const busy[] = {"40001", "40P01", "55P03"};
    static const char *const stale[] = {"26000"};
    const bool is_plan_stale = strcmp(report->state, "0A000") == 0 && strstr(report->message, "cached plan") != NULL;
    if (is_class(report, "23")) {
        return fail_integrity(report, error);
    }
    if (is_class(report, "22")) {
        return fail_check(report, error);
    }
    if (is_any(report, missing, WEFT_COUNT_OF(missing))) {
        return fail_missing(report, error);
    }
    if (is_any(report, busy, WEFT_COUNT_OF(busy))) {
        return fail_busy(error);
    }
    if (is_plan_stale || is_any(report, stale, WEFT_COUNT_OF(stale))) {
        return fail_stale(pg, error);
    }
    if (strcmp(report->state, "57014") == 0) {
        return fail_cancelled(pg, error);
    }
    if (strcmp(report->state, "25006") == 0) {
        return weft_connection_fail_read_only(&pg->base, error);
    }
    if (strcmp(report->state, "25P02") == 0) {
        return weft_connection_fail_doomed(&pg->base, error);
    }
    return weft_fail(error, WEFT_STORE_ERROR, "the store refused a statement: %s", report->message);
}

static bool is_loss(const server_report *report)
{
    static const char *const states[] = {"57P01", "57P02", "57P03"};
    return is_class(report, "08") || is_any(report, states, WEFT_COUNT_OF(states));
}

weft_code weft_postgres_fail_lost(weft_postgres *pg, weft_error *error)
{
    pg->base.is_lost = true;
    (void)weft_fail(error, WEFT_STORE_UNAVAILABLE, "the connection to the store was lost");
    weft_error_set_store(error, pg->base.config->name);
    weft_error_set_hint(error, "Try again; what was not committed was not changed.");
    return WEFT_STORE_UNAVAILABLE;
}

weft_code weft_postgres_fail_result(weft_postgres *pg, const PGresult *result, weft_error *error)
{
    const server_report report = {.state = field(result, PG_DIAG_SQLSTATE),
                                  .message = field(result, PG_DIAG_MESSAGE_PRIMARY),
                                  .detail = field(result, PG_DIAG_MESSAGE_DETAIL),
                                  .table = field(result, PG_DIAG_TABLE_NAME),
                                  .column = field(result, PG_DIAG_COLUMN_NAME),
                                  .constraint = field(result, PG_DIAG_CONSTRAINT_NAME)};
    const bool is_lost = is_loss(&report) || PQstatus(pg->conn) == CONNECTION_BAD || report.state[0] == '\0';
    const weft_code code = is_lost ? weft_postgres_fail_lost(pg, error) : fail_by_state(pg, &report, error);
    weft_error_set_store(error, pg->base.config->name);
    if (error != NULL) {
        const weft_str state = weft_str_slice(weft_str_from(report.state), 0, sizeof(error->sqlstate) - 1);
        memcpy(error->sqlstate, state.data ? state.data : "", state.len);
        error->sqlstate[state.len] = '\0';
    }
    if (report.detail[0] != '\0') {
        weft_error_set_detail(error, "%s", report.detail);
    }
    return code;
}
