/* Selects as text, and statements out of finished text.
 *
 *      tree ─add▶ text + parameters ─finish▶ weft_statement
 *
 * LIMIT and OFFSET are written as numbers, not bound: a planner that does not know them assumes a tenth of the table
 * and sorts it all. WEFT_NO_MEMORY is the only failure. */
#include <inttypes.h>

#include "sql/text.h"

void weft_sql_add_name(weft_buf *buf, weft_str name)
{
    weft_buf_add_char(buf, '"');
    for (size_t i = 0; i < name.len; i++) {
        if (name.data[i] == '"') {
            weft_buf_add_char(buf, '"');
        }
        weft_buf_add_char(buf, name.data[i]);
    }
    weft_buf_add_char(buf, '"');
}

void weft_sql_text_init(weft_sql_text *text, const weft_dialect *dialect, const weft_bulk *bulk, weft_arena *keep)
{
    *text = (weft_sql_text){
        .dialect = dialect, .keep = keep, .bulk = bulk, .bulk_is_joined = bulk != NULL && dialect->bulk_is_arrays};
    weft_buf_init_arena(&text->sql, keep);
}

void weft_sql_join_bulk(weft_sql_text *text)
{
    const weft_dialect *dialect = text->dialect;
    const bool fits = text->bulk != NULL && text->bulk->column_count <= dialect->bulk_columns_max;
    text->bulk_is_joined = text->bulk_is_joined || (fits && dialect->bulk_table != NULL);
}

size_t weft_sql_bulk_places(const weft_sql_text *text)
{
    const size_t columns = text->bulk != NULL ? text->bulk->column_count : 0;
    return text->bulk_is_joined && !text->dialect->bulk_is_arrays ? 1 : columns;
}

/* A bulk is often made on the stack, and its statement run elsewhere: the statement takes it along. */
static const weft_bulk *keep_bulk(weft_sql_text *text)
{
    weft_bulk *kept = text->bulk != NULL ? WEFT_ARENA_NEW(text->keep, weft_bulk) : NULL;
    if (kept != NULL) {
        *kept = *text->bulk;
    }
    text->has_failed = text->has_failed || (text->bulk != NULL && kept == NULL);
    return kept;
}

weft_code weft_sql_text_finish(weft_sql_text *text,
                               const weft_sql_output *outputs,
                               size_t output_count,
                               weft_statement *ret_statement,
                               weft_error *error)
{
    weft_value_kind *columns = WEFT_ARENA_ARRAY(text->keep, weft_value_kind, output_count);
    const weft_bulk *bulk = keep_bulk(text);
    if (columns == NULL || text->sql.failed || text->has_failed) {
        return weft_fail_arena(error, text->keep);
    }
    for (size_t i = 0; i < output_count; i++) {
        columns[i] = outputs[i].kind;
    }
    *ret_statement = (weft_statement){.sql = weft_buf_str(&text->sql),
                                      .params = text->params.items,
                                      .param_count = text->params.count,
                                      .columns = columns,
                                      .column_count = output_count,
                                      .bulk = bulk,
                                      .bulk_is_table = text->bulk_is_joined && !text->dialect->bulk_is_arrays};
    ret_statement->hash = weft_statement_hash(ret_statement);
    return WEFT_OK;
}

void weft_sql_add_outputs(weft_sql_text *text, const weft_sql_output *outputs, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (i > 0) {
            weft_buf_add_text(&text->sql, ", ");
        }
        weft_sql_add_expr(text, outputs[i].expr);
    }
}

void weft_sql_add_bulk(weft_sql_text *text)
{
    const weft_bulk *bulk = text->bulk;
    if (!text->dialect->bulk_is_arrays) {
        weft_buf_add_format(&text->sql, "%s AS bulk", text->dialect->bulk_table);
        return;
    }
    weft_buf_add_text(&text->sql, "unnest(");
    for (size_t i = 0; i < bulk->column_count; i++) {
        const weft_value_kind kind =
            bulk->column_kinds[i] == WEFT_VALUE_ARRAY ? WEFT_VALUE_TEXT : bulk->column_kinds[i];
        weft_buf_add_text(&text->sql, i > 0 ? ", " : "");
        weft_sql_add_placeholder(text, i + 1);
        weft_buf_add_format(&text->sql, "::%s[]", text->dialect->value_types[kind]);
    }
    weft_buf_add_text(&text->sql, ") AS bulk(");
    for (size_t i = 0; i < bulk->column_count; i++) {
        weft_buf_add_format(&text->sql, i > 0 ? ", c%zu" : "c%zu", i);
    }
    weft_buf_add_char(&text->sql, ')');
}

static void add_table(weft_sql_text *text, weft_str schema, weft_str table, weft_str alias)
{
    if (schema.len > 0) {
        weft_sql_add_name(&text->sql, schema);
        weft_buf_add_char(&text->sql, '.');
    }
    weft_sql_add_name(&text->sql, table);
    if (alias.len > 0 && !weft_str_equal(table, alias)) {
        weft_buf_add_text(&text->sql, " AS ");
        weft_sql_add_name(&text->sql, alias);
    }
}

/* A bulk is joined first, so that each of its rows is looked up in the table. */
static void add_from(weft_sql_text *text, const weft_sql_select *select)
{
    if (select->table.len == 0) {
        return;
    }
    weft_buf_add_text(&text->sql, " FROM ");
    if (text->bulk_is_joined && text->depth == 0) {
        weft_sql_add_bulk(text);
        weft_buf_add_text(&text->sql, " CROSS JOIN ");
    }
    add_table(text, select->schema, select->table, select->alias);
    for (size_t i = 0; i < select->join_count; i++) {
        const weft_sql_join *join = &select->joins[i];
        weft_buf_add_text(&text->sql, join->is_left ? " LEFT JOIN " : text->dialect->join);
        add_table(text, join->schema, join->table, join->alias);
        weft_buf_add_text(&text->sql, " ON ");
        weft_sql_add_expr(text, join->on);
    }
}

/* Nullable terms say where NULL goes only in a dialect that would put it elsewhere: a needless clause can keep an index
 * from serving the order. */
static void add_order(weft_sql_text *text, const weft_sql_select *select)
{
    for (size_t i = 0; i < select->order_count; i++) {
        const weft_sql_order *order = &select->order[i];
        weft_buf_add_text(&text->sql, i > 0 ? ", " : " ORDER BY ");
        weft_sql_add_ordered(text, order->expr);
        weft_buf_add_text(&text->sql, order->is_descending ? " DESC" : "");
        if (order->expr->is_nullable && !text->dialect->nulls_are_largest) {
            weft_buf_add_text(&text->sql, order->is_descending ? " NULLS FIRST" : " NULLS LAST");
        }
    }
}

static void add_page(weft_sql_text *text, const weft_sql_select *select)
{
    if (select->has_limit) {
        weft_buf_add_format(&text->sql, " LIMIT %" PRIu64, select->limit);
    } else if (select->has_offset) {
        weft_buf_add_format(&text->sql, " LIMIT %s", text->dialect->limit_all);
    }
    if (select->has_offset) {
        weft_buf_add_format(&text->sql, " OFFSET %" PRIu64, select->offset);
    }
}

static void add_lock(weft_sql_text *text, const weft_sql_select *select)
{
    if (text->dialect->has_row_locks && (select->lock_shared || select->lock_update)) {
        weft_buf_add_text(&text->sql, select->lock_update ? " FOR UPDATE OF " : " FOR SHARE OF ");
        weft_sql_add_name(&text->sql, select->alias.len > 0 ? select->alias : select->table);
        weft_buf_add_text(&text->sql, select->lock_skip ? " SKIP LOCKED" : "");
    }
}

static void add_where(weft_sql_text *text, const weft_sql_select *select)
{
    if (select->where != NULL) {
        weft_buf_add_text(&text->sql, " WHERE ");
        weft_sql_add_expr(text, select->where);
    }
}

static void add_groups(weft_sql_text *text, const weft_sql_select *select)
{
    for (size_t i = 0; i < select->group_count; i++) {
        weft_buf_add_text(&text->sql, i > 0 ? ", " : " GROUP BY ");
        weft_sql_add_expr(text, select->group[i]);
    }
    if (select->having != NULL) {
        weft_buf_add_text(&text->sql, " HAVING ");
        weft_sql_add_expr(text, select->having);
    }
}

/* The inner select ranks the rows of each key, the outer one takes the first of them. */
static void add_ranked(weft_sql_text *text, const weft_sql_select *select)
{
    const weft_sql_expr *key = select->outputs[select->rank_key].expr;
    weft_buf_add_text(&text->sql, "SELECT ");
    for (size_t i = 0; i < select->output_count; i++) {
        weft_buf_add_format(&text->sql, i > 0 ? ", c%zu" : "c%zu", i);
    }
    weft_buf_add_text(&text->sql, " FROM (SELECT ");
    for (size_t i = 0; i < select->output_count; i++) {
        weft_sql_add_expr(text, select->outputs[i].expr);
        weft_buf_add_format(&text->sql, " AS c%zu, ", i);
    }
    weft_buf_add_text(&text->sql, "row_number() OVER (PARTITION BY ");
    weft_sql_add_expr(text, key);
    add_order(text, select);
    weft_buf_add_text(&text->sql, ") AS rank");
    add_from(text, select);
    add_where(text, select);
    weft_buf_add_format(
        &text->sql, ") AS ranked WHERE rank <= %" PRIu64 " ORDER BY c%zu", select->rank_limit, select->rank_key);
    if (!weft_sql_is_uuid(text, key)) {
        weft_sql_add_collation(text, key->type);
    }
    weft_buf_add_text(&text->sql, ", rank");
}

void weft_sql_add_select(weft_sql_text *text, const weft_sql_select *select)
{
    if (select->has_rank_limit) {
        add_ranked(text, select);
        return;
    }
    weft_buf_add_text(&text->sql, select->is_distinct ? "SELECT DISTINCT " : "SELECT ");
    if (select->output_count == 0) {
        weft_buf_add_char(&text->sql, '1');
    }
    weft_sql_add_outputs(text, select->outputs, select->output_count);
    add_from(text, select);
    add_where(text, select);
    add_groups(text, select);
    add_order(text, select);
    add_page(text, select);
    add_lock(text, select);
}

weft_code weft_sql_render_select(const weft_sql_select *select,
                                 const weft_dialect *dialect,
                                 weft_arena *keep,
                                 weft_statement *ret_statement,
                                 weft_error *error)
{
    return weft_sql_render_select_bulk(select, NULL, dialect, keep, ret_statement, error);
}

weft_code weft_sql_render_select_bulk(const weft_sql_select *select,
                                      const weft_bulk *bulk,
                                      const weft_dialect *dialect,
                                      weft_arena *keep,
                                      weft_statement *ret_statement,
                                      weft_error *error)
{
    weft_sql_text text;
    weft_sql_text_init(&text, dialect, bulk, keep);
    weft_sql_join_bulk(&text);
    if (text.bulk_is_joined) {
        text.table = select->alias.len > 0 ? select->alias : select->table;
    }
    weft_sql_add_select(&text, select);
    return weft_sql_text_finish(&text, select->outputs, select->output_count, ret_statement, error);
}
