/* Inside the SQLite driver: the connection, its statement cache and its rows. Private to store/sqlite*.c.
 *
 *   sqlite.c            open, close, transactions, the driver's table
 *   sqlite_run.c        run
 *   sqlite_rows.c       next, close_rows
 *   sqlite_cache.c      prepared statements, kept by their text
 *   sqlite_values.c     values in and out
 *   sqlite_error.c      result codes as errors
 *   sqlite_functions.c  weft_like, weft_json_contains … and the collation weft_decimal
 *   sqlite_borrowed.c   weft_list(?) and weft_bulk(?), a list parameter and a bulk as tables
 *   served_table.c      models served by callbacks as tables   (served.h)
 *   path_sqlite.c       how a statement would be run
 *   inspect_sqlite.c    what the file holds */
#ifndef WEFT_STORE_SQLITE_H
#define WEFT_STORE_SQLITE_H

#include <sqlite3.h>
#include <sys/types.h>

#include "base/buf.h"
#include "base/vec.h"
#include "store/common.h"

typedef struct weft_sqlite weft_sqlite;
typedef struct weft_sqlite_rows weft_sqlite_rows;

/* A prepared statement. */
typedef struct weft_sqlite_prepared {
    uint64_t hash;
    sqlite3_stmt *stmt;
    weft_str sql; /* SQLite's own copy: what it read, without what may follow a closing semicolon */
    uint64_t used_at;
    bool is_in_use;
} weft_sqlite_prepared;

typedef struct weft_sqlite_cache {
    weft_sqlite_prepared slots[WEFT_STORE_STATEMENTS_CACHED];
    size_t count;
    uint64_t uses;
} weft_sqlite_cache;

/* What begins and ends transactions. */
typedef enum weft_sqlite_control {
    WEFT_SQLITE_BEGIN = 0,
    WEFT_SQLITE_BEGIN_IMMEDIATE,
    WEFT_SQLITE_COMMIT,
    WEFT_SQLITE_ROLLBACK,
    WEFT_SQLITE_CONTROLS
} weft_sqlite_control;

struct weft_sqlite {
    weft_connection_base base;
    sqlite3 *db;
    weft_sqlite_cache cache;
    sqlite3_stmt *controls[WEFT_SQLITE_CONTROLS]; /* prepared when first needed; NULL before */
    weft_sqlite_rows *open_rows;                  /* every rows that is not closed */
    weft_sqlite_rows *idle_rows;                  /* closed ones, kept with their memory */
    weft_transaction transaction;
    bool is_absent;  /* the file is not there: `db` is one in memory that holds nothing, and is never written to */
    bool has_failed; /* a statement failed in this transaction: it can only be rolled back */
    bool has_file;   /* device and inode tell whether the path still leads to this file */
    dev_t device;
    ino_t inode;
    int64_t looked_us;         /* when that was last asked for a reader; monotonic */
    int64_t busy_since_us;     /* when the lock that is waited for was first met */
    weft_error served_failure; /* why rows of a served table could not be had, until it is told */
};

/* A list parameter as weft_list sees it: sqlite3_bind_pointer wants a pointer that is not const. */
typedef struct weft_sqlite_list {
    const weft_value *items;
    size_t count;
} weft_sqlite_list;

/* Rows are read from `stmt` as the caller asks for them, or, once is_buffered, from `buffered`. */
struct weft_sqlite_rows {
    weft_rows_base base;
    weft_sqlite_rows *next;
    const weft_statement *statement;
    sqlite3_stmt *stmt;             /* NULL: nothing more to step */
    weft_sqlite_prepared *prepared; /* its slot, NULL when the statement is not kept */
    bool is_writing;
    bool is_eager; /* runs to its end at once: it writes, or gives no rows that would make it go on */
    bool is_buffered;
    weft_arena bound; /* lists and texts that parameters point to */
    weft_arena row;   /* of the row at hand, or of all that is buffered */
    weft_value *values;
    size_t value_capacity;
    WEFT_VEC(weft_value) buffered;
    size_t buffered_at; /* values handed out */
    uint64_t row_count;
    int64_t started_us;
    weft_error failure; /* code WEFT_OK: none; else what every next answers */
};

/* sqlite_error.c: what SQLite answered last as an error of weft. */
weft_code weft_sqlite_fail(weft_sqlite *sqlite, int result, weft_error *error);

/* sqlite_cache.c. `ret_prepared` NULL: not kept. Put back with weft_sqlite_unprepare. */
weft_code weft_sqlite_prepare(weft_sqlite *sqlite,
                              const weft_statement *statement,
                              sqlite3_stmt **ret_stmt,
                              weft_sqlite_prepared **ret_prepared,
                              weft_error *error);
void weft_sqlite_unprepare(sqlite3_stmt *stmt, weft_sqlite_prepared *prepared);
void weft_sqlite_cache_done(weft_sqlite_cache *cache);

/* sqlite_values.c. Parameters of row `bulk_row` of the bulk, if there is one, then the statement's own. */
weft_code weft_sqlite_bind(weft_sqlite_rows *rows, size_t bulk_row, weft_error *error);
/* The row `stmt` stands on into rows->values; texts borrow from SQLite until the next step, or live in rows->row. */
weft_code weft_sqlite_read_row(weft_sqlite_rows *rows, weft_error *error);

int weft_sqlite_bind_value(sqlite3_stmt *stmt, int place, const weft_value *value);

/* sqlite_functions.c, sqlite_json.c, sqlite_borrowed.c: register on a connection; an SQLite result code. */
int weft_sqlite_register_functions(sqlite3 *db);
int weft_sqlite_register_json(sqlite3 *db);
int weft_sqlite_register_borrowed(sqlite3 *db);
#define WEFT_SQLITE_LIST_TYPE "weft_list"
#define WEFT_SQLITE_BULK_TYPE "weft_bulk"
/* A value as a function's result; times become text. */
void weft_sqlite_result(sqlite3_context *context, const weft_value *value);

/* sqlite_rows.c. Prepared and checked, not yet bound; on failure *ret_rows may be set and is the caller's to close. */
weft_code weft_sqlite_open_rows(weft_sqlite *sqlite,
                                const weft_statement *statement,
                                weft_sqlite_rows **ret_rows,
                                weft_error *error);
/* Step to the end, copying every row. */
weft_code weft_sqlite_rows_buffer(weft_sqlite_rows *rows, weft_error *error);
/* Nothing more to step: the statement goes back to the cache, the observer is told. */
void weft_sqlite_rows_finish(weft_sqlite_rows *rows);
/* Keep `failure` for every next; in a transaction it dooms it. Answers its code, and it in `error`. */
weft_code weft_sqlite_rows_fail(weft_sqlite_rows *rows, const weft_error *failure, weft_error *error);

/* sqlite_run.c */
weft_code weft_sqlite_run(weft_connection *connection,
                          const weft_statement *statements,
                          size_t count,
                          weft_rows **ret_rows,
                          weft_error *error);
weft_code weft_sqlite_next(weft_rows *handle, const weft_value **ret_values, weft_error *error);
void weft_sqlite_close_rows(weft_rows *handle);
/* Copy what is left of these rows and of those opened before them, so that something else may write. */
weft_code weft_sqlite_buffer_rows(weft_sqlite_rows *first, weft_error *error);
/* Rows that are still open when their transaction ends give no more. */
void weft_sqlite_end_open_rows(weft_sqlite *sqlite);
void weft_sqlite_free_rows(weft_sqlite *sqlite);

/* sqlite.c: where the file was not there, look again, or make it with the folders above it. */
weft_code weft_sqlite_find_file(weft_sqlite *sqlite, bool makes_file, weft_error *error);
/* Begin, with nothing being read. */
weft_code weft_sqlite_begin(weft_sqlite *sqlite, weft_transaction transaction, weft_error *error);

/* served_table.c: a table for every model that the store's callbacks serve. */
weft_code weft_sqlite_register_served(weft_sqlite *sqlite, weft_error *error);

/* path_sqlite.c. */
weft_code weft_sqlite_find_path(weft_connection *connection,
                                const weft_statement *statement,
                                void *keep,
                                weft_store_path *ret_path,
                                weft_error *error);

/* inspect_sqlite.c. */
weft_code weft_sqlite_inspect(weft_connection *connection,
                              void *keep,
                              const weft_schema **ret_schema,
                              weft_error *error);

/* Places that the bulk of a statement takes. */
static inline size_t weft_sqlite_bulk_places(const weft_statement *statement)
{
    const size_t columns = statement->bulk != NULL ? statement->bulk->column_count : 0;
    return statement->bulk_is_table ? 1 : columns;
}

static inline weft_sqlite *weft_sqlite_of(weft_connection *connection)
{
    return (weft_sqlite *)(void *)connection;
}

static inline weft_sqlite_rows *weft_sqlite_rows_of(weft_rows *rows)
{
    return (weft_sqlite_rows *)(void *)rows;
}

#endif
