/* SQLite's result codes as errors of weft. The message SQLite made is read where it holds what the user needs: which
 * columns, which table. */
#include <errno.h>
#include <string.h>

#include "store/sqlite.h"

static weft_str after(const char *message, const char *prefix)
{
    const weft_str text = weft_str_from(message);
    const weft_str start = weft_str_from(prefix);
    return weft_str_starts_with(text, start) ? weft_str_slice(text, start.len, text.len) : (weft_str){NULL, 0};
}

/* "product.handle, product.title" as table "product" and columns "handle, title". */
static void split_columns(weft_str list, weft_arena *scratch, weft_str *ret_table, weft_str *ret_columns)
{
    weft_buf columns;
    weft_buf_init_arena(&columns, scratch);
    while (list.len > 0) {
        const weft_str item = weft_str_slice(list, 0, weft_str_find(list, ','));
        const size_t dot = weft_str_find(item, '.');
        *ret_table = weft_str_slice(item, 0, dot);
        if (columns.len > 0) {
            weft_buf_add_text(&columns, ", ");
        }
        weft_buf_add_str(&columns, weft_str_slice(item, dot + 1, item.len));
        list = weft_str_slice(list, item.len + 1, list.len);
        list = weft_str_starts_with(list, WEFT_STR(" ")) ? weft_str_slice(list, 1, list.len) : list;
    }
    *ret_columns = weft_buf_str(&columns);
}

static weft_code fail_unique(const char *message, weft_error *error)
{
    const weft_str columns_text = after(message, "UNIQUE constraint failed: ");
    weft_arena scratch;
    weft_arena_init(&scratch, NULL, 0);
    weft_str table = {NULL, 0};
    weft_str columns = {NULL, 0};
    weft_code code = WEFT_UNIQUE_VIOLATION;
    if (columns_text.len > 0 && !weft_str_starts_with(columns_text, WEFT_STR("index "))) {
        split_columns(columns_text, &scratch, &table, &columns);
        (void)weft_fail(
            error, code, "another row of table \"%.*s\" has the same %.*s", WEFT_STR_ARG(table), WEFT_STR_ARG(columns));
        weft_error_set_detail(error, "The columns (%.*s) must be unique.", WEFT_STR_ARG(columns));
    } else {
        (void)weft_fail(error, code, "another row has the same unique value");
        weft_error_set_detail(error, "SQLite said: %s.", message);
    }
    weft_arena_done(&scratch);
    return code;
}

static weft_code fail_required(const char *message, weft_error *error)
{
    const weft_str place = after(message, "NOT NULL constraint failed: ");
    const size_t dot = weft_str_find(place, '.');
    const weft_str table = weft_str_slice(place, 0, dot);
    const weft_str column = weft_str_slice(place, dot + 1, place.len);
    return weft_fail(error,
                     WEFT_REQUIRED_VALUE,
                     "column \"%.*s\" of table \"%.*s\" must have a value",
                     WEFT_STR_ARG(column),
                     WEFT_STR_ARG(table));
}

static weft_code fail_check(const char *message, weft_error *error)
{
    const weft_str check = after(message, "CHECK constraint failed: ");
    if (check.len > 0) {
        (void)weft_fail(error, WEFT_CHECK_VIOLATION, "a value breaks the check \"%.*s\"", WEFT_STR_ARG(check));
    } else {
        (void)weft_fail(error, WEFT_CHECK_VIOLATION, "a value breaks a rule of its table");
    }
    weft_error_set_detail(error, "SQLite said: %s.", message);
    return WEFT_CHECK_VIOLATION;
}

static weft_code fail_foreign_key(weft_error *error)
{
    (void)weft_fail(error, WEFT_CHECK_VIOLATION, "a value breaks a foreign key");
    weft_error_set_detail(error, "A row refers to one that is not there, or is referred to by one that would be left.");
    return WEFT_CHECK_VIOLATION;
}

static weft_code fail_constraint(int result, const char *message, weft_error *error)
{
    switch (result) {
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_ROWID:
        return fail_unique(message, error);
    case SQLITE_CONSTRAINT_NOTNULL:
        return fail_required(message, error);
    case SQLITE_CONSTRAINT_FOREIGNKEY:
        return fail_foreign_key(error);
    default:
        return fail_check(message, error);
    }
}

static weft_code fail_statement(const weft_sqlite *sqlite, const char *message, weft_error *error)
{
    const bool is_missing = strncmp(message, "no such table", 13) == 0 || strncmp(message, "no such column", 14) == 0 ||
                            strstr(message, "has no column named") != NULL ||
                            strncmp(message, "no such index", 13) == 0;
    if (!is_missing) {
        return weft_fail(error, WEFT_STORE_ERROR, "the store refused a statement: %s", message);
    }
    if (sqlite->is_absent) {
        const weft_str path = sqlite->base.config->path;
        (void)weft_fail(error,
                        WEFT_SCHEMA_MISSING,
                        "the store has no database file yet: \"%.*s\" is not there",
                        WEFT_STR_ARG(path));
        weft_error_set_hint(error, "Run \"weft db:migrate\", which makes it, or mend its path in weft.yaml.");
        return WEFT_SCHEMA_MISSING;
    }
    (void)weft_fail(error, WEFT_SCHEMA_MISSING, "the store lacks what a statement needs: %s", message);
    weft_error_set_hint(error, "Run \"weft db:migrate\".");
    return WEFT_SCHEMA_MISSING;
}

static weft_code fail_file(const weft_sqlite *sqlite, const char *message, weft_error *error)
{
    const weft_str path = sqlite->base.config->path;
    (void)weft_fail(error, WEFT_STORE_UNAVAILABLE, "could not use \"%.*s\": %s", WEFT_STR_ARG(path), message);
    const int system_error = sqlite->db ? sqlite3_system_errno(sqlite->db) : 0;
    if (system_error != 0) {
        weft_error_set_detail(error, "The system said: %s.", strerror(system_error));
    }
    return WEFT_STORE_UNAVAILABLE;
}

static weft_code fail_by_result(weft_sqlite *sqlite, int result, const char *message, weft_error *error)
{
    switch (result & 0xff) {
    case SQLITE_CONSTRAINT:
        return fail_constraint(result, message, error);
    case SQLITE_MISMATCH:
        return fail_check(message, error);
    case SQLITE_NOMEM:
        return weft_fail_no_memory(error);
    case SQLITE_INTERRUPT:
        return weft_connection_fail_stopped(&sqlite->base, error);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        if (weft_connection_check(&sqlite->base, error) != WEFT_OK) {
            return weft_connection_fail_stopped(&sqlite->base, error);
        }
        (void)weft_fail(error, WEFT_STORE_BUSY, "the store is locked by another writer");
        weft_error_set_hint(error, "Try again; nothing was changed.");
        return WEFT_STORE_BUSY;
    case SQLITE_CANTOPEN:
    case SQLITE_NOTADB:
    case SQLITE_IOERR:
    case SQLITE_PERM:
        return fail_file(sqlite, message, error);
    case SQLITE_FULL:
        return weft_fail(error, WEFT_STORE_ERROR, "could not write to the store: %s", message);
    default:
        return fail_statement(sqlite, message, error);
    }
}

weft_code weft_sqlite_fail(weft_sqlite *sqlite, int result, weft_error *error)
{
    if (sqlite->served_failure.code != WEFT_OK) {
        const weft_code served = sqlite->served_failure.code;
        if (error != NULL) {
            *error = sqlite->served_failure;
        }
        sqlite->served_failure.code = WEFT_OK;
        weft_error_set_store(error, sqlite->base.config->name);
        return served;
    }
    const int extended = sqlite->db ? sqlite3_extended_errcode(sqlite->db) : result;
    const char *message = sqlite->db ? sqlite3_errmsg(sqlite->db) : sqlite3_errstr(result);
    /* Some failures (misuse, no memory) leave the connection's own code untouched. */
    const bool is_same = (extended & 0xff) == (result & 0xff);
    const weft_code code =
        fail_by_result(sqlite, is_same ? extended : result, is_same ? message : sqlite3_errstr(result), error);
    weft_error_set_store(error, sqlite->base.config->name);
    return code;
}
