/* Ordering rows in memory, for steps whose rows no single store can order: text bytewise, decimals by their number,
 * nulls last where ascending and first where descending, exactly as every store is told to do it.
 *
 * A merge sort, because it is stable and never slow. Fails when out of memory, or when a sum grows too large. */
#include "fetch/state.h"

#include <string.h>

#include "model/operand.h"

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

int weft_values_order(const weft_sort_by *by, const weft_value *a, const weft_value *b)
{
    for (size_t i = 0; i < by->value_count; i++) {
        const int way = weft_value_order(&a[i], &b[i]);
        if (way != 0) {
            return by->terms != NULL && by->terms[i].order->is_descending ? -way : way;
        }
    }
    return 0;
}

/* Two neighbouring runs of one width become one. */
typedef struct merge {
    const weft_sort_by *by;
    const weft_sort_item *from;
    weft_sort_item *to;
    size_t left, middle, right;
} merge;

static bool takes_left(const merge *m, size_t a, size_t b)
{
    return a < m->middle && (b >= m->right || weft_values_order(m->by, m->from[a].values, m->from[b].values) <= 0);
}

static void merge_runs(const merge *m)
{
    size_t a = m->left;
    size_t b = m->middle;
    for (size_t i = m->left; i < m->right; i++) {
        m->to[i] = takes_left(m, a, b) ? m->from[a++] : m->from[b++];
    }
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

weft_code weft_items_sort(
    const weft_sort_by *by, weft_sort_item *items, size_t count, weft_arena *scratch, weft_error *error)
{
    weft_sort_item *other = WEFT_ARENA_ARRAY(scratch, weft_sort_item, count);
    if (!other) {
        return weft_fail_arena(error, scratch);
    }
    weft_sort_item *from = items;
    for (size_t width = 1; width < count; width *= 2) {
        for (size_t left = 0; left < count; left += 2 * width) {
            merge_runs(&(merge){by, from, other, left, least(left + width, count), least(left + 2 * width, count)});
        }
        weft_sort_item *swapped = from;
        from = other;
        other = swapped;
    }
    if (from != items) {
        memcpy(items, from, count * sizeof(*items));
    }
    return WEFT_OK;
}

weft_code weft_rows_sort(const weft_step *step, weft_row **rows, size_t count, weft_arena *scratch, weft_error *error)
{
    if (step->term_count == 0) {
        return WEFT_OK;
    }
    weft_sort_item *items = WEFT_ARENA_ARRAY(scratch, weft_sort_item, count);
    weft_row **sorted = WEFT_ARENA_ARRAY(scratch, weft_row *, count);
    weft_value *values = weft_arena_alloc_array(scratch, count, step->term_count * sizeof(*values));
    if (!items || !sorted || !values) {
        return weft_fail_arena(error, scratch);
    }
    for (size_t i = 0; i < count; i++) {
        weft_value *own = values + i * step->term_count;
        const weft_ordered ordered = {.step = step, .row = rows[i]};
        WEFT_TRY(weft_term_values(&ordered, step->terms, step->term_count, scratch, own, error));
        items[i] = (weft_sort_item){.values = own, .row = rows[i], .number = (uint32_t)i};
    }
    WEFT_TRY(weft_items_sort(&(weft_sort_by){step->terms, step->term_count}, items, count, scratch, error));
    for (size_t i = 0; i < count; i++) {
        sorted[i] = rows[items[i].number];
    }
    if (count > 0) {
        memcpy(rows, sorted, count * sizeof(weft_row *)); /* NOLINT(bugprone-sizeof-expression): pointers */
    }
    return WEFT_OK;
}
