/* Indexes that are missing: where a store would look at every row of a table, or sort, the columns that an index should
 * begin with, and the definition that makes it.
 *
 *      statement ─▶ the store's own plan ─▶ tables scanned ─▶ conditions on them ─▶ no index begins with one ─▶ advice
 *
 * Where nothing is asked of a table's columns every row is wanted, and there is nothing to advise. Nor is there where
 * an index is there and the store has reasons not to use it. Fails as stores do. */
#include "base/vec.h"
#include "engine/explain.h"

#define COLUMNS_MAX 4
#define DEPTH_MAX   1024 /* far above what query/ lets through */

/* What is asked of one table: columns compared for equality first, then at most one range or what orders. */
typedef struct wish {
    const weft_model *model;
    const weft_field *fields[COLUMNS_MAX];
    size_t count;
    const weft_field *range;
    bool is_sorted;
} wish;

typedef struct adviser {
    weft_explanation *e;
    const weft_explained_statement *statement;
    WEFT_VEC(weft_advice) advice;
    bool has_failed;
} adviser;

static bool has_field(const wish *w, const weft_field *field)
{
    for (size_t i = 0; i < w->count; i++) {
        if (w->fields[i] == field) {
            return true;
        }
    }
    return false;
}

static void add_field(wish *w, const weft_field *field)
{
    if (w->count < COLUMNS_MAX && !has_field(w, field)) {
        w->fields[w->count++] = field;
    }
}

/* Comparisons that an index on the column answers. */
static void add_comparison(wish *w, const weft_filter *filter)
{
    const bool is_own = filter->field->model == w->model && filter->json_path_len == 0;
    if (!is_own) {
        return;
    }
    if (filter->op == WEFT_OP_EQ || filter->op == WEFT_OP_IN) {
        add_field(w, filter->field);
    } else if (filter->op == WEFT_OP_GT || filter->op == WEFT_OP_GTE || filter->op == WEFT_OP_LT ||
               filter->op == WEFT_OP_LTE) {
        w->range = w->range ? w->range : filter->field;
    }
}

static void add_conditions(wish *w, const weft_filter *filter, size_t depth)
{
    if (filter == NULL || depth > DEPTH_MAX) {
        return;
    }
    if (filter->kind == WEFT_FILTER_COMPARE) {
        add_comparison(w, filter);
    }
    for (size_t i = 0; filter->kind == WEFT_FILTER_AND && i < filter->child_count; i++) {
        add_conditions(w, filter->children[i], depth + 1);
    }
}

static bool begins_with(const wish *w, const weft_field *first)
{
    return has_field(w, first) || (w->count == 0 && w->range == first);
}

static bool has_index(const wish *w)
{
    bool has = begins_with(w, w->model->keys[0]);
    for (size_t i = 0; !has && i < w->model->index_count; i++) {
        has = w->model->indexes[i].where.len == 0 && begins_with(w, w->model->indexes[i].fields[0]);
    }
    return has;
}

/* `"a", "b"` or `a, b`. */
static weft_str list_columns(const wish *w, bool is_sql, weft_arena *keep)
{
    weft_buf buf;
    weft_buf_init_arena(&buf, keep);
    for (size_t i = 0; i < w->count; i++) {
        const weft_str name = is_sql ? w->fields[i]->column : w->fields[i]->name;
        weft_buf_add_format(&buf, is_sql ? "%s\"%.*s\"" : "%s%.*s", i > 0 ? ", " : "", WEFT_STR_ARG(name));
    }
    return weft_buf_str(&buf);
}

/* A table that weft makes gets its index from the definition file; another from whoever made it. */
static weft_str describe_change(const wish *w, weft_arena *keep)
{
    const weft_model *model = w->model;
    const weft_str columns = list_columns(w, !model->is_managed || model->module == NULL, keep);
    if (!model->is_managed || model->module == NULL) {
        return weft_str_format(
            keep, "CREATE INDEX ON \"%.*s\" (%.*s);", WEFT_STR_ARG(model->table), WEFT_STR_ARG(columns));
    }
    if (w->count == 1) {
        return weft_str_format(keep,
                               "%.*s: give field %.*s of model %.*s \"index: true\"",
                               WEFT_STR_ARG(model->where),
                               WEFT_STR_ARG(columns),
                               WEFT_STR_ARG(model->name));
    }
    return weft_str_format(keep,
                           "%.*s: give model %.*s \"indexes: [{ on: [%.*s] }]\"",
                           WEFT_STR_ARG(model->where),
                           WEFT_STR_ARG(model->name),
                           WEFT_STR_ARG(columns));
}

static bool is_told(const adviser *a, const weft_advice *advice)
{
    for (size_t i = 0; i < a->advice.count; i++) {
        const weft_advice *told = &a->advice.items[i];
        if (told->model == advice->model && weft_str_equal(told->columns, advice->columns)) {
            return true;
        }
    }
    return false;
}

static void advise(adviser *a, wish *w)
{
    weft_arena *keep = &a->e->frame.keep;
    if (w->range != NULL && w->count < COLUMNS_MAX && !has_field(w, w->range)) {
        w->fields[w->count++] = w->range;
        w->range = NULL;
    }
    if (w->count == 0 || has_index(w)) {
        return;
    }
    const weft_advice advice = {.model = w->model,
                                .step = a->statement->kind == WEFT_EXPLAINED_COUNT ? NULL : a->statement->step,
                                .is_sorted = w->is_sorted,
                                .columns = list_columns(w, false, keep),
                                .change = describe_change(w, keep)};
    const bool is_made = advice.columns.data != NULL && advice.change.data != NULL;
    if (is_made && !is_told(a, &advice)) {
        a->has_failed = !weft_vec_push(keep, &a->advice, advice) || a->has_failed;
    }
    a->has_failed = a->has_failed || !is_made;
}

/* What stands below an edge is asked of the table it leads to, and its key of the first table on the way, unless that
 * is where the store begins. */
static void advise_edges(adviser *a, const weft_filter *filter, size_t depth)
{
    if (filter == NULL || depth > DEPTH_MAX) {
        return;
    }
    if (filter->kind == WEFT_FILTER_EDGE || filter->kind == WEFT_FILTER_COUNT) {
        wish target = {.model = filter->edge->to};
        if (filter->edge->through == NULL && a->statement->kind != WEFT_EXPLAINED_DRIVE) {
            add_field(&target, filter->edge->to_field);
        }
        add_conditions(&target, filter->child, 0);
        advise(a, &target);
    }
    advise_edges(a, filter->child, depth + 1);
    for (size_t i = 0; i < filter->child_count; i++) {
        advise_edges(a, filter->children[i], depth + 1);
    }
}

/* Each side of an OR would need an index of its own. */
static void advise_either(adviser *a, const weft_model *model, const weft_filter *filter, size_t depth)
{
    if (filter == NULL || depth > DEPTH_MAX) {
        return;
    }
    for (size_t i = 0; filter->kind == WEFT_FILTER_OR && i < filter->child_count; i++) {
        wish w = {.model = model};
        add_conditions(&w, filter->children[i], 0);
        advise(a, &w);
    }
    for (size_t i = 0; i < filter->child_count; i++) {
        advise_either(a, model, filter->children[i], depth + 1);
    }
}

/* The step's own table: found by its key, or by what the filter says. */
static void advise_own(adviser *a, const weft_step *step)
{
    wish w = {.model = step->selection->model};
    const bool is_probe = a->statement->kind == WEFT_EXPLAINED_PROBE; /* asked for the keys that match, not by keys */
    if (!is_probe && step->kind != WEFT_STEP_ROOT && (step->kind == WEFT_STEP_TARGET || step->edge->through == NULL)) {
        add_field(&w, step->edge->to_field);
    }
    if (step->kind != WEFT_STEP_THROUGH) {
        add_conditions(&w, step->filter, 0);
    }
    advise(a, &w);
    advise_either(a, step->selection->model, step->filter, 0);
}

static void advise_link(adviser *a, const weft_step *step)
{
    wish w = {.model = step->edge->through};
    add_field(&w, step->edge->through_from);
    advise(a, &w);
}

/* A page of sorted rows could be read in an index's order. */
static void advise_order(adviser *a, const weft_step *root)
{
    const weft_selection *selection = root->selection;
    wish w = {.model = selection->model, .is_sorted = true};
    for (size_t i = 0; i < selection->order_count; i++) {
        const weft_order *order = &selection->order[i];
        const bool is_own = order->edge_count == 0 && order->json_path_len == 0 && !order->is_through;
        if (!is_own || order->field->is_primary_key) {
            break;
        }
        add_field(&w, order->field);
    }
    advise(a, &w);
}

static void advise_scan(adviser *a, const weft_step *step, weft_str alias)
{
    weft_drive drive = {0};
    if (a->statement->kind == WEFT_EXPLAINED_DRIVE) {
        (void)weft_plan_find_drive(a->e->plan, &drive);
        advise_edges(a, drive.condition, 0);
    } else if (weft_str_equal_text(alias, "t")) {
        advise_own(a, step);
    } else if (weft_str_equal_text(alias, "l") && step->edge != NULL && step->edge->through != NULL) {
        advise_link(a, step);
    } else {
        advise_edges(a, step->filter, 0);
    }
}

static weft_code ask_store(adviser *a, weft_error *error)
{
    weft_frame *frame = &a->e->frame;
    const weft_step *step = a->statement->step;
    weft_connection *connection = NULL;
    weft_store_path path = {0};
    WEFT_TRY(weft_session_connection(&frame->session, a->statement->store, &connection, error));
    WEFT_TRY(weft_connection_find_path(connection, &a->statement->statement, &frame->keep, &path, error));
    for (size_t i = 0; i < path.scan_count; i++) {
        advise_scan(a, step, path.scans[i]);
    }
    if (path.is_sorted && step->kind == WEFT_STEP_ROOT && step->selection->has_take) {
        advise_order(a, step);
    }
    return a->has_failed ? weft_fail_arena(error, &frame->keep) : WEFT_OK;
}

/* Of a stream every row is wanted, and the link rows of a probe are found by their keys. */
static bool is_asked_about(const weft_explained_statement *statement)
{
    switch (statement->kind) {
    case WEFT_EXPLAINED_STEP:
    case WEFT_EXPLAINED_COUNT:
    case WEFT_EXPLAINED_DRIVE:
        break;
    case WEFT_EXPLAINED_LINKS:
    case WEFT_EXPLAINED_TARGETS:
        return false;
    case WEFT_EXPLAINED_PROBE:
        return statement->step->kind != WEFT_STEP_THROUGH;
    }
    return true;
}

weft_code weft_explain_advise(weft_explanation *e, weft_error *error)
{
    adviser a = {.e = e};
    for (size_t i = 0; i < e->statement_count; i++) {
        a.statement = &e->statements[i];
        if (is_asked_about(a.statement)) {
            WEFT_TRY(ask_store(&a, error));
        }
    }
    e->advice = a.advice.items;
    e->advice_count = a.advice.count;
    return WEFT_OK;
}
