/* Deletions by a caller for whom only some records exist. Not for other rooms. */
#ifndef WEFT_CASCADE_OWN_H
#define WEFT_CASCADE_OWN_H

#include "cascade/walk.h"

/* Rows of one table, marked ones too, by their keys. */
typedef struct weft_cascade_named {
    const weft_model *model;
    const weft_value *const *keys;
    size_t count;
} weft_cascade_named;

/* *ret_is_own false when one of them is there and is not the caller's to change. Rows of a pivot go with what they
 * join. */
weft_code weft_cascade_is_own(
    weft_session *session, const weft_cascade_named *named, weft_arena *scratch, bool *ret_is_own, weft_error *error);
/* The same of link rows, whose ends must exist for the caller if they are there. */
weft_code weft_cascade_are_links_own(
    weft_session *session, const weft_cascade_named *links, weft_arena *scratch, bool *ret_is_own, weft_error *error);

/* WEFT_RESTRICTED when the walk reached a row that is not the caller's to change. */
weft_code weft_cascade_check_own(weft_cascade_walk *walk, weft_error *error);

#endif
