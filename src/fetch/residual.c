/* Deciding what no single store can: whether a row passes, by its marks and by what its looks found.
 *
 * Two-valued throughout: a mark that is NULL counts as false. Cannot fail. */
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

static size_t found(const weft_step *step, const weft_row *row, size_t place)
{
    return row->groups[step->child_count + place].count;
}

static bool holds(
    const weft_step *step, const weft_residual *residual, const weft_row *row, const weft_row *link, size_t depth)
{
    WEFT_CHECK(depth < RESIDUAL_DEPTH_MAX);
    switch (residual->kind) {
    case WEFT_RESIDUAL_AND:
    case WEFT_RESIDUAL_OR:
        for (size_t i = 0; i < residual->child_count; i++) {
            if (holds(step, residual->children[i], row, link, depth + 1) == (residual->kind == WEFT_RESIDUAL_OR)) {
                return residual->kind == WEFT_RESIDUAL_OR;
            }
        }
        return residual->kind == WEFT_RESIDUAL_AND;
    case WEFT_RESIDUAL_NOT:
        return !holds(step, residual->children[0], row, link, depth + 1);
    case WEFT_RESIDUAL_MARK:
        return is_marked(step, row, residual->place);
    case WEFT_RESIDUAL_LINK_MARK:
        return link && is_marked(step->parent, link, residual->place);
    case WEFT_RESIDUAL_SOME:
        return found(step, row, residual->place) > 0;
    case WEFT_RESIDUAL_COUNT:
        return compares(residual->filter, found(step, row, residual->place));
    }
    return false;
}

bool weft_residual_holds(const weft_step *step,
                         const weft_residual *residual,
                         const weft_row *row,
                         const weft_row *link)
{
    return holds(step, residual, row, link, 0);
}

void weft_residual_filter(weft_step_state *state)
{
    const weft_step *step = state->step;
    size_t passed = 0;
    for (size_t i = 0; step->residual && i < state->rows.count; i++) {
        weft_row *row = state->rows.items[i];
        if (weft_residual_holds(step, step->residual, row, NULL)) {
            state->rows.items[passed++] = row;
        }
    }
    state->rows.count = step->residual ? passed : state->rows.count;
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
