/* Orders: each key a field over to-one edges or an aggregate, and the primary key at the end, so that every order is
 * total. Fails when a key leads through a list without an aggregate, has a type without an order, or stands twice. */
#include "query/resolver.h"

#include <string.h>

#include "base/fail.h"

typedef WEFT_VEC(weft_order) orders;

static weft_code check_edges(const weft_resolver *resolver, const weft_trail *trail, const weft_path *path)
{
    const bool is_aggregate = trail->aggregate != WEFT_AGGREGATE_NONE;
    const size_t walked = is_aggregate ? trail->edge_count - 1 : trail->edge_count;
    for (size_t i = 0; i < walked; i++) {
        if (!trail->edges[i]->is_list) {
            continue;
        }
        const weft_code code = weft_fail(resolver->error,
                                         WEFT_INVALID_REQUEST,
                                         "cannot order by \"%.*s\", because \"%.*s\" is a list",
                                         WEFT_STR_ARG(path->text),
                                         WEFT_STR_ARG(trail->edges[i]->name));
        if (walked == 1 && !is_aggregate && trail->field) {
            weft_error_set_hint(resolver->error,
                                "Order by an aggregate of the list, such as \"%.*s.$max.%.*s\", or order the list "
                                "itself in \"with\".",
                                WEFT_STR_ARG(trail->edges[i]->name),
                                WEFT_STR_ARG(trail->field->name));
        }
        return code;
    }
    return WEFT_OK;
}

static weft_code check_end(const weft_resolver *resolver, const weft_trail *trail, const weft_path *path)
{
    if (trail->aggregate != WEFT_AGGREGATE_NONE) {
        return WEFT_OK;
    }
    if (trail->is_through && (trail->edge_count || !trail->field)) {
        const weft_code code = weft_fail(resolver->error,
                                         WEFT_INVALID_REQUEST,
                                         "cannot order by \"%.*s\", which is of another list's link row",
                                         WEFT_STR_ARG(path->text));
        weft_error_set_hint(resolver->error, "\"$link.field\" orders, in \"with\", the list it belongs to.");
        return code;
    }
    if (!trail->field) {
        const weft_code code = weft_fail(resolver->error,
                                         WEFT_INVALID_REQUEST,
                                         "cannot order by \"%.*s\", which is an edge",
                                         WEFT_STR_ARG(path->text));
        weft_error_set_hint(resolver->error,
                            "Name a field or an aggregate below it, such as \"%.*s.$count\".",
                            WEFT_STR_ARG(path->text));
        return code;
    }
    const weft_type type = trail->field->type;
    if ((type == WEFT_TYPE_JSON && trail->json_path_len == 0) || type == WEFT_TYPE_ARRAY) {
        return weft_fail(resolver->error,
                         WEFT_TYPE_MISMATCH,
                         "cannot order by \"%.*s\", which is of type %.*s",
                         WEFT_STR_ARG(path->text),
                         WEFT_STR_ARG(weft_type_name(type)));
    }
    return WEFT_OK;
}

static bool same_json_path(const weft_order *a, const weft_order *b)
{
    if (a->json_path_len != b->json_path_len) {
        return false;
    }
    for (size_t i = 0; i < a->json_path_len; i++) {
        if (!weft_str_equal(a->json_path[i], b->json_path[i])) {
            return false;
        }
    }
    return true;
}

static bool same_key(const weft_order *a, const weft_order *b)
{
    if (a->field != b->field || a->aggregate != b->aggregate || a->edge_count != b->edge_count) {
        return false;
    }
    for (size_t i = 0; i < a->edge_count; i++) {
        if (a->edges[i] != b->edges[i]) {
            return false;
        }
    }
    return same_json_path(a, b);
}

static bool has_key(const orders *list, const weft_order *key)
{
    for (size_t i = 0; i < list->count; i++) {
        if (same_key(&list->items[i], key)) {
            return true;
        }
    }
    return false;
}

static weft_code copy_edges(const weft_resolver *resolver, const weft_trail *trail, weft_order *order)
{
    const weft_edge **edges = WEFT_ARENA_ARRAY(resolver->keep, const weft_edge *, trail->edge_count);
    if (!edges) {
        return weft_fail_arena(resolver->error, resolver->keep);
    }
    memcpy(edges, trail->edges, trail->edge_count * sizeof(const weft_edge *));
    order->edges = edges;
    order->edge_count = trail->edge_count;
    return weft_ends_along(resolver, order->edges, order->edge_count, &order->ends);
}

static weft_code add_term(const weft_resolver *resolver,
                          const weft_trail *trail,
                          const weft_order_term *term,
                          orders *list)
{
    WEFT_TRY(check_edges(resolver, trail, &term->path));
    WEFT_TRY(check_end(resolver, trail, &term->path));
    weft_order order = {
        .field = trail->field,
        .json_path = trail->json_path,
        .json_path_len = trail->json_path_len,
        .is_through = trail->is_through,
        .aggregate = trail->aggregate,
        .is_descending = term->is_descending,
    };
    WEFT_TRY(copy_edges(resolver, trail, &order));
    if (has_key(list, &order)) {
        return weft_fail(
            resolver->error, WEFT_INVALID_REQUEST, "the order names \"%.*s\" twice", WEFT_STR_ARG(term->path.text));
    }
    return weft_vec_push(resolver->keep, list, order) ? WEFT_OK : weft_fail_arena(resolver->error, resolver->keep);
}

/* True when the order already has `key` of the record itself. */
static bool has_own_field(const orders *list, const weft_field *key)
{
    for (size_t i = 0; i < list->count; i++) {
        const weft_order *order = &list->items[i];
        if (order->field == key && order->edge_count == 0 && order->aggregate == WEFT_AGGREGATE_NONE) {
            return true;
        }
    }
    return false;
}

static weft_code add_primary_key(const weft_resolver *resolver, const weft_model *model, orders *list)
{
    for (size_t i = 0; i < model->key_count; i++) {
        const weft_order order = {.field = model->keys[i]};
        if (!has_own_field(list, order.field) && !weft_vec_push(resolver->keep, list, order)) {
            return weft_fail_arena(resolver->error, resolver->keep);
        }
    }
    return WEFT_OK;
}

weft_code weft_order_resolve(const weft_resolver *resolver,
                             const weft_standpoint *from,
                             const weft_scope *scope,
                             weft_selection *selection)
{
    orders list = {0};
    for (size_t i = 0; scope && i < scope->order_count; i++) {
        const weft_order_term *term = &scope->order[i];
        weft_trail trail;
        WEFT_TRY(weft_trail_follow(resolver, from, &term->path, &trail));
        WEFT_TRY(weft_resolver_at(resolver, term->path.where, add_term(resolver, &trail, term, &list)));
    }
    WEFT_TRY(add_primary_key(resolver, from->model, &list));
    selection->order = list.items;
    selection->order_count = list.count;
    return WEFT_OK;
}
