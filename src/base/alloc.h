/* The injected allocator. Every byte weft allocates goes through one of these, so that a test can count allocations and
 * fail the nth. A NULL allocator is the C library's. */
#ifndef WEFT_BASE_ALLOC_H
#define WEFT_BASE_ALLOC_H

#include "weft/types.h"

/* `allocator`, or the C library's if it is NULL. */
const weft_allocator *weft_allocator_or_default(const weft_allocator *allocator);

/* As realloc; NULL when out of memory, and then `memory` is still valid. */
void *weft_resize(const weft_allocator *allocator, void *memory, size_t size_old, size_t size_new);

/* NULL is fine. */
void weft_free(const weft_allocator *allocator, void *memory, size_t size);

#endif
