/* Aggregates that are answered as fields: "blog_posts.$count", "blog_posts.$max.views".
 *
 * All aggregates of one edge are one part. Where the tables share a store that can work them out, a part is one
 * AGGREGATE step; else its partners are read like those of any edge, and weft aggregates them. Pure; fails only by
 * running out of memory. */
#include "plan/aggregate.h"

#include "base/check.h"

static bool is_of(const weft_output *output, const weft_edge *edge)
{
    return output->kind == WEFT_OUTPUT_AGGREGATE && output->edge == edge;
}

/* True when no aggregate before output `at` is of its edge. */
static bool begins_part(const weft_selection *selection, size_t at)
{
    const weft_output *output = &selection->outputs[at];
    if (output->kind != WEFT_OUTPUT_AGGREGATE) {
        return false;
    }
    for (size_t i = 0; i < at; i++) {
        if (is_of(&selection->outputs[i], output->edge)) {
            return false;
        }
    }
    return true;
}

size_t weft_aggregate_part_count(const weft_selection *selection)
{
    size_t count = 0;
    for (size_t i = 0; i < selection->output_count; i++) {
        count += begins_part(selection, i);
    }
    return count;
}

static bool has_output(const weft_output *outputs, size_t count, const weft_field *field)
{
    for (size_t i = 0; i < count; i++) {
        if (outputs[i].field == field) {
            return true;
        }
    }
    return false;
}

/* The partners are ordered by key, for a sum of doubles depends on it; and all of them count, also where an answer
 * would show one. */
static bool fill_partners(const weft_aggregate_part *part, weft_arena *keep, weft_selection *partners)
{
    const weft_model *model = part->edge->to;
    weft_edge *edge = WEFT_ARENA_NEW(keep, weft_edge);
    weft_output *outputs = WEFT_ARENA_ARRAY(keep, weft_output, part->count);
    weft_order *order = WEFT_ARENA_ARRAY(keep, weft_order, model->key_count);
    if (edge == NULL || outputs == NULL || order == NULL) {
        return false;
    }
    for (size_t i = 0; i < part->count; i++) {
        const weft_field *field = part->aggregates[i].field;
        if (field != NULL && !has_output(outputs, partners->output_count, field)) {
            outputs[partners->output_count++] = (weft_output){.kind = WEFT_OUTPUT_FIELD, .field = field};
        }
    }
    for (size_t i = 0; i < model->key_count; i++) {
        order[i].field = model->keys[i];
    }
    *edge = *part->edge;
    edge->is_list = true;
    partners->model = model;
    partners->edge = edge;
    partners->outputs = outputs;
    partners->order = order;
    partners->order_count = model->key_count;
    return true;
}

static bool name_partners(const weft_selection *selection, weft_arena *keep, weft_selection *partners)
{
    partners->path = partners->edge->name;
    if (selection->path.len > 0) {
        partners->path =
            weft_str_format(keep, "%.*s.%.*s", WEFT_STR_ARG(selection->path), WEFT_STR_ARG(partners->edge->name));
    }
    return partners->path.data != NULL;
}

bool weft_aggregate_part_next(const weft_selection *selection,
                              size_t *at,
                              weft_arena *keep,
                              weft_aggregate_part *ret_part)
{
    while (*at < selection->output_count && !begins_part(selection, *at)) {
        ++*at;
    }
    WEFT_CHECK(*at < selection->output_count);
    weft_aggregate_part part = {.edge = selection->outputs[*at].edge};
    const weft_filter *ends = NULL;
    weft_selection *partners = WEFT_ARENA_NEW(keep, weft_selection);
    part.aggregates = WEFT_ARENA_ARRAY(keep, weft_step_aggregate, selection->output_count - *at);
    if (partners == NULL || part.aggregates == NULL) {
        return false;
    }
    for (size_t i = (*at)++; i < selection->output_count; i++) {
        const weft_output *output = &selection->outputs[i];
        if (is_of(output, part.edge)) {
            ends = output->ends;
            part.aggregates[part.count++] = (weft_step_aggregate){output->aggregate, output->field, 0};
        }
    }
    partners->filter = ends;
    part.partners = partners;
    *ret_part = part;
    return fill_partners(&part, keep, partners) && name_partners(selection, keep, partners);
}

size_t weft_step_aggregate_columns(weft_aggregate aggregate)
{
    return aggregate == WEFT_AGGREGATE_AVG ? 3 : aggregate == WEFT_AGGREGATE_SUM ? 2 : 1;
}

void weft_aggregate_place_columns(weft_step *step, weft_step_aggregate *aggregates)
{
    size_t column = 0;
    for (size_t i = 0; i < step->aggregate_count; i++) {
        aggregates[i].column = column;
        column += weft_step_aggregate_columns(aggregates[i].aggregate);
    }
    step->key_column = column;
    step->column_count = column + 1;
}

void weft_aggregate_find_columns(const weft_step *step, weft_step_aggregate *aggregates, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        for (size_t column = 0; column < step->field_count; column++) {
            if (step->fields[column] == aggregates[i].field) {
                aggregates[i].column = column;
            }
        }
    }
}

/* The step whose rows are the partners: past the link rows, if those are a step of their own. */
static const weft_step *partner_step(const weft_step *child)
{
    return child->kind == WEFT_STEP_THROUGH ? child->children[0] : child;
}

void weft_step_find_aggregate(const weft_step *step, const weft_output *output, size_t *ret_child, size_t *ret_place)
{
    for (size_t i = 0; i < step->child_count; i++) {
        const weft_step *child = partner_step(step->children[i]);
        for (size_t j = 0; child->edge->index == output->edge->index && j < child->aggregate_count; j++) {
            if (child->aggregates[j].aggregate == output->aggregate && child->aggregates[j].field == output->field) {
                *ret_child = i;
                *ret_place = j;
                return;
            }
        }
    }
    weft_check_failed("every aggregate has a step", __FILE__, __LINE__);
}
