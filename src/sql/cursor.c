/* Behind a cursor, as a condition: of the keys of the order the first that differs decides.
 *
 *      a > x OR (a = x AND (b > y OR (b = y AND id > z)))
 *
 * in front of which stands `a >= x` where that says no less, for an index to begin at. Nulls stand last where values
 * ascend and first where they descend, so that they are the largest value whichever way. Fails only by running out of
 * memory. */
#include "sql/cursor.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/vec.h"
#include "sql/walk.h"

/* A part of the order, and what the cursor says of it. */
typedef struct place {
    const weft_sql_expr *expr;
    weft_value value;
    weft_value_kind kind;
    bool goes_up; /* what lies behind the cursor is larger */
} place;

typedef WEFT_VEC(place) places;

static bool is_null(const place *at)
{
    return at->value.kind == WEFT_VALUE_NULL;
}

/* A column that weft did not make may hold more than milliseconds, and a cursor stands exactly behind its row: such a
 * time is bound as text with all its digits. `.as.text.data` NULL when out of memory. */
static weft_value exact_time(const weft_value *value, weft_arena *keep)
{
    const int64_t beyond_ms = (value->as.time_us % 1000 + 1000) % 1000;
    weft_buf buf;
    weft_buf_init_arena(&buf, keep);
    weft_time_format(&buf, value->as.time_us);
    weft_buf_truncate(&buf, buf.len > 0 ? buf.len - 1 : 0);
    weft_buf_add_format(&buf, "%03dZ", (int)beyond_ms);
    return (weft_value){.kind = WEFT_VALUE_TEXT, .as.text = {buf.failed ? NULL : buf.data, buf.len}};
}

static const weft_sql_expr *compare(const place *at, weft_sql_kind kind, weft_arena *keep)
{
    const bool is_finer = at->value.kind == WEFT_VALUE_TIME && at->value.as.time_us % 1000 != 0;
    const weft_value value = is_finer ? exact_time(&at->value, keep) : at->value;
    if (is_finer && value.as.text.data == NULL) {
        return NULL;
    }
    return weft_sql_binary(keep, kind, at->expr, weft_sql_value(keep, value, at->kind));
}

/* The value is behind that of the cursor. */
static const weft_sql_expr *is_behind(const place *at, weft_arena *keep)
{
    if (!at->goes_up) {
        return is_null(at) ? weft_sql_unary(keep, WEFT_SQL_IS_NOT_NULL, at->expr) : compare(at, WEFT_SQL_LT, keep);
    }
    if (is_null(at)) {
        return weft_sql_leaf(keep, WEFT_SQL_FALSE);
    }
    const weft_sql_expr *larger = compare(at, WEFT_SQL_GT, keep);
    if (!at->expr->is_nullable) {
        return larger;
    }
    const weft_sql_expr *either[2] = {larger, weft_sql_unary(keep, WEFT_SQL_IS_NULL, at->expr)};
    return weft_sql_nary(keep, WEFT_SQL_OR, either, 2);
}

/* Of decimals a table may hold other digits for the same number: they are level when they are neither below nor above.
 */
static const weft_sql_expr *is_level(const place *at, weft_arena *keep)
{
    if (is_null(at)) {
        return weft_sql_unary(keep, WEFT_SQL_IS_NULL, at->expr);
    }
    if (at->kind != WEFT_VALUE_DECIMAL) {
        return compare(at, WEFT_SQL_EQ, keep);
    }
    const weft_sql_expr *both[2] = {compare(at, WEFT_SQL_GTE, keep), compare(at, WEFT_SQL_LTE, keep)};
    return weft_sql_nary(keep, WEFT_SQL_AND, both, 2);
}

/* What the first part alone says, or TRUE where it says nothing that an index could use. */
static const weft_sql_expr *bound(const places *list, weft_arena *keep)
{
    const place *first = &list->items[0];
    if (list->count == 1 || is_null(first) || first->expr->kind != WEFT_SQL_COLUMN ||
        (first->goes_up && first->expr->is_nullable)) {
        return weft_sql_leaf(keep, WEFT_SQL_TRUE);
    }
    return compare(first, first->goes_up ? WEFT_SQL_GTE : WEFT_SQL_LTE, keep);
}

/* Every part of the order; false when out of memory. */
static bool find_places(
    const weft_selection *selection, weft_str alias, const weft_row_scope *rows, weft_arena *keep, places *list)
{
    const weft_str no_link = {NULL, 0};
    for (size_t i = 0; i < selection->order_count; i++) {
        const weft_order *order = &selection->order[i];
        for (size_t part = 0; part < weft_order_part_count(order); part++) {
            const place at = {.expr = weft_sql_order_part(order, part, alias, no_link, rows, keep),
                              .value = selection->cursor[list->count],
                              .kind = weft_order_part_kind(order, part),
                              .goes_up = order->is_descending == (selection->before.data != NULL)};
            if (at.expr == NULL || !weft_vec_push(keep, list, at)) {
                return false;
            }
        }
    }
    return true;
}

const weft_sql_expr *weft_sql_cursor(const weft_selection *selection,
                                     weft_str alias,
                                     const weft_row_scope *rows,
                                     weft_arena *keep)
{
    places list = {0};
    if (!find_places(selection, alias, rows, keep, &list) || list.items == NULL) {
        return NULL;
    }
    const weft_sql_expr *behind = is_behind(&list.items[list.count - 1], keep);
    for (size_t i = list.count - 1; i > 0; i--) {
        const place *at = &list.items[i - 1];
        const weft_sql_expr *either[2] = {is_behind(at, keep),
                                          weft_sql_binary(keep, WEFT_SQL_AND, is_level(at, keep), behind)};
        behind = weft_sql_nary(keep, WEFT_SQL_OR, either, 2);
    }
    const weft_sql_expr *first = bound(&list, keep);
    return first != NULL && first->kind == WEFT_SQL_TRUE ? behind : weft_sql_binary(keep, WEFT_SQL_AND, first, behind);
}
