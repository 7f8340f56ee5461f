/* What weft orders a row by: its own columns, its marks, those of the link row that led to it, and what looks found.
 *
 * Over several partners an order takes the value of the one an answer would show, the first by its key, or an aggregate
 * over all of them. Fails when out of memory, or when a sum of doubles grows too large. */
#include <math.h>

#include "base/fail.h"
#include "base/vec.h"
#include "fetch/state.h"

/* Partners being gone through. */
typedef struct tally {
    const weft_order *order;
    const weft_step *step; /* that read them */
    weft_arena *arena;
    WEFT_VEC(weft_sort_item) partners; /* those an aggregate adds up */
    const weft_row *first;             /* by its key */
    const weft_value *extreme;
    int64_t count;
    bool has_failed; /* out of memory */
} tally;

static const weft_value *marks_of(const weft_step *step, const weft_row *row)
{
    return row->values + step->column_count - step->mark_count;
}

/* How many marks hold the value; behind them stands the key. */
static size_t value_count(const tally *t)
{
    const weft_order end = {.field = t->order->field, .json_path_len = t->order->json_path_len};
    return weft_order_part_count(&end);
}

static bool is_before(const tally *t, const weft_row *a, const weft_row *b)
{
    int way = 0;
    for (size_t i = value_count(t); way == 0 && i < t->step->mark_count; i++) {
        way = weft_value_order(&marks_of(t->step, a)[i], &marks_of(t->step, b)[i]);
    }
    return way < 0;
}

static bool adds_up(const weft_order *order)
{
    return order->aggregate == WEFT_AGGREGATE_SUM || order->aggregate == WEFT_AGGREGATE_AVG;
}

static void take_extreme(tally *t, const weft_value *value)
{
    const int way = t->extreme ? weft_value_order(value, t->extreme) : 0;
    if (value->kind != WEFT_VALUE_NULL &&
        (!t->extreme || (t->order->aggregate == WEFT_AGGREGATE_MIN ? way < 0 : way > 0))) {
        t->extreme = value;
    }
}

static void take_partner(tally *t, const weft_row *row)
{
    if (t->step->kind == WEFT_STEP_AGGREGATE) { /* the store has counted them */
        t->count += row->values[0].as.integer;
        return;
    }
    const weft_value *marks = marks_of(t->step, row);
    t->count++;
    if (t->order->aggregate == WEFT_AGGREGATE_NONE) {
        t->first = !t->first || is_before(t, row, t->first) ? row : t->first;
    } else if (adds_up(t->order)) {
        const weft_sort_item item = {.values = marks + value_count(t), .row = row};
        t->has_failed = !weft_vec_push(t->arena, &t->partners, item) || t->has_failed;
    } else if (t->order->aggregate != WEFT_AGGREGATE_COUNT) {
        take_extreme(t, marks);
    }
}

/* The step that reads the records behind a look. */
static const weft_step *records_of(const weft_step *look)
{
    return look->kind == WEFT_STEP_THROUGH ? look->children[0] : look;
}

/* As deep as the order has edges. */
static void go_through(tally *t, const weft_step *step, const weft_row *row, size_t place, size_t edges)
{
    const weft_group *group = &row->groups[step->child_count + place];
    const weft_step *records = records_of(step->looks[place]);
    t->step = records;
    for (size_t i = 0; i < group->count; i++) {
        if (edges == 1) {
            take_partner(t, group->rows[i]);
        } else {
            go_through(t, records, group->rows[i], 0, edges - 1);
        }
    }
}

/* Doubles are added up in the order of the partners' keys. */
static weft_code sort_partners(tally *t, weft_error *error)
{
    if (t->order->field->type != WEFT_TYPE_FLOAT) {
        return WEFT_OK;
    }
    const weft_sort_by by = {.value_count = t->step->mark_count - value_count(t)};
    return weft_items_sort(&by, t->partners.items, t->partners.count, t->arena, error);
}

static weft_code gather_values(tally *t, weft_addends *ret_values, weft_error *error)
{
    *ret_values = (weft_addends){WEFT_ARENA_ARRAY(t->arena, const weft_value *, t->partners.count), 0};
    if (t->has_failed || ret_values->items == NULL) {
        return weft_fail_arena(error, t->arena);
    }
    WEFT_TRY(t->partners.count > 1 ? sort_partners(t, error) : WEFT_OK);
    for (size_t i = 0; i < t->partners.count; i++) {
        const weft_value *value = &marks_of(t->step, t->partners.items[i].row)[0];
        if (value->kind != WEFT_VALUE_NULL) {
            ret_values->items[ret_values->count++] = value;
        }
    }
    return WEFT_OK;
}

static weft_code total_whole(const tally *t, const weft_addends *values, size_t part, weft_value *ret_value)
{
    int64_t halves[2] = {0, 0};
    weft_total_whole(values, halves);
    *ret_value = t->order->aggregate == WEFT_AGGREGATE_AVG
                     ? (weft_value){.kind = WEFT_VALUE_DOUBLE, .as.real = weft_total_average(halves, values->count)}
                     : (weft_value){.kind = WEFT_VALUE_INTEGER, .as.integer = halves[part]};
    return WEFT_OK;
}

static weft_code total_real(const tally *t, const weft_addends *values, weft_value *ret_value, weft_error *error)
{
    weft_value sum = {.kind = WEFT_VALUE_NULL};
    WEFT_TRY(weft_total_real(values, t->arena, &sum, error));
    if (sum.kind == WEFT_VALUE_DOUBLE && !isfinite(sum.as.real)) {
        (void)weft_fail(error,
                        WEFT_LIMIT_EXCEEDED,
                        "the sum of \"%.*s\" is too large to order by",
                        WEFT_STR_ARG(t->order->field->name));
        weft_error_set_hint(error, "Order by $max instead.");
        return WEFT_LIMIT_EXCEEDED;
    }
    *ret_value = sum;
    return t->order->aggregate == WEFT_AGGREGATE_SUM
               ? WEFT_OK
               : weft_total_real_average(&sum, values->count, t->arena, ret_value, error);
}

static weft_code total_of(tally *t, size_t part, weft_value *ret_value, weft_error *error)
{
    weft_addends values = {0};
    WEFT_TRY(gather_values(t, &values, error));
    if (values.count == 0) {
        *ret_value = (weft_value){.kind = WEFT_VALUE_NULL};
        return WEFT_OK;
    }
    return values.items[0]->kind == WEFT_VALUE_INTEGER ? total_whole(t, &values, part, ret_value)
                                                       : total_real(t, &values, ret_value, error);
}

static weft_value value_of(const tally *t, size_t part)
{
    const weft_value none = {.kind = WEFT_VALUE_NULL};
    if (t->order->aggregate == WEFT_AGGREGATE_COUNT) {
        return (weft_value){.kind = WEFT_VALUE_INTEGER, .as.integer = t->count};
    }
    if (t->order->aggregate != WEFT_AGGREGATE_NONE) {
        return t->extreme ? *t->extreme : none;
    }
    return t->first ? marks_of(t->step, t->first)[part] : none;
}

static weft_code look_value(
    const weft_ordered *ordered, const weft_term *term, weft_arena *arena, weft_value *ret_value, weft_error *error)
{
    tally t = {.order = term->order, .arena = arena};
    go_through(&t, ordered->step, ordered->row, term->place, term->order->edge_count);
    if (adds_up(term->order)) {
        return total_of(&t, term->part, ret_value, error);
    }
    *ret_value = value_of(&t, term->part);
    return WEFT_OK;
}

static weft_code term_value(
    const weft_ordered *ordered, const weft_term *term, weft_arena *arena, weft_value *ret_value, weft_error *error)
{
    const weft_step *step = ordered->step;
    switch (term->kind) {
    case WEFT_TERM_FIELD:
        *ret_value = ordered->row->values[term->place];
        break;
    case WEFT_TERM_MARK:
        *ret_value = marks_of(step, ordered->row)[term->place];
        break;
    case WEFT_TERM_LINK_MARK:
        *ret_value =
            ordered->link ? marks_of(step->parent, ordered->link)[term->place] : (weft_value){.kind = WEFT_VALUE_NULL};
        break;
    case WEFT_TERM_LOOK:
        return look_value(ordered, term, arena, ret_value, error);
    }
    return WEFT_OK;
}

weft_code weft_term_values(const weft_ordered *ordered,
                           const weft_term *terms,
                           size_t count,
                           weft_arena *arena,
                           weft_value *ret_values,
                           weft_error *error)
{
    for (size_t i = 0; i < count; i++) {
        WEFT_TRY(term_value(ordered, &terms[i], arena, &ret_values[i], error));
    }
    return WEFT_OK;
}
