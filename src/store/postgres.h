/* Inside the PostgreSQL driver: the connection, what it waits for, its statements and rows. Private to
 * store/postgres*.c.
 *
 *   postgres.c          the driver's table: open, close, transactions, locks
 *   postgres_open.c     connecting and pinning the session
 *   postgres_wire.c     sending, waiting, and handing results to whom they belong
 *   postgres_cache.c    prepared statements
 *   postgres_run.c      run
 *   postgres_rows.c     next, close_rows, cursors
 *   postgres_encode.c   values into parameters
 *   postgres_decode.c   values out of binary results      postgres_decode_text.c  out of text results
 *   postgres_numeric.c  digits out of numeric's binary form
 *   postgres_error.c    SQLSTATEs as errors
 *   path_postgres.c     how a statement would be run
 *   inspect_postgres.c  what the schema holds */
#ifndef WEFT_STORE_POSTGRES_H
#define WEFT_STORE_POSTGRES_H

#include <libpq-fe.h>
#include <locale.h>

#include "base/buf.h"
#include "base/vec.h"
#include "store/common.h"

typedef struct weft_postgres weft_postgres;
typedef struct weft_postgres_rows weft_postgres_rows;

/* Object ids of built-in types: they never change (PostgreSQL, src/include/catalog/pg_type.dat). */
enum {
    WEFT_OID_BOOL = 16,
    WEFT_OID_CHAR = 18,
    WEFT_OID_NAME = 19,
    WEFT_OID_INT8 = 20,
    WEFT_OID_INT2 = 21,
    WEFT_OID_INT4 = 23,
    WEFT_OID_TEXT = 25,
    WEFT_OID_OID = 26,
    WEFT_OID_JSON = 114,
    WEFT_OID_FLOAT4 = 700,
    WEFT_OID_FLOAT8 = 701,
    WEFT_OID_UNKNOWN = 705,
    WEFT_OID_NAME_ARRAY = 1003,
    WEFT_OID_TEXT_ARRAY = 1009,
    WEFT_OID_BPCHAR_ARRAY = 1014,
    WEFT_OID_VARCHAR_ARRAY = 1015,
    WEFT_OID_INT8_ARRAY = 1016,
    WEFT_OID_BPCHAR = 1042,
    WEFT_OID_VARCHAR = 1043,
    WEFT_OID_DATE = 1082,
    WEFT_OID_TIMESTAMP = 1114,
    WEFT_OID_TIMESTAMPTZ = 1184,
    WEFT_OID_TIMESTAMPTZ_ARRAY = 1185,
    WEFT_OID_NUMERIC_ARRAY = 1231,
    WEFT_OID_NUMERIC = 1700,
    WEFT_OID_UUID = 2950,
    WEFT_OID_JSONB = 3802
};

/* A statement prepared on the server under the name "w<number>". */
typedef struct weft_postgres_prepared {
    uint64_t hash;
    char *sql; /* own copy, NUL-terminated */
    size_t sql_len;
    uint32_t number;
    char name[16];
    uint64_t used_at;
    int format; /* of its results: 1 binary, 0 text */
    bool is_described;
    uint64_t short_rows; /* it gave since its last long one, or large answer */
} weft_postgres_prepared;

/* The driver's own statements. */
typedef enum weft_postgres_control {
    WEFT_POSTGRES_BEGIN_READ = 0,
    WEFT_POSTGRES_BEGIN_WRITE,
    WEFT_POSTGRES_COMMIT,
    WEFT_POSTGRES_ROLLBACK,
    WEFT_POSTGRES_PLAN_ONCE, /* prepared statements are planned once, whatever their values */
    WEFT_POSTGRES_PLAN_ANEW, /* as the server, or the URL's options, say: by default again where values promise more */
    WEFT_POSTGRES_LONE_READ, /* what is sent without BEGIN reads one snapshot */
    WEFT_POSTGRES_LONE_ANY,  /* it may write */
    WEFT_POSTGRES_CONTROLS
} weft_postgres_control;

typedef struct weft_postgres_cache {
    weft_postgres_prepared slots[WEFT_STORE_STATEMENTS_CACHED];
    size_t count;
    uint64_t uses;
    uint32_t numbers;
    bool has_control[WEFT_POSTGRES_CONTROLS];
    bool is_stale; /* a type changed, or the server forgot a statement: begin anew */
} weft_postgres_cache;

/* Everything sent is answered in order. This is what the next answer is for. */
typedef enum weft_postgres_wait {
    WEFT_POSTGRES_WAIT_IGNORED = 1, /* nobody needs the answer (deallocate, close, end of a READ transaction) */
    WEFT_POSTGRES_WAIT_CONTROL,     /* BEGIN, COMMIT …: an error is kept in `control_failure` */
    WEFT_POSTGRES_WAIT_PREPARE,     /* likewise */
    WEFT_POSTGRES_WAIT_DESCRIBE,    /* likewise; on success the slot learns its format */
    WEFT_POSTGRES_WAIT_ROWS,
    WEFT_POSTGRES_WAIT_SYNC /* the end of a pipeline: what stands before it failed or happened together */
} weft_postgres_wait;

typedef struct weft_postgres_pending {
    weft_postgres_wait wait;
    weft_postgres_rows *rows;         /* ROWS; NULL once they were closed */
    weft_postgres_prepared *prepared; /* DESCRIBE */
    bool is_begun;                    /* how libpq is to hold the answer was said */
} weft_postgres_pending;

struct weft_postgres {
    weft_connection_base base;
    PGconn *conn;
    PGcancel *canceller;
    locale_t c_locale;  /* numbers are written with a point, whatever the program's locale */
    weft_arena scratch; /* parameters while they are sent */
    weft_postgres_cache cache;
    weft_postgres_rows *open_rows;
    weft_postgres_rows *idle_rows;
    weft_postgres_pending *pending; /* a queue in a ring */
    size_t pending_first;
    size_t pending_count;
    size_t pending_capacity;
    weft_error control_failure;
    weft_transaction transaction;
    bool is_begin_pending; /* BEGIN goes out with the first statement */
    bool plans_once;       /* the last of PLAN_ONCE and PLAN_ANEW that was sent */
    bool plans_once_kept;  /* the same before the transaction, for when it is rolled back */
    bool reads_alone;      /* the last of LONE_READ and LONE_ANY that was sent */
    bool is_end_sent;      /* the end of a READ transaction went out with its last statements */
    bool has_failed;
    bool is_rolled_back;   /* COMMIT was answered with ROLLBACK */
    bool is_stopping;      /* the server was asked to cancel */
    int64_t stop_until_us; /* when to stop waiting for it */
    int64_t looked_us;     /* when it was last looked at whether the connection lives */
    uint64_t cursors;
};

/* One column of a result: how it is read. */
typedef struct weft_postgres_cell {
    weft_postgres_rows *rows;
    const PGresult *result;
    int row, column;
    weft_value_kind kind;
    Oid type;
    const char *data;
    size_t len;
} weft_postgres_cell;

typedef weft_code (*weft_postgres_reader)(const weft_postgres_cell *cell, weft_value *value, weft_error *error);

struct weft_postgres_rows {
    weft_rows_base base;
    weft_postgres_rows *next;
    const weft_statement *statement;
    weft_postgres_prepared *prepared; /* its slot, as long as that has the number `prepared_number`; or NULL */
    uint32_t prepared_number;
    PGresult *result; /* being read */
    int row;
    int row_count;
    PGresult *ready; /* arrived and not yet being read */
    size_t awaited;  /* answers still to come */
    bool is_at_end;
    bool is_by_row;  /* libpq holds one row of the answer at a time */
    uint64_t cursor; /* number of its cursor; 0: none */
    int format;      /* of FETCH */
    int fetch_rows;  /* asked for by the last FETCH */
    uint64_t rows_read;
    uint64_t bytes_read; /* of values */
    size_t longest;      /* value */
    int64_t started_us;
    weft_arena row_arena; /* converted texts of the row at hand */
    weft_value *values;
    weft_postgres_reader *readers;
    size_t capacity; /* of values and readers */
    weft_error failure;
};

/* postgres_open.c */
weft_code weft_postgres_connect(weft_postgres *pg, weft_error *error);

/* postgres_error.c: an error the server reported, or the end of the connection. */
weft_code weft_postgres_fail_result(weft_postgres *pg, const PGresult *result, weft_error *error);
weft_code weft_postgres_fail_lost(weft_postgres *pg, weft_error *error);

/* postgres_wire.c. Sending only puts into libpq's buffer; flush hands it to the system, reading meanwhile what the
 * server says, so that neither waits for the other. */
weft_code weft_postgres_expect(weft_postgres *pg, weft_postgres_pending pending, weft_error *error);
/* After a libpq call that sends: WEFT_OK when it answered 1. */
weft_code weft_postgres_sent(weft_postgres *pg, int is_sent, weft_error *error);
weft_code weft_postgres_sync(weft_postgres *pg, weft_error *error);
weft_code weft_postgres_flush(weft_postgres *pg, weft_error *error);
/* Take the answer to the oldest thing waited for. Fails only when the connection is lost or out of memory: what the
 * server refused goes to the rows or to control_failure. */
weft_code weft_postgres_collect_one(weft_postgres *pg, weft_error *error);
weft_code weft_postgres_collect_all(weft_postgres *pg, weft_error *error);
/* Take what has arrived, without waiting; false when the connection turns out lost. */
bool weft_postgres_collect_ready(weft_postgres *pg);

/* postgres_cache.c. Prepare and describe every statement that is not yet, in one round trip. */
weft_code weft_postgres_prepare_all(weft_postgres *pg,
                                    const weft_statement *statements,
                                    size_t count,
                                    weft_error *error);
weft_postgres_prepared *weft_postgres_find(weft_postgres *pg, const weft_statement *statement);
/* Send one of the driver's own statements (BEGIN …), preparing it on the way when it is new. */
weft_code weft_postgres_send_control(weft_postgres *pg,
                                     weft_postgres_control control,
                                     weft_postgres_wait wait,
                                     weft_error *error);
void weft_postgres_cache_done(weft_postgres *pg);

/* postgres_encode.c: parameters as libpq wants them, in pg->scratch; NUL inside a text is WEFT_STORE_ERROR. */
typedef struct weft_postgres_params {
    int count;
    Oid *types;
    const char **values;
} weft_postgres_params;
/* Types to declare, in pg->scratch; false when out of memory. */
bool weft_postgres_param_types(weft_postgres *pg, const weft_statement *statement, Oid **ret_types);
weft_code weft_postgres_encode(weft_postgres *pg,
                               const weft_statement *statement,
                               weft_postgres_params *ret_params,
                               weft_error *error);

/* postgres_decode.c */
bool weft_postgres_has_binary(Oid type);
weft_postgres_reader weft_postgres_reader_for(Oid type, weft_value_kind kind, int format);
weft_code weft_postgres_refuse(const weft_postgres_cell *cell, const char *found, weft_error *error);
uint64_t weft_postgres_big_endian(const char *data, size_t count);
double weft_postgres_strtod(const weft_postgres_cell *cell, const char *digits);
weft_code weft_postgres_read_digits(const weft_postgres_cell *cell,
                                    weft_str digits,
                                    weft_value *value,
                                    weft_error *error);
/* postgres_numeric.c */
weft_code weft_postgres_numeric_digits(const weft_postgres_cell *cell, weft_str *ret_digits, weft_error *error);
/* postgres_decode_text.c */
weft_postgres_reader weft_postgres_text_reader_for(Oid type, weft_value_kind kind);

/* postgres_run.c, postgres_rows.c */
weft_code weft_postgres_run(weft_connection *connection,
                            const weft_statement *statements,
                            size_t count,
                            weft_rows **ret_rows,
                            weft_error *error);
weft_code weft_postgres_next(weft_rows *handle, const weft_value **ret_values, weft_error *error);
void weft_postgres_close_rows(weft_rows *handle);
weft_postgres_rows *weft_postgres_open_rows(weft_postgres *pg, const weft_statement *statement);
/* An answer for these rows; takes the result over. */
void weft_postgres_take_result(weft_postgres_rows *rows, PGresult *result);
void weft_postgres_take_failure(weft_postgres_rows *rows, const weft_error *failure);
/* So far its answers were small, and its rows short. */
bool weft_postgres_is_small(const weft_postgres_prepared *prepared);
weft_code weft_postgres_send_fetch(weft_postgres_rows *rows, weft_error *error);
/* Rows that are still open when their transaction ends give no more. */
void weft_postgres_end_open_rows(weft_postgres *pg);
void weft_postgres_free_rows(weft_postgres *pg);

/* path_postgres.c */
weft_code weft_postgres_find_path(weft_connection *connection,
                                  const weft_statement *statement,
                                  void *keep,
                                  weft_store_path *ret_path,
                                  weft_error *error);

/* inspect_postgres.c */
weft_code weft_postgres_inspect(weft_connection *connection,
                                void *keep,
                                const weft_schema **ret_schema,
                                weft_error *error);

static inline weft_postgres *weft_postgres_of(weft_connection *connection)
{
    return (weft_postgres *)(void *)connection;
}

static inline weft_postgres_rows *weft_postgres_rows_of(weft_rows *rows)
{
    return (weft_postgres_rows *)(void *)rows;
}

#endif
