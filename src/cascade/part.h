/* One store's part of a deletion, and taking it back. Not for other rooms. */
#ifndef WEFT_CASCADE_PART_H
#define WEFT_CASCADE_PART_H

#include "cascade/journal.h"
#include "cascade/rules.h"
#include "cascade/tidings.h"

/* A part being carried out inside an open transaction. */
typedef struct weft_cascade_part {
    weft_connection *connection;
    const weft_deletion *deletion; /* the row of this store */
    weft_arena *scratch;
    weft_tidings *tidings; /* of its link rows; NULL: nobody listens */
    weft_session *session; /* of a restore for a caller for whom only some records exist; else NULL */
} weft_cascade_part;

/* Change the rows of `work` that are in the part's store, write down each row that was changed, and insert the
 * deletion's row of this store. With `is_exact` a row that was not as the walk found it is WEFT_STORE_BUSY; without, it
 * is left as it is. */
weft_code weft_cascade_part_apply(const weft_cascade_part *part,
                                  const weft_cascade_work *work,
                                  bool is_exact,
                                  weft_error *error);

typedef struct weft_cascade_restored {
    size_t restored; /* rows */
    size_t left;     /* rows that others have changed since */
} weft_cascade_restored;

/* Give back every row written down that is still as the deletion left it. Adds to `restored`. */
weft_code weft_cascade_part_restore(const weft_cascade_part *part,
                                    const weft_catalog *catalog,
                                    weft_cascade_restored *restored,
                                    weft_error *error);

#endif
