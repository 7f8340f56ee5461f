/* What a key of an order is compared by, as expressions: one a part.
 *
 * A field over to-one edges is that of the partner an answer would show: the first by its key. A path into JSON orders
 * numbers by value, then texts bytewise, and takes everything else for null, which no two stores would order alike. A
 * sum of whole numbers is ordered by its halves. Fails only by running out of memory. */
#include "sql/walk.h"

static weft_sql_kind aggregate_kind(weft_aggregate aggregate, size_t part)
{
    switch (aggregate) {
    case WEFT_AGGREGATE_MIN:
        return WEFT_SQL_MIN;
    case WEFT_AGGREGATE_MAX:
        return WEFT_SQL_MAX;
    case WEFT_AGGREGATE_SUM:
        return part == 0 ? WEFT_SQL_SUM_UPPER : WEFT_SQL_SUM_LOWER;
    case WEFT_AGGREGATE_AVG:
        return WEFT_SQL_SUM_AVERAGE;
    case WEFT_AGGREGATE_NONE:
    case WEFT_AGGREGATE_COUNT:
        break;
    }
    return WEFT_SQL_COUNT_ALL;
}

static const weft_sql_expr *value_at(const weft_order *order, weft_str alias, size_t part, weft_arena *keep)
{
    if (order->aggregate == WEFT_AGGREGATE_COUNT) {
        return weft_sql_leaf(keep, WEFT_SQL_COUNT_ALL);
    }
    const weft_sql_expr *field = weft_sql_field(keep, alias, order->field);
    if (order->json_path_len > 0) {
        const weft_type type = part == 0 ? WEFT_TYPE_BIG_NUMBER : WEFT_TYPE_TEXT;
        field = weft_sql_path(keep, field, order->json_path, order->json_path_len, type);
    }
    if (order->aggregate != WEFT_AGGREGATE_NONE) {
        return weft_sql_unary(keep, aggregate_kind(order->aggregate, part), field);
    }
    return field;
}

/* Of several partners the first by its key is meant. */
static bool take_first(weft_sql_select *select, const weft_model *model, weft_str alias, weft_arena *keep)
{
    weft_sql_order *terms = WEFT_ARENA_ARRAY(keep, weft_sql_order, model->key_count);
    if (terms == NULL) {
        return false;
    }
    for (size_t i = 0; i < model->key_count; i++) {
        terms[i].expr = weft_sql_field(keep, alias, model->keys[i]);
        if (terms[i].expr == NULL) {
            return false;
        }
    }
    select->order = terms;
    select->order_count = model->key_count;
    select->has_limit = true;
    select->limit = 1;
    return true;
}

/* True when every edge leads to one record by its key, so that there is nothing to choose from. */
static bool leads_to_one(const weft_order *order)
{
    for (size_t i = 0; i < order->edge_count; i++) {
        const weft_edge *edge = order->edges[i];
        if (edge->through != NULL || !edge->to_field->is_primary_key || edge->to->key_count != 1) {
            return false;
        }
    }
    return true;
}

const weft_sql_expr *weft_sql_order_part_below(
    const weft_order *order, size_t part, weft_str alias, size_t depth, const weft_row_scope *rows, weft_arena *keep)
{
    weft_sql_walk walk;
    weft_sql_walk_init(&walk, alias, depth, rows, keep);
    for (size_t i = 0; i < order->edge_count; i++) {
        weft_sql_walk_edge(&walk, order->edges[i], false);
        if (order->ends != NULL && order->ends[i] != NULL) {
            weft_sql_walk_where(&walk, weft_sql_filter_below(order->ends[i], walk.end, walk.depth, rows, keep));
        }
    }
    weft_sql_select *select = weft_sql_walk_select(&walk);
    weft_sql_output *output = WEFT_ARENA_NEW(keep, weft_sql_output);
    if (select == NULL || output == NULL) {
        return NULL;
    }
    output->expr = value_at(order, walk.end, part, keep);
    const weft_model *end = order->edges[order->edge_count - 1]->to;
    if (output->expr == NULL ||
        (order->aggregate == WEFT_AGGREGATE_NONE && !leads_to_one(order) && !take_first(select, end, walk.end, keep))) {
        return NULL;
    }
    select->outputs = output;
    select->output_count = 1;
    return weft_sql_subselect(keep, WEFT_SQL_SCALAR, select);
}

const weft_sql_expr *weft_sql_order_part(
    const weft_order *order, size_t part, weft_str alias, weft_str link, const weft_row_scope *rows, weft_arena *keep)
{
    const weft_str at = order->is_through ? link : alias;
    return order->edge_count > 0 ? weft_sql_order_part_below(order, part, at, 0, rows, keep)
                                 : value_at(order, at, part, keep);
}
