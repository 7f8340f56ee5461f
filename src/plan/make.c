/* A plan from a query: the tree of selections becomes a tree of steps.
 *
 * Each step reads what the answer shows of its records and what its children are keyed by, nothing else. Where a step
 * runs is place.c's decision. Pure. Fails only by running out of memory. */
#include "plan/plan.h"

#include "base/check.h"
#include "base/fail.h"
#include "base/vec.h"
#include "plan/aggregate.h"
#include "plan/place.h"

typedef WEFT_VEC(const weft_step *) step_list;

typedef struct planner {
    weft_arena *keep;
    step_list steps;
    weft_step *last; /* whose own records were planned */
    bool is_look;    /* below a look */
    const weft_row_scope *rows;
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

/* The field that answers an output, or that its partners are found by. */
static const weft_field *field_of(const weft_output *output)
{
    switch (output->kind) {
    case WEFT_OUTPUT_FIELD:
        break;
    case WEFT_OUTPUT_EDGE:
        return output->selection->edge->from_field;
    case WEFT_OUTPUT_AGGREGATE:
        return output->edge->from_field;
    }
    return output->field;
}

static void read_terms(const weft_term_list *terms, field_list *list)
{
    for (size_t i = 0; i < terms->count; i++) {
        if (terms->items[i].kind == WEFT_TERM_FIELD) {
            terms->items[i].place = add_field(list, terms->items[i].order->field);
        }
    }
}

/* Answered columns, the keys of children and looks, what weft orders by and what cursors are made of; TARGET: its own
 * key too, since its rows are looked up in memory. */
static bool read_fields(planner *p, weft_step *step, const weft_division *division)
{
    const weft_selection *selection = step->selection;
    const size_t count_max =
        selection->output_count + division->looks.count + division->terms.count + division->keys.count + 1;
    field_list list = {WEFT_ARENA_ARRAY(p->keep, const weft_field *, count_max), 0};
    if (list.items == NULL) {
        return false;
    }
    for (size_t i = 0; i < selection->output_count; i++) {
        const weft_output *output = &selection->outputs[i];
        (void)add_field(&list, field_of(output));
    }
    if (step->kind == WEFT_STEP_TARGET) {
        step->key_column = add_field(&list, step->edge->to_field);
    }
    for (size_t i = 0; i < division->looks.count; i++) {
        (void)add_field(&list, division->looks.items[i].edge->from_field);
    }
    read_terms(&division->terms, &list);
    read_terms(&division->keys, &list);
    if (list.count == 0 && !step->is_look) { /* a row must have a column to be read by */
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
    if (step->kind != WEFT_STEP_ROOT && step->kind != WEFT_STEP_TARGET) {
        step->key_column = 0;
        while (step->key_column < step->field_count &&
               (step->kind != WEFT_STEP_DIRECT || step->fields[step->key_column] != step->edge->to_field)) {
            step->key_column++;
        }
        step->column_count += step->key_column == step->field_count;
    }
    if (step->kind == WEFT_STEP_THROUGH) {
        step->target_key_column = step->column_count++;
    }
    step->column_count += step->mark_count;
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

/* What weft does of the division is the step's of the records; of a THROUGH step only the marks are. */
static void take_division(weft_step *step, const weft_division *division)
{
    const bool is_through = step->kind == WEFT_STEP_THROUGH;
    const weft_mark_list *marks = is_through ? &division->link_marks : &division->marks;
    step->filter = is_through ? division->link_filter : division->filter;
    step->marks = marks->items;
    step->mark_count = marks->count;
    if (!is_through) {
        step->residual = division->residual;
        step->terms = division->terms.items;
        step->term_count = division->terms.count;
        step->keys = division->keys.items;
        step->key_count = division->keys.count;
    }
}

/* A new step below `parent`, its columns settled; NULL when out of memory. */
static weft_step *make_step(planner *p,
                            weft_step_kind kind,
                            const weft_selection *selection,
                            const weft_step *parent,
                            const weft_division *division)
{
    weft_step *step = WEFT_ARENA_NEW(p->keep, weft_step);
    if (step == NULL || !weft_vec_push(p->keep, &p->steps, step)) {
        return NULL;
    }
    p->last = step;
    step->kind = kind;
    step->number = (uint32_t)(p->steps.count - 1);
    step->store = selection->model->store;
    step->selection = selection;
    step->edge = selection->edge;
    step->parent = parent;
    step->is_look = p->is_look;
    step->rows = p->rows;
    if (kind == WEFT_STEP_AGGREGATE) {
        step->parent_key_field = column_of(parent, step->edge->from_field);
        return step;
    }
    take_division(step, division);
    if (kind != WEFT_STEP_THROUGH && !read_fields(p, step, division)) {
        return NULL;
    }
    place_columns(step);
    if (parent != NULL) {
        step->parent_key_field =
            parent->kind == WEFT_STEP_THROUGH ? parent->target_key_column : column_of(parent, step->edge->from_field);
    }
    return step;
}

static weft_code add_children(planner *p, weft_step *step, size_t depth);
static weft_code add_looks(planner *p, weft_step *step, const weft_division *division, size_t depth);

static weft_code add_below(planner *p, weft_step *step, const weft_division *division, size_t depth)
{
    WEFT_TRY(add_looks(p, step, division, depth));
    WEFT_TRY(add_children(p, step, depth));
    p->last = step;
    return WEFT_OK;
}

/* The TARGET step that a THROUGH step leads to, with all below it. */
static weft_code add_target(
    planner *p, weft_step *through, const weft_edge_place *place, const weft_division *division, size_t depth)
{
    weft_step *target = make_step(p, WEFT_STEP_TARGET, through->selection, through, division);
    const weft_step **only = WEFT_ARENA_ARRAY(p->keep, const weft_step *, 1);
    if (target == NULL || only == NULL) {
        return weft_fail_arena(p->error, p->keep);
    }
    target->reason = place->target_reason;
    only[0] = target;
    through->children = only;
    through->child_count = 1;
    return add_below(p, target, division, depth);
}

/* The first of the steps that read over an edge, which is the parent's; NULL when memory ran out. */
static weft_step *add_placed(planner *p,
                             const weft_step *parent,
                             const weft_selection *selection,
                             const weft_edge_place *place,
                             const weft_division *division)
{
    weft_step *step = make_step(p, place->kind, selection, parent, division);
    if (step != NULL) {
        step->store = place->store;
        step->reason = place->reason;
    }
    return step;
}

/* The steps of `selection` below `parent`; the first of them, which is the parent's child, is returned. */
static weft_code add_edge(
    planner *p, const weft_selection *selection, const weft_step *parent, size_t depth, const weft_step **ret_step)
{
    weft_edge_place place = {0};
    weft_division division = {0};
    WEFT_TRY(weft_place_edge(selection->edge, p->keep, &place, p->error));
    WEFT_TRY(weft_divide(selection, place.is_split, place.is_split, p->keep, &division, p->error));
    weft_step *step = add_placed(p, parent, selection, &place, &division);
    if (step == NULL) {
        return weft_fail_arena(p->error, p->keep);
    }
    *ret_step = step;
    return place.is_split ? add_target(p, step, &place, &division, depth) : add_below(p, step, &division, depth);
}

/* One step where the store works all of it out. */
static weft_code add_store_aggregates(planner *p,
                                      const weft_aggregate_part *part,
                                      const weft_step *parent,
                                      const weft_step **ret_step)
{
    weft_step *step = make_step(p, WEFT_STEP_AGGREGATE, part->partners, parent, NULL);
    if (step == NULL) {
        return weft_fail_arena(p->error, p->keep);
    }
    step->aggregates = part->aggregates;
    step->aggregate_count = part->count;
    weft_aggregate_place_columns(step, part->aggregates);
    step->reason =
        weft_str_format(p->keep, "aggregated where the partners live: store \"%.*s\"", WEFT_STR_ARG(step->store->name));
    *ret_step = step;
    return step->reason.data != NULL ? WEFT_OK : weft_fail_arena(p->error, p->keep);
}

/* The partners are read like those of any edge, for weft to aggregate. */
static weft_code add_partners(
    planner *p, const weft_aggregate_part *part, const weft_step *parent, size_t depth, const weft_step **ret_step)
{
    WEFT_TRY(add_edge(p, part->partners, parent, depth + 1, ret_step));
    weft_step *last = p->last; /* the partners' own */
    WEFT_CHECK(last != NULL);
    last->aggregates = part->aggregates;
    last->aggregate_count = part->count;
    weft_aggregate_find_columns(last, part->aggregates, part->count);
    return WEFT_OK;
}

static weft_code add_aggregates(planner *p, weft_step *step, const weft_step **children, size_t depth)
{
    const weft_selection *selection = step->selection;
    size_t at = 0;
    for (size_t left = weft_aggregate_part_count(selection); left > 0; left--) {
        weft_aggregate_part part = {0};
        if (!weft_aggregate_part_next(selection, &at, p->keep, &part)) {
            return weft_fail_arena(p->error, p->keep);
        }
        const weft_step **child = &children[step->child_count++];
        WEFT_TRY(weft_place_aggregates(part.partners, part.edge, part.aggregates, part.count)
                     ? add_store_aggregates(p, &part, step, child)
                     : add_partners(p, &part, step, depth, child));
    }
    return WEFT_OK;
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
    return add_aggregates(p, step, children, depth);
}

/* What a look selects: live partners that match, nothing of which is answered. */
static weft_selection *look_selection(planner *p, const weft_look *look, const weft_step *step)
{
    weft_selection *selection = WEFT_ARENA_NEW(p->keep, weft_selection);
    const weft_str path = step->selection->path;
    if (selection == NULL) {
        return NULL;
    }
    *selection = (weft_selection){.model = look->edge->to, .edge = look->edge, .filter = look->filter};
    selection->with_deleted = look->with_deleted;
    selection->path = weft_str_format(
        p->keep, "%.*s%s%.*s", WEFT_STR_ARG(path), path.len > 0 ? "." : "", WEFT_STR_ARG(look->edge->name));
    return selection->path.data == NULL ? NULL : selection;
}

/* Partners that nobody asks anything of but their number. */
static bool is_counted(const weft_look *look)
{
    const bool is_number =
        look->order == NULL || (look->order->edge_count == 1 && look->order->aggregate == WEFT_AGGREGATE_COUNT);
    return is_number && look->filter == NULL && !look->is_existence;
}

/* Where the store can count them it does: one row a record, however many partners. */
static weft_code add_count(planner *p,
                           const weft_selection *partners,
                           const weft_step *parent,
                           const weft_step **ret_step)
{
    weft_step_aggregate *count = WEFT_ARENA_NEW(p->keep, weft_step_aggregate);
    if (count == NULL) {
        return weft_fail_arena(p->error, p->keep);
    }
    count->aggregate = WEFT_AGGREGATE_COUNT;
    const weft_aggregate_part part = {.edge = partners->edge, .aggregates = count, .count = 1, .partners = partners};
    return add_store_aggregates(p, &part, parent, ret_step);
}

static weft_code add_look(
    planner *p, const weft_look *look, const weft_step *parent, size_t depth, const weft_step **ret_step)
{
    weft_edge_place place = {0};
    weft_division division = {0};
    const weft_selection *selection = look_selection(p, look, parent);
    if (selection == NULL) {
        return weft_fail_arena(p->error, p->keep);
    }
    WEFT_TRY(weft_place_edge(look->edge, p->keep, &place, p->error));
    if (!place.is_split && is_counted(look)) {
        return add_count(p, selection, parent, ret_step);
    }
    WEFT_TRY(look->order != NULL
                 ? weft_divide_look(look->order, selection, place.is_split, p->keep, &division, p->error)
                 : weft_divide(selection, place.is_split, false, p->keep, &division, p->error));
    weft_step *step = add_placed(p, parent, selection, &place, &division);
    if (step == NULL) {
        return weft_fail_arena(p->error, p->keep);
    }
    step->is_existence = look->is_existence && !place.is_split && step->residual == NULL && step->column_count == 1;
    *ret_step = step;
    return place.is_split ? add_target(p, step, &place, &division, depth) : add_looks(p, step, &division, depth);
}

static weft_code add_looks(planner *p, weft_step *step, const weft_division *division, size_t depth)
{
    WEFT_CHECK(depth < WEFT_PLAN_DEPTH_MAX);
    const bool was_look = p->is_look;
    const weft_step **looks = WEFT_ARENA_ARRAY(p->keep, const weft_step *, division->looks.count);
    if (looks == NULL) {
        return weft_fail_arena(p->error, p->keep);
    }
    step->looks = looks;
    p->is_look = true;
    for (size_t i = 0; i < division->looks.count; i++) {
        WEFT_TRY(add_look(p, &division->looks.items[i], step, depth + 1, &looks[step->look_count++]));
    }
    p->is_look = was_look;
    return WEFT_OK;
}

/* A store that orders and counts the records also finds the cursor's place among them. */
static bool is_sought_by_weft(const weft_query *query, const weft_step *root)
{
    return query->root->cursor != NULL && (root->term_count > 0 || (root->residual != NULL && query->wants_count));
}

static weft_code add_root(planner *p, const weft_query *query, const weft_step **ret_root)
{
    const weft_selection *selection = query->root;
    weft_division division = {0};
    WEFT_TRY(weft_divide(selection, false, false, p->keep, &division, p->error));
    if (weft_selection_has_cursor(selection) && division.terms.count == 0) {
        WEFT_TRY(weft_divide_keys(selection, p->keep, &division, p->error));
    }
    weft_step *root = make_step(p, WEFT_STEP_ROOT, selection, NULL, &division);
    if (root == NULL) {
        return weft_fail_arena(p->error, p->keep);
    }
    root->reason =
        weft_step_is_paged(root)
            ? WEFT_STR("filter, order and page run where the records live")
            : WEFT_STR("what the store alone cannot tell decides: weft looks it up for each batch of records");
    root->is_sought_by_weft = is_sought_by_weft(query, root);
    *ret_root = root;
    return add_below(p, root, &division, 0);
}

weft_code weft_plan_make(
    const weft_query *query, weft_arena *keep, weft_arena *scratch, weft_plan **ret_plan, weft_error *error)
{
    (void)scratch; /* everything a plan is made of is kept */
    planner p = {.keep = keep, .rows = query->rows, .error = error};
    const weft_step *root = NULL;
    weft_plan *plan = WEFT_ARENA_NEW(keep, weft_plan);
    if (plan == NULL) {
        return weft_fail_arena(error, keep);
    }
    WEFT_TRY(add_root(&p, query, &root));
    WEFT_CHECK(root != NULL);
    *plan = (weft_plan){.query = query,
                        .root = root,
                        .steps = p.steps.items,
                        .step_count = p.steps.count,
                        .has_count = query->wants_count};
    *ret_plan = plan;
    return WEFT_OK;
}
