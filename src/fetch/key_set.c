/* Keys in one piece of memory, found by open addressing over their offsets.
 *
 *      slots   … 0  7a:1  0  0  c4:18 …                         eight bits of the hash : offset
 *      bytes   16 post_00000000001 16 post_00000000002 …
 *
 * Nothing is ever taken out, so that growing places anew what is read in one walk. The bits in a slot spare most looks
 * at the text of another key. Running out of memory is the only failure. */
#include "fetch/key_set.h"

#include "base/check.h"
#include "base/fail.h"

#define SLOTS_FIRST 1024
#define SLOTS_LARGE 65536
/* Of a slot's bits those that are an offset. */
#define PLACE_BITS 24
#define PLACE_MASK (((uint32_t)1 << PLACE_BITS) - 1)

void weft_key_set_init(weft_key_set *set, const weft_allocator *allocator, size_t bytes_max)
{
    *set = (weft_key_set){
        .allocator = allocator, .bytes_max = bytes_max < PLACE_MASK ? bytes_max : PLACE_MASK, .unplaced_from = 1};
    weft_buf_init(&set->bytes, allocator);
}

static void forget_keys(weft_key_set *set)
{
    set->count = 0;
    set->unplaced_from = 1;
    set->unplaced_count = 0;
}

void weft_key_set_done(weft_key_set *set)
{
    weft_buf_done(&set->bytes);
    weft_free(set->allocator, set->slots, set->slot_count * sizeof(*set->slots));
    set->slots = NULL;
    set->slot_count = 0;
    forget_keys(set);
}

void weft_key_set_clear(weft_key_set *set)
{
    weft_buf_clear(&set->bytes);
    if (set->slots) {
        memset(set->slots, 0, set->slot_count * sizeof(*set->slots));
    }
    forget_keys(set);
}

size_t weft_key_set_held(const weft_key_set *set)
{
    return set->bytes.capacity + set->slot_count * sizeof(*set->slots);
}

static weft_str key_at(const weft_key_set *set, size_t place)
{
    const char *text = set->bytes.data + place;
    return (weft_str){text, (unsigned char)text[-1]};
}

static uint32_t mark_of(uint64_t hash)
{
    return (uint32_t)(hash >> 56) << PLACE_BITS;
}

static size_t next_slot(const weft_key_set *set, size_t at)
{
    return (at + 1) & (set->slot_count - 1);
}

/* The slot that the search for a key of this hash begins with, asked of the memory ahead. */
static size_t first_slot(const weft_key_set *set, uint64_t hash)
{
    const size_t at = (size_t)hash & (set->slot_count - 1);
    __builtin_prefetch(&set->slots[at]);
    return at;
}

/* Give the next `count` keys that have no slot theirs. */
static void place_block(weft_key_set *set, size_t count)
{
    uint64_t hashes[WEFT_KEY_SET_BLOCK];
    size_t places[WEFT_KEY_SET_BLOCK];
    size_t place = set->unplaced_from;
    for (size_t i = 0; i < count; i++) {
        const weft_str key = key_at(set, place);
        hashes[i] = weft_str_hash_quick(key);
        places[i] = place;
        (void)first_slot(set, hashes[i]);
        place += key.len + 1;
    }
    for (size_t i = 0; i < count; i++) {
        size_t at = first_slot(set, hashes[i]);
        while (set->slots[at] != 0) {
            at = next_slot(set, at);
        }
        set->slots[at] = (uint32_t)places[i] | mark_of(hashes[i]);
    }
    set->unplaced_from = place;
    set->unplaced_count -= count;
}

static void place_all(weft_key_set *set)
{
    while (set->unplaced_count > 0) {
        place_block(set, set->unplaced_count < WEFT_KEY_SET_BLOCK ? set->unplaced_count : WEFT_KEY_SET_BLOCK);
    }
}

/* A small table grows in larger steps, so that keys are seldom placed anew. */
static size_t more_slots(const weft_key_set *set)
{
    return set->slot_count == 0 ? SLOTS_FIRST : set->slot_count * (set->slot_count < SLOTS_LARGE ? 4 : 2);
}

static weft_code grow(weft_key_set *set, weft_error *error)
{
    const size_t slot_count = more_slots(set);
    uint32_t *slots = weft_resize(set->allocator, NULL, 0, slot_count * sizeof(*slots));
    if (!slots) {
        return weft_fail_no_memory(error);
    }
    weft_free(set->allocator, set->slots, set->slot_count * sizeof(*set->slots));
    memset(slots, 0, slot_count * sizeof(*slots));
    set->slots = slots;
    set->slot_count = slot_count;
    set->unplaced_from = 1;
    set->unplaced_count = set->count;
    place_all(set);
    return WEFT_OK;
}

static bool is_crowded(const weft_key_set *set)
{
    return (set->count + 1) * 4 > set->slot_count * 3;
}

static bool has_room(const weft_key_set *set, size_t len)
{
    const size_t slots = is_crowded(set) ? more_slots(set) : set->slot_count;
    return set->bytes.len + len + 1 + slots * sizeof(*set->slots) <= set->bytes_max;
}

weft_code weft_key_set_add(weft_key_set *set, weft_str key, bool *ret_is_added, weft_error *error)
{
    *ret_is_added = key.len <= WEFT_KEY_SET_BYTES_MAX && has_room(set, key.len);
    if (!*ret_is_added) {
        return WEFT_OK;
    }
    WEFT_TRY(is_crowded(set) ? grow(set, error) : WEFT_OK);
    if (!weft_buf_reserve(&set->bytes, key.len + 1)) {
        return weft_fail_no_memory(error);
    }
    weft_buf_add_char(&set->bytes, (char)(unsigned char)key.len);
    weft_buf_add_str(&set->bytes, key);
    set->count++;
    set->unplaced_count++;
    if (set->unplaced_count == WEFT_KEY_SET_BLOCK) {
        place_all(set);
    }
    return WEFT_OK;
}

/* The slot from `at` on that may lead to a key of this hash, or an empty one. */
static size_t likely_slot(const weft_key_set *set, size_t at, uint64_t hash)
{
    while (set->slots[at] != 0 && (set->slots[at] & ~PLACE_MASK) != mark_of(hash)) {
        at = next_slot(set, at);
    }
    return at;
}

/* The key that the slot `at` or one behind it leads to. */
static weft_str compare_from(const weft_key_set *set, size_t at, uint64_t hash, weft_str key)
{
    while (set->slots[at] != 0) {
        const weft_str there = key_at(set, set->slots[at] & PLACE_MASK);
        if (there.len == key.len && memcmp(there.data, key.data, key.len) == 0) {
            return there;
        }
        at = likely_slot(set, next_slot(set, at), hash);
    }
    return (weft_str){NULL, 0};
}

void weft_key_set_find(weft_key_set *set, const weft_str *keys, size_t count, weft_str *ret_found)
{
    uint64_t hashes[WEFT_KEY_SET_BLOCK];
    size_t slots[WEFT_KEY_SET_BLOCK];
    WEFT_CHECK(count <= WEFT_KEY_SET_BLOCK);
    place_all(set);
    if (set->slot_count == 0) {
        memset(ret_found, 0, count * sizeof(*ret_found));
        return;
    }
    for (size_t i = 0; i < count; i++) {
        hashes[i] = weft_str_hash_quick(keys[i]);
        slots[i] = first_slot(set, hashes[i]);
    }
    for (size_t i = 0; i < count; i++) {
        slots[i] = likely_slot(set, slots[i], hashes[i]);
        __builtin_prefetch(set->bytes.data + (set->slots[slots[i]] & PLACE_MASK));
    }
    for (size_t i = 0; i < count; i++) {
        ret_found[i] = compare_from(set, slots[i], hashes[i], keys[i]);
    }
}
