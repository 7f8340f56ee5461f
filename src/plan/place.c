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

weft_code weft_place_edge(const weft_edge *edge, weft_arena *keep, weft_edge_place *ret_placement, weft_error *error)
{
    const weft_store_def *target = store_of(edge->to);
    weft_edge_place placement = {.kind = WEFT_STEP_DIRECT, .store = target, .target = target};
    const weft_str store = target->name;
    if (edge->through == NULL) {
        placement.reason =
            weft_str_format(keep, "no table stands between: one look-up in store \"%.*s\"", WEFT_STR_ARG(store));
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

/* Which rows a condition speaks of, as bits: link rows that led here, or records and their edges. */
enum { SPEAKS_OF_LINK = 1, SPEAKS_OF_TARGET = 2 };

static unsigned subjects_of(const weft_filter *filter)
{
    unsigned subjects = 0;
    if (filter->kind == WEFT_FILTER_COMPARE) {
        return filter->is_through ? SPEAKS_OF_LINK : SPEAKS_OF_TARGET;
    }
    if (filter->kind == WEFT_FILTER_EDGE || filter->kind == WEFT_FILTER_COUNT) {
        return SPEAKS_OF_TARGET; /* what is below an edge speaks of that edge's own link row */
    }
    for (size_t i = 0; i < filter->child_count; i++) {
        subjects |= subjects_of(filter->children[i]);
    }
    return subjects;
}

static weft_code fail_mixed(const weft_filter *filter, const weft_selection *selection, weft_error *error)
{
    (void)weft_fail(error,
                    WEFT_UNSUPPORTED,
                    "cannot filter \"%.*s\" by link row and record in one alternative across stores",
                    WEFT_STR_ARG(selection->path));
    weft_error_set_detail(error,
                          "The link table \"%.*s\" lives in store \"%.*s\", the records in store \"%.*s\".",
                          WEFT_STR_ARG(selection->edge->through->table),
                          WEFT_STR_ARG(store_of(selection->edge->through)->name),
                          WEFT_STR_ARG(store_of(selection->model)->name));
    weft_error_set_hint(error, "Conditions that must all hold may speak of either.");
    weft_error_set_where(error, "%.*s", WEFT_STR_ARG(filter->where));
    return WEFT_UNSUPPORTED;
}

/* The conditions of `all` that speak of `subject`, as one AND; NULL in `ret_part` when there are none. */
static weft_code select_part(
    const weft_filter *all, unsigned subject, weft_arena *keep, const weft_filter **ret_part, weft_error *error)
{
    weft_filter *part = WEFT_ARENA_NEW(keep, weft_filter);
    const weft_filter **children = WEFT_ARENA_ARRAY(keep, const weft_filter *, all->child_count);
    if (part == NULL || children == NULL) {
        return weft_fail_arena(error, keep);
    }
    *part = *all;
    part->children = children;
    part->child_count = 0;
    for (size_t i = 0; i < all->child_count; i++) {
        if (subjects_of(all->children[i]) == subject) {
            children[part->child_count++] = all->children[i];
        }
    }
    *ret_part = part->child_count > 0 ? part : NULL;
    return WEFT_OK;
}

/* Link table and target live apart: each takes the conditions that speak of it alone. */
static weft_code split_filter(const weft_selection *selection,
                              weft_arena *keep,
                              const weft_filter **ret_link,
                              const weft_filter **ret_target,
                              weft_error *error)
{
    const weft_filter *all = selection->filter;
    const unsigned subjects = subjects_of(all);
    if ((subjects & SPEAKS_OF_LINK) == 0) {
        *ret_target = all;
        return WEFT_OK;
    }
    if (subjects == SPEAKS_OF_LINK) {
        *ret_link = all;
        return WEFT_OK;
    }
    if (all->kind != WEFT_FILTER_AND) {
        return fail_mixed(all, selection, error);
    }
    for (size_t i = 0; i < all->child_count; i++) {
        if (subjects_of(all->children[i]) == (SPEAKS_OF_LINK | SPEAKS_OF_TARGET)) {
            return fail_mixed(all->children[i], selection, error);
        }
    }
    WEFT_TRY(select_part(all, SPEAKS_OF_LINK, keep, ret_link, error));
    return select_part(all, SPEAKS_OF_TARGET, keep, ret_target, error);
}

weft_code weft_place_filter(const weft_selection *selection,
                            bool is_split,
                            weft_arena *keep,
                            const weft_filter **ret_link,
                            const weft_filter **ret_target,
                            weft_error *error)
{
    if (selection->filter == NULL) {
        return WEFT_OK;
    }
    WEFT_TRY(place_condition(selection->filter, store_of(selection->model), 0, error));
    if (is_split) {
        return split_filter(selection, keep, ret_link, ret_target, error);
    }
    *ret_target = selection->filter;
    return WEFT_OK;
}

/* Rows of a split edge are ordered by weft, which has the target's own columns. */
static weft_code refuse_order(const weft_selection *selection, const weft_order *order, weft_error *error)
{
    const weft_str name = order->edge_count > 0 ? order->edges[0]->name : order->field->name;
    (void)weft_fail(error,
                    WEFT_UNSUPPORTED,
                    "cannot order \"%.*s\" by \"%.*s\" across stores",
                    WEFT_STR_ARG(selection->path),
                    WEFT_STR_ARG(name));
    weft_error_set_detail(error,
                          "The link table \"%.*s\" lives in store \"%.*s\", the records in store \"%.*s\".",
                          WEFT_STR_ARG(selection->edge->through->table),
                          WEFT_STR_ARG(store_of(selection->edge->through)->name),
                          WEFT_STR_ARG(store_of(selection->model)->name));
    weft_error_set_hint(error, "Order by fields of \"%.*s\" itself.", WEFT_STR_ARG(selection->model->name));
    return WEFT_UNSUPPORTED;
}

static bool has_order(weft_aggregate aggregate, weft_type type)
{
    if (aggregate == WEFT_AGGREGATE_SUM || aggregate == WEFT_AGGREGATE_AVG) {
        return type == WEFT_TYPE_NUMBER || type == WEFT_TYPE_FLOAT || type == WEFT_TYPE_AUTOINCREMENT;
    }
    return type != WEFT_TYPE_BOOLEAN && type != WEFT_TYPE_JSON && type != WEFT_TYPE_ARRAY;
}

/* Aggregates that stores compute differently, or not at all, are not asked of them. */
static weft_code check_aggregate(const weft_order *order, weft_error *error)
{
    if (order->aggregate == WEFT_AGGREGATE_NONE || order->aggregate == WEFT_AGGREGATE_COUNT ||
        has_order(order->aggregate, order->field->type)) {
        return WEFT_OK;
    }
    const weft_str aggregate = weft_aggregate_name(order->aggregate);
    const weft_str type = weft_type_name(order->field->type);
    return weft_fail(error,
                     WEFT_UNSUPPORTED,
                     "cannot order by %.*s of \"%.*s\", which is of type %.*s",
                     WEFT_STR_ARG(aggregate),
                     WEFT_STR_ARG(order->field->name),
                     WEFT_STR_ARG(type));
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
    return check_aggregate(order, error);
}

weft_code weft_place_order(const weft_selection *selection, bool is_split, weft_error *error)
{
    for (size_t i = 0; i < selection->order_count; i++) {
        const weft_order *order = &selection->order[i];
        if (is_split && (order->edge_count > 0 || order->json_path_len > 0 || order->is_through)) {
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

bool weft_step_is_ranked(const weft_step *step)
{
    return step->kind != WEFT_STEP_ROOT && weft_step_is_ordered(step) && step->selection->has_take;
}
