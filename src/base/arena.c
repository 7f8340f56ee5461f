/* Arenas as a list of chunks, each at least twice the one before up to a megabyte, so that the number of allocations is
 * logarithmic in what is used. */
#include "base/arena.h"

#include <stdalign.h>
#include <string.h>

#define CHUNK_FIRST_BYTES ((size_t)4096)
#define CHUNK_LARGE_BYTES ((size_t)1 << 20)
#define ALIGNMENT         alignof(max_align_t)

struct weft_arena_chunk {
    weft_arena_chunk *older;
    size_t size; /* of the whole chunk, header included */
    size_t used; /* of `bytes` */
    alignas(max_align_t) char bytes[];
};

void weft_arena_init(weft_arena *arena, const weft_allocator *allocator, size_t bytes_max)
{
    *arena = (weft_arena){.allocator = allocator, .bytes_max = bytes_max};
}

static void free_chunk(weft_arena *arena, weft_arena_chunk *chunk)
{
    arena->bytes_held -= chunk->size;
    weft_free(arena->allocator, chunk, chunk->size);
}

void weft_arena_done(weft_arena *arena)
{
    if (!arena) {
        return;
    }
    while (arena->chunk) {
        weft_arena_chunk *older = arena->chunk->older;
        free_chunk(arena, arena->chunk);
        arena->chunk = older;
    }
    *arena = (weft_arena){.allocator = arena->allocator, .bytes_max = arena->bytes_max};
}

void weft_arena_reset(weft_arena *arena)
{
    /* The newest chunk is the largest, unless one request was oversized; either serves the next batch best. */
    while (arena->chunk && arena->chunk->older) {
        weft_arena_chunk *older = arena->chunk->older;
        arena->chunk->older = older->older;
        free_chunk(arena, older);
    }
    if (arena->chunk) {
        arena->chunk->used = 0;
    }
    arena->bytes_used = 0;
    arena->is_full = false;
}

static size_t next_chunk_size(const weft_arena *arena, size_t need)
{
    size_t size = arena->chunk ? arena->chunk->size : CHUNK_FIRST_BYTES / 2;
    size = size >= CHUNK_LARGE_BYTES ? CHUNK_LARGE_BYTES : size * 2;
    const size_t least = need + sizeof(weft_arena_chunk);
    return size < least ? least : size;
}

static bool add_chunk(weft_arena *arena, size_t need)
{
    size_t size = next_chunk_size(arena, need);
    if (arena->bytes_max != 0 && arena->bytes_held + size > arena->bytes_max) {
        /* Near the ceiling a smaller chunk may still do. */
        size = need + sizeof(weft_arena_chunk);
        if (arena->bytes_held + size > arena->bytes_max) {
            arena->is_full = true;
            return false;
        }
    }
    weft_arena_chunk *chunk = weft_resize(arena->allocator, NULL, 0, size);
    if (!chunk) {
        return false;
    }
    chunk->older = arena->chunk;
    chunk->size = size;
    chunk->used = 0;
    arena->chunk = chunk;
    arena->bytes_held += size;
    return true;
}

void *weft_arena_alloc(weft_arena *arena, size_t size)
{
    if (size > SIZE_MAX / 2) {
        return NULL;
    }
    const size_t rounded = (size + ALIGNMENT - 1) & ~(ALIGNMENT - 1);
    weft_arena_chunk *chunk = arena->chunk;
    if (!chunk || chunk->size - sizeof(*chunk) - chunk->used < rounded) {
        if (!add_chunk(arena, rounded)) {
            return NULL;
        }
        chunk = arena->chunk;
    }
    char *memory = chunk->bytes + chunk->used;
    chunk->used += rounded;
    arena->bytes_used += rounded;
    memset(memory, 0, rounded);
    return memory;
}

void *weft_arena_alloc_array(weft_arena *arena, size_t count, size_t size)
{
    if (size != 0 && count > SIZE_MAX / size) {
        return NULL;
    }
    return weft_arena_alloc(arena, count * size);
}

weft_arena_mark weft_arena_mark_here(const weft_arena *arena)
{
    return (weft_arena_mark){arena->chunk, arena->chunk ? arena->chunk->used : 0, arena->bytes_used};
}

void weft_arena_rewind(weft_arena *arena, weft_arena_mark mark)
{
    while (arena->chunk && arena->chunk != mark.chunk) {
        weft_arena_chunk *older = arena->chunk->older;
        free_chunk(arena, arena->chunk);
        arena->chunk = older;
    }
    if (arena->chunk) {
        arena->chunk->used = mark.chunk_used;
    }
    arena->bytes_used = mark.bytes_used;
    arena->is_full = false;
}

bool weft_arena_is_full(const weft_arena *arena)
{
    return arena->is_full;
}
