/* A condition over edges asked from its far side: the keys of the records that have such partners.
 *
 *      product ─blog_posts▶ blog_post ─comments▶ comment, of an author
 *
 *      SELECT k1.product_id FROM comment AS t2 JOIN blog_post AS t1 ON t1.id = t2.post_id
 *                                              JOIN link AS k1 ON k1.blog_post_id = t1.id
 *      WHERE t2.author = … and all live LIMIT …
 *
 * It begins where the condition stands: at the last partners, or at their link rows when it speaks of these alone. A
 * key comes once a partner. WEFT_NO_MEMORY is the only failure. */
#include "base/vec.h"
#include "sql/step.h"
#include "sql/walk.h"

/* One edge on the way: its tables' names in the statement. */
typedef struct leg {
    const weft_filter *condition;
    const weft_edge *edge;
    weft_str target;
    weft_str link; /* empty: none stands between */
} leg;

typedef struct way {
    weft_arena *keep;
    const weft_row_scope *rows;
    WEFT_VEC(leg) legs; /* from the records on */
    WEFT_VEC(weft_sql_join) joins;
    WEFT_VEC(const weft_sql_expr *) conditions;
    weft_sql_select select;
    bool has_failed;
} way;

static void add_condition(way *w, const weft_sql_expr *condition)
{
    w->has_failed = condition == NULL || !weft_vec_push(w->keep, &w->conditions, condition) || w->has_failed;
}

static void add_legs(way *w, const weft_filter *condition)
{
    for (size_t depth = 1; condition != NULL; depth++) {
        const weft_edge *edge = condition->edge;
        leg next = {.condition = condition, .edge = edge, .target = weft_str_format(w->keep, "t%zu", depth)};
        if (edge->through != NULL) {
            next.link = weft_str_format(w->keep, "k%zu", depth);
        }
        w->has_failed = next.target.data == NULL || !weft_vec_push(w->keep, &w->legs, next) || w->has_failed;
        condition = weft_drive_leads_on(condition);
    }
}

/* The table called `alias`, live rows that exist: the first, or joined where `field` of it meets `other` of a table
 * before it. */
static void add_table(
    way *w, weft_str alias, const weft_model *model, const weft_field *field, const weft_sql_expr *other)
{
    if (w->select.table.len == 0) {
        w->select.schema = model->schema;
        w->select.table = model->table;
        w->select.alias = alias;
    } else {
        const weft_sql_join join = {
            .schema = model->schema,
            .table = model->table,
            .alias = alias,
            .on = weft_sql_binary(w->keep, WEFT_SQL_EQ, weft_sql_field(w->keep, alias, field), other)};
        w->has_failed = join.on == NULL || !weft_vec_push(w->keep, &w->joins, join) || w->has_failed;
    }
    if (model->deleted_at != NULL) {
        add_condition(w, weft_sql_live(w->keep, alias, model));
    }
    if (weft_sql_has_rule(w->rows, model)) {
        add_condition(w, weft_sql_exists(w->keep, alias, w->rows, model));
    }
}

static bool speaks_of_link_alone(const weft_filter *filter)
{
    bool is_link = filter->kind == WEFT_FILTER_COMPARE ? filter->is_through : filter->edge == NULL;
    for (size_t i = 0; is_link && i < filter->child_count; i++) {
        is_link = speaks_of_link_alone(filter->children[i]);
    }
    return is_link;
}

/* The tables of the last edge: its target and then its link table, or the other way round. */
static void add_last(way *w, const leg *last)
{
    const weft_edge *edge = last->edge;
    if (edge->through != NULL && speaks_of_link_alone(last->condition->child)) {
        add_table(w, last->link, edge->through, edge->through_from, NULL);
        add_table(w, last->target, edge->to, edge->to_field, weft_sql_field(w->keep, last->link, edge->through_to));
        return;
    }
    add_table(w, last->target, edge->to, edge->to_field, NULL);
    if (edge->through != NULL) {
        add_table(
            w, last->link, edge->through, edge->through_to, weft_sql_field(w->keep, last->target, edge->to_field));
    }
}

/* The column of `at` that meets the record it leads from. */
static const weft_sql_expr *near_end(const way *w, const leg *at)
{
    return at->edge->through != NULL ? weft_sql_field(w->keep, at->link, at->edge->through_from)
                                     : weft_sql_field(w->keep, at->target, at->edge->to_field);
}

/* The tables of `before`, from which `after` leads on. */
static void add_before(way *w, const leg *before, const leg *after)
{
    const weft_edge *edge = before->edge;
    add_table(w, before->target, edge->to, after->edge->from_field, near_end(w, after));
    if (edge->through != NULL) {
        add_table(
            w, before->link, edge->through, edge->through_to, weft_sql_field(w->keep, before->target, edge->to_field));
    }
}

weft_code weft_sql_drive_statement(const weft_drive *drive,
                                   const weft_dialect *dialect,
                                   weft_arena *keep,
                                   weft_statement *ret_statement,
                                   weft_error *error)
{
    way w = {.keep = keep, .rows = drive->rows};
    add_legs(&w, drive->condition);
    if (w.has_failed || w.legs.items == NULL) {
        return weft_fail_arena(error, keep);
    }
    const leg *last = &w.legs.items[w.legs.count - 1];
    add_condition(&w, weft_sql_filter_over(last->condition->child, last->target, last->link, w.rows, keep));
    add_last(&w, last);
    for (size_t i = w.legs.count - 1; i > 0; i--) {
        add_before(&w, &w.legs.items[i - 1], &w.legs.items[i]);
    }
    const weft_edge *first = w.legs.items[0].edge;
    const weft_sql_output output = {near_end(&w, &w.legs.items[0]), weft_type_value_kind(first->from_field->type)};
    w.select.where = weft_sql_nary(keep, WEFT_SQL_AND, w.conditions.items, w.conditions.count);
    if (w.has_failed || output.expr == NULL || w.select.where == NULL) {
        return weft_fail_arena(error, keep);
    }
    w.select.outputs = &output;
    w.select.output_count = 1;
    w.select.joins = w.joins.items;
    w.select.join_count = w.joins.count;
    w.select.has_limit = true;
    w.select.limit = (uint64_t)drive->rows_max + 1;
    WEFT_TRY(weft_sql_render_select(&w.select, dialect, keep, ret_statement, error));
    ret_statement->is_incremental = true;
    return WEFT_OK;
}
