/* Dividing a selection's filter and order between the store and weft.
 *
 *      all of it here          the store filters
 *      one of several ANDs     that one is the store's, the others are weft's
 *      below OR and NOT        a mark: the store says for each row whether it holds
 *      over a far edge         a look: the partners that match are steps of their own, and weft decides by what they
 * find
 *
 * An order is the store's when it can follow every term; else weft sorts, by columns, marks and looks. Fails only by
 * running out of memory. */
#include "base/check.h"
#include "base/fail.h"
#include "plan/place.h"

typedef struct divider {
    const weft_selection *selection;
    const weft_store_def *store; /* of the records */
    bool is_split;
    weft_arena *keep;
    weft_division *division;
} divider;

/* Which rows a condition speaks of, as bits: link rows that led here, or records and their edges. */
enum { SPEAKS_OF_LINK = 1, SPEAKS_OF_RECORD = 2 };

static unsigned subjects_of(const weft_filter *filter)
{
    unsigned subjects = 0;
    if (filter->kind == WEFT_FILTER_COMPARE) {
        return filter->is_through ? SPEAKS_OF_LINK : SPEAKS_OF_RECORD;
    }
    if (filter->edge != NULL) {
        return SPEAKS_OF_RECORD; /* what is below an edge speaks of that edge's own link row */
    }
    for (size_t i = 0; i < filter->child_count; i++) {
        subjects |= subjects_of(filter->children[i]);
    }
    return subjects;
}

typedef enum side { SIDE_NONE = 0, SIDE_RECORD, SIDE_LINK } side;

/* Whose statement can answer all of `filter`. */
static side side_of(const divider *d, const weft_filter *filter)
{
    const unsigned subjects = d->is_split ? subjects_of(filter) : SPEAKS_OF_RECORD;
    if (subjects == SPEAKS_OF_LINK) {
        return SIDE_LINK;
    }
    return (subjects & SPEAKS_OF_LINK) == 0 && weft_condition_is_local(filter, d->store) ? SIDE_RECORD : SIDE_NONE;
}

static weft_residual *new_residual(divider *d, weft_residual_kind kind, size_t child_count)
{
    weft_residual *residual = WEFT_ARENA_NEW(d->keep, weft_residual);
    const weft_residual **children = WEFT_ARENA_ARRAY(d->keep, const weft_residual *, child_count);
    if (residual == NULL || children == NULL) {
        return NULL;
    }
    *residual = (weft_residual){.kind = kind, .children = children, .child_count = child_count};
    return residual;
}

static const weft_residual *negate(divider *d, const weft_residual *child)
{
    weft_residual *residual = child == NULL ? NULL : new_residual(d, WEFT_RESIDUAL_NOT, 1);
    if (residual != NULL) {
        const weft_residual **only = WEFT_ARENA_ARRAY(d->keep, const weft_residual *, 1);
        residual->children = only;
        residual = only == NULL ? NULL : residual;
        if (only != NULL) {
            only[0] = child;
        }
    }
    return residual;
}

static const weft_residual *make_mark(divider *d, const weft_filter *filter, side of)
{
    const weft_mark mark = {.filter = filter, .kind = WEFT_VALUE_BOOLEAN};
    weft_mark_list *marks = of == SIDE_LINK ? &d->division->link_marks : &d->division->marks;
    weft_residual *residual = new_residual(d, of == SIDE_LINK ? WEFT_RESIDUAL_LINK_MARK : WEFT_RESIDUAL_MARK, 0);
    if (residual == NULL || !weft_vec_push(d->keep, marks, mark)) {
        return NULL;
    }
    residual->place = marks->count - 1;
    return residual;
}

/* `filter` negated, as a filter. */
static const weft_filter *negate_filter(divider *d, const weft_filter *filter)
{
    weft_filter *negated = WEFT_ARENA_NEW(d->keep, weft_filter);
    const weft_filter **only = WEFT_ARENA_ARRAY(d->keep, const weft_filter *, 1);
    if (negated == NULL || only == NULL) {
        return NULL;
    }
    only[0] = filter;
    *negated = (weft_filter){.kind = WEFT_FILTER_NOT, .children = only, .child_count = 1, .where = filter->where};
    return negated;
}

static weft_residual *make_look(divider *d, weft_residual_kind kind, const weft_filter *asked, const weft_filter *child)
{
    const weft_look look = {.edge = asked->edge,
                            .filter = child,
                            .order = asked->order,
                            .is_existence = kind == WEFT_RESIDUAL_SOME,
                            .with_deleted = asked->with_deleted};
    weft_residual *residual = new_residual(d, kind, 0);
    if (residual == NULL || !weft_vec_push(d->keep, &d->division->looks, look)) {
        return NULL;
    }
    residual->place = d->division->looks.count - 1;
    residual->filter = asked;
    return residual;
}

/* Which partners over the order's first edge exist; NULL: all. */
static const weft_filter *first_ends(const weft_order *order)
{
    return order->ends != NULL ? order->ends[0] : NULL;
}

/* Every partner matches when none fails to. */
static const weft_residual *make_edge(divider *d, const weft_filter *filter)
{
    const weft_filter *child = filter->child;
    if (filter->quantifier == WEFT_QUANTIFIER_EVERY) {
        if (child == NULL) {
            return new_residual(d, WEFT_RESIDUAL_AND, 0);
        }
        child = negate_filter(d, child);
        if (child == NULL) {
            return NULL;
        }
    }
    const weft_residual *some = make_look(d, WEFT_RESIDUAL_SOME, filter, child);
    return filter->quantifier == WEFT_QUANTIFIER_SOME ? some : negate(d, some);
}

static const weft_residual *make_residual(divider *d, const weft_filter *filter, size_t depth);

static const weft_residual *make_junction(divider *d, weft_residual_kind kind, const weft_filter *filter, size_t depth)
{
    const weft_residual **children = WEFT_ARENA_ARRAY(d->keep, const weft_residual *, filter->child_count);
    weft_residual *residual = WEFT_ARENA_NEW(d->keep, weft_residual);
    if (children == NULL || residual == NULL) {
        return NULL;
    }
    for (size_t i = 0; i < filter->child_count; i++) {
        children[i] = make_residual(d, filter->children[i], depth + 1);
        if (children[i] == NULL) {
            return NULL;
        }
    }
    *residual = (weft_residual){.kind = kind, .children = children, .child_count = filter->child_count};
    return residual;
}

/* What weft decides by in place of `filter`; NULL when out of memory. */
static const weft_residual *make_residual(divider *d, const weft_filter *filter, size_t depth)
{
    WEFT_CHECK(depth < WEFT_PLAN_DEPTH_MAX);
    const side of = side_of(d, filter);
    if (of != SIDE_NONE) {
        return make_mark(d, filter, of);
    }
    switch (filter->kind) {
    case WEFT_FILTER_AND:
        return make_junction(d, WEFT_RESIDUAL_AND, filter, depth);
    case WEFT_FILTER_OR:
        return make_junction(d, WEFT_RESIDUAL_OR, filter, depth);
    case WEFT_FILTER_NOT:
        return negate(d, make_residual(d, filter->children[0], depth + 1));
    case WEFT_FILTER_EDGE:
        return make_edge(d, filter);
    case WEFT_FILTER_COUNT:
        return make_look(d, WEFT_RESIDUAL_COUNT, filter, filter->child);
    case WEFT_FILTER_AGGREGATE:
        return make_look(d, WEFT_RESIDUAL_AGGREGATE, filter, first_ends(filter->order));
    case WEFT_FILTER_COMPARE:
        break; /* always somebody's */
    }
    return NULL;
}

/* The conditions of the AND `all` that `of` answers, as one AND; NULL in `ret_part` when there are none. */
static bool select_part(divider *d, const weft_filter *all, side of, const weft_filter **ret_part)
{
    weft_filter *part = WEFT_ARENA_NEW(d->keep, weft_filter);
    const weft_filter **children = WEFT_ARENA_ARRAY(d->keep, const weft_filter *, all->child_count);
    if (part == NULL || children == NULL) {
        return false;
    }
    *part = *all;
    part->children = children;
    part->child_count = 0;
    for (size_t i = 0; i < all->child_count; i++) {
        if (side_of(d, all->children[i]) == of) {
            children[part->child_count++] = all->children[i];
        }
    }
    *ret_part = part->child_count > 0 ? part : NULL;
    return true;
}

static bool divide_and(divider *d, const weft_filter *all)
{
    const weft_filter *rest = NULL;
    if (!select_part(d, all, SIDE_RECORD, &d->division->filter) ||
        !select_part(d, all, SIDE_LINK, &d->division->link_filter) || !select_part(d, all, SIDE_NONE, &rest)) {
        return false;
    }
    if (rest == NULL) {
        return true;
    }
    d->division->residual =
        rest->child_count == 1 ? make_residual(d, rest->children[0], 0) : make_junction(d, WEFT_RESIDUAL_AND, rest, 0);
    return d->division->residual != NULL;
}

static bool divide_filter(divider *d, const weft_filter *filter)
{
    switch (side_of(d, filter)) {
    case SIDE_RECORD:
        d->division->filter = filter;
        return true;
    case SIDE_LINK:
        d->division->link_filter = filter;
        return true;
    case SIDE_NONE:
        break;
    }
    if (filter->kind == WEFT_FILTER_AND) {
        return divide_and(d, filter);
    }
    d->division->residual = make_residual(d, filter, 0);
    return d->division->residual != NULL;
}

static bool add_term(divider *d, weft_term_kind kind, size_t place, size_t part, const weft_order *order)
{
    const weft_term term = {kind, place, part, order};
    return weft_vec_push(d->keep, &d->division->terms, term);
}

static bool add_marks(weft_mark_list *marks, const weft_order *order, weft_arena *keep)
{
    for (size_t part = 0; part < weft_order_part_count(order); part++) {
        const weft_mark mark = {.order = order, .part = part, .kind = weft_order_part_kind(order, part)};
        if (!weft_vec_push(keep, marks, mark)) {
            return false;
        }
    }
    return true;
}

static bool add_mark_terms(divider *d, const weft_order *order)
{
    const bool is_link = d->is_split && order->is_through;
    weft_mark_list *marks = is_link ? &d->division->link_marks : &d->division->marks;
    const size_t first = marks->count;
    if (!add_marks(marks, order, d->keep)) {
        return false;
    }
    for (size_t part = 0; part < weft_order_part_count(order); part++) {
        if (!add_term(d, is_link ? WEFT_TERM_LINK_MARK : WEFT_TERM_MARK, first + part, part, order)) {
            return false;
        }
    }
    return true;
}

static bool add_look_terms(divider *d, const weft_order *order)
{
    const weft_look look = {.edge = order->edges[0], .filter = first_ends(order), .order = order};
    if (!weft_vec_push(d->keep, &d->division->looks, look)) {
        return false;
    }
    for (size_t part = 0; part < weft_order_part_count(order); part++) {
        if (!add_term(d, WEFT_TERM_LOOK, d->division->looks.count - 1, part, order)) {
            return false;
        }
    }
    return true;
}

static bool divide_order(divider *d)
{
    const weft_selection *selection = d->selection;
    for (size_t i = 0; i < selection->order_count; i++) {
        const weft_order *order = &selection->order[i];
        const bool is_field = order->edge_count == 0 && order->json_path_len == 0 && !order->is_through;
        const bool is_added = is_field                              ? add_term(d, WEFT_TERM_FIELD, 0, 0, order)
                              : weft_term_is_local(order, d->store) ? add_mark_terms(d, order)
                                                                    : add_look_terms(d, order);
        if (!is_added) {
            return false;
        }
    }
    return true;
}

static bool is_ordered_in_store(const weft_selection *selection, const weft_store_def *store)
{
    for (size_t i = 0; i < selection->order_count; i++) {
        if (!weft_term_is_local(&selection->order[i], store)) {
            return false;
        }
    }
    return true;
}

weft_code weft_divide(const weft_selection *selection,
                      bool is_split,
                      bool needs_order,
                      weft_arena *keep,
                      weft_division *ret_division,
                      weft_error *error)
{
    weft_division division = {0};
    divider d = {selection, selection->model->store, is_split, keep, &division};
    if (selection->filter != NULL && !divide_filter(&d, selection->filter)) {
        return weft_fail_arena(error, keep);
    }
    if ((needs_order || !is_ordered_in_store(selection, d.store)) && !divide_order(&d)) {
        return weft_fail_arena(error, keep);
    }
    *ret_division = division;
    return WEFT_OK;
}

weft_code weft_divide_keys(const weft_selection *selection,
                           weft_arena *keep,
                           weft_division *division,
                           weft_error *error)
{
    divider d = {selection, selection->model->store, false, keep, division};
    WEFT_CHECK(division->terms.count == 0);
    if (!divide_order(&d)) {
        return weft_fail_arena(error, keep);
    }
    division->keys = division->terms;
    division->terms = (weft_term_list){0};
    return WEFT_OK;
}

/* True when it matters which partner comes before which: one of several is chosen, or doubles are added up. */
static bool needs_key(const weft_order *end)
{
    const bool is_total = end->aggregate == WEFT_AGGREGATE_SUM || end->aggregate == WEFT_AGGREGATE_AVG;
    return end->aggregate == WEFT_AGGREGATE_NONE || (is_total && end->field->type == WEFT_TYPE_FLOAT);
}

/* The partner's value, and the key it is chosen or added up by. */
static bool add_end_marks(const weft_order *end, weft_division *division, weft_arena *keep)
{
    if (end->aggregate == WEFT_AGGREGATE_COUNT) {
        return true;
    }
    weft_order *value = WEFT_ARENA_NEW(keep, weft_order);
    weft_order *keys = WEFT_ARENA_ARRAY(keep, weft_order, end->field->model->key_count);
    if (value == NULL || keys == NULL) {
        return false;
    }
    *value = (weft_order){.field = end->field, .json_path = end->json_path, .json_path_len = end->json_path_len};
    bool is_added = add_marks(&division->marks, value, keep);
    for (size_t i = 0; is_added && needs_key(end) && i < end->field->model->key_count; i++) {
        keys[i].field = end->field->model->keys[i];
        is_added = add_marks(&division->marks, &keys[i], keep);
    }
    return is_added;
}

/* The look further on, for an order over more than one edge. */
static bool add_further(const weft_order *order, weft_division *division, weft_arena *keep)
{
    weft_order *further = WEFT_ARENA_NEW(keep, weft_order);
    if (further == NULL) {
        return false;
    }
    *further = *order;
    further->edges++;
    further->edge_count--;
    further->ends = order->ends != NULL ? order->ends + 1 : NULL;
    const weft_look look = {.edge = further->edges[0], .filter = first_ends(further), .order = further};
    return weft_vec_push(keep, &division->looks, look);
}

weft_code weft_divide_look(const weft_order *order,
                           const weft_selection *partners,
                           bool is_split,
                           weft_arena *keep,
                           weft_division *ret_division,
                           weft_error *error)
{
    weft_division division = {0};
    divider d = {partners, partners->model->store, is_split, keep, &division};
    const bool is_added =
        order->edge_count == 1 ? add_end_marks(order, &division, keep) : add_further(order, &division, keep);
    if (!is_added || (partners->filter != NULL && !divide_filter(&d, partners->filter))) {
        return weft_fail_arena(error, keep);
    }
    *ret_division = division;
    return WEFT_OK;
}
