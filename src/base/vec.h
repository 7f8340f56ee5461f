/* Typed growing arrays in an arena: WEFT_VEC(weft_str) names; weft_vec_push(arena, &names, text).
 *
 * A zeroed vector is a valid empty one. Growing copies inside the arena; what was there is left to the arena's end. */
#ifndef WEFT_BASE_VEC_H
#define WEFT_BASE_VEC_H

#include "base/arena.h"

#define WEFT_VEC(type)                                                                                                 \
    struct {                                                                                                           \
        type *items;                                                                                                   \
        size_t count;                                                                                                  \
        size_t capacity;                                                                                               \
    }

/* `items` with room for more of `size` bytes, moved; unchanged (and *capacity too) when out of memory. Used by the
 * macro where there is no room. */
void *weft_vec_grow(weft_arena *arena, void *items, size_t count, size_t *capacity, size_t size);

/* Append; an expression that is false when out of memory. A vector may well hold pointers, which clang-tidy doubts. */
#define weft_vec_push(arena, vec, item)                                                                                \
    ((vec)->items =                                                                                                    \
         (vec)->count < (vec)->capacity                                                                                \
             ? (vec)->items                                                                                            \
             : weft_vec_grow((arena), (vec)->items, (vec)->count, &(vec)->capacity, weft_vec_item_size(vec)),          \
     (vec)->count < (vec)->capacity ? ((vec)->items[(vec)->count++] = (item), true) : false)
#define weft_vec_item_size(vec) sizeof(*(vec)->items) /* NOLINT(bugprone-sizeof-expression) */

#endif
