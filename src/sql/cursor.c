/* Behind a cursor, as a condition: of the keys of the order the first that differs decides.
 *
 *      a > x OR (a = x AND (b > y OR (b = y AND id > z)))
 *
 * in front of which stands `a >= x` where that says no less, for an index to begin at. Nulls stand last where values
 * ascend and first where they descend, so that they are the largest value whichever way. Fails only by running out of
 * memory. */
#include "sql/cursor.h"

typedef struct place {
    const weft_selection *selection;
    weft_str alias;
    weft_arena *keep;
} place;

/* True when what lies behind the cursor is larger, by this key. */
static bool goes_up(const place *at, const weft_order *order)
{
    return order->is_descending == (at->selection->before.data != NULL);
}

static const weft_sql_expr *compare(const place *at, size_t term, weft_sql_kind kind)
{
    const weft_field *field = at->selection->order[term].field;
    const weft_value *value = &at->selection->cursor[term];
    return weft_sql_binary(at->keep,
                           kind,
                           weft_sql_field(at->keep, at->alias, field),
                           weft_sql_value(at->keep, *value, weft_type_value_kind(field->type)));
}

static const weft_sql_expr *test_null(const place *at, size_t term, weft_sql_kind kind)
{
    return weft_sql_unary(at->keep, kind, weft_sql_field(at->keep, at->alias, at->selection->order[term].field));
}

/* The key is behind that of the cursor. */
static const weft_sql_expr *is_behind(const place *at, size_t term)
{
    const weft_order *order = &at->selection->order[term];
    const bool is_null = at->selection->cursor[term].kind == WEFT_VALUE_NULL;
    if (!goes_up(at, order)) {
        return is_null ? test_null(at, term, WEFT_SQL_IS_NOT_NULL) : compare(at, term, WEFT_SQL_LT);
    }
    if (is_null) {
        return weft_sql_leaf(at->keep, WEFT_SQL_FALSE);
    }
    const weft_sql_expr *larger = compare(at, term, WEFT_SQL_GT);
    if (!order->field->is_nullable) {
        return larger;
    }
    const weft_sql_expr *either[2] = {larger, test_null(at, term, WEFT_SQL_IS_NULL)};
    return weft_sql_nary(at->keep, WEFT_SQL_OR, either, 2);
}

static const weft_sql_expr *is_level(const place *at, size_t term)
{
    const bool is_null = at->selection->cursor[term].kind == WEFT_VALUE_NULL;
    return is_null ? test_null(at, term, WEFT_SQL_IS_NULL) : compare(at, term, WEFT_SQL_EQ);
}

/* What the first key alone says, or TRUE where it says nothing that an index could use. */
static const weft_sql_expr *bound(const place *at)
{
    const weft_order *order = &at->selection->order[0];
    const bool is_null = at->selection->cursor[0].kind == WEFT_VALUE_NULL;
    if (at->selection->order_count == 1 || is_null || (goes_up(at, order) && order->field->is_nullable)) {
        return weft_sql_leaf(at->keep, WEFT_SQL_TRUE);
    }
    return compare(at, 0, goes_up(at, order) ? WEFT_SQL_GTE : WEFT_SQL_LTE);
}

const weft_sql_expr *weft_sql_cursor(const weft_selection *selection, weft_str alias, weft_arena *keep)
{
    const place at = {selection, alias, keep};
    const weft_sql_expr *behind = is_behind(&at, selection->order_count - 1);
    for (size_t i = selection->order_count - 1; i > 0; i--) {
        const weft_sql_expr *either[2] = {is_behind(&at, i - 1),
                                          weft_sql_binary(keep, WEFT_SQL_AND, is_level(&at, i - 1), behind)};
        behind = weft_sql_nary(keep, WEFT_SQL_OR, either, 2);
    }
    const weft_sql_expr *first = bound(&at);
    return first != NULL && first->kind == WEFT_SQL_TRUE ? behind : weft_sql_binary(keep, WEFT_SQL_AND, first, behind);
}
