/* What the definitions want a store to hold: tables in the words of one dialect. Pure; borrows from the catalog.
 *
 * WEFT_NO_MEMORY is the only failure, remembered in the maker. */
#ifndef WEFT_MIGRATE_WANTED_H
#define WEFT_MIGRATE_WANTED_H

#include "migrate/maker.h"
#include "store/store.h"

typedef struct weft_wanted_column {
    const weft_field *field;
    weft_str name;
    weft_str type;        /* as DDL says it, collation included */
    weft_str default_sql; /* or empty */
    bool is_nullable;
    bool is_key; /* the whole primary key, said beside the column */
} weft_wanted_column;

typedef struct weft_wanted_index {
    weft_str name;
    const weft_str *columns;
    size_t column_count;
    const weft_str *including;
    size_t including_count;
    bool is_unique;
    bool is_cardinality; /* of a link: says that a side is not a list */
    weft_str where_sql;  /* or empty */
    weft_str raw;        /* the part of where_sql that stands in a definition, or empty */
} weft_wanted_index;

typedef struct weft_wanted_check {
    weft_str name;
    weft_str expression;
    const weft_field *field; /* of an enum; NULL: a check of the model, in its own words */
} weft_wanted_check;

typedef struct weft_wanted_foreign_key {
    weft_str name;
    weft_str column;
    const weft_model *target;
    weft_str target_column;
    weft_str actions; /* "ON UPDATE CASCADE ON DELETE SET NULL" */
} weft_wanted_foreign_key;

typedef struct weft_wanted_table {
    const weft_model *model;
    const weft_dialect *dialect;
    weft_str name;
    const weft_wanted_column *columns;
    size_t column_count;
    const weft_str *keys;
    size_t key_count;
    weft_str key_name; /* of the primary key's constraint */
    const weft_wanted_index *indexes;
    size_t index_count;
    const weft_wanted_check *checks;
    size_t check_count;
    const weft_wanted_foreign_key *foreign_keys;
    size_t foreign_key_count;
} weft_wanted_table;

void weft_wanted_table_make(weft_maker *maker,
                            const weft_catalog *catalog,
                            const weft_model *model,
                            const weft_dialect *dialect,
                            weft_wanted_table *ret_table);

/* Names that weft gives: of an enum field's check, and of the unique index on one column. */
weft_str weft_enum_check_name(weft_maker *maker, const weft_field *field);
weft_str weft_unique_index_name(weft_maker *maker, weft_str table, weft_str column);

/* Did weft give the field's check or unique index this name, now or before model or field were renamed? */
bool weft_is_enum_check_name(weft_maker *maker, const weft_field *field, weft_str name);
bool weft_is_unique_index_name(weft_maker *maker, const weft_field *field, weft_str name);

#endif
