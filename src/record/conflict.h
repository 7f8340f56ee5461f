/* Which record is it that exists already? Not for other rooms. */
#ifndef WEFT_RECORD_CONFLICT_H
#define WEFT_RECORD_CONFLICT_H

#include "record/insert.h"

/* Rows whose writing met a unique violation. */
typedef struct weft_record_conflict {
    weft_connection *connection;
    const weft_model *model;
    const weft_record_row *rows;
    size_t count;
    const weft_value *own_keys; /* update: the key of the one row, which is no conflict with itself; else NULL */
} weft_record_conflict;

/* Make `error`, a WEFT_UNIQUE_VIOLATION as the store said it, name model, fields and value: `product with handle "x"
 * exists already`, with "/handle" as `where`; *ret_failed is the row at fault.
 *
 * Databases tell the culprit in their own words, or not at all, so it is looked up by the model's unique rules. The
 * transaction is lost by then (PostgreSQL refuses everything after an error, and the work is all or nothing), so it is
 * rolled back first and the look-ups stand outside any. When nothing is found (the other record went in the meantime)
 * the store's words stay. */
void weft_record_conflict_explain(const weft_record_conflict *conflict,
                                  weft_arena *scratch,
                                  size_t *ret_failed,
                                  weft_error *error);

#endif
