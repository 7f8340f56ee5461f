/* What a database holds, as adopting reads it: every schema's tables with columns already told in weft's types, or with
 * the reason why they cannot be. Made by read_postgres.c and read_sqlite.c, never changed afterwards. */
#ifndef WEFT_ADOPT_PRESENT_H
#define WEFT_ADOPT_PRESENT_H

#include "base/fail.h"
#include "store/store.h"

typedef struct weft_present_column {
    weft_str name;
    weft_str native; /* type as the store writes it */
    const char *problem;
    const char *note;       /* mapped, but not as its declared type would have it; or NULL */
    weft_str column_type;   /* what the definition says under columnType, or empty */
    const weft_str *labels; /* of an enum */
    size_t label_count;
    weft_type type; /* 0: no type of weft holds its values, `problem` says why */
    bool is_nullable;
    bool is_key;
} weft_present_column;

/* A unique index or constraint over whole columns of all rows, or of those that are not soft-deleted. The first one of
 * a table is its primary key when there is one. */
typedef struct weft_present_unique {
    const weft_str *columns;
    size_t column_count;
    bool is_primary;
    bool is_live_only; /* WHERE deleted_at IS NULL */
} weft_present_unique;

typedef struct weft_present_foreign_key {
    const weft_str *columns;
    const weft_str *target_columns;
    size_t column_count;
    weft_str target_schema;
    weft_str target_table;
} weft_present_foreign_key;

typedef struct weft_present_table {
    weft_str schema; /* empty: the store's own */
    weft_str name;
    bool is_view;
    const weft_present_column *columns;
    size_t column_count;
    const weft_present_unique *uniques;
    size_t unique_count;
    const weft_present_foreign_key *foreign_keys;
    size_t foreign_key_count;
} weft_present_table;

/* A row of MedusaJS's link_module_migrations: a link table and what it joins, as aliases of models. */
typedef struct weft_present_medusa_link {
    weft_str table;
    weft_str from_module;
    weft_str from_model;
    weft_str to_module;
    weft_str to_model;
    weft_str id_prefix; /* that all its rows have, or empty */
} weft_present_medusa_link;

typedef struct weft_present {
    weft_str database;                /* name of the database, or of the file without its ending */
    const weft_present_table *tables; /* the own schema's first, then by schema and name */
    size_t table_count;
    const weft_present_medusa_link *medusa_links; /* by table */
    size_t medusa_link_count;
} weft_present;

/* Read what the connection's database holds; changes nothing. Failures of stores, WEFT_NO_MEMORY. */
weft_code weft_present_read(weft_connection *connection,
                            const weft_store_def *store,
                            weft_arena *keep,
                            const weft_present **ret_present,
                            weft_error *error);
weft_code weft_present_read_postgres(weft_connection *connection,
                                     weft_arena *keep,
                                     weft_present *present,
                                     weft_error *error);
weft_code weft_present_read_sqlite(weft_connection *connection,
                                   weft_arena *keep,
                                   weft_present *present,
                                   weft_error *error);

/* The column of that name, or NULL. */
const weft_present_column *weft_present_column_find(const weft_present_table *table, weft_str name);
/* True when these columns together are unique among all rows (or all live ones where `live` is enough). */
bool weft_present_is_unique(const weft_present_table *table, const weft_str *columns, size_t count, bool live);

#endif
