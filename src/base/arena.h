/* Arenas: memory that is freed all at once.
 *
 * An arena hands out zeroed, aligned memory and never takes single pieces back. It has a ceiling, and asking beyond it
 * answers NULL as running out of memory does; callers turn that into WEFT_NO_MEMORY, or WEFT_LIMIT_EXCEEDED where the
 * ceiling is a user's limit (weft_arena_is_full tells which). An arena belongs to one thread at a time. */
#ifndef WEFT_BASE_ARENA_H
#define WEFT_BASE_ARENA_H

#include "base/alloc.h"
#include "base/compiler.h"

typedef struct weft_arena_chunk weft_arena_chunk;

typedef struct weft_arena {
    const weft_allocator *allocator;
    weft_arena_chunk *chunk; /* newest first */
    size_t bytes_used;       /* handed out, padding included */
    size_t bytes_held;       /* taken from the allocator */
    size_t bytes_max;        /* ceiling of bytes_held; 0 means none */
    bool is_full;            /* an allocation failed because of bytes_max */
} weft_arena;

/* A place to go back to. Only valid until the arena is reset or rewound further. */
typedef struct weft_arena_mark {
    weft_arena_chunk *chunk;
    size_t chunk_used;
    size_t bytes_used;
} weft_arena_mark;

/* Cannot fail: the first chunk is taken when first needed. `allocator` NULL: the C library's. */
void weft_arena_init(weft_arena *arena, const weft_allocator *allocator, size_t bytes_max);

/* Free everything. Takes NULL, zeroed and done arenas. */
void weft_arena_done(weft_arena *arena);

/* Forget everything but keep one chunk for reuse, so that a batch after the first allocates nothing. */
void weft_arena_reset(weft_arena *arena);

/* Zeroed memory aligned for any type, or NULL. `size` 0 gives a valid pointer. */
void *weft_arena_alloc(weft_arena *arena, size_t size) WEFT_MUST_USE;

/* As weft_arena_alloc for count × size, NULL when that overflows. */
void *weft_arena_alloc_array(weft_arena *arena, size_t count, size_t size) WEFT_MUST_USE;

weft_arena_mark weft_arena_mark_here(const weft_arena *arena);

/* Forget what was allocated since `mark`; chunks taken since are freed. */
void weft_arena_rewind(weft_arena *arena, weft_arena_mark mark);

/* True when the last failure was the ceiling, not the allocator. */
bool weft_arena_is_full(const weft_arena *arena);

#define WEFT_ARENA_NEW(arena, type)          ((type *)weft_arena_alloc((arena), sizeof(type)))
#define WEFT_ARENA_ARRAY(arena, type, count) ((type *)weft_arena_alloc_array((arena), (count), sizeof(type)))

#endif
