/* A filter as an expression: conditions on fields, their combinations, and conditions on partners over edges.
 *
 * Partners are asked for by EXISTS, their number by a scalar count; both see live links to live partners. Fails only by
 * running out of memory. */
#include "base/check.h"
#include "sql/compare.h"
#include "sql/step.h"
#include "sql/walk.h"

#define FILTER_DEPTH_MAX 1024 /* far above what query/ lets through */

/* Where a condition stands: the record's table, the link table that led to it, the edges walked to get there, and how
 * deep in the filter. */
typedef struct place {
    weft_str alias;
    weft_str link;
    size_t edges;
    size_t depth;
    const weft_row_scope *rows;
    weft_arena *keep;
} place;

static const weft_sql_expr *build(const weft_filter *filter, place at);

static const weft_sql_expr *build_junction(const weft_filter *filter, place at, weft_sql_kind kind)
{
    const weft_sql_expr **args = WEFT_ARENA_ARRAY(at.keep, const weft_sql_expr *, filter->child_count);
    at.depth++;
    for (size_t i = 0; args != NULL && i < filter->child_count; i++) {
        args[i] = build(filter->children[i], at);
    }
    return args == NULL ? NULL : weft_sql_nary(at.keep, kind, args, filter->child_count);
}

static const weft_sql_expr *negate(const weft_sql_expr *expr, weft_arena *keep)
{
    return expr == NULL ? NULL : weft_sql_unary(keep, WEFT_SQL_NOT, expr);
}

/* What the filter asks of the partner that was walked to. */
static const weft_sql_expr *build_below(const weft_sql_walk *walk, const weft_filter *filter, place at)
{
    return build(filter->child, (place){walk->end, walk->link, walk->depth, at.depth + 1, at.rows, at.keep});
}

/* Every partner matches when none fails to. */
static const weft_sql_expr *build_edge(const weft_filter *filter, place at)
{
    weft_arena *keep = at.keep;
    const bool is_every = filter->quantifier == WEFT_QUANTIFIER_EVERY;
    if (is_every && filter->child == NULL) {
        return weft_sql_leaf(keep, WEFT_SQL_TRUE);
    }
    weft_sql_walk walk;
    weft_sql_walk_init(&walk, at.alias, at.edges, at.rows, keep);
    weft_sql_walk_edge(&walk, filter->edge, filter->with_deleted);
    if (filter->child != NULL) {
        const weft_sql_expr *child = build_below(&walk, filter, at);
        weft_sql_walk_where(&walk, is_every ? negate(child, keep) : child);
    }
    const weft_sql_expr *exists = weft_sql_subselect(keep, WEFT_SQL_EXISTS, weft_sql_walk_select(&walk));
    return filter->quantifier == WEFT_QUANTIFIER_SOME ? exists : negate(exists, keep);
}

static weft_sql_kind count_kind(weft_operator op)
{
    const weft_sql_kind ordering = weft_sql_ordering_kind(op);
    return ordering != 0 ? ordering : op == WEFT_OP_NE ? WEFT_SQL_NE : WEFT_SQL_EQ;
}

static const weft_sql_expr *build_count(const weft_filter *filter, place at)
{
    weft_arena *keep = at.keep;
    weft_sql_walk walk;
    weft_sql_walk_init(&walk, at.alias, at.edges, at.rows, keep);
    weft_sql_walk_edge(&walk, filter->edge, false);
    if (filter->child != NULL) {
        weft_sql_walk_where(&walk, build_below(&walk, filter, at));
    }
    weft_sql_select *select = weft_sql_walk_select(&walk);
    weft_sql_output *output = WEFT_ARENA_NEW(keep, weft_sql_output);
    if (select == NULL || output == NULL) {
        return NULL;
    }
    output->expr = weft_sql_leaf(keep, WEFT_SQL_COUNT_ALL);
    output->kind = WEFT_VALUE_INTEGER;
    if (output->expr == NULL) {
        return NULL;
    }
    select->outputs = output;
    select->output_count = 1;
    const weft_sql_expr *count = weft_sql_subselect(keep, WEFT_SQL_SCALAR, select);
    if (filter->op == WEFT_OP_IN || filter->op == WEFT_OP_NIN) {
        return weft_sql_in(
            count, filter->values, filter->value_count, WEFT_VALUE_INTEGER, filter->op == WEFT_OP_NIN, keep);
    }
    return weft_sql_binary(
        keep, count_kind(filter->op), count, weft_sql_value(keep, filter->values[0], WEFT_VALUE_INTEGER));
}

/* The parts of an aggregate, compared with those of one operand. */
typedef struct compared_parts {
    const weft_sql_expr *exprs[WEFT_ORDER_PARTS_MAX];
    const weft_order *order;
    size_t count;
    weft_arena *keep;
} compared_parts;

static const weft_sql_expr *compare_part(const compared_parts *parts,
                                         size_t part,
                                         weft_sql_kind kind,
                                         const weft_value *values)
{
    const weft_value_kind value_kind = weft_order_part_kind(parts->order, part);
    return weft_sql_binary(
        parts->keep, kind, parts->exprs[part], weft_sql_value(parts->keep, values[part], value_kind));
}

/* All parts are equal; or, of two, the first decides unless it is equal. */
static const weft_sql_expr *compare_parts(const compared_parts *parts, weft_sql_kind kind, const weft_value *values)
{
    if (parts->count == 1) {
        return compare_part(parts, 0, kind, values);
    }
    const weft_sql_expr *both[2] = {compare_part(parts, 0, WEFT_SQL_EQ, values), compare_part(parts, 1, kind, values)};
    const weft_sql_expr *level = weft_sql_nary(parts->keep, WEFT_SQL_AND, both, 2);
    if (kind == WEFT_SQL_EQ) {
        return level;
    }
    const bool is_above = kind == WEFT_SQL_GT || kind == WEFT_SQL_GTE;
    const weft_sql_expr *either[2] = {compare_part(parts, 0, is_above ? WEFT_SQL_GT : WEFT_SQL_LT, values), level};
    return weft_sql_nary(parts->keep, WEFT_SQL_OR, either, 2);
}

static const weft_sql_expr *is_any(const compared_parts *parts, const weft_filter *filter)
{
    const weft_sql_expr **args = WEFT_ARENA_ARRAY(parts->keep, const weft_sql_expr *, filter->value_count);
    for (size_t i = 0; args != NULL && i < filter->value_count; i++) {
        args[i] = compare_parts(parts, WEFT_SQL_EQ, filter->values + i * parts->count);
    }
    return args == NULL ? NULL : weft_sql_nary(parts->keep, WEFT_SQL_OR, args, filter->value_count);
}

/* $min, $max and sums of whole numbers, of the live partners. */
static const weft_sql_expr *build_aggregate(const weft_filter *filter, place at)
{
    weft_arena *keep = at.keep;
    compared_parts parts = {.order = filter->order, .count = weft_order_part_count(filter->order), .keep = keep};
    for (size_t i = 0; i < parts.count; i++) {
        parts.exprs[i] = weft_sql_order_part_below(filter->order, i, at.alias, at.edges, at.rows, keep);
        if (parts.exprs[i] == NULL) {
            return NULL;
        }
    }
    if (filter->op == WEFT_OP_EXISTS) {
        const weft_sql_kind test = filter->values[0].as.boolean ? WEFT_SQL_IS_NOT_NULL : WEFT_SQL_IS_NULL;
        return weft_sql_unary(keep, test, parts.exprs[0]);
    }
    const weft_sql_kind ordering = weft_sql_ordering_kind(filter->op);
    if (ordering != 0) {
        return compare_parts(&parts, ordering, filter->values);
    }
    const bool is_negated = filter->op == WEFT_OP_NE || filter->op == WEFT_OP_NIN;
    const weft_sql_expr *any = is_any(&parts, filter);
    return is_negated ? negate(any, keep) : any;
}

static const weft_sql_expr *build(const weft_filter *filter, place at)
{
    WEFT_CHECK(at.depth < FILTER_DEPTH_MAX);
    switch (filter->kind) {
    case WEFT_FILTER_AND:
        return build_junction(filter, at, WEFT_SQL_AND);
    case WEFT_FILTER_OR:
        return build_junction(filter, at, WEFT_SQL_OR);
    case WEFT_FILTER_NOT:
        at.depth++;
        return negate(build(filter->children[0], at), at.keep);
    case WEFT_FILTER_COMPARE:
        return weft_sql_compare(filter, filter->is_through ? at.link : at.alias, at.keep);
    case WEFT_FILTER_EDGE:
        return build_edge(filter, at);
    case WEFT_FILTER_COUNT:
        return build_count(filter, at);
    case WEFT_FILTER_AGGREGATE:
        return build_aggregate(filter, at);
    }
    return NULL;
}

const weft_sql_expr *weft_sql_filter_over(
    const weft_filter *filter, weft_str alias, weft_str link, const weft_row_scope *rows, weft_arena *keep)
{
    return build(filter, (place){alias, link, 0, 0, rows, keep});
}

const weft_sql_expr *weft_sql_filter_below(
    const weft_filter *filter, weft_str alias, size_t depth, const weft_row_scope *rows, weft_arena *keep)
{
    const weft_str no_link = {NULL, 0};
    return build(filter, (place){alias, no_link, depth, 0, rows, keep});
}

weft_code weft_sql_filter(
    const weft_filter *filter, weft_str alias, weft_arena *keep, const weft_sql_expr **ret_expr, weft_error *error)
{
    const weft_str no_link = {NULL, 0};
    const weft_sql_expr *expr = weft_sql_filter_over(filter, alias, no_link, NULL, keep);
    if (expr == NULL) {
        return weft_fail_arena(error, keep);
    }
    *ret_expr = expr;
    return WEFT_OK;
}
