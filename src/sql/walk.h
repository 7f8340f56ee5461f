/* A chain of edges as tables joined for a subselect. Private to sql/. */
#ifndef WEFT_SQL_WALK_H
#define WEFT_SQL_WALK_H

#include "base/vec.h"
#include "sql/ast.h"
#include "sql/exists.h"

typedef struct weft_sql_walk {
    weft_arena *keep;
    const weft_row_scope *rows;
    size_t depth; /* edges walked so far from the outermost table: numbers the aliases */
    weft_str schema;
    weft_str table;
    weft_str alias;
    WEFT_VEC(weft_sql_join) joins;
    WEFT_VEC(const weft_sql_expr *) conditions;
    weft_str end;  /* alias of the table the last edge leads to */
    weft_str link; /* alias of the link table it leads through, or empty */
    bool has_failed;
} weft_sql_walk;

/* Begin at the table called `outer` in the surrounding select, `depth` edges deep. Of every model that is walked to,
 * those records exist that `rows` says. */
void weft_sql_walk_init(
    weft_sql_walk *walk, weft_str outer, size_t depth, const weft_row_scope *rows, weft_arena *keep);
/* On over `edge`, to live partners through live links; to deleted partners too where `with_deleted`. */
void weft_sql_walk_edge(weft_sql_walk *walk, const weft_edge *edge, bool with_deleted);
/* A further condition; NULL is running out of memory. */
void weft_sql_walk_where(weft_sql_walk *walk, const weft_sql_expr *condition);
/* The subselect so far, without outputs, to be completed; NULL when out of memory. */
weft_sql_select *weft_sql_walk_select(weft_sql_walk *walk);

/* `alias.deleted_at IS NULL`, or TRUE where the model has no such column. NULL when out of memory. */
const weft_sql_expr *weft_sql_live(weft_arena *keep, weft_str alias, const weft_model *model);
/* `filter` on the record at `alias`; what speaks of the link row that led to it on the table at `link`. NULL when out
 * of memory. */
const weft_sql_expr *weft_sql_filter_over(
    const weft_filter *filter, weft_str alias, weft_str link, const weft_row_scope *rows, weft_arena *keep);

/* The same `depth` edges deep in the statement, of no link row. */
const weft_sql_expr *weft_sql_filter_below(
    const weft_filter *filter, weft_str alias, size_t depth, const weft_row_scope *rows, weft_arena *keep);

/* What a part of `order` of the record at `alias` compares, `depth` edges deep in the statement; `order` leads over
 * edges. NULL when out of memory. */
const weft_sql_expr *weft_sql_order_part_below(
    const weft_order *order, size_t part, weft_str alias, size_t depth, const weft_row_scope *rows, weft_arena *keep);
/* What a part of `order` of the record at `alias` compares. NULL when out of memory. */
const weft_sql_expr *weft_sql_order_part(
    const weft_order *order, size_t part, weft_str alias, weft_str link, const weft_row_scope *rows, weft_arena *keep);

#endif
