/* Asking ahead: where the root's filter names the very values that children are found by, as `{"id": "prod_1"}` does,
 * the keys of their first statements are known before the root is read. These go out together with the root's, in one
 * round trip, and joining leaves out what the root did not return.
 *
 *      keys in the filter ─▶ root, children sent together ─▶ root read ─▶ its keys are among them? ─▶ children read
 *                                                                           │ no: a store took another spelling for
 *                                                                           ▼ equal (a uuid in capitals)
 *                                                                         children asked again
 *
 * Only where the root is one batch, and never for more keys than it may return rows. */
#include "fetch/state.h"

#include <string.h>

/* The condition of the root's filter that says which values `field` has; NULL when none does. */
static const weft_filter *find_condition(const weft_filter *filter, const weft_field *field)
{
    if (!filter) {
        return NULL;
    }
    if (filter->kind == WEFT_FILTER_COMPARE) {
        const bool is_equal = filter->op == WEFT_OP_EQ || filter->op == WEFT_OP_IN;
        return is_equal && filter->field == field && filter->json_path_len == 0 && !filter->is_through ? filter : NULL;
    }
    for (size_t i = 0; filter->kind == WEFT_FILTER_AND && i < filter->child_count; i++) {
        const weft_filter *child = filter->children[i];
        const weft_filter *found = child->kind == WEFT_FILTER_COMPARE ? find_condition(child, field) : NULL;
        if (found) {
            return found;
        }
    }
    return NULL;
}

/* A key of one field names at most one record a value. */
static bool is_named_by_key(const weft_fetch *fetch, size_t values_max)
{
    const weft_model *model = fetch->plan->root->selection->model;
    const weft_filter *condition =
        model->key_count == 1 ? find_condition(fetch->plan->root->filter, model->keys[0]) : NULL;
    return condition && condition->value_count <= values_max;
}

bool weft_fetch_is_keyed(const weft_fetch *fetch)
{
    return is_named_by_key(fetch, WEFT_KEYED_MAX);
}

bool weft_step_is_keyed(const weft_step *step, size_t key_count)
{
    return step->filter == NULL && key_count <= WEFT_KEYED_MAX;
}

bool weft_fetch_is_one_batch(const weft_fetch *fetch)
{
    const weft_step *root = fetch->plan->root;
    const weft_selection *selection = root->selection;
    return weft_step_is_paged(root) &&
           ((selection->has_take && selection->take <= fetch->batch_rows) || is_named_by_key(fetch, fetch->batch_rows));
}

static const weft_filter *find_keys(const weft_fetch *fetch, const weft_step *child)
{
    const weft_step *root = fetch->plan->root;
    const weft_filter *condition = find_condition(root->filter, child->edge->from_field);
    if (!condition || condition->value_count == 0 || child->store != root->store ||
        (root->selection->has_take && condition->value_count > root->selection->take)) {
        return NULL;
    }
    for (size_t i = 0; i < condition->value_count; i++) {
        const weft_value_kind kind = condition->values[i].kind;
        if (kind != WEFT_VALUE_TEXT && kind != WEFT_VALUE_INTEGER) {
            return NULL;
        }
    }
    return condition;
}

static void add_keys(weft_step_state *state)
{
    for (size_t i = 0; i < state->condition->value_count; i++) {
        (void)weft_key_index_add(&state->ahead, &state->condition->values[i]);
    }
}

static weft_code make_keys(weft_fetch *fetch, weft_step_state *state, const weft_filter *condition, weft_error *error)
{
    if (!weft_key_index_init(&state->ahead, condition->value_count, &fetch->keep)) {
        return weft_fail_arena(error, &fetch->keep);
    }
    state->condition = condition;
    add_keys(state);
    return WEFT_OK;
}

void weft_fetch_renew(weft_fetch *fetch)
{
    for (size_t i = 0; i < fetch->plan->step_count; i++) {
        weft_step_state *state = &fetch->states[i];
        if (state->condition) {
            memset(state->ahead.slots, 0, (state->ahead.slot_mask + 1) * sizeof(*state->ahead.slots));
            state->ahead.count = 0;
            add_keys(state);
        }
    }
}

weft_code weft_fetch_ahead(weft_fetch *fetch,
                           const weft_dialect *dialect,
                           weft_statement *ret_statements,
                           size_t *ret_count,
                           weft_error *error)
{
    const weft_step *root = fetch->plan->root;
    size_t count = 0;
    for (size_t i = 0; weft_fetch_is_one_batch(fetch) && i < root->child_count; i++) {
        weft_step_state *state = &fetch->states[root->children[i]->number];
        const weft_filter *condition = find_keys(fetch, state->step);
        if (condition) {
            WEFT_TRY(make_keys(fetch, state, condition, error));
            weft_statement *statement = &ret_statements[count++];
            WEFT_TRY(weft_sql_step_statement(
                state->step, dialect, state->ahead.items, state->ahead.count, &fetch->keep, statement, error));
            statement->is_keyed = weft_step_is_keyed(state->step, state->ahead.count);
        }
    }
    *ret_count = count;
    return WEFT_OK;
}

/* Keys that weft's own tables give back are spelt as they were asked for, so that nothing is asked again. */
bool weft_fetch_is_all_sent(const weft_fetch *fetch, size_t ahead_count)
{
    const weft_step *root = fetch->plan->root;
    return weft_fetch_is_one_batch(fetch) && ahead_count + 1 == fetch->plan->step_count &&
           root->selection->model->is_managed;
}

void weft_fetch_ahead_opened(weft_fetch *fetch, weft_rows *const *opened)
{
    const weft_step *root = fetch->plan->root;
    size_t at = 0;
    for (size_t i = 0; i < root->child_count; i++) {
        weft_step_state *state = &fetch->states[root->children[i]->number];
        if (state->ahead.count > 0) {
            state->reading = opened[at++];
        }
    }
}

weft_code weft_fetch_take_ahead(weft_fetch *fetch, weft_step_state *state, bool *ret_is_taken, weft_error *error)
{
    const weft_row_list *parents = &fetch->states[state->step->parent->number].rows;
    *ret_is_taken = false;
    if (!state->reading) {
        return WEFT_OK;
    }
    state->parent_keys = WEFT_ARENA_ARRAY(&fetch->batch_arena, uint32_t, parents->count);
    if (!state->parent_keys) {
        return weft_fail_arena(error, &fetch->batch_arena);
    }
    for (size_t i = 0; i < parents->count; i++) {
        const weft_value *key = &parents->items[i]->values[state->step->parent_key_field];
        state->parent_keys[i] = weft_key_index_find(&state->ahead, key);
        if (state->parent_keys[i] == WEFT_KEY_NONE) {
            weft_rows_close(state->reading);
            state->reading = NULL;
            return WEFT_OK;
        }
    }
    state->keys = state->ahead;
    *ret_is_taken = true;
    return WEFT_OK;
}
