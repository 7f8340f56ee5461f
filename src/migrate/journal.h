/* weft_migrations: what ran in a store, one row an action. Internal to migrate/.
 *
 *      id | batch | store | scope | action | table_name | link | summary | statements (a JSON array) | applied_at |
 *      weft_version
 *
 * Actions of one run share a batch, in every store they ran in. The table is made by the first run that has something
 * to record. */
#ifndef WEFT_MIGRATE_JOURNAL_H
#define WEFT_MIGRATE_JOURNAL_H

#include "migrate/migrate.h"

#define WEFT_JOURNAL_TABLE "weft_migrations"

/* Who writes: times and ids come from here. */
typedef struct weft_journal {
    weft_connection *connection;
    const weft_clock *clock;
    weft_ulid_source *ulids;
    weft_str batch;
    weft_migration_scope scope;
} weft_journal;

/* Make the table if `schema` has none. */
weft_code weft_journal_ensure(weft_journal *journal, const weft_schema *schema, weft_arena *scratch, weft_error *error);

#define WEFT_JOURNAL_UNDO "undo" /* behind an action's row: what reverts it, where its statements do not tell */
#define WEFT_JOURNAL_PLAN "plan" /* the action of the row that says a saved plan was applied; its hash is the table */

/* One row. */
typedef struct weft_journal_entry {
    const weft_store_def *store;
    weft_str action;
    weft_str table;
    weft_str link; /* or empty */
    weft_str summary;
    const weft_str *statements;
    size_t statement_count;
} weft_journal_entry;

weft_code weft_journal_add(weft_journal *journal,
                           const weft_journal_entry *entry,
                           weft_arena *scratch,
                           weft_error *error);
weft_code weft_journal_record(weft_journal *journal, const weft_action *action, weft_arena *scratch, weft_error *error);

/* Fill links, made and plans of `present`, whose schema has been read. */
weft_code weft_journal_read(weft_connection *connection,
                            weft_store_present *present,
                            weft_arena *keep,
                            weft_error *error);

typedef struct weft_last_batch {
    weft_str batch; /* empty: nothing ran yet */
    int64_t applied_at_us;
    uint64_t action_count;
} weft_last_batch;

weft_code weft_journal_last_batch(weft_connection *connection,
                                  const weft_schema *schema,
                                  weft_arena *keep,
                                  weft_last_batch *ret_last,
                                  weft_error *error);

weft_str weft_action_kind_name(weft_action_kind kind);          /* "create" … */
weft_str weft_migration_scope_name(weft_migration_scope scope); /* "all", "links" */

#endif
