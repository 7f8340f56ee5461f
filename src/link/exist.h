/* Do both ends exist and live? Not for other rooms. */
#ifndef WEFT_LINK_EXIST_H
#define WEFT_LINK_EXIST_H

#include "link/look.h"

/* The records that one side of a batch needs. */
typedef struct weft_link_exist_side {
    const weft_link_side *side;
    bool is_right;
    weft_value *keys; /* typed as the model's key; sorted, no doubles */
    bool *is_found;
    size_t key_count;
    size_t next; /* the key after the one found last: records come in order of their keys, or nearly so */
} weft_link_exist_side;

typedef struct weft_link_exist {
    weft_link_batch *batch;
    bool with_deleted; /* only whether they exist for the caller is asked, of the sides that row rules speak of */
    weft_link_exist_side sides[2];
} weft_link_exist;

/* Gather the keys of the pairs that are to be validated (`exist` is zeroed, or says with_deleted). Sides that live in
 * another store are looked at here, inside the session's transaction there; looks at sides in the link's store are
 * added to `looks`, locking what they find, so that a deletion waits for the link or the link sees the deletion. */
weft_code weft_link_exist_begin(weft_link_batch *batch,
                                weft_link_looks *looks,
                                weft_link_exist *exist,
                                weft_error *error);

/* After the looks ran: both ends of the pair are there, as far as they were looked at. */
bool weft_link_exist_has_both(const weft_link_exist *exist, const weft_link_pair *pair);

/* After the looks ran: WEFT_MISSING_RECORD when some record is not there. */
weft_code weft_link_exist_end(const weft_link_exist *exist, weft_error *error);

#endif
