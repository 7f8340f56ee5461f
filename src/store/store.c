/* Calls on connections: a step through the driver's table, and the two ways most callers want rows. */
#include "store/store.h"

#include "base/check.h"
#include "base/vec.h"
#include "store/common.h"

const weft_driver *weft_driver_for(weft_store_kind kind)
{
    switch (kind) {
    case WEFT_STORE_POSTGRES:
        return &weft_postgres_driver;
    case WEFT_STORE_CALLBACKS:
        return &weft_callbacks_driver;
    case WEFT_STORE_SQLITE:
        break;
    }
    return &weft_sqlite_driver;
}

bool weft_store_is_read_only(const weft_store_def *store)
{
    return weft_driver_for(store->kind)->dialect->is_read_only;
}

static const weft_driver *driver_of(weft_connection *connection)
{
    return weft_connection_of(connection)->driver;
}

static const weft_rows_base *rows_base(const weft_rows *rows)
{
    return (const weft_rows_base *)(const void *)rows;
}

weft_code weft_connection_begin(weft_connection *connection, weft_transaction transaction, weft_error *error)
{
    return driver_of(connection)->begin(connection, transaction, error);
}

weft_code weft_connection_commit(weft_connection *connection, weft_error *error)
{
    return driver_of(connection)->commit(connection, error);
}

void weft_connection_rollback(weft_connection *connection)
{
    driver_of(connection)->rollback(connection);
}

weft_code weft_connection_run(weft_connection *connection,
                              const weft_statement *statements,
                              size_t count,
                              weft_rows **ret_rows,
                              weft_error *error)
{
    return driver_of(connection)->run(connection, statements, count, ret_rows, error);
}

weft_code weft_rows_next(weft_rows *rows, const weft_value **ret_values, weft_error *error)
{
    return driver_of(rows_base(rows)->connection)->next(rows, ret_values, error);
}

uint64_t weft_rows_changed(const weft_rows *rows)
{
    return rows_base(rows)->rows_changed;
}

void weft_rows_close(weft_rows *rows)
{
    if (rows != NULL) {
        driver_of(rows_base(rows)->connection)->close_rows(rows);
    }
}

weft_code weft_connection_execute(weft_connection *connection,
                                  const weft_statement *statement,
                                  uint64_t *ret_changed,
                                  weft_error *error)
{
    weft_rows *rows = NULL;
    WEFT_TRY(weft_connection_run(connection, statement, 1, &rows, error));
    const weft_value *values = NULL;
    weft_code code = WEFT_OK;
    do {
        code = weft_rows_next(rows, &values, error);
    } while (code == WEFT_OK && values != NULL);
    if (code == WEFT_OK && ret_changed != NULL) {
        *ret_changed = weft_rows_changed(rows);
    }
    weft_rows_close(rows);
    return code;
}

typedef WEFT_VEC(weft_value) value_list;

static weft_code keep_row(
    const weft_value *values, size_t count, weft_arena *keep, value_list *collected, weft_error *error)
{
    for (size_t i = 0; i < count; i++) {
        weft_value value = {.kind = WEFT_VALUE_NULL};
        if (!weft_value_copy(keep, values[i], &value) || !weft_vec_push(keep, collected, value)) {
            return weft_fail_arena(error, keep);
        }
    }
    return WEFT_OK;
}

static weft_code keep_rows(
    weft_rows *rows, size_t column_count, weft_arena *keep, value_list *collected, weft_error *error)
{
    const weft_value *values = NULL;
    WEFT_TRY(weft_rows_next(rows, &values, error));
    while (values != NULL) {
        WEFT_TRY(keep_row(values, column_count, keep, collected, error));
        WEFT_TRY(weft_rows_next(rows, &values, error));
    }
    return WEFT_OK;
}

weft_code weft_connection_collect(weft_connection *connection,
                                  const weft_statement *statement,
                                  weft_arena *keep,
                                  const weft_value **ret_values,
                                  size_t *ret_row_count,
                                  weft_error *error)
{
    WEFT_CHECK(statement->column_count > 0);
    weft_rows *rows = NULL;
    value_list collected = {NULL, 0, 0};
    WEFT_TRY(weft_connection_run(connection, statement, 1, &rows, error));
    const weft_code code = keep_rows(rows, statement->column_count, keep, &collected, error);
    weft_rows_close(rows);
    if (code == WEFT_OK) {
        *ret_values = collected.items;
        *ret_row_count = collected.count / statement->column_count;
    }
    return code;
}

weft_code weft_connection_lock(weft_connection *connection, weft_str name, weft_error *error)
{
    return driver_of(connection)->lock(connection, name, error);
}

weft_code weft_connection_find_path(weft_connection *connection,
                                    const weft_statement *statement,
                                    weft_arena *keep,
                                    weft_store_path *ret_path,
                                    weft_error *error)
{
    return driver_of(connection)->find_path(connection, statement, keep, ret_path, error);
}

weft_code weft_connection_inspect(weft_connection *connection,
                                  weft_arena *keep,
                                  const weft_schema **ret_schema,
                                  weft_error *error)
{
    return driver_of(connection)->inspect(connection, keep, ret_schema, error);
}
