/* Where the root begins: at its own records, or at the partners that a condition asks for.
 *
 *      every record is looked at anyway (no index gives the order, a count, no page)   ─▶ the partners are asked first
 *      the page ends early, but an index finds the partners                            ─▶ they are asked, for fewer
 *      an index finds the records that the rest of the filter names                    ─▶ EXISTS for each of these
 *      the page ends early, and every partner would have to be looked at               ─▶ EXISTS, until it is full
 *
 * Only what is joined by AND can choose the records. Whether the partners are few is not known before they are asked
 * for: fetch/drive.c gives up when they are not. Pure. */
#include "plan/plan.h"

static bool begins_index(const weft_model *model, const weft_field *field)
{
    bool begins = field->is_unique || (field->is_primary_key && model->keys[0] == field);
    for (size_t i = 0; !begins && i < model->index_count; i++) {
        begins = model->indexes[i].where.len == 0 && model->indexes[i].fields[0] == field;
    }
    return begins;
}

static bool is_named_by_index(const weft_filter *filter)
{
    return filter->kind == WEFT_FILTER_COMPARE && (filter->op == WEFT_OP_EQ || filter->op == WEFT_OP_IN) &&
           filter->json_path_len == 0 && begins_index(filter->field->model, filter->field);
}

/* One of the conditions that `filter` joins by AND is an equality that an index answers. */
static bool has_named(const weft_filter *filter)
{
    bool has = is_named_by_index(filter);
    for (size_t i = 0; !has && filter->kind == WEFT_FILTER_AND && i < filter->child_count; i++) {
        has = is_named_by_index(filter->children[i]);
    }
    return has;
}

/* Keys are compared as values of the same plain kind on both sides. */
static bool is_plain_key(const weft_field *key, const weft_field *other)
{
    const weft_value_kind kind = weft_type_value_kind(key->type);
    return (kind == WEFT_VALUE_TEXT || kind == WEFT_VALUE_INTEGER) && kind == weft_type_value_kind(other->type) &&
           key->native == WEFT_NATIVE_PLAIN && other->native == WEFT_NATIVE_PLAIN;
}

static bool is_drivable(const weft_filter *filter)
{
    if (filter->kind != WEFT_FILTER_EDGE || filter->quantifier != WEFT_QUANTIFIER_SOME || filter->child == NULL ||
        filter->with_deleted) {
        return false;
    }
    const weft_edge *edge = filter->edge;
    return is_plain_key(edge->from_field, edge->through != NULL ? edge->through_from : edge->to_field);
}

const weft_filter *weft_drive_leads_on(const weft_filter *condition)
{
    const weft_filter *child = condition->child;
    if (child->kind == WEFT_FILTER_AND && child->child_count == 1) {
        child = child->children[0];
    }
    return child->kind == WEFT_FILTER_EDGE && child->quantifier == WEFT_QUANTIFIER_SOME && child->child != NULL ? child
                                                                                                                : NULL;
}

/* An index finds the partners, at the end of the edges that lead straight on. */
static bool is_far_named(const weft_filter *condition)
{
    const weft_filter *next = weft_drive_leads_on(condition);
    while (next != NULL) {
        condition = next;
        next = weft_drive_leads_on(condition);
    }
    return has_named(condition->child);
}

/* The condition to begin at: one whose partners an index finds rather than another; NULL when there is none. */
static const weft_filter *find_condition(const weft_filter *filter)
{
    const weft_filter *found = is_drivable(filter) ? filter : NULL;
    for (size_t i = 0; filter->kind == WEFT_FILTER_AND && i < filter->child_count; i++) {
        const weft_filter *child = filter->children[i];
        if (is_drivable(child) && (found == NULL || (!is_far_named(found) && is_far_named(child)))) {
            found = child;
        }
    }
    return found;
}

/* Of a nullable column SQL must say where its nulls stand, which keeps an index from serving. */
static bool is_ordered_by_index(const weft_selection *selection)
{
    const weft_order *first = &selection->order[0];
    return selection->order_count > 0 && first->edge_count == 0 && first->json_path_len == 0 &&
           first->aggregate == WEFT_AGGREGATE_NONE && !first->field->is_nullable &&
           begins_index(selection->model, first->field);
}

/* The store looks at every record that the rest of the filter does not leave out. */
static bool looks_at_all(const weft_plan *plan)
{
    const weft_selection *selection = plan->root->selection;
    return plan->has_count || !selection->has_take || !is_ordered_by_index(selection) || plan->root->term_count > 0;
}

weft_drive_verdict weft_plan_find_drive(const weft_plan *plan, weft_drive *ret_drive)
{
    const weft_step *root = plan->root;
    const bool is_empty = root->selection->has_take && root->selection->take == 0 && !plan->has_count;
    const weft_filter *condition =
        root->filter != NULL && root->residual == NULL && !is_empty ? find_condition(root->filter) : NULL;
    if (condition == NULL) {
        return WEFT_DRIVE_NOTHING;
    }
    if (!weft_driver_for(root->store->kind)->dialect->exists_is_nested) {
        return WEFT_DRIVE_STORE;
    }
    if (has_named(root->filter)) {
        return WEFT_DRIVE_NAMED;
    }
    if (!looks_at_all(plan) && !is_far_named(condition)) {
        return WEFT_DRIVE_ORDERED;
    }
    const size_t rows_max = looks_at_all(plan) ? WEFT_PROBE_KEYS_MAX : WEFT_PROBE_KEYS_MAX / 10;
    *ret_drive = (weft_drive){condition, root->rows, rows_max};
    return WEFT_DRIVE_WORTH;
}
