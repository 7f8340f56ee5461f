/* A set of texts for the hand-written programs: open addressing, the texts in one piece. */
#include <stdlib.h>
#include <string.h>

#include "bench/bench.h"

typedef struct bench_set_item {
    uint64_t hash;
    size_t at;
    size_t len;
} bench_set_item;

static uint64_t hash_of(const char *data, size_t len)
{
    uint64_t hash = len * UINT64_C(0x9e3779b97f4a7c15);
    while (len > 0) {
        uint64_t word = 0;
        const size_t part = len < 8 ? len : 8;
        memcpy(&word, data, part);
        hash = (hash ^ word) * UINT64_C(0xff51afd7ed558ccd);
        hash ^= hash >> 32;
        data += part;
        len -= part;
    }
    return hash;
}

static uint32_t *slot_of(const bench_set *set, uint64_t hash, const char *data, size_t len)
{
    size_t at = (size_t)hash & (set->slot_count - 1);
    for (; set->slots[at]; at = (at + 1) & (set->slot_count - 1)) {
        const bench_set_item *item = &set->items[set->slots[at] - 1];
        if (item->hash == hash && item->len == len && memcmp(set->bytes.data + item->at, data, len) == 0) {
            break;
        }
    }
    return &set->slots[at];
}

static void grow(bench_set *set)
{
    set->capacity = set->capacity ? set->capacity * 2 : 64;
    set->slot_count = set->capacity * 2;
    set->items = realloc(set->items, set->capacity * sizeof(*set->items));
    free(set->slots);
    set->slots = calloc(set->slot_count, sizeof(*set->slots));
    if (!set->items || !set->slots) {
        bench_fail("memory", "there is none left");
    }
    for (size_t i = 0; i < set->count; i++) {
        const bench_set_item *item = &set->items[i];
        *slot_of(set, item->hash, set->bytes.data + item->at, item->len) = (uint32_t)i + 1;
    }
}

void bench_set_add(bench_set *set, const char *data, size_t len)
{
    if (set->count == set->capacity) {
        grow(set);
    }
    const uint64_t hash = hash_of(data, len);
    uint32_t *slot = slot_of(set, hash, data, len);
    if (*slot == 0) {
        set->items[set->count] = (bench_set_item){hash, set->bytes.len, len};
        bench_add(&set->bytes, data, len);
        *slot = (uint32_t)++set->count;
    }
}

ptrdiff_t bench_set_find(const bench_set *set, const char *data, size_t len)
{
    return set->count == 0 ? -1 : (ptrdiff_t)*slot_of(set, hash_of(data, len), data, len) - 1;
}

const char *bench_set_item_at(const bench_set *set, size_t number, size_t *ret_len)
{
    *ret_len = set->items[number].len;
    return set->bytes.data + set->items[number].at;
}

void bench_set_clear(bench_set *set)
{
    set->count = 0;
    set->bytes.len = 0;
    if (set->slots) {
        memset(set->slots, 0, set->slot_count * sizeof(*set->slots));
    }
}

void bench_set_done(bench_set *set)
{
    free(set->bytes.data);
    free(set->items);
    free(set->slots);
    *set = (bench_set){.count = 0};
}
