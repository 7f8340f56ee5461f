/* Changing a table that is there. Internal to migrate/. Pure.
 *
 * Each change is found by one of the finders below and told with its DDL and its edit of the table's text; where the
 * store's ALTER TABLE cannot do it, the edits that are safe become one rebuild, and every unsafe one a rebuild of its
 * own, planned on what the ones before it make. Rebuilds come first: what follows asks for nothing they would lose. */
#ifndef WEFT_MIGRATE_ALTER_H
#define WEFT_MIGRATE_ALTER_H

#include "migrate/compare.h"
#include "migrate/rebuild.h"

typedef WEFT_VEC(weft_edit) weft_edits;

typedef struct weft_alteration {
    weft_comparison *comparison;
    weft_maker *maker;
    const weft_wanted_table *table;
    const weft_schema_table *present;
    bool is_adopted;         /* a link table of Medusa's shape: only what is missing is added */
    weft_text_checks checks; /* of the table as it is */
    weft_edits safe_edits;
    weft_buf safe_summary;
    weft_actions rebuilds; /* unsafe ones */
    weft_actions plain;
} weft_alteration;

/* One change: `action` says summary and safety. Without edits every store's DDL can do it. */
void weft_alteration_add(weft_alteration *alteration,
                         weft_action action,
                         weft_statements *statements,
                         const weft_edit *edits,
                         size_t edit_count);

/* What to count the table's rows in: weft_comparison_rows of it. */
weft_str weft_alteration_rows(const weft_alteration *alteration);

/* Let the action be reverted by one more statement. */
void weft_alteration_undo(weft_alteration *alteration, weft_action *action, weft_str sql);
/* The same, where the store keeps the text of tables: by making the table again as it is now. */
void weft_alteration_undo_to_present(weft_alteration *alteration, weft_action *action);

/* SELECT of up to five keys of rows where `where_sql` holds. */
weft_str weft_alteration_example_keys(const weft_alteration *alteration, weft_str where_sql);

/* A check, key or index on columns that are not there waits for the last of them that is added, and comes with it. */
bool weft_check_waits(const weft_alteration *alteration, const weft_wanted_check *check, weft_str *ret_column);
bool weft_foreign_key_waits(const weft_alteration *alteration,
                            const weft_wanted_foreign_key *key,
                            weft_str *ret_column);
bool weft_index_waits(const weft_alteration *alteration, const weft_wanted_index *index, weft_str *ret_column);

/* On a column that is converted, whether rows break them is known behind the conversion: until then they are refused.
 */
void weft_check_hold(const weft_alteration *alteration, const weft_wanted_check *check, weft_action *action);
void weft_foreign_key_hold(const weft_alteration *alteration, const weft_wanted_foreign_key *key, weft_action *action);
void weft_index_hold(const weft_alteration *alteration, const weft_wanted_index *index, weft_action *action);
void weft_column_hold(const weft_alteration *alteration, const weft_wanted_column *column, weft_action *action);

/* Is the column to become one of another type? */
bool weft_column_is_converted(const weft_alteration *alteration, const weft_wanted_column *column);

/* Before all else: `checks`. */
void weft_alter_read_checks(weft_alteration *alteration);
/* Does a check or the predicate of an index that weft made speak of the column, with no definition that wants it as it
 * is? It speaks of the old type, and goes before a conversion. */
bool weft_check_is_outlived(weft_alteration *alteration,
                            const weft_wanted_column *column,
                            const weft_schema_check *present);
bool weft_index_is_outlived(weft_alteration *alteration,
                            const weft_wanted_column *column,
                            const weft_schema_index *present);
void weft_alter_columns(weft_alteration *alteration);
void weft_alter_add_column(weft_alteration *alteration, const weft_wanted_column *column);
/* An autoincrement column that is `present` counts by itself, where the store does that. */
void weft_alter_counter(weft_alteration *alteration,
                        const weft_wanted_column *column,
                        const weft_schema_column *present);
void weft_alter_checks(weft_alteration *alteration);
void weft_alter_foreign_keys(weft_alteration *alteration);
void weft_alter_indexes(weft_alteration *alteration);

#endif
