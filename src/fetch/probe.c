/* Asking the far side first: where few partners match a condition, their keys take its place in the root's own filter,
 * and weft has less to decide, or nothing.
 *
 *      keys of targets that match ─▶ keys of their link rows ─▶ root WHERE from_field = any of them AND …
 *
 * Each part of what must hold is decided by one side alone: its conditions over far edges are all asked for keys (some
 * partner: IN; none: NOT IN), and those the store marks for weft it can filter by itself. At most probe_keys keys are
 * fetched for a condition; one more says that it does not choose well, and its part is decided batch by batch instead.
 * Both see the same snapshots, so that the answer is the same. Fails as stores do. */
#include "fetch/state.h"

#include "base/check.h"

#define DEPTH_MAX 1024 /* far above what query/ lets through */

/* Keys found so far; `is_complete` is false when there are more. */
typedef struct probe {
    weft_value *keys;
    size_t count;
    bool is_complete;
} probe;

typedef struct prober {
    weft_fetch *fetch;
    const weft_step *root;
    probe *probes; /* by look */
} prober;

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
static weft_code ask(weft_fetch *fetch, const weft_step *step, probe *found, weft_step_cost *cost, weft_error *error)
{
    weft_connection *connection = NULL;
    weft_statement statement = {0};
    const int64_t started_us = weft_fetch_started(fetch);
    const weft_sql_probe asked = {found->keys, found->count, (uint64_t)fetch->probe_keys + 1};
    WEFT_TRY(weft_session_connection(fetch->session, step->store, &connection, error));
    WEFT_TRY(
        weft_sql_probe_statement(step, weft_connection_dialect(connection), &asked, &fetch->keep, &statement, error));
    WEFT_TRY(collect(fetch, step, &statement, found, error));
    cost->statements++;
    cost->rows += found->count;
    cost->bytes += weft_values_text_bytes(found->keys, found->count);
    weft_fetch_add_duration(fetch, started_us, cost);
    return WEFT_OK;
}

static weft_code find_keys(
    weft_fetch *fetch, const weft_step *look, probe *found, weft_step_cost *cost, weft_error *error)
{
    found->is_complete = true;
    if (look->kind == WEFT_STEP_THROUGH) {
        WEFT_TRY(ask(fetch, look->children[0], found, cost, error));
    }
    if (!found->is_complete || (look->kind == WEFT_STEP_THROUGH && found->count == 0)) {
        return WEFT_OK;
    }
    return ask(fetch, look, found, cost, error);
}

/* Keys stay for as long as the fetch: not more of them than leave room for the batches. */
static bool has_room(const weft_fetch *fetch)
{
    return fetch->keep.bytes_used < fetch->memory_max / 4;
}

static weft_code ask_look(prober *p, size_t place, bool *ret_is_complete, weft_error *error)
{
    weft_fetch *fetch = p->fetch;
    probe *found = &p->probes[place];
    *ret_is_complete = false;
    if (!has_room(fetch)) {
        return WEFT_OK;
    }
    weft_probe_report report = {.look = p->root->looks[place]};
    WEFT_TRY(find_keys(fetch, report.look, found, &report.cost, error));
    report.key_count = found->count;
    report.is_complete = found->is_complete;
    fetch->probes[fetch->probe_count++] = report;
    *ret_is_complete = found->is_complete;
    return WEFT_OK;
}

/* The keys of every condition over a far edge in `residual`, until one has too many. */
static weft_code ask_all(
    prober *p, const weft_residual *residual, size_t depth, bool *ret_is_complete, weft_error *error)
{
    WEFT_CHECK(depth < DEPTH_MAX);
    *ret_is_complete = true;
    if (residual->kind == WEFT_RESIDUAL_SOME) {
        return ask_look(p, residual->place, ret_is_complete, error);
    }
    for (size_t i = 0; *ret_is_complete && i < residual->child_count; i++) {
        WEFT_TRY(ask_all(p, residual->children[i], depth + 1, ret_is_complete, error));
    }
    return WEFT_OK;
}

static const weft_filter *make_filter(prober *p, const weft_residual *residual, size_t depth);

static const weft_filter *make_junction(prober *p, const weft_residual *residual, size_t depth)
{
    weft_filter *filter = WEFT_ARENA_NEW(&p->fetch->keep, weft_filter);
    const weft_filter **children = WEFT_ARENA_ARRAY(&p->fetch->keep, const weft_filter *, residual->child_count);
    if (!filter || !children) {
        return NULL;
    }
    *filter = (weft_filter){.kind = residual->kind == WEFT_RESIDUAL_AND  ? WEFT_FILTER_AND
                                    : residual->kind == WEFT_RESIDUAL_OR ? WEFT_FILTER_OR
                                                                         : WEFT_FILTER_NOT,
                            .children = children,
                            .child_count = residual->child_count};
    for (size_t i = 0; i < residual->child_count; i++) {
        children[i] = make_filter(p, residual->children[i], depth + 1);
        if (!children[i]) {
            return NULL;
        }
    }
    return filter;
}

/* That the edge's key is one of those found. Weft need not look any more. */
static const weft_filter *make_membership(prober *p, size_t place)
{
    weft_filter *filter = WEFT_ARENA_NEW(&p->fetch->keep, weft_filter);
    const weft_step *look = p->root->looks[place];
    if (filter) {
        *filter = (weft_filter){.kind = WEFT_FILTER_COMPARE,
                                .field = look->edge->from_field,
                                .op = WEFT_OP_IN,
                                .values = p->probes[place].keys,
                                .value_count = p->probes[place].count};
        p->fetch->states[look->number].is_answered = true;
    }
    return filter;
}

/* `residual`, all of whose keys were found, as a filter of the store; NULL when out of memory. */
static const weft_filter *make_filter(prober *p, const weft_residual *residual, size_t depth)
{
    WEFT_CHECK(depth < DEPTH_MAX);
    switch (residual->kind) {
    case WEFT_RESIDUAL_AND:
    case WEFT_RESIDUAL_OR:
    case WEFT_RESIDUAL_NOT:
        return make_junction(p, residual, depth);
    case WEFT_RESIDUAL_MARK:
        return p->root->marks[residual->place].filter;
    case WEFT_RESIDUAL_SOME:
        return make_membership(p, residual->place);
    case WEFT_RESIDUAL_LINK_MARK:
    case WEFT_RESIDUAL_COUNT:
    case WEFT_RESIDUAL_AGGREGATE:
        break; /* weft_residual_is_probed says no */
    }
    return NULL;
}

/* What must hold, part by part: what the store can now decide, and what remains. */
typedef struct parts {
    const weft_filter **pushed;
    size_t pushed_count;
    const weft_residual **rest;
    size_t rest_count;
} parts;

static weft_code divide(prober *p, const weft_residual *part, parts *all, weft_error *error)
{
    bool is_complete = false;
    if (weft_residual_is_probed(p->root, part)) {
        WEFT_TRY(ask_all(p, part, 0, &is_complete, error));
    }
    if (!is_complete) {
        all->rest[all->rest_count++] = part;
        return WEFT_OK;
    }
    const weft_filter *filter = make_filter(p, part, 0);
    if (!filter) {
        return weft_fail_arena(error, &p->fetch->keep);
    }
    all->pushed[all->pushed_count++] = filter;
    return WEFT_OK;
}

/* The plan goes on with a root of its own. */
static weft_code use(prober *p, const parts *all, weft_error *error)
{
    weft_fetch *fetch = p->fetch;
    weft_arena *keep = &fetch->keep;
    weft_step *root = NULL;
    weft_filter *filter = WEFT_ARENA_NEW(keep, weft_filter);
    weft_residual *residual = WEFT_ARENA_NEW(keep, weft_residual);
    if (!filter || !residual) {
        return weft_fail_arena(error, keep);
    }
    WEFT_TRY(weft_fetch_change_root(fetch, &root, error));
    *filter = (weft_filter){.kind = WEFT_FILTER_AND, .children = all->pushed, .child_count = all->pushed_count};
    *residual = (weft_residual){.kind = WEFT_RESIDUAL_AND, .children = all->rest, .child_count = all->rest_count};
    root->filter = filter;
    root->residual = all->rest_count > 0 ? residual : NULL;
    root->is_sought_by_weft = p->root->is_sought_by_weft && (root->residual != NULL || root->term_count > 0);
    return weft_fetch_plan_rounds(fetch, keep) ? WEFT_OK : weft_fail_arena(error, keep);
}

static weft_code probe_all(prober *p, const weft_residual *const *each, size_t count, weft_error *error)
{
    weft_arena *keep = &p->fetch->keep;
    parts all = {.pushed = WEFT_ARENA_ARRAY(keep, const weft_filter *, count + 1),
                 .rest = WEFT_ARENA_ARRAY(keep, const weft_residual *, count)};
    if (!all.pushed || !all.rest) {
        return weft_fail_arena(error, keep);
    }
    for (size_t i = 0; i < count; i++) {
        WEFT_TRY(divide(p, each[i], &all, error));
    }
    if (all.pushed_count == 0) {
        return WEFT_OK;
    }
    if (p->root->filter) {
        all.pushed[all.pushed_count++] = p->root->filter;
    }
    return use(p, &all, error);
}

weft_code weft_fetch_probe(weft_fetch *fetch, weft_error *error)
{
    const weft_step *root = fetch->plan->root;
    const weft_residual *residual = root->residual;
    if (!residual) {
        return WEFT_OK;
    }
    prober p = {fetch, root, WEFT_ARENA_ARRAY(&fetch->keep, probe, root->look_count)};
    fetch->probes = WEFT_ARENA_ARRAY(&fetch->keep, weft_probe_report, root->look_count);
    if (!p.probes || !fetch->probes) {
        return weft_fail_arena(error, &fetch->keep);
    }
    return residual->kind == WEFT_RESIDUAL_AND ? probe_all(&p, residual->children, residual->child_count, error)
                                               : probe_all(&p, &residual, 1, error);
}
