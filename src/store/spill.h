/* A sorter on disk: pieces of bytes, given back in the bytewise order of their keys.
 *
 * It is a private database that nobody else can open and that is gone when it is closed. It stays in memory while it is
 * small and takes bounded memory whatever it holds. */
#ifndef WEFT_STORE_SPILL_H
#define WEFT_STORE_SPILL_H

#include "base/alloc.h"
#include "base/str.h"

typedef struct weft_spill weft_spill;

weft_code weft_spill_open(const weft_allocator *allocator, weft_spill **ret_spill, weft_error *error);
/* WEFT_STORE_ERROR: the disk is full, or cannot be written. */
weft_code weft_spill_add(weft_spill *spill, weft_str key, weft_str piece, weft_error *error);
/* The next piece, valid until the next call; `data` NULL after the last. Nothing can be added from then on. */
weft_code weft_spill_next(weft_spill *spill, weft_str *ret_piece, weft_error *error);
/* NULL is fine. */
void weft_spill_close(weft_spill *spill);

#endif
