/* The two tables of the journal, described like any model's, so that the statements on them are made as all others are.
 * Not for other rooms. */
#ifndef WEFT_CASCADE_JOURNAL_TABLES_H
#define WEFT_CASCADE_JOURNAL_TABLES_H

#include "cascade/journal.h"

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

/* Text without data is empty, never null: the columns are NOT NULL. */
weft_value weft_journal_text(weft_str text);

/* `field = text`; NULL when out of memory. */
const weft_sql_expr *weft_journal_equals(weft_arena *keep, const weft_field *field, weft_str text);

/* Run a select whose parts were just made, any of which is NULL when memory ran out. */
weft_code weft_journal_select(weft_connection *connection,
                              const weft_sql_select *select,
                              weft_arena *keep,
                              const weft_value **ret_values,
                              size_t *ret_count,
                              weft_error *error);

/* Whole rows of one of the two tables: a column of values a field. */
weft_code weft_journal_insert(weft_connection *connection,
                              const weft_model *model,
                              const weft_value *const *columns,
                              size_t row_count,
                              weft_arena *scratch,
                              weft_error *error);

#endif
