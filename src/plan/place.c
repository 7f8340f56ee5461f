/* The one place that decides what a store runs.
 *
 * The default is no: an edge is joined by a store only when every table it touches lives there; a condition or an order
 * over edges is pushed only when the whole chain does. What is refused says why: WEFT_UNSUPPORTED with the place in the
 * request, the edge and both stores. Pure, from catalog facts alone. */
#include "plan/place.h"

#include "base/check.h"
#include "base/fail.h"

static const weft_store_def *store_of(const weft_model *model)
{
    return model->store;
}

weft_code weft_place_edge(const weft_edge *edge, weft_arena *keep, weft_placement *ret_placement, weft_error *error)
{
    const weft_store_def *target = store_of(edge->to);
    weft_placement placement = {.kind = WEFT_STEP_DIRECT, .store = target, .target = target};
    const weft_str store = target->name;
    if (edge->through == NULL) {
        placement.reason =
            weft_str_format(keep, "the target holds the key: one look-up in store \"%.*s\"", WEFT_STR_ARG(store));
    } else if (store_of(edge->through) == target) {
        placement.kind = WEFT_STEP_JOINED;
        placement.reason = weft_str_format(keep, "link table and target share store \"%.*s\"", WEFT_STR_ARG(store));
    } else {
        placement.is_split = true;
        placement.kind = WEFT_STEP_THROUGH;
        placement.store = store_of(edge->through);
        placement.reason = weft_str_format(keep,
                                           "link table lives in store \"%.*s\", target in store \"%.*s\"",
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

/* The first table of `edge` that is not in `store`, or NULL. */
static const weft_model *stranger_on(const weft_edge *edge, const weft_store_def *store)
{
    if (edge->through != NULL && store_of(edge->through) != store) {
        return edge->through;
    }
    return store_of(edge->to) != store ? edge->to : NULL;
}

static weft_code fail_across(
    const weft_edge *edge, const weft_model *stranger, const weft_store_def *store, const char *what, weft_error *error)
{
    (void)weft_fail(error,
                    WEFT_UNSUPPORTED,
                    "cannot %s \"%.*s\" of \"%.*s\" across stores",
                    what,
                    WEFT_STR_ARG(edge->name),
                    WEFT_STR_ARG(edge->from->name));
    weft_error_set_detail(
        error,
        "The table \"%.*s\" lives in store \"%.*s\", the records it is compared for in store \"%.*s\".",
        WEFT_STR_ARG(stranger->table),
        WEFT_STR_ARG(store_of(stranger)->name),
        WEFT_STR_ARG(store->name));
    weft_error_set_hint(
        error,
        "Keep both modules and their link in one store, or ask for \"%.*s\" in fields and choose there.",
        WEFT_STR_ARG(edge->name));
    return WEFT_UNSUPPORTED;
}

static weft_code place_condition(const weft_filter *filter,
                                 const weft_store_def *store,
                                 size_t depth,
                                 weft_error *error)
{
    WEFT_CHECK(depth < WEFT_PLAN_DEPTH_MAX);
    const bool has_edge = filter->kind == WEFT_FILTER_EDGE || filter->kind == WEFT_FILTER_COUNT;
    const weft_model *stranger = has_edge ? stranger_on(filter->edge, store) : NULL;
    if (stranger != NULL) {
        (void)fail_across(filter->edge, stranger, store, "filter by", error);
        weft_error_set_where(error, "%.*s", WEFT_STR_ARG(filter->where));
        return WEFT_UNSUPPORTED;
    }
    if (filter->child != NULL) {
        WEFT_TRY(place_condition(filter->child, store, depth + 1, error));
    }
    for (size_t i = 0; i < filter->child_count; i++) {
        WEFT_TRY(place_condition(filter->children[i], store, depth + 1, error));
    }
    return WEFT_OK;
}

weft_code weft_place_filter(const weft_selection *selection, weft_error *error)
{
    return selection->filter == NULL ? WEFT_OK
                                     : place_condition(selection->filter, store_of(selection->model), 0, error);
}

static weft_code refuse_order(const weft_selection *selection, const weft_order *order, weft_error *error)
{
    const weft_str name = order->edge_count > 0 ? order->edges[0]->name : order->field->name;
    (void)weft_fail(error,
                    WEFT_UNSUPPORTED,
                    "cannot order \"%.*s\" by \"%.*s\" across stores",
                    WEFT_STR_ARG(selection->path),
                    WEFT_STR_ARG(name));
    weft_error_set_detail(
        error,
        "Its link table lives in another store, so its records are ordered by weft, which has only their own fields.");
    return WEFT_UNSUPPORTED;
}

static weft_code place_term(const weft_selection *selection, const weft_order *order, weft_error *error)
{
    const weft_store_def *store = store_of(selection->model);
    for (size_t i = 0; i < order->edge_count; i++) {
        const weft_model *stranger = stranger_on(order->edges[i], store);
        if (stranger != NULL) {
            return fail_across(order->edges[i], stranger, store, "order by", error);
        }
    }
    return WEFT_OK;
}

weft_code weft_place_order(const weft_selection *selection, bool orders_in_memory, weft_error *error)
{
    for (size_t i = 0; i < selection->order_count; i++) {
        const weft_order *order = &selection->order[i];
        if (orders_in_memory && (order->edge_count > 0 || order->json_path_len > 0)) {
            return refuse_order(selection, order, error);
        }
        WEFT_TRY(place_term(selection, order, error));
    }
    return WEFT_OK;
}

bool weft_step_is_ordered(const weft_step *step)
{
    const bool is_key =
        step->kind == WEFT_STEP_DIRECT && step->edge->to_field->is_primary_key && step->edge->to->key_count == 1;
    return step->kind != WEFT_STEP_THROUGH && step->kind != WEFT_STEP_TARGET && !is_key;
}
