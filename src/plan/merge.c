/* Which edges are merged: read as streams beside a root of which every record is read, in the order of its key.
 *
 * Where link rows come in the order of that key too, one walk over both finds every record's partners, so that nothing
 * is looked up. Link rows know the keys of targets and nothing else of them; which targets there are is told by a set
 * of their keys. Text keys of weft's own tables are spelt and ordered alike everywhere; of other tables that is not
 * known. Pure. */
#include "plan/plan.h"

static bool is_made_by_weft(const weft_model *model)
{
    return model->is_managed && !weft_driver_for(model->store->kind)->dialect->is_read_only;
}

static bool is_key_of_weft(const weft_model *model, const weft_field *field)
{
    return is_made_by_weft(model) && model->key_count == 1 && model->keys[0] == field &&
           weft_type_value_kind(field->type) == WEFT_VALUE_TEXT;
}

static bool is_ordered_by_key(const weft_selection *selection)
{
    const weft_order *order = selection->order;
    return selection->order_count == 1 && order->edge_count == 0 && !order->is_descending && !order->is_through &&
           order->json_path_len == 0 && order->aggregate == WEFT_AGGREGATE_NONE &&
           is_key_of_weft(selection->model, order->field);
}

static bool is_read_whole(const weft_step *root)
{
    const weft_selection *selection = root->selection;
    return weft_step_is_paged(root) && root->filter == NULL && !selection->has_take && !selection->has_skip &&
           !weft_selection_has_cursor(selection) && is_ordered_by_key(selection);
}

/* The step whose rows are the targets'. */
static const weft_step *records_of(const weft_step *step)
{
    return step->kind == WEFT_STEP_THROUGH ? step->children[0] : step;
}

static bool is_key_alone(const weft_step *records)
{
    return records->field_count == 1 && records->fields[0] == records->edge->to_field && records->mark_count == 0 &&
           records->child_count == 0;
}

static bool is_unchosen(const weft_step *step, const weft_step *records)
{
    const weft_selection *selection = records->selection;
    return step->filter == NULL && step->mark_count == 0 && records->filter == NULL && records->residual == NULL &&
           records->look_count == 0 && !selection->has_take && !selection->has_skip && is_ordered_by_key(selection);
}

static bool has_own_keys(const weft_step *step)
{
    const weft_edge *edge = step->edge;
    return is_made_by_weft(edge->through) && edge->from_field == step->parent->selection->order->field &&
           edge->to_field == records_of(step)->selection->order->field;
}

static const char *refusal(const weft_step *step)
{
    const weft_step *records = records_of(step);
    if (step->kind != WEFT_STEP_JOINED && step->kind != WEFT_STEP_THROUGH) {
        return "no link rows stand between";
    }
    if (records->aggregate_count > 0 || !is_key_alone(records)) {
        return "more than the key of each target is read";
    }
    if (!is_unchosen(step, records)) {
        return "its partners are filtered, ordered or paged";
    }
    return has_own_keys(step) ? NULL : "its keys are not text in tables that weft makes";
}

static bool is_child_of_whole(const weft_step *step)
{
    return step->parent != NULL && step->parent->parent == NULL && !step->is_look &&
           step->kind != WEFT_STEP_AGGREGATE && is_read_whole(step->parent);
}

bool weft_step_is_merged(const weft_step *step)
{
    return is_child_of_whole(step) && refusal(step) == NULL;
}

const char *weft_step_merge_refusal(const weft_step *step)
{
    return is_child_of_whole(step) ? refusal(step) : NULL;
}
