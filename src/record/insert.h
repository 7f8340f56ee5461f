/* Rows that are ready, into their table. Not for other rooms. */
#ifndef WEFT_RECORD_INSERT_H
#define WEFT_RECORD_INSERT_H

#include "record/values.h"

#define WEFT_RECORD_ROW_UNKNOWN SIZE_MAX

/* Insert `count` rows by one statement a shape (a shape: which autoincrement fields are given). With `wants_written`
 * every row's `written` points to its values as the store holds them, in `scratch`.
 *
 * On WEFT_UNIQUE_VIOLATION *ret_failed is the place of the row at fault, or WEFT_RECORD_ROW_UNKNOWN, `where` of the
 * error is "/field", and the session's transaction in that store is rolled back already (record/conflict.h says why).
 */
weft_code weft_record_insert(const weft_record_input *input,
                             weft_record_row *rows,
                             size_t count,
                             bool wants_written,
                             weft_arena *scratch,
                             size_t *ret_failed,
                             weft_error *error);

/* Every field of the model as a result column, without an alias; NULL when out of memory. */
const weft_sql_output *weft_record_outputs(const weft_model *model, weft_arena *keep);

#endif
