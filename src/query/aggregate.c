/* Conditions on what partners come to: {"blog_posts": {"$max": {"views": {"$gte": 3}}}}.
 *
 * They are read like comparisons of a field of the aggregate's type, and become conditions on the parts that an order
 * by the aggregate has (query.h). Fails as weft_compare_resolve does. */
#include "query/resolver.h"

#include "base/fail.h"

#define HALF INT64_C(4294967296)

/* What is compared, and the field that its operands are read as. */
typedef struct subject {
    const weft_resolver *resolver;
    const weft_order *order;
    weft_field field;
} subject;

static weft_code convert(const subject *of, const weft_filter *compared, const weft_filter **ret_filter);

static weft_code make_order(const weft_resolver *resolver, const weft_trail *trail, const weft_order **ret_order)
{
    weft_order *order = WEFT_ARENA_NEW(resolver->keep, weft_order);
    const weft_edge **edges = WEFT_ARENA_ARRAY(resolver->keep, const weft_edge *, 1);
    if (order == NULL || edges == NULL) {
        return weft_fail_arena(resolver->error, resolver->keep);
    }
    edges[0] = trail->edges[trail->edge_count - 1];
    *order = (weft_order){.edges = edges, .edge_count = 1, .field = trail->field, .aggregate = trail->aggregate};
    *ret_order = order;
    return weft_ends_along(resolver, edges, 1, &order->ends);
}

static bool operator_fits(weft_operator op)
{
    return op != WEFT_OP_LIKE && op != WEFT_OP_ILIKE && op != WEFT_OP_CONTAINS && op != WEFT_OP_OVERLAP;
}

static weft_code check_operator(const weft_resolver *resolver,
                                weft_aggregate aggregate,
                                const weft_comparison *comparison)
{
    weft_operator op = WEFT_OP_EQ;
    if (!weft_operator_from_name(comparison->operator_name, &op) || operator_fits(op)) {
        return WEFT_OK;
    }
    const weft_code code = weft_fail(resolver->error,
                                     WEFT_TYPE_MISMATCH,
                                     "operator \"%.*s\" does not fit \"%.*s\"",
                                     WEFT_STR_ARG(comparison->operator_name),
                                     WEFT_STR_ARG(weft_aggregate_name(aggregate)));
    weft_error_set_hint(resolver->error, "Aggregates take $eq $ne $in $nin $gt $gte $lt $lte $exists.");
    return weft_resolver_at(resolver, comparison->where, code);
}

/* The values of each part, one operand after another. */
static weft_code set_values(const subject *of, const weft_filter *compared, weft_filter *filter)
{
    const size_t part_count = weft_order_part_count(of->order);
    weft_value *values = WEFT_ARENA_ARRAY(of->resolver->keep, weft_value, compared->value_count * part_count);
    if (values == NULL) {
        return weft_fail_arena(of->resolver->error, of->resolver->keep);
    }
    filter->values = values;
    for (size_t i = 0; i < compared->value_count; i++) {
        const weft_value *value = &compared->values[i];
        if (part_count == 1) {
            values[i] = *value;
            continue;
        }
        const int64_t lower = (int64_t)((uint64_t)value->as.integer % (uint64_t)HALF);
        const int64_t upper = (value->as.integer - lower) / HALF;
        values[2 * i] = (weft_value){.kind = WEFT_VALUE_INTEGER, .as.integer = upper};
        values[2 * i + 1] = (weft_value){.kind = WEFT_VALUE_INTEGER, .as.integer = lower};
    }
    return WEFT_OK;
}

/* Equality with null asks whether there is a value. */
static weft_code convert_existence(const subject *of, bool exists, weft_filter *filter)
{
    weft_value *value = WEFT_ARENA_NEW(of->resolver->keep, weft_value);
    if (value == NULL) {
        return weft_fail_arena(of->resolver->error, of->resolver->keep);
    }
    *value = (weft_value){.kind = WEFT_VALUE_BOOLEAN, .as.boolean = exists};
    filter->op = WEFT_OP_EXISTS;
    filter->values = value;
    return WEFT_OK;
}

static weft_code convert_compare(const subject *of, const weft_filter *compared, weft_filter *filter)
{
    filter->kind = WEFT_FILTER_AGGREGATE;
    filter->field = NULL;
    filter->edge = of->order->edges[0];
    filter->order = of->order;
    if (compared->value_count > 0 && compared->values[0].kind == WEFT_VALUE_NULL) {
        return convert_existence(of, compared->op == WEFT_OP_NE, filter);
    }
    return compared->op == WEFT_OP_EXISTS ? WEFT_OK : set_values(of, compared, filter);
}

static weft_code convert_children(const subject *of, const weft_filter *compared, weft_filter *filter)
{
    const weft_filter **children = WEFT_ARENA_ARRAY(of->resolver->keep, const weft_filter *, compared->child_count);
    if (children == NULL) {
        return weft_fail_arena(of->resolver->error, of->resolver->keep);
    }
    for (size_t i = 0; i < compared->child_count; i++) {
        WEFT_TRY(convert(of, compared->children[i], &children[i]));
    }
    filter->children = children;
    return WEFT_OK;
}

/* A comparison of the field, or two joined because a list held null. */
static weft_code convert(const subject *of, const weft_filter *compared, const weft_filter **ret_filter)
{
    weft_filter *filter = WEFT_ARENA_NEW(of->resolver->keep, weft_filter);
    if (filter == NULL) {
        return weft_fail_arena(of->resolver->error, of->resolver->keep);
    }
    *filter = *compared;
    *ret_filter = filter;
    return compared->kind == WEFT_FILTER_COMPARE ? convert_compare(of, compared, filter)
                                                 : convert_children(of, compared, filter);
}

weft_code weft_aggregate_resolve(const weft_resolver *resolver,
                                 const weft_trail *trail,
                                 const weft_comparison *comparison,
                                 const weft_filter **ret_filter)
{
    subject of = {.resolver = resolver, .field = *trail->field};
    weft_comparison of_field = *comparison;
    const weft_filter *compared = NULL;
    WEFT_TRY(check_operator(resolver, trail->aggregate, comparison));
    WEFT_TRY(make_order(resolver, trail, &of.order));
    of.field.type = trail->aggregate == WEFT_AGGREGATE_AVG ? WEFT_TYPE_FLOAT : of.field.type;
    of_field.field = &of.field;
    WEFT_TRY(weft_compare_resolve(resolver, &of_field, &compared));
    return convert(&of, compared, ret_filter);
}
