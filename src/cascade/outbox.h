/* weft_outbox: the notes that triggers of guarded models make of deletes, in the store where they happened.
 *
 *      id | table_name | row_key | change (remove, mark) | noted_at | reason | tries | tried_at
 *
 * A note is there until its cascade is carried out: it leaves in the transaction that does it. One whose deletion the
 * definitions refuse stays, with the reason. migrate/guard.h makes the table. Not for other rooms. */
#ifndef WEFT_CASCADE_OUTBOX_H
#define WEFT_CASCADE_OUTBOX_H

#include "cascade/part.h"

typedef struct weft_note {
    int64_t id;
    weft_str table;
    weft_str key; /* JSON array */
    int64_t noted_at;
    int64_t tries;
} weft_note;

typedef WEFT_VEC(weft_note) weft_notes;

weft_code weft_outbox_is_there(weft_connection *connection, weft_arena *scratch, bool *ret_is_there, weft_error *error);

/* The next notes after the one with id `after`, in the order they were made. */
weft_code weft_outbox_read(weft_connection *connection,
                           int64_t after,
                           size_t count_max,
                           weft_arena *keep,
                           weft_notes *ret_notes,
                           weft_error *error);

/* Take these for the open transaction; *ret_claimed[i] is false for one that is gone, or that another transaction has.
 */
weft_code weft_outbox_claim(weft_connection *connection,
                            const weft_note *notes,
                            size_t count,
                            weft_arena *keep,
                            bool **ret_claimed,
                            weft_error *error);

/* They are settled. */
weft_code weft_outbox_remove(
    weft_connection *connection, const weft_note *notes, size_t count, weft_arena *scratch, weft_error *error);

/* It stays, and says why; unless it is not there any more. */
weft_code weft_outbox_refuse(weft_connection *connection,
                             const weft_note *note,
                             weft_str reason,
                             int64_t at_us,
                             weft_arena *scratch,
                             bool *ret_is_there,
                             weft_error *error);

/* Notes that are left. */
weft_code weft_outbox_count(weft_connection *connection, weft_arena *scratch, uint64_t *ret_count, weft_error *error);

/* The notes of rows that a deletion of weft's changed itself are none: they go in its own transaction. */
weft_code weft_outbox_forget_rows(const weft_cascade_part *part,
                                  const weft_catalog *catalog,
                                  const weft_deletion_rows *rows,
                                  weft_error *error);

#endif
