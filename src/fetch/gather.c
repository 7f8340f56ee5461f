/* Gathering: from the rows of a parent step the distinct keys its child step is asked with.
 *
 * The keys are numbered by an open-addressing hash table that is made large enough at once, so that it never grows.
 * Null keys match nothing and are left out. Running out of memory is the only failure. */
#include "fetch/state.h"

#include <string.h>

static uint64_t mix(uint64_t bits)
{
    bits ^= bits >> 30;
    bits *= UINT64_C(0xbf58476d1ce4e5b9);
    bits ^= bits >> 27;
    bits *= UINT64_C(0x94d049bb133111eb);
    return bits ^ (bits >> 31);
}

static uint64_t double_bits(double real)
{
    const double plain = real + 0.0; /* -0 and 0 are one key */
    uint64_t bits = 0;
    memcpy(&bits, &plain, sizeof(bits));
    return bits;
}

static uint64_t number_bits(const weft_value *value)
{
    if (value->kind == WEFT_VALUE_DOUBLE) {
        return double_bits(value->as.real);
    }
    if (value->kind == WEFT_VALUE_BOOLEAN) {
        return value->as.boolean ? 1 : 0;
    }
    return (uint64_t)(value->kind == WEFT_VALUE_TIME ? value->as.time_us : value->as.integer);
}

static uint64_t hash_key(const weft_value *key)
{
    return weft_value_holds_text(key) ? weft_str_hash_quick(key->as.text) : mix(number_bits(key));
}

static bool same_key(const weft_value *a, const weft_value *b)
{
    if (a->kind != b->kind) {
        return false;
    }
    return weft_value_holds_text(a) ? weft_str_equal(a->as.text, b->as.text) : number_bits(a) == number_bits(b);
}

bool weft_key_index_init(weft_key_index *index, size_t count_max, weft_arena *arena)
{
    size_t slot_count = 8;
    while (slot_count < count_max * 2) {
        slot_count *= 2;
    }
    *index = (weft_key_index){.slot_mask = slot_count - 1};
    index->items = WEFT_ARENA_ARRAY(arena, weft_value, count_max);
    index->slots = WEFT_ARENA_ARRAY(arena, uint32_t, slot_count);
    return index->items && index->slots;
}

/* The slot that holds `key`, or the empty one where it belongs. */
static uint32_t *find_slot(const weft_key_index *index, const weft_value *key)
{
    size_t at = (size_t)hash_key(key) & index->slot_mask;
    while (index->slots[at] != 0 && !same_key(&index->items[index->slots[at] - 1], key)) {
        at = (at + 1) & index->slot_mask;
    }
    return &index->slots[at];
}

uint32_t weft_key_index_add(weft_key_index *index, const weft_value *key)
{
    uint32_t *slot = find_slot(index, key);
    if (*slot == 0) {
        index->items[index->count++] = *key;
        *slot = (uint32_t)index->count;
    }
    return *slot - 1;
}

uint32_t weft_key_index_find(const weft_key_index *index, const weft_value *key)
{
    if (key->kind == WEFT_VALUE_NULL || index->count == 0) {
        return WEFT_KEY_NONE;
    }
    const uint32_t number = *find_slot(index, key);
    return number == 0 ? WEFT_KEY_NONE : number - 1;
}

weft_code weft_fetch_gather(weft_fetch *fetch, weft_step_state *state, weft_error *error)
{
    const weft_row_list *parents = &fetch->states[state->step->parent->number].rows;
    const size_t column = state->step->parent_key_field;
    state->parent_keys = WEFT_ARENA_ARRAY(&fetch->batch_arena, uint32_t, parents->count);
    if (!state->parent_keys || !weft_key_index_init(&state->keys, parents->count, &fetch->batch_arena)) {
        return weft_fail_arena(error, &fetch->batch_arena);
    }
    for (size_t i = 0; i < parents->count; i++) {
        const weft_value *key = &parents->items[i]->values[column];
        const bool is_null = key->kind == WEFT_VALUE_NULL;
        state->parent_keys[i] = is_null ? WEFT_KEY_NONE : weft_key_index_add(&state->keys, key);
    }
    return WEFT_OK;
}
