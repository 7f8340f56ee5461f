/* Comparing one store with what is wanted of it. Internal to migrate/. Pure. */
#ifndef WEFT_MIGRATE_COMPARE_H
#define WEFT_MIGRATE_COMPARE_H

#include "migrate/ddl.h"
#include "migrate/migrate.h"
#include "migrate/own.h"

typedef WEFT_VEC(weft_action) weft_actions;
typedef WEFT_VEC(weft_migration_problem) weft_migration_problems;
typedef WEFT_VEC(weft_table_fingerprint) weft_table_fingerprints;

/* One store under comparison. */
typedef struct weft_comparison {
    weft_maker *maker;
    const weft_catalog *catalog;
    const weft_store_def *store;
    const weft_dialect *dialect;
    const weft_store_present *present; /* as it will be once the declared renames have run */
    const weft_schema *stored;         /* as it is: the same tables and columns, each at the same place */
    weft_migration_scope scope;
    const weft_wanted_table *tables; /* wanted of this store, definition order */
    size_t table_count;
    weft_actions *actions;
    weft_migration_problems *problems;
    weft_table_fingerprints *fingerprints;
} weft_comparison;

/* The table called `name`, or NULL. */
const weft_schema_table *weft_schema_find_table(const weft_schema *schema, weft_str name);
const weft_schema_column *weft_schema_find_column(const weft_schema_table *table, weft_str name);
bool weft_comparison_is_recorded(const weft_comparison *comparison, weft_str table);
bool weft_comparison_is_made(const weft_comparison *comparison, weft_str table);
bool weft_comparison_is_wanted(const weft_comparison *comparison, weft_str table);

/* Append an action with these statements, or (NULL) with its own. */
void weft_comparison_add(weft_comparison *comparison, weft_action action, const weft_statements *statements);

/* Actions for renames that are declared and not done; what comes after is compared with `present` as they leave it. */
void weft_compare_renames(weft_comparison *comparison);
/* What to read a table's rows from while nothing has run, by the names they will have: `"t"`, or
 * `(SELECT "was" AS "is" FROM "s") AS "t"`, where "t" is `alias`. */
weft_str weft_comparison_rows(const weft_comparison *comparison, weft_str table, weft_str alias);
/* Actions for tables that are not there, parents first. */
void weft_compare_create(weft_comparison *comparison);
/* Triggers of guards that no definition wants as they are; and those that are wanted and not there. */
void weft_compare_guards_to_drop(weft_comparison *comparison);
void weft_compare_guards_to_make(weft_comparison *comparison);
/* `present` without the triggers that are dropped: a rebuild makes the others again. */
const weft_schema_table *weft_guard_present(const weft_comparison *comparison,
                                            const weft_model *model,
                                            const weft_schema_table *present);
/* Can weft make `present` what `table` says? */
bool weft_compare_is_alterable(weft_comparison *comparison,
                               const weft_wanted_table *table,
                               const weft_schema_table *present);
/* Actions that make `present` what `table` says. */
void weft_compare_table(weft_comparison *comparison, const weft_wanted_table *table, const weft_schema_table *present);

/* An action for the tables of the group that are not there, where weft has tables to keep. */
void weft_compare_own(weft_comparison *comparison, const weft_own_group *group);

/* A hash of what the store holds of the tables in question, 32 hex digits; appends those of its tables. */
weft_str weft_fingerprint_make(weft_comparison *comparison);
/* The hash of a text, 32 hex digits; the buffer is used up. */
weft_str weft_digest_make(weft_maker *maker, weft_buf *buf);

#endif
