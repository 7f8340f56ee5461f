/* Tables that weft keeps for itself in a store, beside weft_migrations: the journal of deletions. Migrating makes them,
 * so that deleting needs no right to make tables; who finds them missing all the same makes them himself.
 *
 *      weft_deletions        one row a deletion and store: how far it is
 *      weft_deletion_rows    one row a row that was changed: what restoring needs
 *
 * cascade/journal.h says what their rows mean. Each is described like any model's table, so that statements on it are
 * made as all others are. */
#ifndef WEFT_MIGRATE_OWN_H
#define WEFT_MIGRATE_OWN_H

#include "migrate/ddl.h"

#define WEFT_DELETIONS_TABLE     "weft_deletions"
#define WEFT_DELETION_ROWS_TABLE "weft_deletion_rows"

/* Where a column of weft_deletions is among its fields. */
enum {
    WEFT_DELETION_AT_ID,
    WEFT_DELETION_AT_STORE,
    WEFT_DELETION_AT_HOME,
    WEFT_DELETION_AT_STATE,
    WEFT_DELETION_AT_ENTITY,
    WEFT_DELETION_AT_KEYS,
    WEFT_DELETION_AT_OTHERS,
    WEFT_DELETION_AT_WORK,
    WEFT_DELETION_AT_DELETED_AT,
    WEFT_DELETION_AT_CREATED_AT,
    WEFT_DELETION_AT_FINISHED_AT,
    WEFT_DELETION_AT_COUNT
};

/* The same of weft_deletion_rows. */
enum {
    WEFT_DELETION_ROW_AT_DELETION,
    WEFT_DELETION_ROW_AT_STORE,
    WEFT_DELETION_ROW_AT_TABLE,
    WEFT_DELETION_ROW_AT_KEY,
    WEFT_DELETION_ROW_AT_CHANGE,
    WEFT_DELETION_ROW_AT_COLUMN,
    WEFT_DELETION_ROW_AT_ROW,
    WEFT_DELETION_ROW_AT_COUNT
};

extern const weft_model weft_deletions_model;
extern const weft_model weft_deletion_rows_model;

typedef struct weft_own_table {
    const weft_model *model;
    const weft_str *keys; /* columns of the primary key */
    size_t key_count;
    const weft_str *indexed; /* columns with an index each */
    size_t indexed_count;
} weft_own_table;

/* Tables that come together. */
typedef struct weft_own_group {
    const char *summary; /* as a plan says it */
    const weft_own_table *tables;
    size_t table_count;
} weft_own_group;

extern const weft_own_group weft_own_deletions;

bool weft_is_own_table(weft_str name);

/* CREATE TABLE and its indexes. */
void weft_own_table_ddl(weft_maker *maker,
                        const weft_own_table *table,
                        const weft_dialect *dialect,
                        weft_statements *statements);

/* Is every table of the group there? */
weft_code weft_own_group_is_there(weft_connection *connection,
                                  const weft_own_group *group,
                                  weft_arena *scratch,
                                  bool *ret_is_there,
                                  weft_error *error);

/* Make those that are missing, inside the connection's transaction. Fails as the store does; the hint says that
 * migrating makes them. */
weft_code weft_own_group_make(weft_connection *connection,
                              const weft_own_group *group,
                              weft_arena *scratch,
                              weft_error *error);

#endif
