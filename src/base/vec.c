/* Growing a vector: doubling, inside the arena. */
#include "base/vec.h"

#include <string.h>

void *weft_vec_grow(weft_arena *arena, void *items, size_t count, size_t *capacity, size_t size)
{
    const size_t more = *capacity ? *capacity * 2 : 8;
    void *grown = weft_arena_alloc_array(arena, more, size);
    if (!grown) {
        return items;
    }
    if (count) {
        memcpy(grown, items, count * size);
    }
    *capacity = more;
    return grown;
}
