/* Open addressing with linear probing, at most three quarters full. */
#include "base/map.h"

void weft_map_init(weft_map *map, weft_arena *arena)
{
    *map = (weft_map){.arena = arena};
}

static weft_map_slot *find_slot(weft_map_slot *slots, size_t capacity, weft_str key)
{
    size_t at = (size_t)weft_str_hash(key) & (capacity - 1);
    while (slots[at].value && !weft_str_equal(slots[at].key, key)) {
        at = (at + 1) & (capacity - 1);
    }
    return &slots[at];
}

const void *weft_map_get(const weft_map *map, weft_str key)
{
    return map->capacity ? find_slot(map->slots, map->capacity, key)->value : NULL;
}

static bool grow(weft_map *map)
{
    const size_t capacity = map->capacity ? map->capacity * 2 : 16;
    weft_map_slot *slots = WEFT_ARENA_ARRAY(map->arena, weft_map_slot, capacity);
    if (!slots) {
        return false;
    }
    for (size_t i = 0; i < map->capacity; i++) {
        if (map->slots[i].value) {
            *find_slot(slots, capacity, map->slots[i].key) = map->slots[i];
        }
    }
    map->slots = slots;
    map->capacity = capacity;
    return true;
}

bool weft_map_set(weft_map *map, weft_str key, const void *value)
{
    if (map->count + 1 > map->capacity / 4 * 3 && !grow(map)) {
        return false;
    }
    weft_map_slot *slot = find_slot(map->slots, map->capacity, key);
    map->count += slot->value == NULL;
    *slot = (weft_map_slot){key, value};
    return true;
}
