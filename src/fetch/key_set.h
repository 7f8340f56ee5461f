/* A set of text keys in little memory: each takes its text, a byte for its length and five to twelve for its place.
 * What it may take has a ceiling, and a key that does not go in is not an error: the caller goes another way. */
#ifndef WEFT_FETCH_KEY_SET_H
#define WEFT_FETCH_KEY_SET_H

#include "base/buf.h"

/* Keys longer than that do not go in. */
#define WEFT_KEY_SET_BYTES_MAX 255

typedef struct weft_key_set {
    const weft_allocator *allocator;
    size_t bytes_max;
    weft_buf bytes;  /* keys, one after another: a byte that says how long, then the text */
    uint32_t *slots; /* where in `bytes` a key's text begins; 0: empty */
    size_t slot_count;
    size_t count;
} weft_key_set;

void weft_key_set_init(weft_key_set *set, const weft_allocator *allocator, size_t bytes_max);
void weft_key_set_done(weft_key_set *set);
/* Empty again, keeping the memory. */
void weft_key_set_clear(weft_key_set *set);
/* What it holds of the allocator's memory. */
size_t weft_key_set_held(const weft_key_set *set);

/* Add `key`, which is not there yet. *ret_is_added false: it is too long, or the set is full. WEFT_NO_MEMORY. */
weft_code weft_key_set_add(weft_key_set *set, weft_str key, bool *ret_is_added, weft_error *error);
/* The set's own copy of `key`, which stays where it is until something is added; `.data` NULL when it is not there. */
weft_str weft_key_set_find(const weft_key_set *set, weft_str key);

#endif
