/* What weft orders a row by: its own columns, its marks, those of the link row that led to it, and what looks found.
 *
 * Over several partners an order takes the value of the one an answer would show, the first by its key, or an aggregate
 * over all of them. Fails only when a sum of whole numbers grows too large. */
#include "fetch/state.h"

/* Partners being gone through. */
typedef struct tally {
    const weft_term *term;
    size_t value_count; /* of marks that hold the value; behind them stands the key */
    const weft_step *step;
    const weft_row *first;
    const weft_value *extreme;
    int64_t count; /* of partners; of those with a value where they are added up */
    int64_t sum;
    double real_sum;
    bool is_too_large;
} tally;

static const weft_value *marks_of(const weft_step *step, const weft_row *row)
{
    return row->values + step->column_count - step->mark_count;
}

static bool is_before(const tally *t, const weft_row *a, const weft_row *b)
{
    for (size_t i = t->value_count; i < t->step->mark_count; i++) {
        const int way = weft_value_order(&marks_of(t->step, a)[i], &marks_of(t->step, b)[i]);
        if (way != 0) {
            return way < 0;
        }
    }
    return false;
}

static void add_up(tally *t, const weft_value *value)
{
    t->count++;
    if (value->kind == WEFT_VALUE_DOUBLE) {
        t->real_sum += value->as.real;
        return;
    }
    const int64_t number = value->as.integer;
    t->real_sum += (double)number;
    if (number > 0 ? t->sum > INT64_MAX - number : t->sum < INT64_MIN - number) {
        t->is_too_large = true;
        return;
    }
    t->sum += number;
}

static void take_partner(tally *t, const weft_row *row)
{
    const weft_aggregate aggregate = t->term->order->aggregate;
    if (aggregate == WEFT_AGGREGATE_COUNT) {
        t->count++;
        return;
    }
    if (aggregate == WEFT_AGGREGATE_NONE) {
        t->first = !t->first || is_before(t, row, t->first) ? row : t->first;
        return;
    }
    const weft_value *value = &marks_of(t->step, row)[0];
    if (value->kind == WEFT_VALUE_NULL) {
        return;
    }
    if (aggregate == WEFT_AGGREGATE_SUM || aggregate == WEFT_AGGREGATE_AVG) {
        add_up(t, value);
        return;
    }
    const int way = t->extreme ? weft_value_order(value, t->extreme) : 0;
    if (!t->extreme || (aggregate == WEFT_AGGREGATE_MIN ? way < 0 : way > 0)) {
        t->extreme = value;
    }
}

/* The step that reads the records behind a look. */
static const weft_step *records_of(const weft_step *look)
{
    return look->kind == WEFT_STEP_THROUGH ? look->children[0] : look;
}

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

static weft_value sum_of(const tally *t, bool is_real)
{
    if (t->count == 0) {
        return (weft_value){.kind = WEFT_VALUE_NULL};
    }
    if (t->term->order->aggregate == WEFT_AGGREGATE_AVG) {
        return (weft_value){.kind = WEFT_VALUE_DOUBLE, .as.real = t->real_sum / (double)t->count};
    }
    return is_real ? (weft_value){.kind = WEFT_VALUE_DOUBLE, .as.real = t->real_sum}
                   : (weft_value){.kind = WEFT_VALUE_INTEGER, .as.integer = t->sum};
}

static weft_value value_of(const tally *t)
{
    const weft_value none = {.kind = WEFT_VALUE_NULL};
    const weft_order *order = t->term->order;
    switch (order->aggregate) {
    case WEFT_AGGREGATE_COUNT:
        return (weft_value){.kind = WEFT_VALUE_INTEGER, .as.integer = t->count};
    case WEFT_AGGREGATE_MIN:
    case WEFT_AGGREGATE_MAX:
        return t->extreme ? *t->extreme : none;
    case WEFT_AGGREGATE_SUM:
    case WEFT_AGGREGATE_AVG:
        return sum_of(t, order->field->type == WEFT_TYPE_FLOAT);
    case WEFT_AGGREGATE_NONE:
        break;
    }
    return t->first ? marks_of(t->step, t->first)[t->term->part] : none;
}

static weft_code look_value(
    const weft_step *step, const weft_term *term, const weft_row *row, weft_value *ret_value, weft_error *error)
{
    tally t = {.term = term, .value_count = term->order->json_path_len > 0 ? 2 : 1};
    go_through(&t, step, row, term->place, term->order->edge_count);
    if (t.is_too_large && term->order->aggregate == WEFT_AGGREGATE_SUM) {
        return weft_fail(error,
                         WEFT_LIMIT_EXCEEDED,
                         "the sum of \"%.*s\" is too large to order by",
                         WEFT_STR_ARG(term->order->field->name));
    }
    *ret_value = value_of(&t);
    return WEFT_OK;
}

static weft_code term_value(const weft_step *step,
                            const weft_term *term,
                            const weft_row *row,
                            const weft_row *link,
                            weft_value *ret_value,
                            weft_error *error)
{
    switch (term->kind) {
    case WEFT_TERM_FIELD:
        *ret_value = row->values[term->place];
        break;
    case WEFT_TERM_MARK:
        *ret_value = marks_of(step, row)[term->place];
        break;
    case WEFT_TERM_LINK_MARK:
        *ret_value = link ? marks_of(step->parent, link)[term->place] : (weft_value){.kind = WEFT_VALUE_NULL};
        break;
    case WEFT_TERM_LOOK:
        return look_value(step, term, row, ret_value, error);
    }
    return WEFT_OK;
}

weft_code weft_term_values(
    const weft_step *step, const weft_row *row, const weft_row *link, weft_value *ret_values, weft_error *error)
{
    for (size_t i = 0; i < step->term_count; i++) {
        WEFT_TRY(term_value(step, &step->terms[i], row, link, &ret_values[i], error));
    }
    return WEFT_OK;
}
