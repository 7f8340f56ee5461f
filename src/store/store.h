/* Calls on connections, for everybody right of run: thin, so that callers need not know the driver table. */
#ifndef WEFT_STORE_STORE_H
#define WEFT_STORE_STORE_H

#include "base/arena.h"
#include "base/value.h"
#include "model/catalog.h"
#include "weft/sys/store.h"

/* The driver of a kind of store. Never NULL. */
const weft_driver *weft_driver_for(weft_store_kind kind);

/* True when nothing can be written there, so that there are no tables of weft's own either. */
bool weft_store_is_read_only(const weft_store_def *store);

static inline weft_connection_base *weft_connection_of(weft_connection *connection)
{
    return (weft_connection_base *)(void *)connection;
}

static inline const weft_dialect *weft_connection_dialect(weft_connection *connection)
{
    return weft_connection_of(connection)->driver->dialect;
}

weft_code weft_connection_begin(weft_connection *connection, weft_transaction transaction, weft_error *error);
weft_code weft_connection_commit(weft_connection *connection, weft_error *error);
void weft_connection_rollback(weft_connection *connection);

/* Run one or many statements; see weft_driver. */
weft_code weft_connection_run(weft_connection *connection,
                              const weft_statement *statements,
                              size_t count,
                              weft_rows **ret_rows,
                              weft_error *error);
weft_code weft_rows_next(weft_rows *rows, const weft_value **ret_values, weft_error *error);
uint64_t weft_rows_changed(const weft_rows *rows);
void weft_rows_close(weft_rows *rows);

/* What statement->hash is, or should be: never 0. A statement that runs many times has it reckoned once. */
uint64_t weft_statement_hash(const weft_statement *statement);

/* Run one statement to its end, throwing rows away. `ret_changed` may be NULL. */
weft_code weft_connection_execute(weft_connection *connection,
                                  const weft_statement *statement,
                                  uint64_t *ret_changed,
                                  weft_error *error);

/* Run one statement and collect every row in `keep`: `ret_values` holds row_count × column_count values. */
weft_code weft_connection_collect(weft_connection *connection,
                                  const weft_statement *statement,
                                  weft_arena *keep,
                                  const weft_value **ret_values,
                                  size_t *ret_row_count,
                                  weft_error *error);

/* How the store would run `statement`; see weft_driver. */
weft_code weft_connection_find_path(weft_connection *connection,
                                    const weft_statement *statement,
                                    weft_arena *keep,
                                    weft_store_path *ret_path,
                                    weft_error *error);

weft_code weft_connection_lock(weft_connection *connection, weft_str name, weft_error *error);
weft_code weft_connection_inspect(weft_connection *connection,
                                  weft_arena *keep,
                                  const weft_schema **ret_schema,
                                  weft_error *error);

#endif
