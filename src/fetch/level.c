/* One level of a plan: all steps equally far from the root.
 *
 * Their keys are known at the same time, so their statements are sent together, one run a store, and all stores work
 * before the first row is read. Rows are copied into the batch, for a driver's row is only valid until the next one.
 * Fails as stores do, or when the batch would pass its memory limit. */
#include "fetch/state.h"

#include <string.h>

static size_t text_bytes(const weft_value *values, size_t count)
{
    size_t bytes = 0;
    for (size_t i = 0; i < count; i++) {
        bytes += weft_value_holds_text(&values[i]) ? values[i].as.text.len : 0;
    }
    return bytes;
}

/* A row is one piece of memory: the row, its values, its groups, its text. */
static weft_row *copy_row(const weft_value *values, size_t count, size_t edge_count, weft_arena *arena)
{
    const size_t fixed = sizeof(weft_row) + count * sizeof(weft_value) + edge_count * sizeof(weft_group);
    char *memory = weft_arena_alloc(arena, fixed + text_bytes(values, count));
    if (!memory) {
        return NULL;
    }
    weft_row *row = (weft_row *)(void *)memory;
    weft_value *copy = (weft_value *)(void *)(memory + sizeof(weft_row));
    char *text = memory + fixed;
    row->values = copy;
    row->groups = (weft_group *)(void *)(memory + sizeof(weft_row) + count * sizeof(weft_value));
    for (size_t i = 0; i < count; i++) {
        copy[i] = values[i];
        if (!weft_value_holds_text(&values[i])) {
            continue;
        }
        copy[i].as.text.data = text;
        if (values[i].as.text.len > 0) {
            memcpy(text, values[i].as.text.data, values[i].as.text.len);
            text += values[i].as.text.len;
        }
    }
    return row;
}

static bool push_row(weft_arena *arena, weft_row_list *list, weft_row *row)
{
    if (list->count == list->capacity) {
        const size_t capacity = list->capacity == 0 ? 16 : list->capacity * 2;
        weft_row **items = WEFT_ARENA_ARRAY(arena, weft_row *, capacity);
        if (!items) {
            return false;
        }
        if (list->count > 0) {
            memcpy(items, list->items, list->count * sizeof(*items));
        }
        list->items = items;
        list->capacity = capacity;
    }
    list->items[list->count++] = row;
    return true;
}

weft_code weft_fetch_read_rows(weft_fetch *fetch, weft_step_state *state, size_t rows_max, weft_error *error)
{
    for (size_t i = 0; i < rows_max && state->reading; i++) {
        const weft_value *values = NULL;
        WEFT_TRY(weft_rows_next(state->reading, &values, error));
        if (!values) {
            weft_rows_close(state->reading);
            state->reading = NULL;
            break;
        }
        weft_row *row = copy_row(values, state->step->column_count, state->edge_count, &fetch->batch_arena);
        if (!row || !push_row(&fetch->batch_arena, &state->rows, row)) {
            return weft_fail_arena(error, &fetch->batch_arena);
        }
    }
    return WEFT_OK;
}

/* True when the step of `state` is to be run now, in `store`. A step without keys has nothing to ask. */
static bool runs_now(const weft_step_state *state, size_t depth, const weft_store_def *store)
{
    return state->depth == depth && state->step->store == store && state->keys.count > 0;
}

static weft_code gather_level(weft_fetch *fetch, size_t depth, weft_error *error)
{
    for (size_t i = 0; i < fetch->plan->step_count; i++) {
        if (fetch->states[i].depth == depth) {
            WEFT_TRY(weft_fetch_gather(fetch, &fetch->states[i], error));
        }
    }
    return WEFT_OK;
}

static weft_code start_store(weft_fetch *fetch, size_t depth, const weft_store_def *store, weft_error *error)
{
    weft_arena *arena = &fetch->batch_arena;
    const size_t step_count = fetch->plan->step_count;
    weft_statement *statements = WEFT_ARENA_ARRAY(arena, weft_statement, step_count);
    weft_rows **opened = WEFT_ARENA_ARRAY(arena, weft_rows *, step_count);
    if (!statements || !opened) {
        return weft_fail_arena(error, arena);
    }
    weft_connection *connection = NULL;
    WEFT_TRY(weft_session_connection(fetch->session, store, &connection, error));
    const weft_dialect *dialect = weft_connection_dialect(connection);
    size_t count = 0;
    for (size_t i = 0; i < step_count; i++) {
        const weft_step_state *state = &fetch->states[i];
        if (runs_now(state, depth, store)) {
            WEFT_TRY(weft_sql_step_statement(
                state->step, dialect, state->keys.items, state->keys.count, arena, &statements[count++], error));
        }
    }
    WEFT_TRY(weft_connection_run(connection, statements, count, opened, error));
    for (size_t i = 0, at = 0; i < step_count; i++) {
        if (runs_now(&fetch->states[i], depth, store)) {
            fetch->states[i].reading = opened[at++];
        }
    }
    return WEFT_OK;
}

static bool has_work(const weft_fetch *fetch, size_t depth, const weft_store_def *store)
{
    for (size_t i = 0; i < fetch->plan->step_count; i++) {
        if (runs_now(&fetch->states[i], depth, store)) {
            return true;
        }
    }
    return false;
}

static weft_code start_level(weft_fetch *fetch, size_t depth, weft_error *error)
{
    const weft_catalog *catalog = fetch->plan->query->catalog;
    for (size_t i = 0; i < catalog->store_count; i++) {
        if (has_work(fetch, depth, &catalog->stores[i])) {
            WEFT_TRY(start_store(fetch, depth, &catalog->stores[i], error));
        }
    }
    return WEFT_OK;
}

weft_code weft_fetch_level(weft_fetch *fetch, size_t depth, weft_error *error)
{
    WEFT_TRY(gather_level(fetch, depth, error));
    WEFT_TRY(start_level(fetch, depth, error));
    for (size_t i = 0; i < fetch->plan->step_count; i++) {
        weft_step_state *state = &fetch->states[i];
        if (state->depth == depth && depth > 0) {
            WEFT_TRY(weft_fetch_read_rows(fetch, state, SIZE_MAX, error));
        }
    }
    for (size_t i = 0; i < fetch->plan->step_count; i++) {
        weft_step_state *state = &fetch->states[i];
        if (state->depth == depth && state->step->kind != WEFT_STEP_THROUGH) {
            WEFT_TRY(weft_fetch_join(fetch, state, error));
        }
    }
    return WEFT_OK;
}
