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
static bool read_fields(planner *p, weft_step *step)
{
    const weft_selection *selection = step->selection;
    const size_t count_max = selection->output_count + selection->order_count + 1;
    field_list list = {WEFT_ARENA_ARRAY(p->keep, const weft_field *, count_max), 0};
    if (list.items == NULL) {
        return false;
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
    return true;
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

/* A new step below `parent`, its columns settled; NULL when out of memory. */
static weft_step *make_step(planner *p, weft_step_kind kind, const weft_selection *selection, const weft_step *parent)
{
    weft_step *step = WEFT_ARENA_NEW(p->keep, weft_step);
    if (step == NULL || !weft_vec_push(p->keep, &p->steps, step)) {
        return NULL;
    }
    step->kind = kind;
    step->number = (uint32_t)(p->steps.count - 1);
    step->store = selection->model->store;
    step->selection = selection;
    step->edge = selection->edge;
    step->parent = parent;
    if (kind != WEFT_STEP_THROUGH && !read_fields(p, step)) {
        return NULL;
    }
    place_columns(step);
    if (parent != NULL) {
        step->parent_key_field =
            parent->kind == WEFT_STEP_THROUGH ? parent->target_key_column : column_of(parent, step->edge->from_field);
    }
    return step;
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

/* The TARGET step that a THROUGH step leads to, with all below it. */
static weft_code add_target(
    planner *p, weft_step *through, const weft_edge_place *place, const weft_filter *filter, size_t depth)
{
    weft_step *target = make_step(p, WEFT_STEP_TARGET, through->selection, through);
    const weft_step **only = WEFT_ARENA_ARRAY(p->keep, const weft_step *, 1);
    if (target == NULL || only == NULL) {
        return weft_fail_arena(p->error, p->keep);
    }
    target->reason = place->target_reason;
    target->filter = filter;
    only[0] = target;
    through->children = only;
    through->child_count = 1;
    return add_children(p, target, depth);
}

/* The steps of `selection` below `parent`; the first of them, which is the parent's child, is returned. */
static weft_code add_edge(
    planner *p, const weft_selection *selection, const weft_step *parent, size_t depth, const weft_step **ret_step)
{
    weft_edge_place place = {0};
    const weft_filter *link_filter = NULL;
    const weft_filter *filter = NULL;
    WEFT_TRY(refuse_unanswered(selection, p->error));
    WEFT_TRY(weft_place_edge(selection->edge, p->keep, &place, p->error));
    WEFT_TRY(weft_place_filter(selection, place.is_split, p->keep, &link_filter, &filter, p->error));
    WEFT_TRY(weft_place_order(selection, place.is_split, p->error));
    weft_step *step = make_step(p, place.kind, selection, parent);
    if (step == NULL) {
        return weft_fail_arena(p->error, p->keep);
    }
    step->store = place.store;
    step->reason = place.reason;
    step->filter = place.is_split ? link_filter : filter;
    *ret_step = step;
    return place.is_split ? add_target(p, step, &place, filter, depth) : add_children(p, step, depth);
}

static weft_code add_children(planner *p, weft_step *step, size_t depth)
{
    WEFT_CHECK(depth < WEFT_PLAN_DEPTH_MAX);
    const weft_selection *selection = step->selection;
    const weft_step **children = WEFT_ARENA_ARRAY(p->keep, const weft_step *, selection->output_count);
    if (children == NULL) {
        return weft_fail_arena(p->error, p->keep);
    }
    step->children = children;
    for (size_t i = 0; i < selection->output_count; i++) {
        const weft_output *output = &selection->outputs[i];
        if (output->kind != WEFT_OUTPUT_EDGE) {
            continue;
        }
        WEFT_TRY(add_edge(p, output->selection, step, depth + 1, &children[step->child_count++]));
    }
    return WEFT_OK;
}

static weft_code add_root(planner *p, const weft_selection *selection, const weft_step **ret_root)
{
    const weft_filter *link_filter = NULL;
    const weft_filter *filter = NULL;
    WEFT_TRY(refuse_unanswered(selection, p->error));
    WEFT_TRY(weft_place_filter(selection, false, p->keep, &link_filter, &filter, p->error));
    WEFT_TRY(weft_place_order(selection, false, p->error));
    weft_step *root = make_step(p, WEFT_STEP_ROOT, selection, NULL);
    if (root == NULL) {
        return weft_fail_arena(p->error, p->keep);
    }
    root->filter = filter;
    root->reason = WEFT_STR("filter, order and page run where the records live");
    *ret_root = root;
    return add_children(p, root, 0);
}

weft_code weft_plan_make(
    const weft_query *query, weft_arena *keep, weft_arena *scratch, weft_plan **ret_plan, weft_error *error)
{
    (void)scratch; /* everything a plan is made of is kept */
    planner p = {.keep = keep, .error = error};
    const weft_step *root = NULL;
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
