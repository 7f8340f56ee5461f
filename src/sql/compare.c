/* A comparison of a field with operands, as SQL.
 *
 * What NULL means is settled here: equality with null asks for it, `$ne` and `$nin` hold for a null field, and every
 * other comparison with a null field may come out as NULL, which WHERE and NOT take for false. Fails only by running
 * out of memory, answered as NULL. */
#include "sql/compare.h"

#include "base/buf.h"
#include "json/writer.h"

weft_sql_kind weft_sql_ordering_kind(weft_operator op)
{
    switch (op) {
    case WEFT_OP_GT:
        return WEFT_SQL_GT;
    case WEFT_OP_GTE:
        return WEFT_SQL_GTE;
    case WEFT_OP_LT:
        return WEFT_SQL_LT;
    case WEFT_OP_LTE:
        return WEFT_SQL_LTE;
    case WEFT_OP_EQ:
    case WEFT_OP_NE:
    case WEFT_OP_IN:
    case WEFT_OP_NIN:
    case WEFT_OP_LIKE:
    case WEFT_OP_ILIKE:
    case WEFT_OP_CONTAINS:
    case WEFT_OP_OVERLAP:
    case WEFT_OP_EXISTS:
        break;
    }
    return 0;
}

weft_str weft_sql_substring_pattern(weft_str text, weft_arena *keep)
{
    weft_buf buf;
    weft_buf_init_arena(&buf, keep);
    weft_buf_add_char(&buf, '%');
    for (size_t i = 0; i < text.len; i++) {
        if (text.data[i] == '%' || text.data[i] == '_' || text.data[i] == '\\') {
            weft_buf_add_char(&buf, '\\');
        }
        weft_buf_add_char(&buf, text.data[i]);
    }
    weft_buf_add_char(&buf, '%');
    const weft_str nothing = {0};
    return buf.failed ? nothing : weft_buf_str(&buf);
}

static const weft_sql_expr *is_null(const weft_sql_expr *column, bool is_negated, weft_arena *keep)
{
    return weft_sql_unary(keep, is_negated ? WEFT_SQL_IS_NOT_NULL : WEFT_SQL_IS_NULL, column);
}

/* The values that are not null; the list is borrowed whole when none is. */
static const weft_value *without_nulls(const weft_value *values, size_t count, weft_arena *keep, size_t *ret_count)
{
    weft_value *items = WEFT_ARENA_ARRAY(keep, weft_value, count);
    size_t kept = 0;
    for (size_t i = 0; items != NULL && i < count; i++) {
        if (values[i].kind != WEFT_VALUE_NULL) {
            items[kept++] = values[i];
        }
    }
    *ret_count = kept;
    return items;
}

/* One equality an item: a list of arrays is no value that every database can take. */
static const weft_sql_expr *in_arrays(const weft_sql_expr *column,
                                      const weft_value *items,
                                      size_t count,
                                      weft_arena *keep)
{
    const weft_sql_expr **equalities = WEFT_ARENA_ARRAY(keep, const weft_sql_expr *, count);
    for (size_t i = 0; equalities != NULL && i < count; i++) {
        equalities[i] = weft_sql_binary(keep, WEFT_SQL_EQ, column, weft_sql_value(keep, items[i], WEFT_VALUE_ARRAY));
    }
    return equalities != NULL ? weft_sql_nary(keep, WEFT_SQL_OR, equalities, count) : NULL;
}

static const weft_sql_expr *in_items(
    const weft_sql_expr *column, const weft_value *items, size_t count, weft_value_kind kind, weft_arena *keep)
{
    if (count == 0) {
        return weft_sql_leaf(keep, WEFT_SQL_FALSE);
    }
    if (kind == WEFT_VALUE_ARRAY) {
        return in_arrays(column, items, count, keep);
    }
    return weft_sql_binary(keep, WEFT_SQL_IN_LIST, column, weft_sql_list(keep, items, count, kind));
}

const weft_sql_expr *weft_sql_in(const weft_sql_expr *column,
                                 const weft_value *values,
                                 size_t count,
                                 weft_value_kind kind,
                                 bool is_negated,
                                 weft_arena *keep)
{
    size_t item_count = 0;
    const weft_value *items = without_nulls(values, count, keep, &item_count);
    if (items == NULL || column == NULL) {
        return NULL;
    }
    const weft_sql_expr *either[2] = {in_items(column, items, item_count, kind, keep), is_null(column, false, keep)};
    const bool has_null = item_count < count;
    const weft_sql_expr *in = has_null ? weft_sql_nary(keep, WEFT_SQL_OR, either, 2) : either[0];
    if (has_null && item_count == 0) {
        in = either[1];
    }
    return is_negated && in != NULL ? weft_sql_unary(keep, WEFT_SQL_NOT, in) : in;
}

/* The operands of an array operator as one JSON array. */
static const weft_sql_expr *array_operand(const weft_filter *filter, weft_arena *keep)
{
    if (filter->value_count == 1 && filter->values[0].kind == WEFT_VALUE_ARRAY) {
        return weft_sql_value(keep, filter->values[0], WEFT_VALUE_ARRAY);
    }
    weft_buf buf;
    weft_buf_init_arena(&buf, keep);
    weft_buf_add_char(&buf, '[');
    for (size_t i = 0; i < filter->value_count; i++) {
        weft_buf_add_text(&buf, i > 0 ? "," : "");
        weft_json_add_text(&buf, filter->values[i].as.text);
    }
    weft_buf_add_char(&buf, ']');
    const weft_value value = {.kind = WEFT_VALUE_ARRAY, .as.text = weft_buf_str(&buf)};
    return buf.failed ? NULL : weft_sql_value(keep, value, WEFT_VALUE_ARRAY);
}

static const weft_sql_expr *contains(const weft_filter *filter, const weft_sql_expr *column, weft_arena *keep)
{
    if (filter->field->type == WEFT_TYPE_ARRAY) {
        return weft_sql_binary(keep, WEFT_SQL_ARRAY_CONTAINS, column, array_operand(filter, keep));
    }
    const weft_value pattern = {.kind = WEFT_VALUE_TEXT,
                                .as.text = weft_sql_substring_pattern(filter->values[0].as.text, keep)};
    if (pattern.as.text.data == NULL) {
        return NULL;
    }
    return weft_sql_binary(keep, WEFT_SQL_LIKE, column, weft_sql_value(keep, pattern, WEFT_VALUE_TEXT));
}

/* `=` and `<>` with one operand; a field that cannot be null needs no null-safe form. */
static const weft_sql_expr *equality(const weft_filter *filter, const weft_sql_expr *column, weft_arena *keep)
{
    const bool is_negated = filter->op == WEFT_OP_NE;
    if (column == NULL) {
        return NULL;
    }
    if (filter->values[0].kind == WEFT_VALUE_NULL) {
        return is_null(column, is_negated, keep);
    }
    const weft_sql_kind unequal = column->is_nullable ? WEFT_SQL_DISTINCT_FROM : WEFT_SQL_NE;
    const weft_value_kind kind = weft_type_value_kind(filter->field->type);
    return weft_sql_binary(
        keep, is_negated ? unequal : WEFT_SQL_EQ, column, weft_sql_value(keep, filter->values[0], kind));
}

/* Times of tables that weft did not make may be finer than the milliseconds in which they are answered and asked for:
 * what is asked for is any moment within its millisecond. */
#define MS_US          INT64_C(1000)
#define LAST_MS_OF_ALL INT64_C(253402300799999000)

static bool is_finer(const weft_field *field)
{
    return field->type == WEFT_TYPE_DATE_TIME && field->model != NULL && !field->model->is_managed &&
           !field->model->is_served;
}

static const weft_sql_expr *from_time(const weft_sql_expr *column,
                                      weft_sql_kind kind,
                                      int64_t time_us,
                                      weft_arena *keep)
{
    const weft_value value = {.kind = WEFT_VALUE_TIME, .as.time_us = time_us};
    return weft_sql_binary(keep, kind, column, weft_sql_value(keep, value, WEFT_VALUE_TIME));
}

static const weft_sql_expr *within(const weft_sql_expr *column, int64_t time_us, weft_arena *keep)
{
    const weft_sql_expr *both[2] = {from_time(column, WEFT_SQL_GTE, time_us, keep),
                                    from_time(column, WEFT_SQL_LT, time_us + MS_US, keep)};
    return weft_sql_nary(keep, WEFT_SQL_AND, both, time_us < LAST_MS_OF_ALL ? 2 : 1);
}

static const weft_sql_expr *within_any(const weft_filter *filter, const weft_sql_expr *column, weft_arena *keep)
{
    const weft_sql_expr **any = WEFT_ARENA_ARRAY(keep, const weft_sql_expr *, filter->value_count);
    for (size_t i = 0; any != NULL && i < filter->value_count; i++) {
        const weft_value *value = &filter->values[i];
        any[i] =
            value->kind == WEFT_VALUE_NULL ? is_null(column, false, keep) : within(column, value->as.time_us, keep);
    }
    return any != NULL ? weft_sql_nary(keep, WEFT_SQL_OR, any, filter->value_count) : NULL;
}

static const weft_sql_expr *compare_finer(const weft_filter *filter, const weft_sql_expr *column, weft_arena *keep)
{
    const weft_sql_expr *any = NULL;
    const int64_t time_us = filter->value_count > 0 ? filter->values[0].as.time_us : 0;
    const bool is_last = time_us >= LAST_MS_OF_ALL;
    switch (filter->op) {
    case WEFT_OP_EQ:
    case WEFT_OP_IN:
        return within_any(filter, column, keep);
    case WEFT_OP_NE:
    case WEFT_OP_NIN:
        any = within_any(filter, column, keep);
        return any != NULL ? weft_sql_unary(keep, WEFT_SQL_NOT, any) : NULL;
    case WEFT_OP_GT:
        return is_last ? weft_sql_leaf(keep, WEFT_SQL_FALSE) : from_time(column, WEFT_SQL_GTE, time_us + MS_US, keep);
    case WEFT_OP_GTE:
        return from_time(column, WEFT_SQL_GTE, time_us, keep);
    case WEFT_OP_LT:
        return from_time(column, WEFT_SQL_LT, time_us, keep);
    case WEFT_OP_LTE:
        return is_last ? is_null(column, true, keep) : from_time(column, WEFT_SQL_LT, time_us + MS_US, keep);
    case WEFT_OP_LIKE:
    case WEFT_OP_ILIKE:
    case WEFT_OP_CONTAINS:
    case WEFT_OP_OVERLAP:
    case WEFT_OP_EXISTS:
        break;
    }
    return NULL;
}

const weft_sql_expr *weft_sql_compare(const weft_filter *filter, weft_str alias, weft_arena *keep)
{
    const weft_sql_expr *column = weft_sql_field(keep, alias, filter->field);
    const weft_value_kind kind = weft_type_value_kind(filter->field->type);
    if (is_finer(filter->field) && filter->op != WEFT_OP_EXISTS) {
        return compare_finer(filter, column, keep);
    }
    if (filter->field->type == WEFT_TYPE_JSON) {
        return weft_sql_compare_json(filter, column, keep);
    }
    switch (filter->op) {
    case WEFT_OP_EQ:
    case WEFT_OP_NE:
        return equality(filter, column, keep);
    case WEFT_OP_IN:
    case WEFT_OP_NIN:
        return weft_sql_in(column, filter->values, filter->value_count, kind, filter->op == WEFT_OP_NIN, keep);
    case WEFT_OP_GT:
    case WEFT_OP_GTE:
    case WEFT_OP_LT:
    case WEFT_OP_LTE:
        return weft_sql_binary(
            keep, weft_sql_ordering_kind(filter->op), column, weft_sql_value(keep, filter->values[0], kind));
    case WEFT_OP_LIKE:
        return weft_sql_binary(keep, WEFT_SQL_LIKE, column, weft_sql_value(keep, filter->values[0], WEFT_VALUE_TEXT));
    case WEFT_OP_ILIKE:
        return weft_sql_binary(keep, WEFT_SQL_ILIKE, column, weft_sql_value(keep, filter->values[0], WEFT_VALUE_TEXT));
    case WEFT_OP_CONTAINS:
        return contains(filter, column, keep);
    case WEFT_OP_OVERLAP:
        return weft_sql_binary(keep, WEFT_SQL_ARRAY_OVERLAPS, column, array_operand(filter, keep));
    case WEFT_OP_EXISTS:
        return is_null(column, filter->values[0].as.boolean, keep);
    }
    return NULL;
}
