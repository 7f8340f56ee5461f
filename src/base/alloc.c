/* The default allocator and the two calls everything else uses. */
#include "base/alloc.h"

#include <stdlib.h>

static void *libc_resize(void *ctx, void *memory, size_t size_old, size_t size_new)
{
    (void)ctx;
    (void)size_old;
    if (size_new == 0) {
        free(memory);
        return NULL;
    }
    return realloc(memory, size_new);
}

static const weft_allocator libc_allocator = {libc_resize, NULL};

const weft_allocator *weft_allocator_or_default(const weft_allocator *allocator)
{
    return allocator ? allocator : &libc_allocator;
}

void *weft_resize(const weft_allocator *allocator, void *memory, size_t size_old, size_t size_new)
{
    allocator = weft_allocator_or_default(allocator);
    return allocator->resize(allocator->ctx, memory, size_old, size_new);
}

void weft_free(const weft_allocator *allocator, void *memory, size_t size)
{
    if (memory) {
        (void)weft_resize(allocator, memory, size, 0);
    }
}
