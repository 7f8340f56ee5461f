/* One round of a batch: all steps that can be asked at the same time.
 *
 * Their keys are known at the same time, so their statements are sent together, one run a store, and all stores work
 * before the first row is read. Rows are copied into the batch, for a driver's row is only valid until the next one.
 * Fails as stores do, or when the batch would pass its memory limit. */
#include "fetch/state.h"

#include <string.h>

size_t weft_values_text_bytes(const weft_value *values, size_t count)
{
    size_t bytes = 0;
    for (size_t i = 0; i < count; i++) {
        bytes += weft_value_holds_text(&values[i]) ? values[i].as.text.len : 0;
    }
    return bytes;
}

/* A row is one piece of memory: the row, its values, its groups, its text, which is `text_bytes` long. */
static weft_row *copy_row(
    const weft_value *values, size_t count, size_t edge_count, size_t text_bytes, weft_arena *arena)
{
    const size_t fixed = sizeof(weft_row) + count * sizeof(weft_value) + edge_count * sizeof(weft_group);
    char *memory = weft_arena_alloc(arena, fixed + text_bytes);
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

weft_row *weft_row_copy(const weft_value *values, size_t count, size_t edge_count, weft_arena *arena)
{
    return copy_row(values, count, edge_count, weft_values_text_bytes(values, count), arena);
}

bool weft_row_list_push(weft_arena *arena, weft_row_list *list, weft_row *row)
{
    if (list->count == list->capacity) {
        const size_t capacity = list->capacity == 0 ? 16 : list->capacity * 2;
        weft_row **items = WEFT_ARENA_ARRAY(arena, weft_row *, capacity);
        if (!items) {
            return false;
        }
        if (list->count > 0) {
            memcpy(items, list->items, list->count * sizeof(weft_row *));
        }
        list->items = items;
        list->capacity = capacity;
    }
    list->items[list->count++] = row;
    return true;
}

static weft_code read_rows(weft_fetch *fetch, weft_step_state *state, size_t rows_max, weft_error *error)
{
    for (size_t i = 0; i < rows_max && state->reading; i++) {
        const weft_value *values = NULL;
        WEFT_TRY(weft_rows_next(state->reading, &values, error));
        if (!values) {
            weft_rows_close(state->reading);
            state->reading = NULL;
            state->cost.statements++;
            break;
        }
        const size_t count = state->step->column_count;
        const size_t text_bytes = weft_values_text_bytes(values, count);
        weft_row *row = copy_row(values, count, state->edge_count, text_bytes, &fetch->batch_arena);
        if (!row || !weft_row_list_push(&fetch->batch_arena, &state->rows, row)) {
            return weft_fail_arena(error, &fetch->batch_arena);
        }
        state->cost.rows++;
        state->cost.bytes += text_bytes;
    }
    return WEFT_OK;
}

weft_code weft_fetch_read_rows(weft_fetch *fetch, weft_step_state *state, size_t rows_max, weft_error *error)
{
    if (!state->reading) {
        return WEFT_OK;
    }
    const int64_t started_us = weft_fetch_started(fetch);
    const weft_code code = read_rows(fetch, state, rows_max, error);
    weft_fetch_add_duration(fetch, started_us, &state->cost);
    return code;
}

/* What was asked ahead is read at once: answers are read in the order they were asked for. */
static weft_code gather_level(weft_fetch *fetch, const weft_level *level, weft_error *error)
{
    for (size_t i = 0; i < level->count; i++) {
        weft_step_state *state = level->states[i];
        bool is_taken = false;
        if (weft_fetch_is_merged(fetch, state)) {
            continue;
        }
        WEFT_TRY(weft_fetch_take_ahead(fetch, state, &is_taken, error));
        const weft_code code =
            is_taken ? weft_fetch_read_rows(fetch, state, SIZE_MAX, error) : weft_fetch_gather(fetch, state, error);
        WEFT_TRY(code);
    }
    return WEFT_OK;
}

static bool is_asked_ahead(const weft_step_state *state)
{
    return state->ahead.count > 0 && state->keys.items == state->ahead.items;
}

/* The steps of `level` that ask `store` something: one without keys has nothing to ask, one asked ahead did. */
static weft_level select_asking(const weft_level *level, const weft_store_def *store, weft_step_state **room)
{
    weft_level asking = {room, 0};
    for (size_t i = 0; i < level->count; i++) {
        weft_step_state *state = level->states[i];
        if (state->step->store == store && state->keys.count > 0 && !is_asked_ahead(state)) {
            room[asking.count++] = state;
        }
    }
    return asking;
}

static bool holds_keys(const weft_param *param, const weft_key_index *keys)
{
    if (keys->count != 1) {
        return param->kind == WEFT_PARAM_LIST && param->items == keys->items;
    }
    return param->kind == WEFT_PARAM_VALUE && weft_value_holds_text(&param->value) &&
           param->value.as.text.data == keys->items[0].as.text.data;
}

/* The one parameter that holds the keys; false when that is not plain to see. */
static bool find_key_param(const weft_statement *statement, const weft_key_index *keys, size_t *ret_place)
{
    size_t found = 0;
    for (size_t i = 0; i < statement->param_count; i++) {
        if (holds_keys(&statement->params[i], keys)) {
            *ret_place = i;
            found++;
        }
    }
    return found == 1;
}

/* The statement written before, with other keys. */
static weft_code renew_statement(weft_fetch *fetch,
                                 const weft_known_statement *known,
                                 const weft_key_index *keys,
                                 weft_statement *ret_statement,
                                 weft_error *error)
{
    const weft_statement *statement = &known->statement;
    weft_param *params = WEFT_ARENA_ARRAY(&fetch->batch_arena, weft_param, statement->param_count);
    if (!params) {
        return weft_fail_arena(error, &fetch->batch_arena);
    }
    memcpy(params, statement->params, statement->param_count * sizeof(*params));
    params[known->key_param].value = keys->items[0];
    params[known->key_param].items = keys->items;
    params[known->key_param].item_count = keys->count;
    *ret_statement = *statement;
    ret_statement->params = params;
    return WEFT_OK;
}

static weft_code write_statement(weft_fetch *fetch,
                                 weft_step_state *state,
                                 const weft_dialect *dialect,
                                 weft_statement *ret_statement,
                                 weft_error *error)
{
    const weft_key_index *keys = &state->keys;
    weft_known_statement *known = &state->known[keys->count != 1];
    if (known->statement.sql.len > 0) {
        return renew_statement(fetch, known, keys, ret_statement, error);
    }
    const weft_step *step = state->step;
    size_t key_param = 0;
    WEFT_TRY(
        weft_sql_step_statement(step, dialect, keys->items, keys->count, &fetch->batch_arena, ret_statement, error));
    if (!find_key_param(ret_statement, keys, &key_param)) {
        return WEFT_OK;
    }
    known->key_param = key_param;
    return weft_sql_step_statement(step, dialect, keys->items, keys->count, &fetch->keep, &known->statement, error);
}

static weft_code make_statements(weft_fetch *fetch,
                                 const weft_level *asking,
                                 const weft_dialect *dialect,
                                 weft_statement *ret_statements,
                                 weft_error *error)
{
    for (size_t i = 0; i < asking->count; i++) {
        WEFT_TRY(write_statement(fetch, asking->states[i], dialect, &ret_statements[i], error));
    }
    return WEFT_OK;
}

/* Send what `asking` asks of its store, all at once. */
static weft_code ask_store(weft_fetch *fetch, const weft_level *asking, bool is_last, weft_error *error)
{
    weft_arena *arena = &fetch->batch_arena;
    weft_statement *statements = WEFT_ARENA_ARRAY(arena, weft_statement, asking->count);
    weft_rows **opened = WEFT_ARENA_ARRAY(arena, weft_rows *, asking->count);
    if (!statements || !opened) {
        return weft_fail_arena(error, arena);
    }
    weft_connection *connection = NULL;
    WEFT_TRY(weft_session_connection(fetch->session, asking->states[0]->step->store, &connection, error));
    WEFT_TRY(make_statements(fetch, asking, weft_connection_dialect(connection), statements, error));
    for (size_t i = 0; i < asking->count; i++) {
        statements[i].is_last = is_last;
        statements[i].is_keyed = weft_step_is_keyed(asking->states[i]->step, asking->states[i]->keys.count);
    }
    WEFT_TRY(weft_connection_run(connection, statements, asking->count, opened, error));
    for (size_t i = 0; i < asking->count; i++) {
        asking->states[i]->reading = opened[i];
    }
    return WEFT_OK;
}

static weft_code ask_stores(weft_fetch *fetch, const weft_level *level, weft_error *error)
{
    const weft_catalog *catalog = fetch->plan->query->catalog;
    weft_step_state **room = WEFT_ARENA_ARRAY(&fetch->batch_arena, weft_step_state *, level->count);
    /* Nothing comes behind the last round of the last batch; sorted root rows come in batches after the root ended. */
    const bool is_last = fetch->is_root_ended && !fetch->has_merged && !weft_fetch_is_sorted(fetch) &&
                         level == &fetch->rounds[fetch->round_count - 1];
    if (!room) {
        return weft_fail_arena(error, &fetch->batch_arena);
    }
    for (size_t i = 0; i < catalog->store_count; i++) {
        const weft_level asking = select_asking(level, &catalog->stores[i], room);
        const weft_code code = asking.count > 0 ? ask_store(fetch, &asking, is_last, error) : WEFT_OK;
        WEFT_TRY(code);
    }
    return WEFT_OK;
}

static weft_code settle_step(weft_fetch *fetch, weft_step_state *state, weft_error *error)
{
    const weft_step *step = state->step;
    if (weft_fetch_is_merged(fetch, state)) {
        return weft_fetch_join_merged(fetch, state, error);
    }
    if (step->kind == WEFT_STEP_THROUGH) {
        return WEFT_OK; /* its rows are the TARGET's to judge */
    }
    if (!weft_step_speaks_of_link(step)) {
        WEFT_TRY(weft_residual_filter(state, &fetch->batch_arena, error));
    }
    if (step->kind == WEFT_STEP_ROOT) {
        return WEFT_OK;
    }
    WEFT_TRY(weft_fetch_join(fetch, state, error));
    return step->aggregate_count > 0 ? weft_fetch_aggregate(fetch, state, error) : WEFT_OK;
}

/* Looks stand behind what they are asked for, and are settled first. */
weft_code weft_fetch_settle(weft_fetch *fetch, size_t round, weft_error *error)
{
    for (size_t i = fetch->plan->step_count; i > 0; i--) {
        weft_step_state *state = &fetch->states[i - 1];
        const weft_code code = state->settled == round ? settle_step(fetch, state, error) : WEFT_OK;
        WEFT_TRY(code);
    }
    return WEFT_OK;
}

weft_code weft_fetch_round(weft_fetch *fetch, size_t round, weft_error *error)
{
    const weft_level *level = &fetch->rounds[round];
    WEFT_TRY(gather_level(fetch, level, error));
    WEFT_TRY(ask_stores(fetch, level, error));
    for (size_t i = 0; i < level->count; i++) {
        WEFT_TRY(weft_fetch_read_rows(fetch, level->states[i], SIZE_MAX, error));
    }
    return weft_fetch_settle(fetch, round, error);
}
