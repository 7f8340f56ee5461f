/* The statements of a plan: one select a step.
 *
 *      ROOT, DIRECT, TARGET    FROM the model's table AS t
 *      JOINED                  FROM the link table AS l JOIN the model's table AS t: from the keys into the link's own
 *                              index, then to the targets by their key
 *      THROUGH                 FROM the link table AS l
 *
 * All but the root are asked by one list parameter, so that the text is the same for any number of keys but one. Rows
 * come ordered by parent key and then as the selection says, unless there is at most one row a key. WEFT_NO_MEMORY is
 * the only failure. */
#include "sql/step.h"

#include "base/vec.h"
#include "sql/cursor.h"
#include "sql/walk.h"

#define TARGET_ALIAS WEFT_STR("t")
#define LINK_ALIAS   WEFT_STR("l")

/* A select being put together; `has_failed` remembers running out of memory. */
typedef struct maker {
    weft_arena *keep;
    WEFT_VEC(weft_sql_output) outputs;
    WEFT_VEC(const weft_sql_expr *) conditions;
    WEFT_VEC(weft_sql_order) order;
    weft_sql_join join;
    weft_sql_select select;
    bool has_failed;
} maker;

static void add_output(maker *m, weft_str alias, const weft_field *field)
{
    const weft_sql_output output = {weft_sql_field(m->keep, alias, field), weft_type_value_kind(field->type)};
    m->has_failed = output.expr == NULL || !weft_vec_push(m->keep, &m->outputs, output) || m->has_failed;
}

static void add_condition(maker *m, const weft_sql_expr *condition)
{
    m->has_failed = condition == NULL || !weft_vec_push(m->keep, &m->conditions, condition) || m->has_failed;
}

/* The rows of a table that are to be had at all: whatever is read of a model is read through here. */
static void add_there(maker *m, weft_str alias, const weft_model *model, const weft_step *step, bool with_deleted)
{
    if (model->deleted_at != NULL && !with_deleted) {
        add_condition(m, weft_sql_live(m->keep, alias, model));
    }
    if (weft_sql_has_rule(step->rows, model)) {
        add_condition(m, weft_sql_exists(m->keep, alias, step->rows, model));
    }
}

static bool has_link(const weft_step *step)
{
    return step->kind == WEFT_STEP_JOINED || step->kind == WEFT_STEP_THROUGH;
}

/* The link row that leads to a record is live and exists. */
static void add_link(maker *m, const weft_step *step)
{
    if (has_link(step)) {
        add_there(m, LINK_ALIAS, step->edge->through, step, false);
    }
}

static void add_order(maker *m, const weft_sql_expr *expr, bool is_descending)
{
    const weft_sql_order order = {expr, is_descending};
    m->has_failed = expr == NULL || !weft_vec_push(m->keep, &m->order, order) || m->has_failed;
}

static const weft_field *key_field(const weft_step *step)
{
    return has_link(step) ? step->edge->through_from : step->edge->to_field;
}

static weft_str key_alias(const weft_step *step)
{
    return has_link(step) ? LINK_ALIAS : TARGET_ALIAS;
}

static const weft_sql_expr *mark_expr(maker *m, const weft_row_scope *rows, const weft_mark *mark)
{
    if (mark->filter != NULL) {
        return weft_sql_filter_over(mark->filter, TARGET_ALIAS, LINK_ALIAS, rows, m->keep);
    }
    return weft_sql_order_part(mark->order, mark->part, TARGET_ALIAS, LINK_ALIAS, rows, m->keep);
}

static void add_marks(maker *m, const weft_step *step)
{
    for (size_t i = 0; i < step->mark_count; i++) {
        const weft_sql_output output = {mark_expr(m, step->rows, &step->marks[i]), step->marks[i].kind};
        m->has_failed = output.expr == NULL || !weft_vec_push(m->keep, &m->outputs, output) || m->has_failed;
    }
}

/* A column that keeps its place though nobody wants it. */
static void add_null(maker *m, const weft_field *field)
{
    const weft_sql_output output = {weft_sql_leaf(m->keep, WEFT_SQL_NULL), weft_type_value_kind(field->type)};
    m->has_failed = output.expr == NULL || !weft_vec_push(m->keep, &m->outputs, output) || m->has_failed;
}

static void add_outputs(maker *m, const weft_step *step)
{
    for (size_t i = 0; i < step->field_count; i++) {
        if (step->is_counted && !weft_step_is_key_of_look(step, i)) {
            add_null(m, step->fields[i]);
        } else {
            add_output(m, TARGET_ALIAS, step->fields[i]);
        }
    }
    if (step->kind != WEFT_STEP_ROOT && step->key_column == step->field_count) {
        add_output(m, key_alias(step), key_field(step));
    }
    if (step->kind == WEFT_STEP_THROUGH) {
        add_output(m, LINK_ALIAS, step->edge->through_to);
    }
    add_marks(m, step);
}

static void add_tables(maker *m, const weft_step *step)
{
    const weft_model *target = step->selection->model;
    m->select.schema = has_link(step) ? step->edge->through->schema : target->schema;
    m->select.table = has_link(step) ? step->edge->through->table : target->table;
    m->select.alias = key_alias(step);
    if (step->kind != WEFT_STEP_JOINED) {
        return;
    }
    m->join = (weft_sql_join){.schema = target->schema, .table = target->table, .alias = TARGET_ALIAS};
    m->join.on = weft_sql_binary(m->keep,
                                 WEFT_SQL_EQ,
                                 weft_sql_field(m->keep, TARGET_ALIAS, step->edge->to_field),
                                 weft_sql_field(m->keep, LINK_ALIAS, step->edge->through_to));
    m->has_failed = m->join.on == NULL || m->has_failed;
    m->select.joins = &m->join;
    m->select.join_count = 1;
}

static void add_keys(maker *m, const weft_step *step, const weft_value *keys, size_t count)
{
    if (step->kind == WEFT_STEP_ROOT) {
        return;
    }
    const weft_value_kind kind = weft_type_value_kind(key_field(step)->type);
    const weft_sql_expr *key = weft_sql_field(m->keep, key_alias(step), key_field(step));
    /* Of a list a store must guess the length, so that it plans the statement each time it is run; of one key it knows
     * what it gives, and plans it once. */
    add_condition(m,
                  count == 1
                      ? weft_sql_binary(m->keep, WEFT_SQL_EQ, key, weft_sql_value(m->keep, keys[0], kind))
                      : weft_sql_binary(m->keep, WEFT_SQL_IN_LIST, key, weft_sql_list(m->keep, keys, count, kind)));
}

static weft_code add_filter(maker *m, const weft_step *step, weft_error *error)
{
    if (step->kind != WEFT_STEP_THROUGH) {
        add_there(m, TARGET_ALIAS, step->selection->model, step, step->selection->with_deleted);
    }
    if (step->filter == NULL) {
        return WEFT_OK;
    }
    const weft_sql_expr *filter = weft_sql_filter_over(step->filter, TARGET_ALIAS, LINK_ALIAS, step->rows, m->keep);
    if (filter == NULL) {
        return weft_fail_arena(error, m->keep);
    }
    if (filter->kind != WEFT_SQL_AND || filter->arg_count > 0) {
        add_condition(m, filter);
    }
    return WEFT_OK;
}

/* A key as a term to order by: no row without one is found, so that an index need not place NULLs. */
static const weft_sql_expr *key_term(maker *m, weft_str alias, const weft_field *field)
{
    const weft_sql_expr *key = weft_sql_field(m->keep, alias, field);
    weft_sql_expr *term = WEFT_ARENA_NEW(m->keep, weft_sql_expr);
    if (key == NULL || term == NULL) {
        return NULL;
    }
    *term = *key;
    term->is_nullable = false;
    return term;
}

/* The partner's key stands in its link row too, where the index of the pair has it in order. */
static bool is_in_link(const weft_step *step, const weft_order *order)
{
    return step->kind == WEFT_STEP_JOINED && order->edge_count == 0 && !order->is_through &&
           order->json_path_len == 0 && order->field == step->edge->to_field &&
           order->field->type != WEFT_TYPE_BIG_NUMBER && order->field->native == WEFT_NATIVE_PLAIN &&
           step->edge->through_to->native == WEFT_NATIVE_PLAIN &&
           weft_type_value_kind(order->field->type) == weft_type_value_kind(step->edge->through_to->type);
}

static void add_term(maker *m, const weft_step *step, const weft_order *order)
{
    const bool is_descending = order->is_descending != weft_selection_is_backward(step->selection);
    if (is_in_link(step, order)) {
        add_order(m, key_term(m, LINK_ALIAS, step->edge->through_to), is_descending);
        return;
    }
    for (size_t part = 0; part < weft_order_part_count(order); part++) {
        add_order(m, weft_sql_order_part(order, part, TARGET_ALIAS, LINK_ALIAS, step->rows, m->keep), is_descending);
    }
}

static void add_orders(maker *m, const weft_step *step)
{
    if (!weft_step_is_ordered(step)) {
        return;
    }
    if (step->kind != WEFT_STEP_ROOT && !weft_step_is_ranked(step)) {
        add_order(m, key_term(m, key_alias(step), key_field(step)), false);
    }
    for (size_t i = 0; i < step->selection->order_count; i++) {
        add_term(m, step, &step->selection->order[i]);
    }
}

static uint64_t end_of_page(const weft_selection *selection)
{
    const uint64_t skip = selection->has_skip ? selection->skip : 0;
    return selection->take > (uint64_t)INT64_MAX - skip ? (uint64_t)INT64_MAX : skip + selection->take;
}

/* A page per parent: the store leaves out what is behind its end, and the reader what is before its start. */
static void add_page(maker *m, const weft_step *step)
{
    const weft_selection *selection = step->selection;
    if (step->kind == WEFT_STEP_ROOT && weft_step_is_paged(step)) {
        m->select.has_limit = selection->has_take;
        m->select.limit = selection->take + (weft_step_reads_beyond(step) && selection->take < (uint64_t)INT64_MAX);
        m->select.has_offset = selection->has_skip && selection->skip > 0;
        m->select.offset = selection->skip;
    } else if (weft_step_is_ranked(step)) {
        m->select.has_rank_limit = true;
        m->select.rank_key = step->key_column;
        m->select.rank_limit = end_of_page(selection);
    }
}

static weft_code finish(maker *m, const weft_dialect *dialect, weft_statement *ret_statement, weft_error *error)
{
    const weft_sql_expr *where = weft_sql_nary(m->keep, WEFT_SQL_AND, m->conditions.items, m->conditions.count);
    if (where == NULL || m->has_failed) {
        return weft_fail_arena(error, m->keep);
    }
    m->select.outputs = m->outputs.items;
    m->select.output_count = m->outputs.count;
    m->select.where = m->conditions.count > 0 ? where : NULL;
    m->select.order = m->order.items;
    m->select.order_count = m->order.count;
    return weft_sql_render_select(&m->select, dialect, m->keep, ret_statement, error);
}

weft_code weft_sql_step_statement(const weft_step *step,
                                  const weft_dialect *dialect,
                                  const weft_value *keys,
                                  size_t key_count,
                                  weft_arena *keep,
                                  weft_statement *ret_statement,
                                  weft_error *error)
{
    maker m = {.keep = keep};
    weft_statement statement = {0};
    if (step->kind == WEFT_STEP_AGGREGATE) {
        return weft_sql_aggregate_statement(step, dialect, keys, key_count, keep, ret_statement, error);
    }
    add_outputs(&m, step);
    add_tables(&m, step);
    add_keys(&m, step, keys, key_count);
    add_link(&m, step);
    WEFT_TRY(add_filter(&m, step, error));
    if (step->selection->cursor != NULL && !step->is_sought_by_weft) {
        add_condition(&m, weft_sql_cursor(step->selection, TARGET_ALIAS, step->rows, keep));
    }
    add_orders(&m, step);
    add_page(&m, step);
    m.select.is_distinct = step->is_existence;
    WEFT_TRY(finish(&m, dialect, &statement, error));
    statement.is_incremental = step->kind == WEFT_STEP_ROOT && !(step->selection->has_take && weft_step_is_paged(step));
    *ret_statement = statement;
    return WEFT_OK;
}

weft_code weft_sql_probe_statement(const weft_step *step,
                                   const weft_dialect *dialect,
                                   const weft_sql_probe *probe,
                                   weft_arena *keep,
                                   weft_statement *ret_statement,
                                   weft_error *error)
{
    maker m = {.keep = keep};
    add_output(&m, key_alias(step), key_field(step));
    add_tables(&m, step);
    if (step->kind == WEFT_STEP_THROUGH) {
        const weft_field *field = step->edge->through_to;
        add_condition(
            &m,
            weft_sql_binary(keep,
                            WEFT_SQL_IN_LIST,
                            weft_sql_field(keep, LINK_ALIAS, field),
                            weft_sql_list(keep, probe->keys, probe->key_count, weft_type_value_kind(field->type))));
    }
    add_link(&m, step);
    WEFT_TRY(add_filter(&m, step, error));
    m.select.is_distinct = true;
    m.select.has_limit = true;
    m.select.limit = probe->limit;
    return finish(&m, dialect, ret_statement, error);
}

static void add_links(maker *m, const weft_step *step)
{
    const weft_edge *edge = step->edge;
    const weft_field *const fields[] = {edge->through_from, edge->through_to};
    m->select.schema = edge->through->schema;
    m->select.table = edge->through->table;
    m->select.alias = LINK_ALIAS;
    for (size_t i = 0; i < WEFT_COUNT_OF(fields); i++) {
        add_output(m, LINK_ALIAS, fields[i]);
        add_order(m, key_term(m, LINK_ALIAS, fields[i]), false);
    }
    add_there(m, LINK_ALIAS, edge->through, step, false);
}

static void add_targets(maker *m, const weft_step *step)
{
    const weft_model *target = step->edge->to;
    m->select.schema = target->schema;
    m->select.table = target->table;
    m->select.alias = TARGET_ALIAS;
    add_output(m, TARGET_ALIAS, step->edge->to_field);
    add_there(m, TARGET_ALIAS, target, step, step->selection->with_deleted);
}

weft_code weft_sql_stream_statement(const weft_step *step,
                                    weft_sql_stream stream,
                                    const weft_dialect *dialect,
                                    weft_arena *keep,
                                    weft_statement *ret_statement,
                                    weft_error *error)
{
    maker m = {.keep = keep};
    weft_statement statement = {0};
    if (stream == WEFT_SQL_STREAM_LINKS) {
        add_links(&m, step);
    } else {
        add_targets(&m, step);
    }
    WEFT_TRY(finish(&m, dialect, &statement, error));
    statement.is_incremental = true;
    *ret_statement = statement;
    return WEFT_OK;
}

weft_code weft_sql_count_statement(const weft_plan *plan,
                                   const weft_dialect *dialect,
                                   weft_arena *keep,
                                   weft_statement *ret_statement,
                                   weft_error *error)
{
    maker m = {.keep = keep};
    const weft_sql_output output = {weft_sql_leaf(keep, WEFT_SQL_COUNT_ALL), WEFT_VALUE_INTEGER};
    m.has_failed = output.expr == NULL || !weft_vec_push(keep, &m.outputs, output);
    add_tables(&m, plan->root);
    WEFT_TRY(add_filter(&m, plan->root, error));
    return finish(&m, dialect, ret_statement, error);
}
