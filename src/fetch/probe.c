/* Asking the far side first: where few partners match a condition that every record must meet, the records are found by
 * the partners' keys, and nothing is left to decide.
 *
 *      keys of targets that match ─▶ keys of their link rows ─▶ root WHERE from_field = any of them AND …
 *
 * At most probe_keys keys are fetched on the way; one more says that the condition does not choose well, and it is
 * decided batch by batch instead. Both see the same snapshots, so that the answer is the same. Fails as stores do. */
#include "fetch/state.h"

/* Keys found so far; `is_complete` is false when there are more. */
typedef struct probe {
    weft_value *keys;
    size_t count;
    bool is_complete;
} probe;

static weft_code collect(
    weft_fetch *fetch, const weft_step *step, const weft_statement *statement, probe *found, weft_error *error)
{
    weft_connection *connection = NULL;
    const weft_value *rows = NULL;
    size_t count = 0;
    WEFT_TRY(weft_session_connection(fetch->session, step->store, &connection, error));
    WEFT_TRY(weft_connection_collect(connection, statement, &fetch->keep, &rows, &count, error));
    weft_value *keys = WEFT_ARENA_ARRAY(&fetch->keep, weft_value, count);
    if (!keys) {
        return weft_fail_arena(error, &fetch->keep);
    }
    found->is_complete = count <= fetch->probe_keys;
    found->count = 0;
    for (size_t i = 0; i < count; i++) {
        if (rows[i].kind != WEFT_VALUE_NULL) {
            keys[found->count++] = rows[i];
        }
    }
    found->keys = keys;
    return WEFT_OK;
}

/* One statement of the chain; `found` holds the keys before and after. */
static weft_code ask(weft_fetch *fetch, const weft_step *step, probe *found, weft_error *error)
{
    weft_connection *connection = NULL;
    weft_statement statement = {0};
    const weft_sql_probe asked = {found->keys, found->count, (uint64_t)fetch->probe_keys + 1};
    WEFT_TRY(weft_session_connection(fetch->session, step->store, &connection, error));
    WEFT_TRY(
        weft_sql_probe_statement(step, weft_connection_dialect(connection), &asked, &fetch->keep, &statement, error));
    return collect(fetch, step, &statement, found, error);
}

static weft_code find_keys(weft_fetch *fetch, const weft_step *look, probe *found, weft_error *error)
{
    found->is_complete = true;
    if (look->kind == WEFT_STEP_THROUGH) {
        WEFT_TRY(ask(fetch, look->children[0], found, error));
    }
    if (!found->is_complete || (look->kind == WEFT_STEP_THROUGH && found->count == 0)) {
        return WEFT_OK;
    }
    return ask(fetch, look, found, error);
}

/* `residual` without the condition that looks[place] answers; NULL when nothing is left. */
static bool drop_condition(const weft_residual *residual,
                           size_t place,
                           weft_arena *keep,
                           const weft_residual **ret_rest)
{
    if (residual->kind == WEFT_RESIDUAL_SOME) {
        *ret_rest = residual->place == place ? NULL : residual;
        return true;
    }
    *ret_rest = residual;
    if (residual->kind != WEFT_RESIDUAL_AND) {
        return true;
    }
    weft_residual *rest = WEFT_ARENA_NEW(keep, weft_residual);
    const weft_residual **children = WEFT_ARENA_ARRAY(keep, const weft_residual *, residual->child_count);
    if (!rest || !children) {
        return false;
    }
    *rest = *residual;
    rest->children = children;
    rest->child_count = 0;
    for (size_t i = 0; i < residual->child_count; i++) {
        const weft_residual *child = NULL;
        if (!drop_condition(residual->children[i], place, keep, &child)) {
            return false;
        }
        if (child) {
            children[rest->child_count++] = child;
        }
    }
    *ret_rest = rest->child_count > 0 ? rest : NULL;
    return true;
}

/* `filter` (NULL: none) and that the edge's key is one of those found. */
static const weft_filter *add_condition(const weft_filter *filter,
                                        const weft_edge *edge,
                                        const probe *found,
                                        weft_arena *keep)
{
    weft_filter *is_found = WEFT_ARENA_NEW(keep, weft_filter);
    weft_filter *both = WEFT_ARENA_NEW(keep, weft_filter);
    const weft_filter **children = WEFT_ARENA_ARRAY(keep, const weft_filter *, 2);
    if (!is_found || !both || !children) {
        return NULL;
    }
    *is_found = (weft_filter){.kind = WEFT_FILTER_COMPARE,
                              .field = edge->from_field,
                              .op = WEFT_OP_IN,
                              .values = found->keys,
                              .value_count = found->count};
    children[0] = is_found;
    children[1] = filter;
    *both = (weft_filter){.kind = WEFT_FILTER_AND, .children = children, .child_count = filter ? 2 : 1};
    return both;
}

/* The plan goes on with a root of its own. */
static weft_code use_keys(weft_fetch *fetch, size_t place, const probe *found, weft_error *error)
{
    weft_arena *keep = &fetch->keep;
    const weft_step *old = fetch->plan->root;
    weft_step *root = WEFT_ARENA_NEW(keep, weft_step);
    weft_plan *plan = WEFT_ARENA_NEW(keep, weft_plan);
    if (!root || !plan) {
        return weft_fail_arena(error, keep);
    }
    *root = *old;
    *plan = *fetch->plan;
    plan->root = root;
    root->filter = add_condition(old->filter, old->looks[place]->edge, found, keep);
    if (!root->filter || !drop_condition(old->residual, place, keep, &root->residual)) {
        return weft_fail_arena(error, keep);
    }
    root->is_sought_by_weft = old->is_sought_by_weft && (root->residual != NULL || root->term_count > 0);
    fetch->plan = plan;
    fetch->states[root->number].step = root;
    fetch->states[root->looks[place]->number].is_answered = true;
    return weft_fetch_plan_rounds(fetch, keep) ? WEFT_OK : weft_fail_arena(error, keep);
}

weft_code weft_fetch_probe(weft_fetch *fetch, weft_error *error)
{
    for (size_t place = 0; weft_plan_next_probe(fetch->plan, &place); place++) {
        probe found = {0};
        WEFT_TRY(find_keys(fetch, fetch->plan->root->looks[place], &found, error));
        if (found.is_complete) {
            return use_keys(fetch, place, &found, error);
        }
    }
    return WEFT_OK;
}
