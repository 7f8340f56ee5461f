/* Statements on the two tables of the journal, which migrate/own.h describes. Not for other rooms. */
#ifndef WEFT_CASCADE_JOURNAL_SQL_H
#define WEFT_CASCADE_JOURNAL_SQL_H

#include "cascade/journal.h"
#include "migrate/own.h"

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
