/* Changes of links that are told to the observer once they are committed. Internal to engine/.
 *
 *      works ─add, while the transaction is open▶ spill ─commit▶ ─tell▶ the observer, a row an event
 *
 * An import has any number of rows, so they wait in a sorter that takes bounded memory. */
#ifndef WEFT_ENGINE_ANNOUNCE_H
#define WEFT_ENGINE_ANNOUNCE_H

#include "link/link.h"
#include "store/spill.h"

/* The kind of event that a change is; false when nothing was attached or detached. */
bool weft_link_event_kind(const weft_link_work *work, weft_event_kind *ret_kind);

/* Zeroed is empty. Rows are of one link, and all attached. */
typedef struct weft_announcement {
    const weft_observer *observer; /* NULL: nobody listens, and nothing is kept */
    weft_spill *spill;
    uint64_t count;
} weft_announcement;

weft_code weft_announcement_open(weft_announcement *announcement,
                                 const weft_observer *observer,
                                 const weft_allocator *allocator,
                                 weft_error *error);
/* Keep what `works` attached. WEFT_STORE_ERROR: the disk is full. */
weft_code weft_announcement_add(
    weft_announcement *announcement, const weft_link_work *works, size_t count, weft_arena *scratch, weft_error *error);
/* After the commit, so it cannot fail: where rows cannot be read back, a notice says how many were not told. */
void weft_announcement_tell(weft_announcement *announcement, const char *store);
void weft_announcement_close(weft_announcement *announcement);

#endif
