/* The counting and failing allocator. Each block is preceded by its size, so that a wrong size is noticed. */
#include "support/alloc.h"

#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

typedef struct header {
    alignas(max_align_t) size_t size;
} header;

/* Count a request; false when it is to fail. */
static bool may_grow(test_alloc *alloc)
{
    alloc->requests++;
    if (alloc->fail_at != 0 &&
        (alloc->is_once ? alloc->requests == alloc->fail_at : alloc->requests >= alloc->fail_at)) {
        alloc->has_failed = true;
        return false;
    }
    return true;
}

static void *resize_locked(test_alloc *alloc, void *memory, size_t size_old, size_t size_new)
{
    header *block = memory ? (header *)memory - 1 : NULL;
    const size_t size = block ? block->size : 0;
    alloc->is_misused = alloc->is_misused || size != size_old;
    if (size_new > size && !may_grow(alloc)) {
        return NULL;
    }
    if (size_new == 0) {
        free(block);
        block = NULL;
    } else {
        block = realloc(block, sizeof(header) + size_new);
        if (!block) {
            return NULL;
        }
        block->size = size_new;
    }
    alloc->live_blocks += (size_t)(size_new != 0) - (size_t)(memory != NULL);
    alloc->live_bytes += size_new - size;
    alloc->peak_bytes = alloc->live_bytes > alloc->peak_bytes ? alloc->live_bytes : alloc->peak_bytes;
    return block ? block + 1 : NULL;
}

static void *resize(void *ctx, void *memory, size_t size_old, size_t size_new)
{
    test_alloc *alloc = ctx;
    (void)pthread_mutex_lock(&alloc->lock);
    void *result = resize_locked(alloc, memory, size_old, size_new);
    (void)pthread_mutex_unlock(&alloc->lock);
    return result;
}

void test_alloc_init(test_alloc *alloc, size_t fail_at)
{
    memset(alloc, 0, sizeof(*alloc));
    (void)pthread_mutex_init(&alloc->lock, NULL);
    alloc->allocator = (weft_allocator){resize, alloc};
    alloc->fail_at = fail_at;
}

bool test_alloc_done(test_alloc *alloc)
{
    (void)pthread_mutex_destroy(&alloc->lock);
    return alloc->live_blocks == 0 && alloc->live_bytes == 0 && !alloc->is_misused;
}

/* jansson's functions get no context. */
static test_alloc *jansson_alloc;

static void *jansson_malloc(size_t size)
{
    return resize(jansson_alloc, NULL, 0, size ? size : 1);
}

static void jansson_free(void *memory)
{
    if (memory) {
        (void)resize(jansson_alloc, memory, ((header *)memory - 1)->size, 0);
    }
}

void test_alloc_set_jansson(test_alloc *alloc)
{
    jansson_alloc = alloc;
    if (alloc) {
        json_set_alloc_funcs(jansson_malloc, jansson_free);
    } else {
        json_set_alloc_funcs(malloc, free);
    }
}
