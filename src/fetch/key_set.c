/* Keys in one piece of memory, found by open addressing over their offsets.
 *
 *      slots   … 0  1  0  0  18 …
 *      bytes   16 post_00000000001 16 post_00000000002 …
 *
 * Nothing is ever taken out, so that growing places anew what is read in one walk. Running out of memory is the only
 * failure. */
#include "fetch/key_set.h"

#include "base/fail.h"

#define SLOTS_FIRST 1024
#define SLOTS_LARGE 65536

void weft_key_set_init(weft_key_set *set, const weft_allocator *allocator, size_t bytes_max)
{
    *set = (weft_key_set){.allocator = allocator, .bytes_max = bytes_max < UINT32_MAX ? bytes_max : UINT32_MAX};
    weft_buf_init(&set->bytes, allocator);
}

void weft_key_set_done(weft_key_set *set)
{
    weft_buf_done(&set->bytes);
    weft_free(set->allocator, set->slots, set->slot_count * sizeof(*set->slots));
    set->slots = NULL;
    set->slot_count = 0;
    set->count = 0;
}

void weft_key_set_clear(weft_key_set *set)
{
    weft_buf_clear(&set->bytes);
    if (set->slots) {
        memset(set->slots, 0, set->slot_count * sizeof(*set->slots));
    }
    set->count = 0;
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

static size_t first_slot(const weft_key_set *set, weft_str key)
{
    return (size_t)weft_str_hash_quick(key) & (set->slot_count - 1);
}

/* Note where `key`, which is not there yet, begins. */
static void place_key(weft_key_set *set, weft_str key, uint32_t place)
{
    size_t at = first_slot(set, key);
    while (set->slots[at] != 0) {
        at = (at + 1) & (set->slot_count - 1);
    }
    set->slots[at] = place;
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
    for (size_t place = 1; place < set->bytes.len; place += key_at(set, place).len + 1) {
        place_key(set, key_at(set, place), (uint32_t)place);
    }
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
    const size_t place = set->bytes.len + 1;
    weft_buf_add_char(&set->bytes, (char)(unsigned char)key.len);
    weft_buf_add_str(&set->bytes, key);
    place_key(set, key, (uint32_t)place);
    set->count++;
    return WEFT_OK;
}

weft_str weft_key_set_find(const weft_key_set *set, weft_str key)
{
    const weft_str none = {NULL, 0};
    if (set->slot_count == 0) {
        return none;
    }
    for (size_t at = first_slot(set, key); set->slots[at] != 0; at = (at + 1) & (set->slot_count - 1)) {
        const weft_str there = key_at(set, set->slots[at]);
        if (there.len == key.len && memcmp(there.data, key.data, key.len) == 0) {
            return there;
        }
    }
    return none;
}
