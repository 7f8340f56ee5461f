/* A fetch: the state between two batches.
 *
 * The first next starts the root's statements; each then reads root rows (root.c) and runs the rounds of what is found
 * below them. Fails as stores do; an error is remembered and answered again. */
#include "fetch/state.h"

#include <string.h>

#define BATCH_ROWS_DEFAULT   1000
#define MEMORY_BYTES_DEFAULT ((size_t)256 << 20)

/* Which group of its parent's rows a step fills: those of children come first. */
static size_t find_place(const weft_step *step)
{
    const weft_step *parent = step->parent;
    for (size_t i = 0; parent && i < parent->child_count; i++) {
        if (parent->children[i] == step) {
            return i;
        }
    }
    for (size_t i = 0; parent && i < parent->look_count; i++) {
        if (parent->looks[i] == step) {
            return parent->child_count + i;
        }
    }
    return 0;
}

static void init_states(weft_fetch *fetch)
{
    for (size_t i = 0; i < fetch->plan->step_count; i++) {
        const weft_step *step = fetch->plan->steps[i];
        weft_step_state *state = &fetch->states[step->number];
        state->step = step;
        state->edge_count = step->kind == WEFT_STEP_THROUGH ? 0 : step->child_count + step->look_count;
        state->place = find_place(step);
    }
}

/* Give `step` the round `round`, and those below it theirs. Returns the round that hands its rows to its parent. */
static size_t number_rounds(weft_fetch *fetch, const weft_step *step, size_t round)
{
    weft_step_state *state = &fetch->states[step->number];
    size_t settled = round;
    if (state->is_answered) {
        return round;
    }
    for (size_t i = 0; i < step->look_count; i++) {
        const size_t done = number_rounds(fetch, step->looks[i], round + 1);
        settled = done > settled ? done : settled;
    }
    state->round = round;
    state->settled = settled;
    fetch->round_count = settled + 1 > fetch->round_count ? settled + 1 : fetch->round_count;
    size_t handed = settled;
    for (size_t i = 0; i < step->child_count; i++) {
        const size_t done = number_rounds(fetch, step->children[i], settled + 1);
        handed = step->kind == WEFT_STEP_THROUGH ? done : handed;
    }
    return handed;
}

bool weft_fetch_plan_rounds(weft_fetch *fetch, weft_arena *arena)
{
    const size_t step_count = fetch->plan->step_count;
    for (size_t i = 0; i < step_count; i++) {
        fetch->states[i].round = SIZE_MAX; /* not asked at all, when a probe answered */
        fetch->states[i].settled = SIZE_MAX;
    }
    fetch->round_count = 0;
    (void)number_rounds(fetch, fetch->plan->root, 0);
    weft_level *rounds = WEFT_ARENA_ARRAY(arena, weft_level, fetch->round_count);
    weft_step_state **states = WEFT_ARENA_ARRAY(arena, weft_step_state *, step_count);
    if (!rounds || !states) {
        return false;
    }
    for (size_t round = 0; round < fetch->round_count; round++) {
        rounds[round].states = states;
        for (size_t i = 0; i < step_count; i++) {
            if (fetch->states[i].round == round) {
                states[rounds[round].count++] = &fetch->states[i];
            }
        }
        states += rounds[round].count;
    }
    fetch->rounds = rounds;
    return true;
}

weft_code weft_fetch_open(
    const weft_plan *plan, weft_session *session, const weft_limits *limits, weft_fetch **ret_fetch, weft_error *error)
{
    weft_arena keep;
    weft_arena_init(&keep, session->allocator, 0);
    weft_fetch *fetch = WEFT_ARENA_NEW(&keep, weft_fetch);
    weft_step_state *states = WEFT_ARENA_ARRAY(&keep, weft_step_state, plan->step_count);
    if (!fetch || !states) {
        weft_arena_done(&keep);
        return weft_fail_no_memory(error);
    }
    const size_t memory_max = limits->memory_bytes_max != 0 ? limits->memory_bytes_max : MEMORY_BYTES_DEFAULT;
    fetch->plan = plan;
    fetch->given = plan;
    fetch->session = session;
    fetch->batch_rows = limits->batch_rows != 0 ? limits->batch_rows : BATCH_ROWS_DEFAULT;
    fetch->rows_max = limits->rows_max;
    fetch->states = states;
    weft_arena_init(&fetch->batch_arena, session->allocator, memory_max);
    fetch->memory_max = memory_max;
    fetch->probe_keys =
        limits->values_max != 0 && limits->values_max < WEFT_PROBE_KEYS_MAX ? limits->values_max : WEFT_PROBE_KEYS_MAX;
    init_states(fetch);
    if (!weft_fetch_plan_rounds(fetch, &keep)) {
        weft_arena_done(&keep);
        return weft_fail_no_memory(error);
    }
    fetch->keep = keep; /* last: the struct remembers every chunk it lives in */
    *ret_fetch = fetch;
    return WEFT_OK;
}

weft_code weft_fetch_change_root(weft_fetch *fetch, weft_step **ret_root, weft_error *error)
{
    weft_step *root = WEFT_ARENA_NEW(&fetch->keep, weft_step);
    weft_plan *plan = WEFT_ARENA_NEW(&fetch->keep, weft_plan);
    if (!root || !plan) {
        return weft_fail_arena(error, &fetch->keep);
    }
    *root = *fetch->plan->root;
    *plan = *fetch->plan;
    plan->root = root;
    fetch->plan = plan;
    fetch->states[root->number].step = root;
    *ret_root = root;
    return WEFT_OK;
}

static weft_code start_once(weft_fetch *fetch, weft_error *error)
{
    if (fetch->is_started) {
        return WEFT_OK;
    }
    fetch->is_started = true;
    WEFT_TRY(weft_fetch_probe(fetch, error));
    WEFT_TRY(weft_fetch_drive(fetch, error));
    return weft_fetch_start_root(fetch, error);
}

void weft_fetch_measure(weft_fetch *fetch)
{
    fetch->is_timed = true;
}

void weft_fetch_forget(weft_fetch *fetch)
{
    for (size_t i = 0; i < fetch->plan->step_count; i++) {
        weft_step_state *state = &fetch->states[i];
        state->rows = (weft_row_list){0};
        state->keys = (weft_key_index){0};
        state->parent_keys = NULL;
    }
    weft_arena_reset(&fetch->batch_arena);
}

static weft_code count_returned(weft_fetch *fetch, size_t rows, weft_error *error)
{
    fetch->rows_returned += rows;
    if (fetch->rows_max != 0 && fetch->rows_returned > fetch->rows_max) {
        (void)weft_fail(error, WEFT_LIMIT_EXCEEDED, "the request would return more than %zu records", fetch->rows_max);
        weft_error_set_limit(error, "rows_max", fetch->rows_max);
        return WEFT_LIMIT_EXCEEDED;
    }
    return WEFT_OK;
}

/* What was read backward comes in one batch, and is shown forward. */
static void reverse_rows(const weft_row_list *rows)
{
    for (size_t i = 0; i < rows->count / 2; i++) {
        weft_row *row = rows->items[i];
        rows->items[i] = rows->items[rows->count - 1 - i];
        rows->items[rows->count - 1 - i] = row;
    }
}

static weft_code next_batch(weft_fetch *fetch, const weft_batch **ret_batch, weft_error *error)
{
    const weft_step_state *root = &fetch->states[fetch->plan->root->number];
    WEFT_TRY(start_once(fetch, error));
    WEFT_TRY(weft_fetch_root(fetch, error));
    if (weft_selection_is_backward(root->step->selection) && !weft_fetch_is_sorted(fetch)) {
        reverse_rows(&root->rows);
    }
    WEFT_TRY(count_returned(fetch, root->rows.count, error));
    WEFT_TRY(weft_fetch_merge(fetch, error));
    for (size_t round = root->settled + 1; root->rows.count > 0 && round < fetch->round_count; round++) {
        WEFT_TRY(weft_fetch_round(fetch, round, error));
    }
    weft_fetch_adapt(fetch);
    const bool is_first = fetch->rows_returned == root->rows.count;
    fetch->batch = (weft_batch){(const weft_row *const *)root->rows.items, root->rows.count, is_first};
    *ret_batch = root->rows.count > 0 ? &fetch->batch : NULL;
    return WEFT_OK;
}

/* What a fetch is kept with between two runs; more would be held for nobody. */
#define KEPT_BYTES_MAX ((size_t)256 << 10)

static void close_rows(weft_fetch *fetch)
{
    for (size_t i = 0; i < fetch->plan->step_count; i++) {
        weft_rows_close(fetch->states[i].reading);
        fetch->states[i].reading = NULL;
    }
    weft_fetch_stop_merging(fetch, KEPT_BYTES_MAX);
}

/* Pass `code` on, of what told fetch->failure why; it stays there, for every later call to answer it again. */
static weft_code remember(weft_fetch *fetch, weft_code code, weft_error *error)
{
    fetch->failure.code = code;
    if (code != WEFT_OK) {
        close_rows(fetch);
        if (error) {
            *error = fetch->failure;
        }
    }
    return code;
}

static weft_code answer_again(const weft_fetch *fetch, weft_error *error)
{
    if (fetch->failure.code != WEFT_OK && error) {
        *error = fetch->failure;
    }
    return fetch->failure.code;
}

weft_code weft_fetch_next(weft_fetch *fetch, const weft_batch **ret_batch, weft_error *error)
{
    WEFT_TRY(answer_again(fetch, error));
    weft_fetch_forget(fetch);
    return remember(fetch, next_batch(fetch, ret_batch, &fetch->failure), error);
}

weft_code weft_fetch_count(weft_fetch *fetch, uint64_t *ret_count, weft_error *error)
{
    WEFT_TRY(answer_again(fetch, error));
    WEFT_TRY(remember(fetch, start_once(fetch, &fetch->failure), error));
    *ret_count = weft_plan_counts_in_store(fetch->plan) ? fetch->count : fetch->rows_passed;
    return WEFT_OK;
}

bool weft_fetch_has_more(const weft_fetch *fetch)
{
    const weft_selection *root = fetch->plan->root->selection;
    return root->has_take && fetch->rows_behind > root->take;
}

void weft_fetch_place(const weft_fetch *fetch, const weft_row *row, weft_value *ret_values)
{
    const weft_step *root = fetch->plan->root;
    const size_t count = weft_selection_part_count(root->selection);
    if (weft_fetch_is_sorted(fetch)) {
        memcpy(ret_values, row->values + root->column_count, count * sizeof(*ret_values));
        return;
    }
    const weft_ordered ordered = {.step = root, .row = row};
    (void)weft_term_values(&ordered, root->keys, root->key_count, NULL, ret_values, NULL); /* columns cannot fail */
}

const weft_probe_report *weft_fetch_probes(const weft_fetch *fetch, size_t *ret_count)
{
    *ret_count = fetch->probe_count;
    return fetch->probes;
}

weft_step_cost weft_fetch_count_cost(const weft_fetch *fetch)
{
    return fetch->count_cost;
}

weft_step_cost weft_fetch_cost(const weft_fetch *fetch, const weft_step *step)
{
    return fetch->states[step->number].cost;
}

uint64_t weft_fetch_spilled(const weft_fetch *fetch)
{
    return weft_sorter_spilled(fetch->sorter);
}

/* What running has changed is as after opening. The plan, the statements and all memory stay. */
static void begin_anew(weft_fetch *fetch)
{
    for (size_t i = 0; i < fetch->plan->step_count; i++) {
        fetch->states[i].cost = (weft_step_cost){0};
    }
    fetch->batch = (weft_batch){0};
    fetch->read_rows = 0;
    fetch->rows_passed = 0;
    fetch->rows_behind = 0;
    fetch->rows_returned = 0;
    fetch->count = 0;
    fetch->count_cost = (weft_step_cost){0};
    fetch->probe_count = 0;
    fetch->is_started = false;
    fetch->is_root_ended = false;
}

bool weft_fetch_rewind(weft_fetch *fetch)
{
    close_rows(fetch);
    if (fetch->failure.code != WEFT_OK || fetch->plan != fetch->given || fetch->sorter != NULL) {
        return false;
    }
    weft_fetch_forget(fetch);
    if (fetch->batch_arena.bytes_held > KEPT_BYTES_MAX) {
        weft_arena_done(&fetch->batch_arena);
        weft_arena_init(&fetch->batch_arena, fetch->session->allocator, fetch->memory_max);
    }
    begin_anew(fetch);
    return true;
}

void weft_fetch_close(weft_fetch *fetch)
{
    if (!fetch) {
        return;
    }
    close_rows(fetch);
    weft_fetch_stop_merging(fetch, 0);
    weft_sorter_close(fetch->sorter);
    weft_arena_done(&fetch->batch_arena);
    weft_arena keep = fetch->keep;
    weft_arena_done(&keep);
}
