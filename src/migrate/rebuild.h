/* Making a table anew where ALTER TABLE cannot change it: SQLite's documented procedure, inside the transaction.
 *
 *      CREATE TABLE weft_new_t ▶ copy rows ▶ DROP t ▶ rename ▶ indexes and triggers again
 *
 * The new CREATE TABLE is the old text with edits, so that whatever else stands in it stays. Foreign keys are off while
 * migrating (dialect->migrate_before), or dropping the old table would delete the children of its rows. */
#ifndef WEFT_MIGRATE_REBUILD_H
#define WEFT_MIGRATE_REBUILD_H

#include "migrate/ddl.h"

typedef enum weft_edit_kind {
    WEFT_EDIT_ADD_COLUMN = 1,  /* text: the whole definition */
    WEFT_EDIT_ADD_CONSTRAINT,  /* text: the whole constraint */
    WEFT_EDIT_SET_TYPE,        /* name, text: the type, value: what the rows get */
    WEFT_EDIT_SET_NULLABLE,    /* name */
    WEFT_EDIT_SET_NOT_NULL,    /* name */
    WEFT_EDIT_SET_DEFAULT,     /* name, text: the default; empty for none */
    WEFT_EDIT_DROP_COLUMN,     /* name; with the indexes, checks and foreign keys on it */
    WEFT_EDIT_DROP_CONSTRAINT, /* name */
    WEFT_EDIT_SET_CONSTRAINT,  /* name, text: the whole constraint, in place of the one of that name */
    WEFT_EDIT_RUN_BEHIND       /* text: a statement once the table is made: the index on a column that came */
} weft_edit_kind;

typedef struct weft_edit {
    weft_edit_kind kind;
    weft_str name;
    weft_str text;
    weft_str value;
} weft_edit;

/* The mode a rebuild works in, which no rollback resets: run it after a failure. */
#define WEFT_REBUILD_RESET "PRAGMA legacy_alter_table = OFF"

/* The statements of one rebuild with all of `edits`. */
void weft_rebuild(weft_maker *maker,
                  const weft_schema_table *present,
                  const weft_edit *edits,
                  size_t edit_count,
                  weft_statements *statements);

/* What reverts it: the CREATE TABLE text that was, then the indexes that go with the columns `edits` drop. */
void weft_rebuild_undo(weft_maker *maker,
                       const weft_schema_table *present,
                       const weft_edit *edits,
                       size_t edit_count,
                       weft_statements *undo);

/* The table as such a rebuild leaves it: its text, columns and indexes, which is what the next rebuild asks for. */
const weft_schema_table *weft_rebuild_result(weft_maker *maker,
                                             const weft_schema_table *present,
                                             const weft_edit *edits,
                                             size_t edit_count);

/* The statements that make the table again by a CREATE TABLE text it had before: columns that are in both keep their
 * values; indexes of other columns and all triggers stay. *ret_lost is a predicate over rows that would lose a value by
 * it or cannot get one back; empty: none can. */
void weft_rebuild_to(weft_maker *maker,
                     const weft_schema_table *present,
                     weft_str former,
                     weft_statements *statements,
                     weft_str *ret_lost);

/* The checks that stand in a CREATE TABLE text; a check without a name has the empty one. */
typedef WEFT_VEC(weft_schema_check) weft_text_checks;
void weft_table_text_checks(weft_maker *maker, weft_str sql, weft_text_checks *ret_checks);

#endif
