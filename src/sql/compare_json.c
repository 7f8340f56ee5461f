/* A comparison of a JSON field, or of what a path below it leads to. Operands are JSON values.
 *
 * Equality compares JSON with JSON; JSON null counts as null. An order or a pattern compares what the operand's type
 * is: text bytewise, numbers by their value; where something else stands in the field the comparison is false, as with
 * null. Fails only by running out of memory, answered as NULL. */
#include "model/operand.h"
#include "sql/compare.h"
#include "json/reader.h"

static bool is_null_operand(const weft_value *value)
{
    return value->kind == WEFT_VALUE_NULL ||
           (value->kind == WEFT_VALUE_JSON && weft_str_equal_text(value->as.text, "null"));
}

/* The text of a JSON string; `.data` NULL when out of memory. */
static weft_str read_string(weft_str json, weft_arena *keep)
{
    json_t *value = NULL;
    weft_str text = {0};
    if (weft_json_read(json, 0, &value, NULL) == WEFT_OK) {
        text = weft_str_copy(keep, weft_json_text(value));
        json_decref(value);
    }
    return text;
}

/* `value` as a text or decimal of SQL. False when it is neither (then nothing is above or below it); a text whose
 * `.data` is NULL ran out of memory. */
static bool read_scalar(const weft_value *value, weft_arena *keep, weft_value *ret_scalar)
{
    const weft_str json = value->as.text;
    if (value->kind == WEFT_VALUE_TEXT || value->kind == WEFT_VALUE_DECIMAL) {
        *ret_scalar = *value;
        return true;
    }
    if (value->kind != WEFT_VALUE_JSON || json.len == 0) {
        return false;
    }
    if (json.data[0] == '"') {
        *ret_scalar = (weft_value){.kind = WEFT_VALUE_TEXT, .as.text = read_string(json, keep)};
        return true;
    }
    weft_str digits = {0};
    if (!weft_decimal_normalize(json, keep, &digits)) {
        return false;
    }
    *ret_scalar = (weft_value){.kind = WEFT_VALUE_DECIMAL, .as.text = digits};
    return true;
}

static const weft_sql_expr *compare_scalar(const weft_filter *filter,
                                           const weft_sql_expr *json,
                                           weft_sql_kind kind,
                                           weft_arena *keep)
{
    weft_value scalar = {0};
    if (!read_scalar(&filter->values[0], keep, &scalar)) {
        return weft_sql_leaf(keep, WEFT_SQL_FALSE);
    }
    if (scalar.as.text.data == NULL) {
        return NULL;
    }
    const weft_type type = scalar.kind == WEFT_VALUE_TEXT ? WEFT_TYPE_TEXT : WEFT_TYPE_BIG_NUMBER;
    return weft_sql_binary(keep,
                           kind,
                           weft_sql_path(keep, json, filter->json_path, filter->json_path_len, type),
                           weft_sql_value(keep, scalar, scalar.kind));
}

static const weft_sql_expr *equality(const weft_filter *filter, const weft_sql_expr *path, weft_arena *keep)
{
    const bool is_negated = filter->op == WEFT_OP_NE;
    if (is_null_operand(&filter->values[0])) {
        return weft_sql_unary(keep, is_negated ? WEFT_SQL_IS_NOT_NULL : WEFT_SQL_IS_NULL, path);
    }
    return weft_sql_binary(keep,
                           is_negated ? WEFT_SQL_DISTINCT_FROM : WEFT_SQL_EQ,
                           path,
                           weft_sql_value(keep, filter->values[0], WEFT_VALUE_JSON));
}

/* A JSON null among the operands means that nothing is there, as NULL does. */
static const weft_sql_expr *in(const weft_filter *filter, const weft_sql_expr *path, weft_arena *keep)
{
    const weft_value null = {.kind = WEFT_VALUE_NULL};
    weft_value *values = WEFT_ARENA_ARRAY(keep, weft_value, filter->value_count);
    for (size_t i = 0; values != NULL && i < filter->value_count; i++) {
        values[i] = is_null_operand(&filter->values[i]) ? null : filter->values[i];
    }
    return values == NULL
               ? NULL
               : weft_sql_in(path, values, filter->value_count, WEFT_VALUE_JSON, filter->op == WEFT_OP_NIN, keep);
}

const weft_sql_expr *weft_sql_compare_json(const weft_filter *filter, const weft_sql_expr *json, weft_arena *keep)
{
    const weft_sql_expr *path = weft_sql_path(keep, json, filter->json_path, filter->json_path_len, WEFT_TYPE_JSON);
    switch (filter->op) {
    case WEFT_OP_EQ:
    case WEFT_OP_NE:
        return equality(filter, path, keep);
    case WEFT_OP_IN:
    case WEFT_OP_NIN:
        return in(filter, path, keep);
    case WEFT_OP_GT:
    case WEFT_OP_GTE:
    case WEFT_OP_LT:
    case WEFT_OP_LTE:
        return compare_scalar(filter, json, weft_sql_ordering_kind(filter->op), keep);
    case WEFT_OP_LIKE:
        return compare_scalar(filter, json, WEFT_SQL_LIKE, keep);
    case WEFT_OP_ILIKE:
        return compare_scalar(filter, json, WEFT_SQL_ILIKE, keep);
    case WEFT_OP_CONTAINS:
    case WEFT_OP_OVERLAP: /* the column itself, where it is meant, so that an index can serve */
        return weft_sql_binary(keep,
                               WEFT_SQL_JSON_CONTAINS,
                               filter->json_path_len > 0 ? path : json,
                               weft_sql_value(keep, filter->values[0], WEFT_VALUE_JSON));
    case WEFT_OP_EXISTS:
        return weft_sql_unary(keep, filter->values[0].as.boolean ? WEFT_SQL_IS_NOT_NULL : WEFT_SQL_IS_NULL, path);
    }
    return NULL;
}
