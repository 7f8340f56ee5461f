/* Tidings: what the observer will be told of the link rows that a deletion took or a restore gave back. They are
 * written while the transaction is open, so that telling them after its commit needs no memory, and are a few hundred
 * bytes a link row of the work, which has a limit. Not for other rooms. */
#ifndef WEFT_CASCADE_TIDINGS_H
#define WEFT_CASCADE_TIDINGS_H

#include "base/buf.h"
#include "cascade/select.h"
#include "store/session.h"

/* The columns of a link row that are told: id, left, right. */
#define WEFT_TIDINGS_WIDTH ((size_t)3)

typedef struct weft_tidings {
    weft_buf lines; /* a JSON object a row, each with a line's end */
    bool is_due;    /* their store has committed */
} weft_tidings;

/* The told columns of `link`, into `ret_fields`. */
void weft_tidings_fields(const weft_link *link, const weft_field **ret_fields);

/* `outcome` is "deleted" or "restored". Running out of memory is remembered by the buffer. */
void weft_tidings_add(
    weft_tidings *tidings, const weft_link *link, const weft_value *row, const char *outcome, weft_str deletion);

/* Tell what is due, a row an event, and forget it. */
void weft_tidings_tell(weft_tidings *tidings,
                       const weft_observer *observer,
                       const weft_store_def *store,
                       weft_event_kind kind);

#endif
