/* Aggregating: each group of partners becomes a group of one row, whose values are the aggregates.
 *
 * Where the store aggregated, its row is put in order: the halves of sums together, averages divided. Elsewhere the
 * partners themselves are gone through, in the order of their keys, with the same arithmetic:
 *
 *      sums of integers and decimals are exact, and an integer sum that 64 bits cannot hold is WEFT_LIMIT_EXCEEDED
 *      sums of doubles are added in the order of the partners' keys
 *      an average is the exact sum as a double, divided by the number of values
 *
 * Nulls do not count. Parents that share a key share the row. */
#include <math.h>

#include "base/fail.h"
#include "fetch/decimal.h"
#include "fetch/state.h"

#define HALF INT64_C(4294967296)

typedef struct folder {
    const weft_step *step;
    weft_arena *arena;
    weft_error *error;
} folder;

static bool is_real(const weft_value *value)
{
    return value->kind != WEFT_VALUE_NULL;
}

static weft_code fail_sum(const folder *f, const weft_step_aggregate *aggregate)
{
    (void)weft_fail(f->error,
                    WEFT_LIMIT_EXCEEDED,
                    "a sum of \"%.*s\" of \"%.*s\" is too large for its type",
                    WEFT_STR_ARG(aggregate->field->name),
                    WEFT_STR_ARG(aggregate->field->model->name));
    weft_error_set_detail(f->error, "The type is %.*s.", WEFT_STR_ARG(weft_type_name(aggregate->field->type)));
    return WEFT_LIMIT_EXCEEDED;
}

static weft_code divide(double sum, int64_t count, weft_value *ret_value)
{
    *ret_value = (weft_value){.kind = WEFT_VALUE_DOUBLE, .as.real = sum / (double)count};
    return WEFT_OK;
}

/* From the halves of a sum of integers: high × 2^32 + low, of `count` values. */
static weft_code join_halves(const folder *f,
                             const weft_step_aggregate *aggregate,
                             const int64_t halves[2],
                             int64_t count,
                             weft_value *ret_value)
{
    const int64_t low = halves[1] % HALF;
    const int64_t high = halves[0] + halves[1] / HALF;
    if (aggregate->aggregate == WEFT_AGGREGATE_AVG) {
        return divide((double)high * (double)HALF + (double)low, count, ret_value);
    }
    if (high < INT32_MIN || high > INT32_MAX) {
        return fail_sum(f, aggregate);
    }
    *ret_value = (weft_value){.kind = WEFT_VALUE_INTEGER, .as.integer = high * HALF + low};
    return WEFT_OK;
}

/* What the store aggregated. */
static weft_code take_store_value(const folder *f,
                                  const weft_step_aggregate *aggregate,
                                  const weft_row *row,
                                  weft_value *ret_value)
{
    const weft_value *values = &row->values[aggregate->column];
    const size_t columns = weft_step_aggregate_columns(aggregate->aggregate);
    if (columns == 1 || !is_real(&values[0])) {
        *ret_value = values[0];
        return WEFT_OK;
    }
    const int64_t halves[2] = {values[0].as.integer, values[1].as.integer};
    return join_halves(f, aggregate, halves, columns == 3 ? values[2].as.integer : 0, ret_value);
}

static size_t count_values(const weft_group *group, size_t column)
{
    size_t count = 0;
    for (size_t i = 0; i < group->count; i++) {
        count += is_real(&group->rows[i]->values[column]);
    }
    return count;
}

static void find_extreme(const weft_step_aggregate *aggregate, const weft_group *group, weft_value *ret_value)
{
    const int wanted = aggregate->aggregate == WEFT_AGGREGATE_MAX ? 1 : -1;
    for (size_t i = 0; i < group->count; i++) {
        const weft_value *value = &group->rows[i]->values[aggregate->column];
        if (is_real(value) && (!is_real(ret_value) || weft_value_order(value, ret_value) == wanted)) {
            *ret_value = *value;
        }
    }
}

static weft_code sum_integers(const folder *f,
                              const weft_step_aggregate *aggregate,
                              const weft_group *group,
                              weft_value *ret_value)
{
    int64_t halves[2] = {0, 0};
    for (size_t i = 0; i < group->count; i++) {
        const weft_value *value = &group->rows[i]->values[aggregate->column];
        if (is_real(value)) {
            const int64_t low = (int64_t)((uint64_t)value->as.integer % (uint64_t)HALF);
            halves[0] += (value->as.integer - low) / HALF;
            halves[1] += low;
        }
    }
    return join_halves(f, aggregate, halves, (int64_t)count_values(group, aggregate->column), ret_value);
}

static weft_code sum_doubles(const folder *f,
                             const weft_step_aggregate *aggregate,
                             const weft_group *group,
                             weft_value *ret_value)
{
    double sum = 0;
    for (size_t i = 0; i < group->count; i++) {
        const weft_value *value = &group->rows[i]->values[aggregate->column];
        sum += is_real(value) ? value->as.real : 0;
    }
    if (!isfinite(sum)) {
        return fail_sum(f, aggregate);
    }
    *ret_value = (weft_value){.kind = WEFT_VALUE_DOUBLE, .as.real = sum};
    return aggregate->aggregate == WEFT_AGGREGATE_SUM
               ? WEFT_OK
               : divide(sum, (int64_t)count_values(group, aggregate->column), ret_value);
}

static weft_code sum_decimals(const folder *f,
                              const weft_step_aggregate *aggregate,
                              const weft_group *group,
                              weft_value *ret_value)
{
    size_t whole = 1;
    size_t fraction = 0;
    weft_decimal_sum sum;
    for (size_t i = 0; i < group->count; i++) {
        const weft_value *value = &group->rows[i]->values[aggregate->column];
        if (is_real(value)) {
            weft_decimal_measure(value->as.text, &whole, &fraction);
        }
    }
    if (!weft_decimal_sum_init(&sum, whole, fraction, f->arena)) {
        return weft_fail_arena(f->error, f->arena);
    }
    for (size_t i = 0; i < group->count; i++) {
        const weft_value *value = &group->rows[i]->values[aggregate->column];
        if (is_real(value)) {
            weft_decimal_sum_add(&sum, value->as.text);
        }
    }
    double real = 0;
    const weft_str digits = weft_decimal_sum_finish(&sum, f->arena);
    if (digits.data == NULL || !weft_decimal_to_double(digits, f->arena, &real)) {
        return weft_fail_arena(f->error, f->arena);
    }
    *ret_value = (weft_value){.kind = WEFT_VALUE_DECIMAL, .as.text = digits};
    return aggregate->aggregate == WEFT_AGGREGATE_SUM
               ? WEFT_OK
               : divide(real, (int64_t)count_values(group, aggregate->column), ret_value);
}

/* What weft aggregates of the partners. */
static weft_code fold_partners(const folder *f,
                               const weft_step_aggregate *aggregate,
                               const weft_group *group,
                               weft_value *ret_value)
{
    *ret_value = (weft_value){.kind = WEFT_VALUE_NULL};
    if (aggregate->aggregate == WEFT_AGGREGATE_COUNT) {
        *ret_value = (weft_value){.kind = WEFT_VALUE_INTEGER, .as.integer = (int64_t)group->count};
        return WEFT_OK;
    }
    if (count_values(group, aggregate->column) == 0) {
        return WEFT_OK;
    }
    if (aggregate->aggregate == WEFT_AGGREGATE_MIN || aggregate->aggregate == WEFT_AGGREGATE_MAX) {
        find_extreme(aggregate, group, ret_value);
        return WEFT_OK;
    }
    if (aggregate->field->type == WEFT_TYPE_BIG_NUMBER) {
        return sum_decimals(f, aggregate, group, ret_value);
    }
    return aggregate->field->type == WEFT_TYPE_FLOAT ? sum_doubles(f, aggregate, group, ret_value)
                                                     : sum_integers(f, aggregate, group, ret_value);
}

/* The one row that stands for `group`, as a group; a group of none stays what it is. */
static weft_code fold_group(const folder *f, const weft_group *group, weft_group *ret_group)
{
    *ret_group = *group;
    if (group->count == 0) {
        return WEFT_OK;
    }
    weft_row *row = WEFT_ARENA_NEW(f->arena, weft_row);
    weft_value *values = WEFT_ARENA_ARRAY(f->arena, weft_value, f->step->aggregate_count);
    const weft_row **only = WEFT_ARENA_ARRAY(f->arena, const weft_row *, 1);
    if (row == NULL || values == NULL || only == NULL) {
        return weft_fail_arena(f->error, f->arena);
    }
    for (size_t i = 0; i < f->step->aggregate_count; i++) {
        const weft_step_aggregate *aggregate = &f->step->aggregates[i];
        WEFT_TRY(f->step->kind == WEFT_STEP_AGGREGATE ? take_store_value(f, aggregate, group->rows[0], &values[i])
                                                      : fold_partners(f, aggregate, group, &values[i]));
    }
    row->values = values;
    only[0] = row;
    *ret_group = (weft_group){only, 1};
    return WEFT_OK;
}

weft_code weft_fetch_aggregate(weft_fetch *fetch, const weft_step_state *state, weft_error *error)
{
    const folder f = {state->step, &fetch->batch_arena, error};
    const weft_step_state *keyed =
        state->step->kind == WEFT_STEP_TARGET ? &fetch->states[state->step->parent->number] : state;
    const weft_row_list *parents = &fetch->states[keyed->step->parent->number].rows;
    weft_group *folded = WEFT_ARENA_ARRAY(f.arena, weft_group, keyed->keys.count);
    if (folded == NULL) {
        return weft_fail_arena(error, f.arena);
    }
    for (size_t i = 0; i < parents->count; i++) {
        const uint32_t key = keyed->parent_keys[i];
        weft_group *group = &parents->items[i]->groups[keyed->place];
        if (key != WEFT_KEY_NONE && folded[key].rows == NULL) {
            WEFT_TRY(fold_group(&f, group, &folded[key]));
        }
        if (key != WEFT_KEY_NONE) {
            *group = folded[key];
        }
    }
    return WEFT_OK;
}
