/* The one place that decides what a store runs.
 *
 * The default is no: an edge is joined by a store only when every table it touches lives there; a condition or an order
 * over edges is pushed only when the whole chain does. What is not pushed is divided by divide.c. Pure, from catalog
 * facts alone. */
#include "plan/place.h"

#include "base/check.h"
#include "base/fail.h"
#include "store/store.h"

static const weft_store_def *store_of(const weft_model *model)
{
    return model->store;
}

/* Whether `store` joins tables at all. */
static bool joins(const weft_store_def *store)
{
    return !weft_driver_for(store->kind)->dialect->is_joinless;
}

/* Tables of different stores are never joined by one. */
static bool are_joined(const weft_model *a, const weft_model *b)
{
    return store_of(a) == store_of(b) && joins(store_of(a));
}

weft_code weft_place_edge(const weft_edge *edge, weft_arena *keep, weft_edge_place *ret_placement, weft_error *error)
{
    const weft_store_def *target = store_of(edge->to);
    weft_edge_place placement = {.kind = WEFT_STEP_DIRECT, .store = target, .target = target};
    const weft_str store = target->name;
    if (edge->through == NULL) {
        placement.reason =
            weft_str_format(keep, "no table stands between: one look-up in store \"%.*s\"", WEFT_STR_ARG(store));
    } else if (are_joined(edge->through, edge->to)) {
        placement.kind = WEFT_STEP_JOINED;
        placement.reason = weft_str_format(keep, "link table and target share store \"%.*s\"", WEFT_STR_ARG(store));
    } else {
        placement.is_split = true;
        placement.kind = WEFT_STEP_THROUGH;
        placement.store = store_of(edge->through);
        placement.reason = weft_str_format(keep,
                                           store_of(edge->through) == target
                                               ? "store \"%.*s\" does not join, not even with store \"%.*s\""
                                               : "link table lives in store \"%.*s\", target in store \"%.*s\"",
                                           WEFT_STR_ARG(placement.store->name),
                                           WEFT_STR_ARG(store));
        placement.target_reason = weft_str_format(keep, "each target is read once, by its key");
    }
    if (placement.reason.data == NULL || (placement.is_split && placement.target_reason.data == NULL)) {
        return weft_fail_arena(error, keep);
    }
    *ret_placement = placement;
    return WEFT_OK;
}

/* True when every table of `edge` is in `store`. */
static bool is_joined_in(const weft_edge *edge, const weft_store_def *store)
{
    return joins(store) && (edge->through == NULL || store_of(edge->through) == store) && store_of(edge->to) == store;
}

/* Sums of doubles depend on their order, and not every store has exact decimals. */
static bool is_added_by_stores(weft_aggregate aggregate, const weft_field *field)
{
    if (aggregate == WEFT_AGGREGATE_SUM || aggregate == WEFT_AGGREGATE_AVG) {
        return field->type == WEFT_TYPE_NUMBER || field->type == WEFT_TYPE_AUTOINCREMENT;
    }
    return true;
}

bool weft_condition_is_local(const weft_filter *filter, const weft_store_def *store)
{
    if (filter->edge != NULL && !is_joined_in(filter->edge, store)) {
        return false;
    }
    if (filter->kind == WEFT_FILTER_AGGREGATE && !weft_term_is_local(filter->order, store)) {
        return false;
    }
    if (filter->child != NULL && !weft_condition_is_local(filter->child, store)) {
        return false;
    }
    for (size_t i = 0; i < filter->child_count; i++) {
        if (!weft_condition_is_local(filter->children[i], store)) {
            return false;
        }
    }
    return true;
}

bool weft_term_is_local(const weft_order *order, const weft_store_def *store)
{
    for (size_t i = 0; i < order->edge_count; i++) {
        const weft_filter *ends = order->ends != NULL ? order->ends[i] : NULL;
        if (!is_joined_in(order->edges[i], store) || (ends != NULL && !weft_condition_is_local(ends, store))) {
            return false;
        }
    }
    return is_added_by_stores(order->aggregate, order->field);
}

bool weft_place_aggregates(const weft_selection *partners,
                           const weft_edge *edge,
                           const weft_step_aggregate *aggregates,
                           size_t count)
{
    if (partners->filter != NULL && !weft_condition_is_local(partners->filter, store_of(edge->to))) {
        return false;
    }
    if (edge->through != NULL && !are_joined(edge->through, edge->to)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        if (!is_added_by_stores(aggregates[i].aggregate, aggregates[i].field)) {
            return false;
        }
    }
    return true;
}

bool weft_step_is_key_of_look(const weft_step *step, size_t place)
{
    for (size_t i = 0; i < step->look_count; i++) {
        if (step->looks[i]->parent_key_field == place) {
            return true;
        }
    }
    return false;
}

bool weft_step_is_ordered(const weft_step *step)
{
    const bool is_key =
        step->kind == WEFT_STEP_DIRECT && step->edge->to_field->is_primary_key && step->edge->to->key_count == 1;
    return step->kind != WEFT_STEP_THROUGH && step->kind != WEFT_STEP_TARGET && step->kind != WEFT_STEP_AGGREGATE &&
           !is_key && !step->is_look && !step->is_counted && step->term_count == 0;
}

bool weft_step_is_ranked(const weft_step *step)
{
    return step->kind != WEFT_STEP_ROOT && weft_step_is_ordered(step) && step->selection->has_take &&
           step->residual == NULL;
}

bool weft_step_is_paged(const weft_step *root)
{
    return root->residual == NULL && root->term_count == 0;
}

bool weft_step_reads_beyond(const weft_step *root)
{
    return root->selection->has_take && root->selection->take > 0 && weft_selection_has_cursor(root->selection);
}

bool weft_plan_counts_in_store(const weft_plan *plan)
{
    return plan->has_count && plan->root->residual == NULL;
}

static bool is_probed(const weft_step *root, const weft_residual *residual, size_t depth)
{
    WEFT_CHECK(depth < WEFT_PLAN_DEPTH_MAX);
    if (residual->kind == WEFT_RESIDUAL_SOME) {
        const weft_step *look = root->looks[residual->place];
        return (look->kind == WEFT_STEP_THROUGH ? look->children[0] : look)->residual == NULL;
    }
    bool is_all = residual->kind == WEFT_RESIDUAL_AND || residual->kind == WEFT_RESIDUAL_OR ||
                  residual->kind == WEFT_RESIDUAL_NOT || residual->kind == WEFT_RESIDUAL_MARK;
    for (size_t i = 0; is_all && i < residual->child_count; i++) {
        is_all = is_probed(root, residual->children[i], depth + 1);
    }
    return is_all;
}

bool weft_residual_is_probed(const weft_step *root, const weft_residual *part)
{
    return is_probed(root, part, 0);
}

static bool asks(const weft_residual *residual, size_t place, size_t depth)
{
    WEFT_CHECK(depth < WEFT_PLAN_DEPTH_MAX);
    bool is_asked = residual->kind == WEFT_RESIDUAL_SOME && residual->place == place;
    for (size_t i = 0; !is_asked && i < residual->child_count; i++) {
        is_asked = asks(residual->children[i], place, depth + 1);
    }
    return is_asked;
}

bool weft_plan_next_probe(const weft_plan *plan, size_t *place)
{
    const weft_step *root = plan->root;
    const bool is_and = root->residual != NULL && root->residual->kind == WEFT_RESIDUAL_AND;
    const size_t part_count = is_and ? root->residual->child_count : root->residual != NULL;
    for (size_t i = *place; i < root->look_count; i++) {
        for (size_t j = 0; j < part_count; j++) {
            const weft_residual *part = is_and ? root->residual->children[j] : root->residual;
            if (weft_residual_is_probed(root, part) && asks(part, i, 0)) {
                *place = i;
                return true;
            }
        }
    }
    return false;
}
