/* Which operator fits which type of field: the table behind "$like does not fit a number". */
#include "base/fail.h"
#include "query/resolver.h"

/* What a field is, as far as operators care. */
typedef enum type_group {
    GROUP_TEXT = 1, /* id, text, enum */
    GROUP_ORDERED,  /* numbers and times */
    GROUP_BOOLEAN,
    GROUP_JSON,
    GROUP_JSON_PATH,
    GROUP_ARRAY
} type_group;

static type_group group_of(const weft_comparison *comparison)
{
    switch (comparison->field->type) {
    case WEFT_TYPE_ID:
    case WEFT_TYPE_TEXT:
    case WEFT_TYPE_ENUM:
        return GROUP_TEXT;
    case WEFT_TYPE_BOOLEAN:
        return GROUP_BOOLEAN;
    case WEFT_TYPE_JSON:
        return comparison->json_path_len ? GROUP_JSON_PATH : GROUP_JSON;
    case WEFT_TYPE_ARRAY:
        return GROUP_ARRAY;
    case WEFT_TYPE_NUMBER:
    case WEFT_TYPE_BIG_NUMBER:
    case WEFT_TYPE_FLOAT:
    case WEFT_TYPE_DATE_TIME:
    case WEFT_TYPE_AUTOINCREMENT:
    default:
        return GROUP_ORDERED;
    }
}

static bool operator_fits(weft_operator op, type_group group)
{
    switch (op) {
    case WEFT_OP_EQ:
    case WEFT_OP_NE:
    case WEFT_OP_IN:
    case WEFT_OP_NIN:
    case WEFT_OP_EXISTS:
        return true;
    case WEFT_OP_GT:
    case WEFT_OP_GTE:
    case WEFT_OP_LT:
    case WEFT_OP_LTE:
        return group == GROUP_TEXT || group == GROUP_ORDERED || group == GROUP_JSON_PATH;
    case WEFT_OP_LIKE:
    case WEFT_OP_ILIKE:
        return group == GROUP_TEXT || group == GROUP_JSON_PATH;
    case WEFT_OP_CONTAINS:
        return group != GROUP_ORDERED && group != GROUP_BOOLEAN;
    case WEFT_OP_OVERLAP:
        return group == GROUP_ARRAY;
    default:
        return false;
    }
}

weft_code weft_operator_check(const weft_resolver *resolver, const weft_comparison *comparison, weft_operator op)
{
    const type_group group = group_of(comparison);
    if (operator_fits(op, group)) {
        return WEFT_OK;
    }
    const weft_code code = weft_fail(resolver->error,
                                     WEFT_TYPE_MISMATCH,
                                     "operator \"%.*s\" does not fit \"%.*s\", which is of type %.*s",
                                     WEFT_STR_ARG(comparison->operator_name),
                                     WEFT_STR_ARG(comparison->field->name),
                                     WEFT_STR_ARG(weft_type_name(comparison->field->type)));
    if (group == GROUP_JSON && operator_fits(op, GROUP_JSON_PATH)) {
        weft_error_set_hint(
            resolver->error, "Name what is in it, such as \"%.*s.size\".", WEFT_STR_ARG(comparison->field->name));
    }
    return weft_resolver_at(resolver, comparison->where, code);
}
