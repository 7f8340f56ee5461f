/* ULIDs: 26 characters of Crockford's base 32, 48 bits of milliseconds and 80 of randomness
 * (https://github.com/ulid/spec). A source is monotonic: each id it makes sorts after the one before, also within one
 * millisecond and when the clock steps back. Safe for use by several threads. */
#ifndef WEFT_BASE_ULID_H
#define WEFT_BASE_ULID_H

#include <pthread.h>

#include "base/clock.h"

#define WEFT_ULID_LEN 26

typedef struct weft_ulid_source {
    pthread_mutex_t lock;
    const weft_clock *clock;
    uint64_t time_ms;      /* of the last id */
    uint8_t random[10];    /* of the last id */
    bool is_deterministic; /* tests: randomness starts at zero */
} weft_ulid_source;

/* `clock` NULL: the machine's. `is_deterministic` makes repeatable ids for tests. */
void weft_ulid_source_init(weft_ulid_source *source, const weft_clock *clock, bool is_deterministic);
void weft_ulid_source_done(weft_ulid_source *source);
/* Write WEFT_ULID_LEN characters and a NUL. */
void weft_ulid_next(weft_ulid_source *source, char ret_text[WEFT_ULID_LEN + 1]);
/* "<prefix>_<ULID>", or the bare ULID when the prefix is empty; `.data` NULL when out of memory. */
weft_str weft_ulid_next_id(weft_ulid_source *source, weft_str prefix, weft_arena *keep);

#endif
