/* A hash map from text to pointer in an arena. Keys are borrowed. Deletion is not needed and not there. */
#ifndef WEFT_BASE_MAP_H
#define WEFT_BASE_MAP_H

#include "base/str.h"

typedef struct weft_map_slot {
    weft_str key;
    const void *value; /* NULL: empty slot */
} weft_map_slot;

/* A zeroed map is a valid empty one once `arena` is set. */
typedef struct weft_map {
    weft_arena *arena;
    weft_map_slot *slots;
    size_t count;
    size_t capacity; /* a power of two, or 0 */
} weft_map;

void weft_map_init(weft_map *map, weft_arena *arena);
/* The value, or NULL. */
const void *weft_map_get(const weft_map *map, weft_str key);
/* Set or replace; `value` must not be NULL. False when out of memory. */
bool weft_map_set(weft_map *map, weft_str key, const void *value);

#endif
