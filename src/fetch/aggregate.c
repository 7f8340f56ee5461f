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
    weft_error_set_hint(f->error, "Sum fewer of them, or make the field a bigNumber.");
    weft_error_set_detail(f->error, "The type is %.*s.", WEFT_STR_ARG(weft_type_name(aggregate->field->type)));
    return WEFT_LIMIT_EXCEEDED;
}

/* From the halves of a sum of integers, of `count` values. */
static weft_code join_halves(
    const folder *f, const weft_step_aggregate *aggregate, const int64_t halves[2], size_t count, weft_value *ret_value)
{
    if (aggregate->aggregate == WEFT_AGGREGATE_AVG) {
        *ret_value = (weft_value){.kind = WEFT_VALUE_DOUBLE, .as.real = weft_total_average(halves, count)};
        return WEFT_OK;
    }
    if (halves[0] < INT32_MIN || halves[0] > INT32_MAX) {
        return fail_sum(f, aggregate);
    }
    *ret_value = (weft_value){.kind = WEFT_VALUE_INTEGER, .as.integer = halves[0] * HALF + halves[1]};
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
    const int64_t low = values[1].as.integer;
    const int64_t halves[2] = {values[0].as.integer + low / HALF, low % HALF};
    return join_halves(f, aggregate, halves, columns == 3 ? (size_t)values[2].as.integer : 0, ret_value);
}

/* The values of a group that are there, in its order. False when out of memory. */
static bool gather_values(const folder *f, const weft_group *group, size_t column, weft_addends *ret_values)
{
    *ret_values = (weft_addends){WEFT_ARENA_ARRAY(f->arena, const weft_value *, group->count), 0};
    for (size_t i = 0; ret_values->items != NULL && i < group->count; i++) {
        const weft_value *value = &group->rows[i]->values[column];
        if (is_real(value)) {
            ret_values->items[ret_values->count++] = value;
        }
    }
    return ret_values->items != NULL;
}

static void find_extreme(const weft_step_aggregate *aggregate, const weft_addends *values, weft_value *ret_value)
{
    const int wanted = aggregate->aggregate == WEFT_AGGREGATE_MAX ? 1 : -1;
    for (size_t i = 0; i < values->count; i++) {
        if (!is_real(ret_value) || weft_value_order(values->items[i], ret_value) == wanted) {
            *ret_value = *values->items[i];
        }
    }
}

static weft_code add_up(const folder *f,
                        const weft_step_aggregate *aggregate,
                        const weft_addends *values,
                        weft_value *ret_value)
{
    if (values->items[0]->kind == WEFT_VALUE_INTEGER) {
        int64_t halves[2] = {0, 0};
        weft_total_whole(values, halves);
        return join_halves(f, aggregate, halves, values->count, ret_value);
    }
    weft_value sum = {.kind = WEFT_VALUE_NULL};
    WEFT_TRY(weft_total_real(values, f->arena, &sum, f->error));
    if (sum.kind == WEFT_VALUE_DOUBLE && !isfinite(sum.as.real)) {
        return fail_sum(f, aggregate);
    }
    *ret_value = sum;
    return aggregate->aggregate == WEFT_AGGREGATE_SUM
               ? WEFT_OK
               : weft_total_real_average(&sum, values->count, f->arena, ret_value, f->error);
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
    weft_addends values = {0};
    if (!gather_values(f, group, aggregate->column, &values)) {
        return weft_fail_arena(f->error, f->arena);
    }
    if (values.count == 0) {
        return WEFT_OK;
    }
    if (aggregate->aggregate == WEFT_AGGREGATE_MIN || aggregate->aggregate == WEFT_AGGREGATE_MAX) {
        find_extreme(aggregate, &values, ret_value);
        return WEFT_OK;
    }
    return add_up(f, aggregate, &values, ret_value);
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
