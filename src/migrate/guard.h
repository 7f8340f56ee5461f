/* Triggers that note deletes by plain SQL, as DDL in one dialect: `guard: triggers` of a model. Internal to migrate/.
 * Pure; WEFT_NO_MEMORY is remembered in the maker.
 *
 *      weft_guard_<table>_remove     a live row leaves the table
 *      weft_guard_<table>_mark       deleted_at was null and is not any more
 *      weft_guard_<table>_truncate   TRUNCATE, where the store has it
 *
 * Each inserts rows into weft_outbox: the table, the key as a JSON array, and "remove" or "mark". */
#ifndef WEFT_MIGRATE_GUARD_H
#define WEFT_MIGRATE_GUARD_H

#include "migrate/ddl.h"

typedef struct weft_guard_trigger {
    weft_str name;
    weft_str sql;
    weft_str text; /* what inspection tells of it when it is as wanted: its SQL, or its comment */
} weft_guard_trigger;

#define WEFT_GUARD_TRIGGERS_MAX 3

typedef struct weft_guard {
    weft_guard_trigger triggers[WEFT_GUARD_TRIGGERS_MAX];
    size_t trigger_count;
    weft_str function; /* CREATE FUNCTION, or empty */
} weft_guard;

/* The guard that a guarded model wants on the table that is there (NULL: one that weft will make). */
void weft_guard_make(weft_maker *maker,
                     const weft_model *model,
                     const weft_schema_table *present,
                     const weft_dialect *dialect,
                     weft_guard *ret_guard);

/* Is it weft's, by its name? */
bool weft_guard_is_trigger(const weft_schema_trigger *trigger);

/* Take every guard off a table that is to have none: in the trash its triggers would keep their names from those of the
 * table that comes after it. */
void weft_guard_drop(weft_maker *maker,
                     const weft_dialect *dialect,
                     const weft_schema_table *table,
                     weft_statements *statements);

/* CREATE TABLE weft_outbox, and its index. */
void weft_outbox_ddl(weft_maker *maker, const weft_dialect *dialect, weft_statements *statements);

#endif
