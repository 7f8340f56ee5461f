/* Ordering rows in memory, for steps whose rows no single store can order: text bytewise, decimals by their number,
 * nulls last where ascending and first where descending, exactly as every store is told to do it.
 *
 * A merge sort, because it is stable and never slow. Fails when out of memory, or when the order names something that
 * is not a column of the step. */
#include "fetch/state.h"

#include <string.h>

#include "model/operand.h"

/* One term of the order, as a place in the row. */
typedef struct sort_term {
    size_t column;
    bool is_descending;
} sort_term;

typedef struct sort_order {
    sort_term *terms;
    size_t count;
} sort_order;

static int order_integers(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

static int order_doubles(double a, double b)
{
    return (a > b) - (a < b);
}

int weft_value_order(const weft_value *a, const weft_value *b)
{
    if (a->kind == WEFT_VALUE_NULL || b->kind == WEFT_VALUE_NULL) {
        return (a->kind == WEFT_VALUE_NULL) - (b->kind == WEFT_VALUE_NULL);
    }
    switch (a->kind) {
    case WEFT_VALUE_BOOLEAN:
        return (int)a->as.boolean - (int)b->as.boolean;
    case WEFT_VALUE_INTEGER:
        return order_integers(a->as.integer, b->as.integer);
    case WEFT_VALUE_TIME:
        return order_integers(a->as.time_us, b->as.time_us);
    case WEFT_VALUE_DOUBLE:
        return order_doubles(a->as.real, b->as.real);
    case WEFT_VALUE_DECIMAL:
        return weft_decimal_compare(a->as.text, b->as.text);
    case WEFT_VALUE_TEXT:
    case WEFT_VALUE_JSON:
    case WEFT_VALUE_ARRAY:
        return weft_str_compare(a->as.text, b->as.text);
    case WEFT_VALUE_NULL:
        break;
    }
    return 0;
}

static bool find_column(const weft_step *step, const weft_order *order, size_t *ret_column)
{
    if (order->edge_count != 0 || order->json_path_len != 0 || order->aggregate != WEFT_AGGREGATE_NONE) {
        return false;
    }
    for (size_t i = 0; i < step->field_count; i++) {
        if (step->fields[i] == order->field) {
            *ret_column = i;
            return true;
        }
    }
    return false;
}

static weft_code read_order(const weft_step *step, weft_arena *scratch, sort_order *ret_order, weft_error *error)
{
    const weft_selection *selection = step->selection;
    sort_order order = {WEFT_ARENA_ARRAY(scratch, sort_term, selection->order_count), selection->order_count};
    if (!order.terms) {
        return weft_fail_arena(error, scratch);
    }
    for (size_t i = 0; i < order.count; i++) {
        order.terms[i].is_descending = selection->order[i].is_descending;
        if (!find_column(step, &selection->order[i], &order.terms[i].column)) {
            return weft_fail(error,
                             WEFT_UNSUPPORTED,
                             "cannot order \"%.*s\" across stores by what is not its own field",
                             WEFT_STR_ARG(selection->path));
        }
    }
    *ret_order = order;
    return WEFT_OK;
}

static int order_rows(const sort_order *order, const weft_row *a, const weft_row *b)
{
    for (size_t i = 0; i < order->count; i++) {
        const sort_term *term = &order->terms[i];
        const int way = weft_value_order(&a->values[term->column], &b->values[term->column]);
        if (way != 0) {
            return term->is_descending ? -way : way;
        }
    }
    return 0;
}

static void
merge_runs(const sort_order *order, weft_row **from, size_t left, size_t middle, size_t right, weft_row **to)
{
    size_t a = left;
    size_t b = middle;
    for (size_t i = left; i < right; i++) {
        const bool takes_left = a < middle && (b >= right || order_rows(order, from[a], from[b]) <= 0);
        to[i] = takes_left ? from[a++] : from[b++];
    }
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

weft_code weft_rows_sort(const weft_step *step, weft_row **rows, size_t count, weft_arena *scratch, weft_error *error)
{
    sort_order order = {0};
    WEFT_TRY(read_order(step, scratch, &order, error));
    weft_row **other = WEFT_ARENA_ARRAY(scratch, weft_row *, count);
    if (!other) {
        return weft_fail_arena(error, scratch);
    }
    weft_row **from = rows;
    for (size_t width = 1; width < count; width *= 2) {
        for (size_t left = 0; left < count; left += 2 * width) {
            merge_runs(&order, from, left, least(left + width, count), least(left + 2 * width, count), other);
        }
        weft_row **swapped = from;
        from = other;
        other = swapped;
    }
    if (from != rows) {
        memcpy(rows, from, count * sizeof(*rows));
    }
    return WEFT_OK;
}
