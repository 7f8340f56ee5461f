/* The names of operators, quantifiers and aggregates. */
#include "query/query.h"

static const weft_str operator_names[] = {
    [WEFT_OP_EQ] = {"$eq", 3},
    [WEFT_OP_NE] = {"$ne", 3},
    [WEFT_OP_IN] = {"$in", 3},
    [WEFT_OP_NIN] = {"$nin", 4},
    [WEFT_OP_GT] = {"$gt", 3},
    [WEFT_OP_GTE] = {"$gte", 4},
    [WEFT_OP_LT] = {"$lt", 3},
    [WEFT_OP_LTE] = {"$lte", 4},
    [WEFT_OP_LIKE] = {"$like", 5},
    [WEFT_OP_ILIKE] = {"$ilike", 6},
    [WEFT_OP_CONTAINS] = {"$contains", 9},
    [WEFT_OP_OVERLAP] = {"$overlap", 8},
    [WEFT_OP_EXISTS] = {"$exists", 7},
};

static const weft_str quantifier_names[] = {
    [WEFT_QUANTIFIER_SOME] = {"$some", 5},
    [WEFT_QUANTIFIER_NONE] = {"$none", 5},
    [WEFT_QUANTIFIER_EVERY] = {"$every", 6},
};

static const weft_str aggregate_names[] = {
    [WEFT_AGGREGATE_COUNT] = {"$count", 6},
    [WEFT_AGGREGATE_MIN] = {"$min", 4},
    [WEFT_AGGREGATE_MAX] = {"$max", 4},
    [WEFT_AGGREGATE_SUM] = {"$sum", 4},
    [WEFT_AGGREGATE_AVG] = {"$avg", 4},
};

static weft_str name_at(const weft_str *names, size_t count, size_t index)
{
    return index < count ? names[index] : (weft_str){NULL, 0};
}

/* Place of `name`; 0, which no enum here uses for a name, when it is not there. */
static size_t index_of(const weft_str *names, size_t count, weft_str name)
{
    for (size_t i = 1; i < count && name.len; i++) {
        if (weft_str_equal(names[i], name)) {
            return i;
        }
    }
    return 0;
}

weft_str weft_operator_name(weft_operator operator_)
{
    return name_at(operator_names, WEFT_COUNT_OF(operator_names), (size_t)operator_);
}

bool weft_operator_from_name(weft_str name, weft_operator *ret_operator)
{
    const size_t found = index_of(operator_names, WEFT_COUNT_OF(operator_names), name);
    if (found) {
        *ret_operator = (weft_operator)found;
    }
    return found != 0;
}

weft_str weft_quantifier_name(weft_quantifier quantifier)
{
    return name_at(quantifier_names, WEFT_COUNT_OF(quantifier_names), (size_t)quantifier);
}

weft_str weft_aggregate_name(weft_aggregate aggregate)
{
    return name_at(aggregate_names, WEFT_COUNT_OF(aggregate_names), (size_t)aggregate);
}

bool weft_aggregate_from_name(weft_str name, weft_aggregate *ret_aggregate)
{
    const size_t found = index_of(aggregate_names, WEFT_COUNT_OF(aggregate_names), name);
    if (found) {
        *ret_aggregate = (weft_aggregate)found;
    }
    return found != 0;
}
