/* A plan from a query: the tree of selections becomes a tree of steps.
 *
 * Each step reads what the answer shows of its records and what its children are keyed by, nothing else. Where a step
 * runs is place.c's decision. Pure. WEFT_UNSUPPORTED: something no strategy answers yet. */
#include "plan/plan.h"

#include "base/check.h"
#include "base/fail.h"
#include "base/vec.h"
#include "plan/place.h"

typedef WEFT_VEC(const weft_step *) step_list;

typedef struct planner {
    weft_arena *keep;
    step_list steps;
    weft_error *error;
} planner;

/* The columns a step reads, in order of first need. */
typedef struct field_list {
    const weft_field **items;
    size_t count;
} field_list;

static size_t add_field(field_list *list, const weft_field *field)
{
    for (size_t i = 0; i < list->count; i++) {
        if (list->items[i] == field) {
            return i;
        }
    }
    list->items[list->count] = field;
    return list->count++;
}

static bool is_own_field(const weft_order *order)
{
    return order->edge_count == 0 && order->aggregate == WEFT_AGGREGATE_NONE && order->field != NULL;
}

/* Answered columns and the keys of children; TARGET: its own key and its order's columns too, since its rows are looked
 * up and ordered in memory. */
static weft_code read_fields(planner *p, weft_step *step)
{
    const weft_selection *selection = step->selection;
    const size_t count_max = selection->output_count + selection->order_count + 1;
    field_list list = {WEFT_ARENA_ARRAY(p->keep, const weft_field *, count_max), 0};
    if (list.items == NULL) {
        return weft_fail_arena(p->error, p->keep);
    }
    for (size_t i = 0; i < selection->output_count; i++) {
        const weft_output *output = &selection->outputs[i];
        if (output->kind != WEFT_OUTPUT_AGGREGATE) {
            (void)add_field(&list,
                            output->kind == WEFT_OUTPUT_FIELD ? output->field : output->selection->edge->from_field);
        }
    }
    if (step->kind == WEFT_STEP_TARGET) {
        step->key_column = add_field(&list, step->edge->to_field);
        for (size_t i = 0; i < selection->order_count; i++) {
            if (is_own_field(&selection->order[i])) {
                (void)add_field(&list, selection->order[i].field);
            }
        }
    }
    if (list.count == 0) { /* a row must have a column to be read by */
        (void)add_field(&list, selection->model->keys[0]);
    }
    step->fields = list.items;
    step->field_count = list.count;
    return WEFT_OK;
}

/* Where the key is that meets the parent's; one that is answered anyway is not read twice. */
static void place_columns(weft_step *step)
{
    step->column_count = step->field_count;
    if (step->kind == WEFT_STEP_ROOT || step->kind == WEFT_STEP_TARGET) {
        return;
    }
    step->key_column = 0;
    while (step->key_column < step->field_count &&
           (step->kind != WEFT_STEP_DIRECT || step->fields[step->key_column] != step->edge->to_field)) {
        step->key_column++;
    }
    step->column_count += step->key_column == step->field_count;
    if (step->kind == WEFT_STEP_THROUGH) {
        step->target_key_column = step->column_count++;
    }
}

/* The parent reads the key of each of its children. */
static size_t column_of(const weft_step *step, const weft_field *field)
{
    size_t column = 0;
    while (column < step->field_count && step->fields[column] != field) {
        column++;
    }
    WEFT_CHECK(column < step->field_count);
    return column;
}

/* A new step below `parent`, its columns settled. */
static weft_code make_step(
    planner *p, weft_step_kind kind, const weft_selection *selection, const weft_step *parent, weft_step **ret_step)
{
    weft_step *step = WEFT_ARENA_NEW(p->keep, weft_step);
    if (step == NULL || !weft_vec_push(p->keep, &p->steps, step)) {
        return weft_fail_arena(p->error, p->keep);
    }
    step->kind = kind;
    step->number = (uint32_t)(p->steps.count - 1);
    step->store = selection->model->store;
    step->selection = selection;
    step->edge = selection->edge;
    step->parent = parent;
    if (kind != WEFT_STEP_THROUGH) {
        WEFT_TRY(read_fields(p, step));
    }
    place_columns(step);
    if (parent != NULL) {
        step->parent_key_field =
            parent->kind == WEFT_STEP_THROUGH ? parent->target_key_column : column_of(parent, step->edge->from_field);
    }
    *ret_step = step;
    return WEFT_OK;
}

static weft_code set_children(planner *p, weft_step *step, const weft_step *const *children, size_t count)
{
    const weft_step **copy = WEFT_ARENA_ARRAY(p->keep, const weft_step *, count);
    if (copy == NULL) {
        return weft_fail_arena(p->error, p->keep);
    }
    for (size_t i = 0; i < count; i++) {
        copy[i] = children[i];
    }
    step->children = copy;
    step->child_count = count;
    return WEFT_OK;
}

static weft_code refuse_unanswered(const weft_selection *selection, weft_error *error)
{
    if (selection->after.data != NULL || selection->before.data != NULL) {
        (void)weft_fail(error, WEFT_UNSUPPORTED, "cannot page by cursor yet");
        weft_error_set_hint(error, "Use \"skip\" and \"take\".");
        return WEFT_UNSUPPORTED;
    }
    for (size_t i = 0; i < selection->output_count; i++) {
        const weft_output *output = &selection->outputs[i];
        if (output->kind == WEFT_OUTPUT_AGGREGATE) {
            (void)weft_fail(error,
                            WEFT_UNSUPPORTED,
                            "cannot answer aggregates of \"%.*s\" as fields yet",
                            WEFT_STR_ARG(output->edge->name));
            weft_error_set_hint(error, "Filters and orders by aggregates are answered.");
            return WEFT_UNSUPPORTED;
        }
    }
    return WEFT_OK;
}

static weft_code add_children(planner *p, weft_step *step, size_t depth);

/* The steps of `selection` below `parent`; the first of them, which is the parent's child, is returned. */
static weft_code add_edge(
    planner *p, const weft_selection *selection, const weft_step *parent, size_t depth, const weft_step **ret_step)
{
    weft_placement placement = {0};
    weft_step *step = NULL;
    const weft_filter *link_filter = NULL;
    const weft_filter *filter = NULL;
    WEFT_TRY(refuse_unanswered(selection, p->error));
    WEFT_TRY(weft_place_edge(selection->edge, p->keep, &placement, p->error));
    WEFT_TRY(weft_place_filter(selection, placement.is_split, p->keep, &link_filter, &filter, p->error));
    WEFT_TRY(weft_place_order(selection, placement.is_split, p->error));
    WEFT_TRY(make_step(p, placement.kind, selection, parent, &step));
    step->store = placement.store;
    step->reason = placement.reason;
    step->filter = placement.is_split ? link_filter : filter;
    *ret_step = step;
    if (!placement.is_split) {
        return add_children(p, step, depth);
    }
    weft_step *target = NULL;
    WEFT_TRY(make_step(p, WEFT_STEP_TARGET, selection, step, &target));
    target->reason = placement.target_reason;
    target->filter = filter;
    const weft_step *only = target;
    WEFT_TRY(set_children(p, step, &only, 1));
    return add_children(p, target, depth);
}

static weft_code add_children(planner *p, weft_step *step, size_t depth)
{
    WEFT_CHECK(depth < WEFT_PLAN_DEPTH_MAX);
    const weft_selection *selection = step->selection;
    const weft_step **children = WEFT_ARENA_ARRAY(p->keep, const weft_step *, selection->output_count);
    if (children == NULL) {
        return weft_fail_arena(p->error, p->keep);
    }
    size_t count = 0;
    for (size_t i = 0; i < selection->output_count; i++) {
        if (selection->outputs[i].kind == WEFT_OUTPUT_EDGE) {
            WEFT_TRY(add_edge(p, selection->outputs[i].selection, step, depth + 1, &children[count]));
            count++;
        }
    }
    step->children = children;
    step->child_count = count;
    return WEFT_OK;
}

static weft_code add_root(planner *p, const weft_selection *selection, weft_step **ret_root)
{
    WEFT_TRY(refuse_unanswered(selection, p->error));
    const weft_filter *link_filter = NULL;
    const weft_filter *filter = NULL;
    WEFT_TRY(weft_place_filter(selection, false, p->keep, &link_filter, &filter, p->error));
    WEFT_TRY(weft_place_order(selection, false, p->error));
    WEFT_TRY(make_step(p, WEFT_STEP_ROOT, selection, NULL, ret_root));
    (*ret_root)->filter = filter;
    (*ret_root)->reason = WEFT_STR("filter, order and page run where the records live");
    return add_children(p, *ret_root, 0);
}

weft_code weft_plan_make(
    const weft_query *query, weft_arena *keep, weft_arena *scratch, weft_plan **ret_plan, weft_error *error)
{
    (void)scratch; /* everything a plan is made of is kept */
    planner p = {.keep = keep, .error = error};
    weft_step *root = NULL;
    weft_plan *plan = WEFT_ARENA_NEW(keep, weft_plan);
    if (plan == NULL) {
        return weft_fail_arena(error, keep);
    }
    WEFT_TRY(add_root(&p, query->root, &root));
    *plan = (weft_plan){.query = query,
                        .root = root,
                        .steps = p.steps.items,
                        .step_count = p.steps.count,
                        .has_count = query->wants_count};
    *ret_plan = plan;
    return WEFT_OK;
}
