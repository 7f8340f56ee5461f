/* The words that a plan's text and its JSON share: a step's kind, its tables' keys, its order, page and aggregates.
 * Fails only as buffers do. */
#include <inttypes.h>

#include "plan/words.h"

const char *weft_step_kind_name(weft_step_kind kind)
{
    switch (kind) {
    case WEFT_STEP_ROOT:
        return "root";
    case WEFT_STEP_DIRECT:
        return "direct";
    case WEFT_STEP_JOINED:
        return "joined";
    case WEFT_STEP_THROUGH:
        return "through";
    case WEFT_STEP_TARGET:
        return "target";
    case WEFT_STEP_AGGREGATE:
        return "aggregate";
    }
    return "";
}

size_t weft_step_depth(const weft_step *step)
{
    size_t depth = 0;
    for (; step->parent != NULL; step = step->parent) {
        depth++;
    }
    return depth;
}

bool weft_step_is_at_link(const weft_step *step)
{
    return step->kind == WEFT_STEP_JOINED || step->kind == WEFT_STEP_THROUGH ||
           (step->kind == WEFT_STEP_AGGREGATE && step->edge->through != NULL);
}

const weft_field *weft_step_key_field(const weft_step *step)
{
    return weft_step_is_at_link(step) ? step->edge->through_from : step->edge->to_field;
}

weft_str weft_step_parent_column(const weft_step *step)
{
    const bool is_target = step->kind == WEFT_STEP_TARGET;
    return is_target ? step->edge->through_to->column : step->edge->from_field->column;
}

static void add_order_term(weft_buf *buf, const weft_order *order)
{
    const char *separator = order->is_through ? "." : "";
    weft_buf_add_text(buf, order->is_through ? "$link" : "");
    for (size_t i = 0; i < order->edge_count; i++) {
        weft_buf_add_format(buf, "%s%.*s", separator, WEFT_STR_ARG(order->edges[i]->name));
        separator = ".";
    }
    if (order->aggregate != WEFT_AGGREGATE_NONE) {
        weft_buf_add_format(buf, "%s%.*s", separator, WEFT_STR_ARG(weft_aggregate_name(order->aggregate)));
        separator = ".";
    }
    if (order->field != NULL) {
        weft_buf_add_format(buf, "%s%.*s", separator, WEFT_STR_ARG(order->field->name));
    }
    for (size_t i = 0; i < order->json_path_len; i++) {
        weft_buf_add_format(buf, ".%.*s", WEFT_STR_ARG(order->json_path[i]));
    }
    weft_buf_add_text(buf, order->is_descending ? " desc" : "");
}

void weft_words_add_order(weft_buf *buf, const weft_selection *selection)
{
    for (size_t i = 0; i < selection->order_count; i++) {
        weft_buf_add_text(buf, i > 0 ? ", " : "");
        add_order_term(buf, &selection->order[i]);
    }
}

void weft_words_add_page(weft_buf *buf, const weft_selection *selection)
{
    if (selection->has_skip) {
        weft_buf_add_format(buf, "skip %" PRIu64, selection->skip);
    }
    if (selection->has_take) {
        weft_buf_add_format(buf, "%stake %" PRIu64, selection->has_skip ? ", " : "", selection->take);
    }
}

void weft_words_add_aggregates(weft_buf *buf, const weft_step *step)
{
    for (size_t i = 0; i < step->aggregate_count; i++) {
        const weft_step_aggregate *aggregate = &step->aggregates[i];
        weft_buf_add_text(buf, i > 0 ? ", " : "");
        weft_buf_add_str(buf, weft_aggregate_name(aggregate->aggregate));
        if (aggregate->field != NULL) {
            weft_buf_add_format(buf, ".%.*s", WEFT_STR_ARG(aggregate->field->name));
        }
    }
}
