/* From edges to joins: the partners of a record as a subselect that the record's own table is compared with.
 *
 *      product ─blog_posts▶ blog_post      FROM link AS l1 JOIN blog_post AS e1 ON e1.id = l1.blog_post_id
 *                                          WHERE l1.product_id = t.id and both live
 *
 * Both exist as well, where row rules say of what there is.
 *
 * The key that is looked up stands first, so that the reader sees which index serves. Fails only by running out of
 * memory, which the walk remembers. */
#include "sql/walk.h"

void weft_sql_walk_init(weft_sql_walk *walk, weft_str outer, size_t depth, const weft_row_scope *rows, weft_arena *keep)
{
    *walk = (weft_sql_walk){.keep = keep, .rows = rows, .depth = depth, .end = outer};
}

void weft_sql_walk_where(weft_sql_walk *walk, const weft_sql_expr *condition)
{
    if (condition == NULL || !weft_vec_push(walk->keep, &walk->conditions, condition)) {
        walk->has_failed = true;
    }
}

const weft_sql_expr *weft_sql_live(weft_arena *keep, weft_str alias, const weft_model *model)
{
    if (model->deleted_at == NULL) {
        return weft_sql_leaf(keep, WEFT_SQL_TRUE);
    }
    return weft_sql_unary(keep, WEFT_SQL_IS_NULL, weft_sql_field(keep, alias, model->deleted_at));
}

/* `field` at `alias` meets that of the table the walk is at, and the row at `alias` is there. */
typedef struct meeting {
    weft_str alias;
    const weft_field *field;
    const weft_field *other;
    bool with_deleted;
} meeting;

static const weft_sql_expr *meet(weft_sql_walk *walk, const meeting *at)
{
    const weft_model *model = at->field->model;
    const weft_sql_expr *args[3];
    size_t count = 0;
    args[count++] = weft_sql_binary(walk->keep,
                                    WEFT_SQL_EQ,
                                    weft_sql_field(walk->keep, at->alias, at->field),
                                    weft_sql_field(walk->keep, walk->end, at->other));
    if (model->deleted_at != NULL && !at->with_deleted) {
        args[count++] = weft_sql_live(walk->keep, at->alias, model);
    }
    if (weft_sql_has_rule(walk->rows, model)) {
        args[count++] = weft_sql_exists(walk->keep, at->alias, walk->rows, model);
    }
    return weft_sql_nary(walk->keep, WEFT_SQL_AND, args, count);
}

static void step_to(weft_sql_walk *walk, const meeting *at)
{
    const weft_str alias = at->alias;
    const weft_field *field = at->field;
    const weft_sql_expr *on = meet(walk, at);
    if (alias.data == NULL || on == NULL) {
        walk->has_failed = true;
    } else if (walk->table.len == 0) {
        walk->schema = field->model->schema;
        walk->table = field->model->table;
        walk->alias = alias;
        weft_sql_walk_where(walk, on);
    } else {
        const weft_sql_join join = {
            .schema = field->model->schema, .table = field->model->table, .alias = alias, .on = on};
        walk->has_failed = !weft_vec_push(walk->keep, &walk->joins, join) || walk->has_failed;
    }
    walk->end = alias;
}

void weft_sql_walk_edge(weft_sql_walk *walk, const weft_edge *edge, bool with_deleted)
{
    const weft_str target = weft_str_format(walk->keep, "e%zu", ++walk->depth);
    walk->link = (weft_str){0};
    if (edge->through == NULL) {
        step_to(walk, &(meeting){target, edge->to_field, edge->from_field, with_deleted});
        return;
    }
    walk->link = weft_str_format(walk->keep, "l%zu", walk->depth);
    step_to(walk, &(meeting){walk->link, edge->through_from, edge->from_field, false});
    step_to(walk, &(meeting){target, edge->to_field, edge->through_to, with_deleted});
}

weft_sql_select *weft_sql_walk_select(weft_sql_walk *walk)
{
    weft_sql_select *select = WEFT_ARENA_NEW(walk->keep, weft_sql_select);
    const weft_sql_expr *where =
        weft_sql_nary(walk->keep, WEFT_SQL_AND, walk->conditions.items, walk->conditions.count);
    if (select == NULL || where == NULL || walk->has_failed) {
        return NULL;
    }
    select->schema = walk->schema;
    select->table = walk->table;
    select->alias = walk->alias;
    select->joins = walk->joins.items;
    select->join_count = walk->joins.count;
    select->where = where;
    return select;
}
