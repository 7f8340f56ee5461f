/* The store contract: what a database must do for weft. For those who add a store; users of weft never need it.
 *
 * A driver brings a table of functions (weft_driver) and a set of facts (weft_dialect). Each promise below has a test
 * in tests/contract/ that every driver passes. A connection belongs to one thread at a time; the pool
 * (src/store/pool.h) hands it on. Drivers never print and never keep state outside a connection.
 *
 * Values. A result column is read as the kind the statement asks for, whatever the column's native type:
 *   BOOLEAN, INTEGER, DOUBLE  natively (SQLite: 0/1 for BOOLEAN)
 *   TEXT                      any text-like type (varchar, text, uuid, enum …)
 *   TIME                      timestamptz, date; SQLite: ISO 8601 text, read by weft_time_parse's rules
 *   DECIMAL                   exact digits: no exponent, no leading zeros, none at the end of a fraction; "0", not "-0"
 *   JSON                      JSON text as stored; callers canonicalise
 *   ARRAY                     compact JSON text of an array of strings; the driver converts PostgreSQL's text[]
 *
 * A value that cannot be read as its kind is WEFT_STORE_ERROR naming column and kind, never a guess. */
#ifndef WEFT_SYS_STORE_H
#define WEFT_SYS_STORE_H

#include "weft/types.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The functions of a database. */
typedef struct weft_driver weft_driver;

/* An open connection: begins with weft_connection_base; the rest is the driver's. */
typedef struct weft_connection weft_connection;

/* The rows of a statement: begins with weft_rows_base; the rest is the driver's. */
typedef struct weft_rows weft_rows;

/* What stands for one place of a statement. */
typedef enum weft_param_kind {
    WEFT_PARAM_VALUE = 0, /* one value */
    WEFT_PARAM_LIST       /* many values for one place: `x = ANY($1)` or `x IN weft_list(?1)` */
} weft_param_kind;

/* A parameter of a statement: item_count items, or one value. */
typedef struct weft_param {
    weft_param_kind kind;
    weft_value_kind type;    /* kind of the value or of every item; says how to bind a NULL */
    weft_value value;        /* VALUE */
    const weft_value *items; /* LIST; borrowed until the rows are closed */
    size_t item_count;       /* LIST */
} weft_param;

/* Rows of parameters for one statement: `columns[c][r]`. A driver whose dialect says bulk_is_arrays binds column c as
 * an array at place c+1 and runs the statement once (the SQL says unnest). Another binds the whole bulk at place 1 and
 * runs the statement once where it says bulk_is_table (the SQL reads the table that the dialect's bulk_table names),
 * and else runs the prepared statement once a row. Any way the result rows of all come out of one weft_rows, in any
 * order.
 */
typedef struct weft_bulk {
    const weft_value *const *columns;    /* column_count of them, of row_count values each */
    const weft_value_kind *column_kinds; /* one a column */
    size_t column_count;
    size_t row_count;
} weft_bulk;

/* A plan made without looking at a list expects about so many items in it. */
#define WEFT_KEYED_MAX 10

/* A statement is borrowed, with all it points to, until its rows are closed. `params` follow the bulk's places. */
typedef struct weft_statement {
    weft_str sql;
    const weft_param *params;
    size_t param_count;
    const weft_value_kind *columns; /* kind of each result column; none for a statement without rows */
    size_t column_count;
    const weft_bulk *bulk; /* NULL: run once */
    bool bulk_is_table;    /* see weft_bulk; only where the dialect has a bulk_table */
    bool is_incremental;   /* a SELECT that may be large: inside a transaction it is read piece by piece, and other
                              statements run in between; outside it is read whole */
    bool is_once;          /* not worth preparing (DDL) */
    bool is_keyed;         /* finds its rows by at most WEFT_KEYED_MAX values of keys, so that one plan serves whatever
                              they are: a driver may spare planning by the values at hand */
    bool is_last;          /* of a call in a READ transaction: nothing runs in it after this call, so that a driver may
                              send the transaction's end along; commit or rollback still follows */
    uint64_t hash; /* of sql and of how params are bound, for those who keep statements prepared; 0: reckon it */
} weft_statement;

/* How a store would go about a statement, as far as an index could help. */
typedef struct weft_store_path {
    const weft_str *scans; /* what the statement calls the tables whose rows are all looked at; at times one twice */
    size_t scan_count;
    bool is_sorted; /* rows are sorted that no index gives in order */
} weft_store_path;

/* The kinds of transactions. */
typedef enum weft_transaction {
    WEFT_TRANSACTION_READ = 1, /* one snapshot for every statement in it; writes are refused */
    WEFT_TRANSACTION_WRITE     /* SQLite: takes the write lock at once; PostgreSQL: read committed */
} weft_transaction;

/* A column that a store holds, as migration compares it. All texts of a schema are in the arena given to inspect. */
typedef struct weft_schema_column {
    weft_str name;
    weft_str type; /* native, lower case, as the dialect's type names: "text", "bigint", "timestamptz" … */
    bool is_nullable;
    weft_str default_sql;  /* as the store prints it, or empty */
    uint32_t key_position; /* 1-based in the primary key, 0 when not part of it */
    weft_str collation;    /* "" when the type's own */
} weft_schema_column;

/* An index that a store holds: of column_count columns, and including_count that are only kept along. */
typedef struct weft_schema_index {
    weft_str name;
    const weft_str *columns;
    size_t column_count;
    const weft_str *including;
    size_t including_count;
    bool is_unique;
    bool is_primary;    /* made by the primary key or a table constraint: not created by CREATE INDEX */
    weft_str where_sql; /* the partial predicate as the store prints it, or empty */
    weft_str sql;       /* the store's own CREATE INDEX text, or empty */
    weft_str comment;   /* COMMENT ON INDEX, or empty: migrate/ keeps a raw predicate's own text there */
} weft_schema_index;

/* A foreign key that a store holds: column_count columns, each to the one of the target table at its place. */
typedef struct weft_schema_foreign_key {
    weft_str name;
    const weft_str *columns;
    const weft_str *target_columns;
    size_t column_count;
    weft_str target_table;
} weft_schema_foreign_key;

/* A check that a store holds; the expression is as it prints it. */
typedef struct weft_schema_check {
    weft_str name;
    weft_str expression;
    weft_str comment; /* COMMENT ON CONSTRAINT, or empty: migrate/ keeps a raw check's own text there */
} weft_schema_check;

/* A trigger that a store holds. */
typedef struct weft_schema_trigger {
    weft_str name;
    weft_str sql;          /* the store's own CREATE TRIGGER text */
    weft_str comment;      /* COMMENT ON TRIGGER, or empty: migrate/ keeps its own text there */
    weft_str function;     /* what it calls, or empty where its statements stand in it */
    weft_str function_sql; /* the store's own CREATE FUNCTION text of that, or empty */
    bool is_disabled;
} weft_schema_trigger;

/* A table or view that a store holds. */
typedef struct weft_schema_table {
    weft_str name;
    const weft_schema_column *columns; /* table order */
    size_t column_count;
    const weft_schema_index *indexes; /* by name */
    size_t index_count;
    const weft_schema_foreign_key *foreign_keys;
    size_t foreign_key_count;
    const weft_schema_check *checks;
    size_t check_count;
    bool is_view;
    bool is_shared; /* rows of it are changed by the names of other tables too (it is partitioned, or part of another),
                       or stand elsewhere: no trigger of a statement sees them all */
    weft_str sql;   /* SQLite: CREATE TABLE text; else empty */
    const weft_schema_trigger *triggers; /* by name; a rebuilt table gets them again */
    size_t trigger_count;
} weft_schema_table;

/* The tables that a store holds. */
typedef struct weft_schema {
    const weft_schema_table *tables; /* by name */
    size_t table_count;
} weft_schema;

/* Facts in which databases differ: read by sql/ and migrate/, so that nobody asks "which database is this?". */
typedef struct weft_dialect {
    const char *name;        /* "sqlite", "postgres" */
    char placeholder;        /* '$' or '?', followed by the 1-based number */
    bool bulk_is_arrays;     /* see weft_bulk */
    const char *bulk_table;  /* a bulk as a table with the columns c0, c1 …, or NULL: "weft_bulk(?1)" */
    size_t bulk_columns_max; /* of that table */
    bool list_is_array;      /* LIST parameter: `= ANY($1)`; else `IN weft_list(?1)` */
    bool has_include;        /* CREATE INDEX … INCLUDE (…) */
    bool has_row_locks;      /* SELECT … FOR SHARE */
    bool has_sequences;    /* an autoincrement column numbers itself, whatever the primary key; else weft numbers it */
    bool has_native_types; /* columns have types beyond weft's own: a definition's columnType is heeded */
    bool has_alter_column; /* ALTER TABLE can change types, nullability, defaults and constraints; else the table is
                              rebuilt */
    const char *
        text_collation; /* appended to text in comparisons and orders so that it is bytewise: " COLLATE \"C\"", or "" */
    const char *foreign_collation; /* of text in tables weft did not make, appended where a column of weft's is looked
                                      up in one, so that its index serves: " COLLATE \"default\"", or "" */
    const char *decimal_collation; /* appended to bigNumber in comparisons and orders: " COLLATE weft_decimal", or "" */
    const char *like_operator; /* infix, or NULL: the functions weft_like(value, pattern) and weft_ilike are there */
    const char *ilike_operator;
    const char *contains_operator;  /* infix on arrays and on JSON, or NULL: the functions weft_array_contains(array,
                                       array) and weft_json_contains(json, json) are there */
    const char *overlaps_operator;  /* infix on arrays, or NULL: the function weft_array_overlaps */
    const char *json_path_operator; /* infix of JSON and an array of keys, gives JSON, with -> of JSON and a key that is
                                       no index; or NULL: weft_json_path(json, keys as a JSON array), with SQLite's
                                       json_type and ->> on what it gives */
    const char *join;               /* joins in the written order where the planner can be held to it: " CROSS JOIN " */
    const char *limit_all;          /* the LIMIT that an OFFSET without one needs: "ALL", "-1" */
    bool nulls_are_largest;         /* where NULL sorts by itself: last in ASC, first in DESC, as every answer wants */
    const char *value_types[9];     /* type to cast a parameter of each weft_value_kind to, in lists and bulks with []
                                       after it (a bulk of ARRAYs: text[], each item an array's own text); NULL: no casts */
    const char *type_names[12];     /* DDL type of each weft_type (index = weft_type) */
    size_t name_bytes_max;          /* longest identifier */
    bool has_comments;          /* COMMENT ON INDEX and CONSTRAINT; else the store keeps definitions word for word */
    bool has_trigger_functions; /* a trigger calls a function and is named within its table; else its statements stand
                                   in it, and its name is the store's */
    bool exists_is_nested; /* EXISTS is asked of one row after another; else the planner begins at its tables where its
                              statistics say that this is less */
    const char *link_text_type;    /* DDL type of a link table's id and keys: "varchar", "text" */
    const char *has_table_sql;     /* the number of tables (0 or 1) that have the name bound to it */
    const char *lock_table_sql;    /* %N is the quoted name: nobody else writes to the table until the transaction ends;
                                      NULL: a WRITE transaction keeps every other writer out anyway */
    const char *raise_counter_sql; /* an autoincrement column goes on behind the number bound third, unless it is
                                      beyond: of the quoted table bound first, the column bound second; while the table
                                      is locked as above. Only with has_sequences */
    const char *now_sql;           /* DEFAULT of created_at and updated_at: "now()", "(strftime(…))" */
    const char *migrate_before;    /* statement run outside a transaction before and after migrating, or NULL: SQLite */
    const char *migrate_after;     /* can turn its foreign keys off only there, and a rebuild must not fire them */
    bool is_read_only; /* nothing is ever made or written in it: no tables, no journal, no lock that would matter */
    bool is_joinless;  /* each table stands for itself: a join in it would ask for the rows of one table for every row
                          of another */
} weft_dialect;

/* Where a connection is opened to and what it reports to. Borrowed by the connection until it is closed. */
typedef struct weft_store_config {
    weft_str name; /* of the store, for errors and events */
    weft_str url;
    weft_str path;                           /* SQLite */
    const struct weft_store_def *definition; /* as the catalog has it: of weft's own drivers */
    const weft_allocator *allocator;
    weft_observer observer;
    uint32_t connect_timeout_ms; /* default 5000 */
    uint32_t busy_timeout_ms;    /* how long a write waits for another writer; default 5000 */
} weft_store_config;

/* What every connection begins with. The pool and the callers use these fields, drivers keep them true. */
typedef struct weft_connection_base {
    const weft_driver *driver;
    const weft_store_config *config;
    bool is_lost; /* the server is gone: the pool throws the connection away */
    bool in_transaction;
    int64_t deadline_us;        /* monotonic; 0 = none. Statements past it end with WEFT_TIMEOUT */
    const volatile int *cancel; /* not NULL and not 0: statements end with WEFT_CANCELLED */
    uint64_t statements_run;
} weft_connection_base;

/* What all rows begin with. */
typedef struct weft_rows_base {
    weft_connection *connection;
    uint64_t rows_changed; /* after the end: rows inserted, updated or deleted */
} weft_rows_base;

/* What a driver brings: facts, and functions. */
struct weft_driver {
    const weft_dialect *dialect; /* static */

    /* Open a connection and pin its session (time zone, collation, float digits, search path, busy timeout).
     * WEFT_STORE_UNAVAILABLE when it cannot be had; the error never shows a password. */
    weft_code (*open)(const weft_store_config *config, weft_connection **ret_connection, weft_error *error);

    /* Close; open rows are closed and an open transaction is rolled back. NULL is fine. */
    void (*close)(weft_connection *connection);

    /* Cheap and without a round trip: false when the connection is known to be lost. */
    bool (*is_alive)(weft_connection *connection);

    /* The snapshot of a READ transaction is taken by begin or by its first statement. A statement that fails dooms its
     * transaction: every later one, and commit, is WEFT_STORE_ERROR, in every store. Rows that are still open when
     * their transaction ends give no more (WEFT_MISUSE). */
    weft_code (*begin)(weft_connection *connection, weft_transaction transaction, weft_error *error);
    /* After it, failed or not, there is no transaction; one that could not be committed was rolled back. */
    weft_code (*commit)(weft_connection *connection, weft_error *error);
    /* Never fails for the caller: after it there is no transaction; a lost connection is marked so. */
    void (*rollback)(weft_connection *connection);

    /* Start `count` statements, sent together where the database can (pipeline). `ret_rows[i]` belongs to statement i
     * and must be closed by the caller. Rows of statement i are read, or closed, before those of i+1 and, in a READ
     * transaction, before the next call, unless is_incremental: a driver need not hold more than one of them. What
     * cannot be prepared (a table is missing) fails the call, and then no rows are open; what fails while it runs says
     * so at its rows' next, and the statements behind it did not run. A statement happens though nobody reads its rows.
     * Outside a transaction each call is one of its own: all of it, or nothing. */
    weft_code (*run)(weft_connection *connection,
                     const weft_statement *statements,
                     size_t count,
                     weft_rows **ret_rows,
                     weft_error *error);

    /* The next row, or *ret_values NULL after the last. Values are valid until the next call on the same rows. */
    weft_code (*next)(weft_rows *rows, const weft_value **ret_values, weft_error *error);

    /* Drop what was not read. NULL is fine. */
    void (*close_rows)(weft_rows *rows);

    /* Wait for the lock called `name` inside the open write transaction, which holds it to its end. */
    weft_code (*lock)(weft_connection *connection, weft_str name, weft_error *error);

    /* How the store would run `statement`, which is not run. In the arena `keep`. */
    weft_code (*find_path)(weft_connection *connection,
                           const weft_statement *statement,
                           void *keep,
                           weft_store_path *ret_path,
                           weft_error *error);

    /* Read what the store holds (tables of the current schema) into `keep`, which is a weft_arena. */
    weft_code (*inspect)(weft_connection *connection, void *keep, const weft_schema **ret_schema, weft_error *error);
};

#ifdef __cplusplus
}
#endif
#endif
