/* Comparisons: are the operands values of the field's type? Makes the typed filter, or the error that says what was
 * expected, with its place. */
#include "query/resolver.h"

#include "base/check.h"
#include "base/fail.h"
#include "model/operand.h"

typedef WEFT_VEC(weft_value) values;

/* WEFT_TYPE_MISMATCH for the operand as a whole. */
static weft_code fail_operand(const weft_resolver *resolver,
                              const weft_comparison *comparison,
                              const char *expected,
                              const char *hint)
{
    const weft_code code = weft_fail(resolver->error,
                                     WEFT_TYPE_MISMATCH,
                                     "\"%.*s\" of \"%.*s\" needs %s",
                                     WEFT_STR_ARG(comparison->operator_name),
                                     WEFT_STR_ARG(comparison->field->name),
                                     expected);
    if (hint) {
        weft_error_set_hint(resolver->error, "%s", hint);
    }
    return weft_resolver_at(resolver, comparison->where, code);
}

/* The field as the operand is typed: patterns and items of arrays are text whatever the field. */
static weft_field operand_field(const weft_comparison *comparison, weft_operator op)
{
    weft_field field = *comparison->field;
    const bool is_text = op == WEFT_OP_LIKE || op == WEFT_OP_ILIKE || op == WEFT_OP_OVERLAP ||
                         (op == WEFT_OP_CONTAINS && field.type != WEFT_TYPE_JSON);
    if (is_text) {
        field.type = WEFT_TYPE_TEXT;
        field.native = WEFT_NATIVE_PLAIN;
    }
    return field;
}

static weft_code read_value(const weft_resolver *resolver,
                            const weft_comparison *comparison,
                            weft_operator op,
                            const json_t *json,
                            weft_value *ret_value)
{
    const weft_field field = operand_field(comparison, op);
    return weft_operand_read(&field, json, resolver->keep, ret_value, resolver->error);
}

static bool ends_in_lone_backslash(weft_str pattern)
{
    size_t count = 0;
    while (count < pattern.len && pattern.data[pattern.len - 1 - count] == '\\') {
        count++;
    }
    return count % 2 == 1;
}

/* Below JSON anything may stand, so that only the operand says what is compared. */
static weft_code check_ordered(const weft_resolver *resolver, const weft_comparison *comparison, weft_operator op)
{
    const bool is_ordering = op == WEFT_OP_GT || op == WEFT_OP_GTE || op == WEFT_OP_LT || op == WEFT_OP_LTE;
    if (!is_ordering || comparison->field->type != WEFT_TYPE_JSON || json_is_string(comparison->operand) ||
        json_is_number(comparison->operand)) {
        return WEFT_OK;
    }
    return fail_operand(resolver,
                        comparison,
                        "a string or a number",
                        "Texts are compared with texts and numbers with numbers; nothing else has an order.");
}

static weft_code read_single(const weft_resolver *resolver,
                             const weft_comparison *comparison,
                             weft_operator op,
                             weft_value *ret_value)
{
    if (op == WEFT_OP_EXISTS) {
        if (!json_is_boolean(comparison->operand)) {
            return fail_operand(resolver, comparison, "true or false", NULL);
        }
        *ret_value = (weft_value){.kind = WEFT_VALUE_BOOLEAN, .as.boolean = json_is_true(comparison->operand)};
        return WEFT_OK;
    }
    if (json_is_null(comparison->operand) && op != WEFT_OP_EQ && op != WEFT_OP_NE) {
        return fail_operand(
            resolver, comparison, "a value, not null", "Only $eq, $ne, $in and $nin compare with null.");
    }
    WEFT_TRY(check_ordered(resolver, comparison, op));
    const weft_code code = read_value(resolver, comparison, op, comparison->operand, ret_value);
    WEFT_TRY(weft_resolver_at(resolver, comparison->where, code));
    const bool is_pattern = op == WEFT_OP_LIKE || op == WEFT_OP_ILIKE;
    if (is_pattern && ends_in_lone_backslash(ret_value->as.text)) {
        return fail_operand(resolver,
                            comparison,
                            "a pattern that does not end in a lone backslash",
                            "A backslash takes the character after it literally; write two for one.");
    }
    return WEFT_OK;
}

static weft_code check_list(const weft_resolver *resolver, const weft_comparison *comparison, size_t count)
{
    const size_t values_max = resolver->limits->values_max;
    if (count <= values_max) {
        return WEFT_OK;
    }
    const weft_code code = weft_fail(resolver->error,
                                     WEFT_LIMIT_EXCEEDED,
                                     "\"%.*s\" of \"%.*s\" has %zu values",
                                     WEFT_STR_ARG(comparison->operator_name),
                                     WEFT_STR_ARG(comparison->field->name),
                                     count);
    weft_error_set_limit(resolver->error, "values_max", values_max);
    return weft_resolver_at(resolver, comparison->where, code);
}

/* The items of a list operand; a null is not kept but told by *ret_has_null. */
static weft_code read_list(const weft_resolver *resolver,
                           const weft_comparison *comparison,
                           weft_operator op,
                           values *list,
                           bool *ret_has_null)
{
    const json_t *array = comparison->operand;
    const size_t count = json_array_size(array);
    WEFT_TRY(check_list(resolver, comparison, count));
    list->items = WEFT_ARENA_ARRAY(resolver->keep, weft_value, count);
    if (!list->items) {
        return weft_fail_arena(resolver->error, resolver->keep);
    }
    list->capacity = count;
    for (size_t i = 0; i < count; i++) {
        weft_value value = {0};
        const weft_code code = read_value(resolver, comparison, op, json_array_get(array, i), &value);
        if (code != WEFT_OK) {
            weft_error_set_where(resolver->error, "%.*s/%zu", WEFT_STR_ARG(comparison->where), i);
            return code;
        }
        if (value.kind == WEFT_VALUE_NULL) {
            *ret_has_null = true;
            continue;
        }
        list->items[list->count++] = value;
    }
    return WEFT_OK;
}

static weft_code make(const weft_resolver *resolver,
                      const weft_comparison *comparison,
                      weft_operator op,
                      const values *list,
                      const weft_filter **ret_filter)
{
    weft_filter *filter = WEFT_ARENA_NEW(resolver->keep, weft_filter);
    if (!filter) {
        return weft_fail_arena(resolver->error, resolver->keep);
    }
    *filter = (weft_filter){
        .kind = WEFT_FILTER_COMPARE,
        .field = comparison->field,
        .is_through = comparison->is_through,
        .json_path = comparison->json_path,
        .json_path_len = comparison->json_path_len,
        .op = op,
        .values = list->items,
        .value_count = list->count,
        .where = comparison->where,
    };
    *ret_filter = filter;
    return WEFT_OK;
}

static weft_code make_single(const weft_resolver *resolver,
                             const weft_comparison *comparison,
                             weft_operator op,
                             weft_value value,
                             const weft_filter **ret_filter)
{
    values list = {0};
    if (!weft_vec_push(resolver->keep, &list, value)) {
        return weft_fail_arena(resolver->error, resolver->keep);
    }
    return make(resolver, comparison, op, &list, ret_filter);
}

/* $in and $nin. A null among the values is the alternative "is null", said as such because no store finds a null in a
 * list. */
static weft_code resolve_membership(const weft_resolver *resolver,
                                    const weft_comparison *comparison,
                                    weft_operator op,
                                    const weft_filter **ret_filter)
{
    if (!json_is_array(comparison->operand)) {
        return fail_operand(resolver, comparison, "an array of values", NULL);
    }
    values list = {0};
    bool has_null = false;
    const weft_filter *both[2] = {NULL, NULL};
    WEFT_TRY(read_list(resolver, comparison, op, &list, &has_null));
    WEFT_TRY(make(resolver, comparison, op, &list, &both[0]));
    if (!has_null) {
        *ret_filter = both[0];
        return WEFT_OK;
    }
    const bool is_in = op == WEFT_OP_IN;
    const weft_operator null_op = is_in ? WEFT_OP_EQ : WEFT_OP_NE;
    WEFT_TRY(make_single(resolver, comparison, null_op, (weft_value){.kind = WEFT_VALUE_NULL}, &both[1]));
    if (list.count == 0) {
        *ret_filter = both[1];
        return WEFT_OK;
    }
    return weft_filter_join(resolver, is_in ? WEFT_FILTER_OR : WEFT_FILTER_AND, both, 2, comparison->where, ret_filter);
}

/* $contains and $overlap of an array field: an array of strings, or one string. */
static weft_code resolve_items(const weft_resolver *resolver,
                               const weft_comparison *comparison,
                               weft_operator op,
                               const weft_filter **ret_filter)
{
    values list = {0};
    bool has_null = false;
    if (!json_is_array(comparison->operand)) {
        weft_value value = {0};
        WEFT_TRY(read_single(resolver, comparison, op, &value));
        return make_single(resolver, comparison, op, value, ret_filter);
    }
    WEFT_TRY(read_list(resolver, comparison, op, &list, &has_null));
    if (has_null) {
        return fail_operand(resolver, comparison, "strings, not null", NULL);
    }
    return make(resolver, comparison, op, &list, ret_filter);
}

static weft_code find_operator(const weft_resolver *resolver, const weft_comparison *comparison, weft_operator *ret_op)
{
    if (weft_operator_from_name(comparison->operator_name, ret_op)) {
        return WEFT_OK;
    }
    return weft_resolver_at(resolver,
                            comparison->where,
                            weft_fail(resolver->error,
                                      WEFT_UNKNOWN_OPERATOR,
                                      "unknown operator \"%.*s\"",
                                      WEFT_STR_ARG(comparison->operator_name)));
}

weft_code weft_compare_resolve(const weft_resolver *resolver,
                               const weft_comparison *comparison,
                               const weft_filter **ret_filter)
{
    weft_operator op = WEFT_OP_EQ;
    WEFT_TRY(find_operator(resolver, comparison, &op));
    WEFT_TRY(weft_operator_check(resolver, comparison, op));
    if (op == WEFT_OP_IN || op == WEFT_OP_NIN) {
        return resolve_membership(resolver, comparison, op, ret_filter);
    }
    const bool takes_items = op == WEFT_OP_OVERLAP || op == WEFT_OP_CONTAINS;
    if (takes_items && comparison->field->type == WEFT_TYPE_ARRAY) {
        return resolve_items(resolver, comparison, op, ret_filter);
    }
    weft_value value = {0};
    WEFT_TRY(read_single(resolver, comparison, op, &value));
    return make_single(resolver, comparison, op, value, ret_filter);
}

/* The number of partners, as a field: so that its operands are read like any. */
static const weft_field count_field = {.name = {"$count", 6}, .type = WEFT_TYPE_NUMBER};

static weft_code set_count(const weft_resolver *resolver,
                           const weft_edge *edge,
                           const weft_filter *compared,
                           const weft_filter **ret_filter)
{
    if (compared->kind != WEFT_FILTER_COMPARE ||
        (compared->value_count && compared->values[0].kind == WEFT_VALUE_NULL) || compared->op == WEFT_OP_EXISTS) {
        return weft_fail(resolver->error, WEFT_TYPE_MISMATCH, "\"$count\" is a number and never null");
    }
    weft_filter *filter = WEFT_ARENA_NEW(resolver->keep, weft_filter);
    if (!filter) {
        return weft_fail_arena(resolver->error, resolver->keep);
    }
    *filter = *compared;
    filter->kind = WEFT_FILTER_COUNT;
    filter->field = NULL;
    filter->edge = edge;
    *ret_filter = filter;
    return weft_ends_join(resolver, edge->to, edge, NULL, false, &filter->child);
}

weft_code weft_count_resolve(const weft_resolver *resolver,
                             const weft_edge *edge,
                             const weft_comparison *comparison,
                             const weft_filter **ret_filter)
{
    weft_comparison of_count = *comparison;
    of_count.field = &count_field;
    const weft_filter *compared = NULL;
    WEFT_TRY(weft_compare_resolve(resolver, &of_count, &compared));
    WEFT_CHECK(compared != NULL);
    return weft_resolver_at(resolver, comparison->where, set_count(resolver, edge, compared, ret_filter));
}
