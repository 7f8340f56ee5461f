/* Deciding what no single store can: whether a row passes, by its marks and by what its looks found.
 *
 * Two-valued throughout: a mark that is NULL counts as false. Fails when what partners come to cannot be added up. */
#include "fetch/state.h"

#include "base/check.h"

#define RESIDUAL_DEPTH_MAX 1024 /* far above what query/ lets through */

static bool is_marked(const weft_step *step, const weft_row *row, size_t place)
{
    const weft_value *mark = &row->values[step->column_count - step->mark_count + place];
    return mark->kind == WEFT_VALUE_BOOLEAN && mark->as.boolean;
}

static bool is_among(const weft_filter *filter, int64_t count)
{
    for (size_t i = 0; i < filter->value_count; i++) {
        if (filter->values[i].as.integer == count) {
            return true;
        }
    }
    return false;
}

static bool compares(const weft_filter *filter, size_t partners)
{
    const int64_t count = (int64_t)partners;
    const int64_t operand = filter->value_count > 0 ? filter->values[0].as.integer : 0;
    switch (filter->op) {
    case WEFT_OP_EQ:
        return count == operand;
    case WEFT_OP_NE:
        return count != operand;
    case WEFT_OP_IN:
        return is_among(filter, count);
    case WEFT_OP_NIN:
        return !is_among(filter, count);
    case WEFT_OP_GT:
        return count > operand;
    case WEFT_OP_GTE:
        return count >= operand;
    case WEFT_OP_LT:
        return count < operand;
    case WEFT_OP_LTE:
        return count <= operand;
    case WEFT_OP_LIKE:
    case WEFT_OP_ILIKE:
    case WEFT_OP_CONTAINS:
    case WEFT_OP_OVERLAP:
    case WEFT_OP_EXISTS:
        break; /* numbers are not compared so */
    }
    return false;
}

/* How many partners looks[place] found, whoever counted them. */
static size_t found(const weft_step *step, const weft_row *row, size_t place)
{
    const weft_group *group = &row->groups[step->child_count + place];
    const bool is_counted = step->looks[place]->kind == WEFT_STEP_AGGREGATE && group->count > 0;
    return is_counted ? (size_t)group->rows[0]->values[0].as.integer : group->count;
}

/* A row being judged; the first failure is kept. */
typedef struct judge {
    weft_ordered of;
    weft_arena *arena;
    weft_code code;
    weft_error *error;
} judge;

/* Below 0, 0 or above, as the parts of a value and of an operand are. */
static int compare_parts(const weft_value *values, const weft_value *operand, size_t count)
{
    return weft_values_order(&(weft_sort_by){.value_count = count}, values, operand);
}

static bool is_any(const weft_filter *filter, const weft_value *values, size_t part_count)
{
    for (size_t i = 0; i < filter->value_count; i++) {
        if (compare_parts(values, filter->values + i * part_count, part_count) == 0) {
            return true;
        }
    }
    return false;
}

/* `values` are null together. */
static bool compares_value(const weft_filter *filter, const weft_value *values, size_t part_count)
{
    const bool is_there = values[0].kind != WEFT_VALUE_NULL;
    if (filter->op == WEFT_OP_EXISTS) {
        return is_there == filter->values[0].as.boolean;
    }
    if (filter->op == WEFT_OP_NE || filter->op == WEFT_OP_NIN) {
        return !is_there || !is_any(filter, values, part_count);
    }
    if (!is_there || filter->op == WEFT_OP_EQ || filter->op == WEFT_OP_IN) {
        return is_there && is_any(filter, values, part_count);
    }
    const int way = compare_parts(values, filter->values, part_count);
    const bool is_above = filter->op == WEFT_OP_GT || filter->op == WEFT_OP_GTE;
    return way == 0 ? filter->op == WEFT_OP_GTE || filter->op == WEFT_OP_LTE : (way > 0) == is_above;
}

static bool compares_aggregate(judge *j, const weft_residual *residual)
{
    const weft_order *order = residual->filter->order;
    const size_t count = weft_order_part_count(order);
    weft_term terms[WEFT_ORDER_PARTS_MAX];
    weft_value values[WEFT_ORDER_PARTS_MAX];
    for (size_t part = 0; part < count; part++) {
        terms[part] = (weft_term){WEFT_TERM_LOOK, residual->place, part, order};
    }
    if (j->code == WEFT_OK) {
        j->code = weft_term_values(&j->of, terms, count, j->arena, values, j->error);
    }
    return j->code == WEFT_OK && compares_value(residual->filter, values, count);
}

static bool holds(judge *j, const weft_residual *residual, size_t depth)
{
    const weft_step *step = j->of.step;
    const weft_row *row = j->of.row;
    const weft_row *link = j->of.link;
    WEFT_CHECK(depth < RESIDUAL_DEPTH_MAX);
    switch (residual->kind) {
    case WEFT_RESIDUAL_AND:
    case WEFT_RESIDUAL_OR:
        for (size_t i = 0; i < residual->child_count; i++) {
            if (holds(j, residual->children[i], depth + 1) == (residual->kind == WEFT_RESIDUAL_OR)) {
                return residual->kind == WEFT_RESIDUAL_OR;
            }
        }
        return residual->kind == WEFT_RESIDUAL_AND;
    case WEFT_RESIDUAL_NOT:
        return !holds(j, residual->children[0], depth + 1);
    case WEFT_RESIDUAL_MARK:
        return is_marked(step, row, residual->place);
    case WEFT_RESIDUAL_LINK_MARK:
        return link && is_marked(step->parent, link, residual->place);
    case WEFT_RESIDUAL_SOME:
        return found(step, row, residual->place) > 0;
    case WEFT_RESIDUAL_COUNT:
        return compares(residual->filter, found(step, row, residual->place));
    case WEFT_RESIDUAL_AGGREGATE:
        return compares_aggregate(j, residual);
    }
    return false;
}

weft_code weft_residual_holds(
    const weft_ordered *row, const weft_residual *residual, weft_arena *arena, bool *ret_holds, weft_error *error)
{
    judge j = {*row, arena, WEFT_OK, error};
    *ret_holds = holds(&j, residual, 0);
    return j.code;
}

weft_code weft_residual_filter(weft_step_state *state, weft_arena *arena, weft_error *error)
{
    const weft_step *step = state->step;
    size_t passed = 0;
    for (size_t i = 0; step->residual && i < state->rows.count; i++) {
        weft_row *row = state->rows.items[i];
        const weft_ordered judged = {.step = step, .row = row};
        bool passes = false;
        WEFT_TRY(weft_residual_holds(&judged, step->residual, arena, &passes, error));
        if (passes) {
            state->rows.items[passed++] = row;
        }
    }
    state->rows.count = step->residual ? passed : state->rows.count;
    return WEFT_OK;
}

static bool asks_link(const weft_residual *residual, size_t depth)
{
    WEFT_CHECK(depth < RESIDUAL_DEPTH_MAX);
    bool asks = residual->kind == WEFT_RESIDUAL_LINK_MARK;
    for (size_t i = 0; !asks && i < residual->child_count; i++) {
        asks = asks_link(residual->children[i], depth + 1);
    }
    return asks;
}

bool weft_step_speaks_of_link(const weft_step *step)
{
    for (size_t i = 0; i < step->term_count; i++) {
        if (step->terms[i].kind == WEFT_TERM_LINK_MARK) {
            return true;
        }
    }
    return step->residual && asks_link(step->residual, 0);
}
