/* A set of text keys in little memory: each takes its text, a byte for its length and five to twelve for its place.
 * What it may take has a ceiling, and a key that does not go in is not an error: the caller goes another way.
 *
 * A set is larger than the processor's caches, so that a key costs what waiting for memory costs. Keys are therefore
 * placed, and looked for, many at a time: what all of them need is asked of the memory before the first is compared. */
#ifndef WEFT_FETCH_KEY_SET_H
#define WEFT_FETCH_KEY_SET_H

#include "base/buf.h"

/* Keys longer than that do not go in. */
#define WEFT_KEY_SET_BYTES_MAX 255
/* Keys that are looked for at a time, at most. */
#define WEFT_KEY_SET_BLOCK 64

typedef struct weft_key_set {
    const weft_allocator *allocator;
    size_t bytes_max;
    weft_buf bytes;  /* keys, one after another: a byte that says how long, then the text */
    uint32_t *slots; /* where in `bytes` a key's text begins, and eight bits of its hash; 0: empty */
    size_t slot_count;
    size_t count;
    size_t unplaced_from; /* the first key in `bytes` that no slot leads to yet */
    size_t unplaced_count;
} weft_key_set;

/* `bytes_max` is cut to 16 MiB, which is as far as a slot leads. */
void weft_key_set_init(weft_key_set *set, const weft_allocator *allocator, size_t bytes_max);
void weft_key_set_done(weft_key_set *set);
/* Empty again, keeping the memory. */
void weft_key_set_clear(weft_key_set *set);
/* What it holds of the allocator's memory. */
size_t weft_key_set_held(const weft_key_set *set);

/* Add `key`, which is not there yet. *ret_is_added false: it is too long, or the set is full. WEFT_NO_MEMORY. */
weft_code weft_key_set_add(weft_key_set *set, weft_str key, bool *ret_is_added, weft_error *error);
/* Of `count` keys, at most WEFT_KEY_SET_BLOCK, the set's own copies; `.data` NULL for one that is not there. Copies
 * stay where they are until something is added. */
void weft_key_set_find(weft_key_set *set, const weft_str *keys, size_t count, weft_str *ret_found);

#endif
