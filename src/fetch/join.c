/* Joining: giving each parent row the group of its partners.
 *
 * A group belongs to a key, and parents with the same key share it. Groups of DIRECT and JOINED steps keep the order
 * the store gave. Where link table and target live in different stores, the targets are ordered here once and then
 * handed out in that order, so that every group comes out ordered without being sorted; a target that was not found
 * (missing, deleted, filtered out) is in no group, and one that is linked twice stands in a group once.
 *
 * `take` and `skip` cut each group; an edge to one partner shows the first. What no group shows is forgotten before
 * anything is asked of it. Running out of memory is the only failure but for an order that cannot be followed here. */
#include "fetch/state.h"

#include <stdlib.h>

#include "base/vec.h"

/* Groups being filled, one a key of the step that knows the parents. */
typedef struct group_list {
    const weft_row ***starts; /* into one array of all members */
    size_t *counts;           /* members so far */
    size_t count;
} group_list;

/* Make `groups` with room for sizes[i] members each. */
static weft_code make_groups(
    weft_arena *arena, const size_t *sizes, size_t count, group_list *groups, weft_error *error)
{
    size_t total = 0;
    for (size_t i = 0; i < count; i++) {
        total += sizes[i];
    }
    const weft_row **members = WEFT_ARENA_ARRAY(arena, const weft_row *, total);
    *groups =
        (group_list){WEFT_ARENA_ARRAY(arena, const weft_row **, count), WEFT_ARENA_ARRAY(arena, size_t, count), count};
    if (!members || !groups->starts || !groups->counts) {
        return weft_fail_arena(error, arena);
    }
    for (size_t i = 0; i < count; i++) {
        groups->starts[i] = members;
        members += sizes[i];
    }
    return WEFT_OK;
}

/* The part of a group that the selection shows. */
static weft_group cut_group(const group_list *groups, size_t number, const weft_step *step)
{
    const weft_selection *selection = step->selection;
    size_t count = groups->counts[number];
    const weft_row *const *rows = groups->starts[number];
    const size_t skipped = selection->has_skip && selection->skip < count ? (size_t)selection->skip
                           : selection->has_skip                          ? count
                                                                          : 0;
    count -= skipped;
    if (selection->has_take && selection->take < count) {
        count = (size_t)selection->take;
    }
    if (!selection->edge->is_list && count > 1 && !step->is_look) {
        count = 1;
    }
    return (weft_group){rows + skipped, count};
}

static int compare_places(const void *a, const void *b)
{
    const weft_row *const *left = a;
    const weft_row *const *right = b;
    return (*left > *right) - (*left < *right);
}

/* Keep those rows of `members` that a group of `parents` shows at `place`. */
static weft_code keep_shown(
    weft_fetch *fetch, const weft_row_list *parents, size_t place, weft_step_state *members, weft_error *error)
{
    size_t shown = 0;
    for (size_t i = 0; i < parents->count; i++) {
        shown += parents->items[i]->groups[place].count;
    }
    const weft_row **rows = WEFT_ARENA_ARRAY(&fetch->batch_arena, const weft_row *, shown);
    if (!rows) {
        return weft_fail_arena(error, &fetch->batch_arena);
    }
    shown = 0;
    for (size_t i = 0; i < parents->count; i++) {
        const weft_group *group = &parents->items[i]->groups[place];
        for (size_t j = 0; j < group->count; j++) {
            rows[shown++] = group->rows[j];
        }
    }
    qsort(rows, shown, sizeof(weft_row *), compare_places);
    size_t kept = 0;
    for (size_t i = 0; i < members->rows.count; i++) {
        const weft_row *row = members->rows.items[i];
        if (bsearch(&row, rows, shown, sizeof(weft_row *), compare_places)) {
            members->rows.items[kept++] = members->rows.items[i];
        }
    }
    members->rows.count = kept;
    return WEFT_OK;
}

/* Hand the groups of `members` out; `keyed` is the step whose keys number them, which knows the edge. */
static weft_code give_groups(weft_fetch *fetch,
                             const weft_step_state *keyed,
                             const group_list *groups,
                             weft_step_state *members,
                             weft_error *error)
{
    const weft_row_list *parents = &fetch->states[keyed->step->parent->number].rows;
    bool is_cut = false;
    for (size_t i = 0; i < parents->count; i++) {
        const uint32_t key = keyed->parent_keys[i];
        if (key != WEFT_KEY_NONE) {
            weft_group *group = &parents->items[i]->groups[keyed->place];
            *group = cut_group(groups, key, keyed->step);
            is_cut = is_cut || group->count < groups->counts[key];
        }
    }
    return is_cut && members->step->child_count > 0 ? keep_shown(fetch, parents, keyed->place, members, error)
                                                    : WEFT_OK;
}

static bool is_same_text(const weft_value *a, const weft_value *b)
{
    return a->kind == WEFT_VALUE_TEXT && b->kind == WEFT_VALUE_TEXT && weft_str_equal(a->as.text, b->as.text);
}

/* For each row of `state` the number of its parent key; rows of one parent mostly come one after another. */
static uint32_t *find_keys(const weft_step_state *state, weft_arena *arena)
{
    uint32_t *numbers = WEFT_ARENA_ARRAY(arena, uint32_t, state->rows.count);
    const weft_value *before = NULL;
    for (size_t i = 0; numbers && i < state->rows.count; i++) {
        const weft_value *key = &state->rows.items[i]->values[state->step->key_column];
        numbers[i] = before && is_same_text(before, key) ? numbers[i - 1] : weft_key_index_find(&state->keys, key);
        before = key;
    }
    return numbers;
}

static void count_numbers(const uint32_t *numbers, size_t count, size_t *sizes)
{
    for (size_t i = 0; i < count; i++) {
        if (numbers[i] != WEFT_KEY_NONE) {
            sizes[numbers[i]]++;
        }
    }
}

static weft_code join_rows(weft_fetch *fetch, weft_step_state *state, weft_error *error)
{
    weft_arena *arena = &fetch->batch_arena;
    WEFT_TRY(weft_rows_sort(state->step, state->rows.items, state->rows.count, arena, error));
    const uint32_t *numbers = find_keys(state, arena);
    size_t *sizes = WEFT_ARENA_ARRAY(arena, size_t, state->keys.count);
    if (!numbers || !sizes) {
        return weft_fail_arena(error, arena);
    }
    count_numbers(numbers, state->rows.count, sizes);
    group_list groups = {0};
    WEFT_TRY(make_groups(arena, sizes, state->keys.count, &groups, error));
    for (size_t i = 0; i < state->rows.count; i++) {
        const uint32_t number = numbers[i];
        if (number != WEFT_KEY_NONE) {
            groups.starts[number][groups.counts[number]++] = state->rows.items[i];
        }
    }
    return give_groups(fetch, state, &groups, state, error);
}

/* The link rows that lead to each target key, chained: first[key] and next[link row], one too high so that 0 ends. */
typedef struct link_chains {
    uint32_t *first;
    uint32_t *next;
} link_chains;

static bool make_chains(const weft_step_state *target, size_t link_count, weft_arena *arena, link_chains *ret_chains)
{
    link_chains chains = {WEFT_ARENA_ARRAY(arena, uint32_t, target->keys.count),
                          WEFT_ARENA_ARRAY(arena, uint32_t, link_count)};
    if (!chains.first || !chains.next) {
        return false;
    }
    for (size_t i = 0; i < link_count; i++) {
        const uint32_t key = target->parent_keys[i];
        if (key != WEFT_KEY_NONE) {
            chains.next[i] = chains.first[key];
            chains.first[key] = (uint32_t)i + 1;
        }
    }
    *ret_chains = chains;
    return true;
}

/* The first link row, one too high, that leads to the target `row`; 0 when none does. */
static uint32_t first_link(const weft_step_state *target, const link_chains *chains, const weft_row *row)
{
    const uint32_t key = weft_key_index_find(&target->keys, &row->values[target->step->key_column]);
    return key == WEFT_KEY_NONE ? 0 : chains->first[key];
}

/* How many members each parent's group can get. */
static void count_links(const weft_step_state *target,
                        const link_chains *chains,
                        const uint32_t *parent_numbers,
                        size_t *sizes)
{
    for (size_t i = 0; i < target->rows.count; i++) {
        uint32_t link = first_link(target, chains, target->rows.items[i]);
        for (; link != 0; link = chains->next[link - 1]) {
            if (parent_numbers[link - 1] != WEFT_KEY_NONE) {
                sizes[parent_numbers[link - 1]]++;
            }
        }
    }
}

static void add_once(group_list *groups, uint32_t number, const weft_row *row)
{
    const size_t count = groups->counts[number];
    if (count == 0 || groups->starts[number][count - 1] != row) {
        groups->starts[number][groups->counts[number]++] = row;
    }
}

/* Hand out the ordered targets along the links that lead to them. */
static void follow_links(const weft_step_state *target,
                         const link_chains *chains,
                         const uint32_t *parent_numbers,
                         group_list *groups)
{
    for (size_t i = 0; i < target->rows.count; i++) {
        const weft_row *row = target->rows.items[i];
        uint32_t link = first_link(target, chains, row);
        for (; link != 0; link = chains->next[link - 1]) {
            if (parent_numbers[link - 1] != WEFT_KEY_NONE) {
                add_once(groups, parent_numbers[link - 1], row);
            }
        }
    }
}

/* The link rows and targets that belong together, where the link row has a say in the filter or the order. */
typedef WEFT_VEC(weft_sort_item) pair_list;

/* How targets are led to, and for each link row the number of its parent's key. */
typedef struct link_pairs {
    const link_chains *chains;
    const uint32_t *numbers;
} link_pairs;

static weft_code add_pair(weft_fetch *fetch,
                          const weft_step *step,
                          pair_list *pairs,
                          weft_sort_item pair,
                          const weft_row *link,
                          weft_error *error)
{
    weft_arena *arena = &fetch->batch_arena;
    const weft_ordered ordered = {step, pair.row, link};
    bool passes = true;
    WEFT_TRY(step->residual ? weft_residual_holds(&ordered, step->residual, arena, &passes, error) : WEFT_OK);
    if (!passes) {
        return WEFT_OK;
    }
    weft_value *values = WEFT_ARENA_ARRAY(arena, weft_value, step->term_count);
    if (!values) {
        return weft_fail_arena(error, arena);
    }
    WEFT_TRY(weft_term_values(&ordered, step->terms, step->term_count, arena, values, error));
    pair.values = values;
    return weft_vec_push(arena, pairs, pair) ? WEFT_OK : weft_fail_arena(error, arena);
}

/* The pairs of one target: it may be linked to many parents. */
static weft_code add_pairs(weft_fetch *fetch,
                           const weft_step_state *target,
                           const weft_row *row,
                           const link_pairs *at,
                           pair_list *pairs,
                           weft_error *error)
{
    const weft_step_state *through = &fetch->states[target->step->parent->number];
    for (uint32_t link = first_link(target, at->chains, row); link != 0; link = at->chains->next[link - 1]) {
        const weft_sort_item pair = {.row = row, .number = at->numbers[link - 1]};
        const weft_code code = pair.number == WEFT_KEY_NONE
                                   ? WEFT_OK
                                   : add_pair(fetch, target->step, pairs, pair, through->rows.items[link - 1], error);
        WEFT_TRY(code);
    }
    return WEFT_OK;
}

static weft_code make_pairs(
    weft_fetch *fetch, const weft_step_state *target, const link_pairs *at, pair_list *pairs, weft_error *error)
{
    for (size_t i = 0; i < target->rows.count; i++) {
        WEFT_TRY(add_pairs(fetch, target, target->rows.items[i], at, pairs, error));
    }
    const weft_sort_by by = {target->step->terms, target->step->term_count};
    return weft_items_sort(&by, pairs->items, pairs->count, &fetch->batch_arena, error);
}

static weft_code join_pairs(
    weft_fetch *fetch, weft_step_state *target, const link_chains *chains, const uint32_t *numbers, weft_error *error)
{
    const weft_step_state *through = &fetch->states[target->step->parent->number];
    pair_list pairs = {0};
    group_list groups = {0};
    size_t *sizes = WEFT_ARENA_ARRAY(&fetch->batch_arena, size_t, through->keys.count);
    if (!sizes) {
        return weft_fail_arena(error, &fetch->batch_arena);
    }
    WEFT_TRY(make_pairs(fetch, target, &(link_pairs){chains, numbers}, &pairs, error));
    for (size_t i = 0; i < pairs.count; i++) {
        sizes[pairs.items[i].number]++;
    }
    WEFT_TRY(make_groups(&fetch->batch_arena, sizes, through->keys.count, &groups, error));
    for (size_t i = 0; i < pairs.count; i++) {
        groups.starts[pairs.items[i].number][groups.counts[pairs.items[i].number]++] = pairs.items[i].row;
    }
    return give_groups(fetch, through, &groups, target, error);
}

static weft_code join_through(weft_fetch *fetch, weft_step_state *target, weft_error *error)
{
    weft_arena *arena = &fetch->batch_arena;
    weft_step_state *through = &fetch->states[target->step->parent->number];
    const uint32_t *numbers = find_keys(through, arena);
    size_t *sizes = WEFT_ARENA_ARRAY(arena, size_t, through->keys.count);
    link_chains chains = {0};
    if (!numbers || !sizes || !make_chains(target, through->rows.count, arena, &chains)) {
        return weft_fail_arena(error, arena);
    }
    if (weft_step_speaks_of_link(target->step)) {
        return join_pairs(fetch, target, &chains, numbers, error);
    }
    WEFT_TRY(weft_rows_sort(target->step, target->rows.items, target->rows.count, arena, error));
    count_links(target, &chains, numbers, sizes);
    group_list groups = {0};
    WEFT_TRY(make_groups(arena, sizes, through->keys.count, &groups, error));
    follow_links(target, &chains, numbers, &groups);
    return give_groups(fetch, through, &groups, target, error);
}

weft_code weft_fetch_join(weft_fetch *fetch, weft_step_state *state, weft_error *error)
{
    switch (state->step->kind) {
    case WEFT_STEP_DIRECT:
    case WEFT_STEP_JOINED:
    case WEFT_STEP_AGGREGATE:
        return join_rows(fetch, state, error);
    case WEFT_STEP_TARGET:
        return join_through(fetch, state, error);
    case WEFT_STEP_ROOT:
    case WEFT_STEP_THROUGH:
        break; /* nothing to give before its targets are there */
    }
    return WEFT_OK;
}
