/* Draining the outboxes: the cascades of deletes that did not come through weft. Not for other rooms. */
#ifndef WEFT_CASCADE_DRAIN_H
#define WEFT_CASCADE_DRAIN_H

#include "cascade/steps.h"

/* What draining one store's outbox did. */
typedef struct weft_drained {
    bool has_outbox;
    uint64_t settled;   /* notes whose cascade is carried out, whether it changed anything or not */
    uint64_t voided;    /* notes of records that are back, or that a deletion of weft's had taken */
    uint64_t refused;   /* notes that stay, with a reason */
    uint64_t left;      /* notes that are there now, refused ones among them */
    weft_buf deletions; /* their ids as JSON texts, at most WEFT_DRAINED_TOLD_MAX */
    weft_buf refusals;  /* {"entity","key","reason"}, likewise */
    size_t deletion_count;
    weft_error first; /* of what was refused */
} weft_drained;

#define WEFT_DRAINED_TOLD_MAX ((size_t)100)

/* Carry out what the outbox of `store` notes, in its order. Notes that are alike (one table, one statement) become one
 * deletion, and each its own where that is refused. Memory does not grow with notes. The code is that of what stopped
 * it; what was refused did not. `drained` has its buffers in `scratch`. */
weft_code weft_cascade_drain(const weft_catalog *catalog,
                             const weft_store_def *store,
                             const weft_cascade_recovery *options,
                             weft_session *session,
                             weft_arena *scratch,
                             weft_drained *drained,
                             weft_error *error);

#endif
