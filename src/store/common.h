/* What the drivers share: errors that name the store, deadlines, the cancel flag, telling the observer. Private to
 * store/. */
#ifndef WEFT_STORE_COMMON_H
#define WEFT_STORE_COMMON_H

#include "base/clock.h"
#include "base/fail.h"
#include "store/store.h"

#define WEFT_STORE_STATEMENTS_CACHED 128 /* prepared statements a connection keeps; the least recently used goes */
#define WEFT_BULK_TABLE_COLUMNS      64  /* of a bulk that is read as a table; what has more runs once a row */

extern const weft_driver weft_sqlite_driver;
extern const weft_driver weft_postgres_driver;
extern const weft_driver weft_callbacks_driver;
extern const weft_dialect weft_sqlite_dialect;
extern const weft_dialect weft_postgres_dialect;
extern const weft_dialect weft_callbacks_dialect;

/* True when the caller's cancel flag, which another thread may set at any time, is set. */
bool weft_connection_is_cancelled(const weft_connection_base *base);

/* WEFT_CANCELLED or WEFT_TIMEOUT when the flag is set or the deadline passed, else WEFT_OK. */
weft_code weft_connection_check(const weft_connection_base *base, weft_error *error);

/* The error of a statement that was stopped because of the flag or the deadline. */
weft_code weft_connection_fail_stopped(const weft_connection_base *base, weft_error *error);

/* A statement behind one that failed in the same call. */
weft_code weft_connection_fail_skipped(const weft_connection_base *base, weft_error *error);

/* A statement, or a commit, behind one that failed in the same transaction: PostgreSQL refuses them, so every store
 * does. */
weft_code weft_connection_fail_doomed(const weft_connection_base *base, weft_error *error);

/* A write inside a READ transaction. */
weft_code weft_connection_fail_read_only(const weft_connection_base *base, weft_error *error);

/* A call that the contract forbids; `message` says what is wrong. */
weft_code weft_connection_misuse(const weft_connection_base *base, const char *message, weft_error *error);

/* Monotonic time when somebody observes, else 0: a clock is not read for nobody. */
int64_t weft_connection_started(const weft_connection_base *base);

/* Tell the observer that `statement` ran. */
void weft_connection_notify_statement(const weft_connection_base *base,
                                      const weft_statement *statement,
                                      uint64_t rows,
                                      int64_t started_us);

/* Name of a kind for errors: "integer". */
const char *weft_value_kind_name(weft_value_kind kind);

/* WEFT_STORE_ERROR: column `name` holds `found` where `kind` was asked for. */
weft_code weft_connection_fail_value(
    const weft_connection_base *base, const char *name, weft_value_kind kind, const char *found, weft_error *error);

/* Well-formed UTF-8; quick where the text is ASCII. */
bool weft_store_is_utf8(const char *data, size_t len);

/* True when `text` has the normal form of decimals (weft/sys/store.h) already. */
bool weft_decimal_is_normal(weft_str text);

/* Bring digits into normal form, in `keep`. WEFT_TYPE_MISMATCH, without an error being filled, when they are no number
 * or too long. */
weft_code weft_decimal_read(weft_str digits, weft_arena *keep, weft_str *ret_digits, weft_error *error);

/* `statement` with `prefix` before its SQL, to be run once and read as `columns`. False when out of memory. */
bool weft_statement_prefix(const weft_statement *statement,
                           const char *prefix,
                           const weft_value_kind *columns,
                           size_t column_count,
                           weft_arena *keep,
                           weft_statement *ret_statement);

#endif
