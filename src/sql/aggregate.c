/* The statement of an AGGREGATE step: what the partners of each parent come to.
 *
 *      SELECT count(*), max(t.views), l.product_id FROM link AS l JOIN blog_post AS t ON …
 *      WHERE l.product_id IN (keys) and both live GROUP BY l.product_id
 *
 * A sum of integers is asked for in two halves, which no store can overflow and weft puts together. Fails only by
 * running out of memory. */
#include "base/fail.h"
#include "base/vec.h"
#include "sql/step.h"
#include "sql/walk.h"

#define TARGET_ALIAS WEFT_STR("t")
#define LINK_ALIAS   WEFT_STR("l")

typedef struct maker {
    weft_arena *keep;
    const weft_step *step;
    WEFT_VEC(weft_sql_output) outputs;
    WEFT_VEC(const weft_sql_expr *) conditions;
    weft_sql_join join;
    weft_sql_select select;
    bool has_failed;
} maker;

static void add_output(maker *m, const weft_sql_expr *expr, weft_value_kind kind)
{
    const weft_sql_output output = {expr, kind};
    m->has_failed = expr == NULL || !weft_vec_push(m->keep, &m->outputs, output) || m->has_failed;
}

static void add_condition(maker *m, const weft_sql_expr *condition)
{
    m->has_failed = condition == NULL || !weft_vec_push(m->keep, &m->conditions, condition) || m->has_failed;
}

static void add_of_field(maker *m, weft_sql_kind kind, const weft_field *field, weft_value_kind value_kind)
{
    add_output(m, weft_sql_unary(m->keep, kind, weft_sql_field(m->keep, TARGET_ALIAS, field)), value_kind);
}

static void add_aggregate(maker *m, const weft_step_aggregate *aggregate)
{
    const weft_field *field = aggregate->field;
    switch (aggregate->aggregate) {
    case WEFT_AGGREGATE_NONE:
    case WEFT_AGGREGATE_COUNT:
        add_output(m, weft_sql_leaf(m->keep, WEFT_SQL_COUNT_ALL), WEFT_VALUE_INTEGER);
        break;
    case WEFT_AGGREGATE_MIN:
        add_of_field(m, WEFT_SQL_MIN, field, weft_type_value_kind(field->type));
        break;
    case WEFT_AGGREGATE_MAX:
        add_of_field(m, WEFT_SQL_MAX, field, weft_type_value_kind(field->type));
        break;
    case WEFT_AGGREGATE_SUM:
    case WEFT_AGGREGATE_AVG:
        add_of_field(m, WEFT_SQL_SUM_HIGH, field, WEFT_VALUE_INTEGER);
        add_of_field(m, WEFT_SQL_SUM_LOW, field, WEFT_VALUE_INTEGER);
        if (aggregate->aggregate == WEFT_AGGREGATE_AVG) {
            add_of_field(m, WEFT_SQL_COUNT, field, WEFT_VALUE_INTEGER);
        }
        break;
    }
}

static void add_tables(maker *m)
{
    const weft_edge *edge = m->step->edge;
    const bool has_link = edge->through != NULL;
    m->select.schema = has_link ? edge->through->schema : edge->to->schema;
    m->select.table = has_link ? edge->through->table : edge->to->table;
    m->select.alias = has_link ? LINK_ALIAS : TARGET_ALIAS;
    if (!has_link) {
        return;
    }
    m->join = (weft_sql_join){.schema = edge->to->schema, .table = edge->to->table, .alias = TARGET_ALIAS};
    m->join.on = weft_sql_binary(m->keep,
                                 WEFT_SQL_EQ,
                                 weft_sql_field(m->keep, TARGET_ALIAS, edge->to_field),
                                 weft_sql_field(m->keep, LINK_ALIAS, edge->through_to));
    m->has_failed = m->join.on == NULL || m->has_failed;
    m->select.joins = &m->join;
    m->select.join_count = 1;
}

/* Live, and there at all. */
static void add_live(maker *m, weft_str alias, const weft_model *model)
{
    if (model->deleted_at != NULL) {
        add_condition(m, weft_sql_live(m->keep, alias, model));
    }
    if (weft_sql_has_rule(m->step->rows, model)) {
        add_condition(m, weft_sql_exists(m->keep, alias, m->step->rows, model));
    }
}

/* The keys, and what is live among what they find. */
static void add_conditions(maker *m, const weft_sql_expr *key, const weft_sql_expr *keys)
{
    const weft_edge *edge = m->step->edge;
    add_condition(m, weft_sql_binary(m->keep, WEFT_SQL_IN_LIST, key, keys));
    if (edge->through != NULL) {
        add_live(m, LINK_ALIAS, edge->through);
    }
    add_live(m, TARGET_ALIAS, edge->to);
    if (m->step->selection->filter != NULL) {
        add_condition(
            m, weft_sql_filter_over(m->step->selection->filter, TARGET_ALIAS, LINK_ALIAS, m->step->rows, m->keep));
    }
}

weft_code weft_sql_aggregate_statement(const weft_step *step,
                                       const weft_dialect *dialect,
                                       const weft_value *keys,
                                       size_t key_count,
                                       weft_arena *keep,
                                       weft_statement *ret_statement,
                                       weft_error *error)
{
    maker m = {.keep = keep, .step = step};
    const weft_field *key_field = step->edge->through != NULL ? step->edge->through_from : step->edge->to_field;
    const weft_value_kind key_kind = weft_type_value_kind(key_field->type);
    add_tables(&m);
    const weft_sql_expr *key = weft_sql_field(keep, m.select.alias, key_field);
    for (size_t i = 0; i < step->aggregate_count; i++) {
        add_aggregate(&m, &step->aggregates[i]);
    }
    add_output(&m, key, key_kind);
    add_conditions(&m, key, weft_sql_list(keep, keys, key_count, key_kind));
    const weft_sql_expr *where = weft_sql_nary(keep, WEFT_SQL_AND, m.conditions.items, m.conditions.count);
    if (where == NULL || m.has_failed) {
        return weft_fail_arena(error, keep);
    }
    m.select.outputs = m.outputs.items;
    m.select.output_count = m.outputs.count;
    m.select.where = where;
    m.select.group = &key;
    m.select.group_count = 1;
    return weft_sql_render_select(&m.select, dialect, keep, ret_statement, error);
}
