/* Links changed by a caller for whom only some records exist. Not for other rooms. */
#ifndef WEFT_LINK_OWN_H
#define WEFT_LINK_OWN_H

#include "link/exist.h"

/* Both ends of every change are to be looked at, and with `gives_columns` a row gets the values that make it the
 * caller's. Nothing happens where every record exists. WEFT_FORBIDDEN: neither end is the caller's own, or one is
 * refused; WEFT_CHECK_VIOLATION: an extra column is given that a rule gives. */
weft_code weft_link_make_own(const weft_session *session,
                             weft_link_work *works,
                             size_t count,
                             bool gives_columns,
                             weft_arena *keep,
                             weft_error *error);

/* Pairs that have an end that does not exist, deleted or not, become ABSENT; *ret_own is the rest of the batch. */
weft_code weft_link_keep_own(weft_link_batch *batch, weft_link_batch *ret_own, weft_error *error);

#endif
