/* Looks run together, so that checking a link costs one round trip and not four. Fails as the store does. */
#include "link/look.h"

#include "base/check.h"
#include "sql/exists.h"

void weft_link_looks_add(weft_link_looks *looks, weft_link_look look)
{
    WEFT_CHECK(looks->count < WEFT_LINK_LOOKS_MAX);
    looks->items[looks->count++] = look;
}

static weft_code meet_rows(const weft_link_look *look, weft_rows *rows, weft_error *error)
{
    for (;;) {
        const weft_value *values = NULL;
        WEFT_TRY(weft_rows_next(rows, &values, error));
        if (!values) {
            break;
        }
        WEFT_TRY(look->meet(look->ctx, values, error));
    }
    if (look->end) {
        look->end(look->ctx, weft_rows_changed(rows));
    }
    return WEFT_OK;
}

weft_code weft_link_looks_run(const weft_link_looks *looks, weft_connection *connection, weft_error *error)
{
    weft_statement statements[WEFT_LINK_LOOKS_MAX];
    weft_rows *rows[WEFT_LINK_LOOKS_MAX] = {0};
    if (looks->count == 0) {
        return WEFT_OK;
    }
    for (size_t i = 0; i < looks->count; i++) {
        statements[i] = looks->items[i].statement;
    }
    WEFT_TRY(weft_connection_run(connection, statements, looks->count, rows, error));
    weft_code code = WEFT_OK;
    for (size_t i = 0; i < looks->count; i++) {
        if (code == WEFT_OK) {
            code = meet_rows(&looks->items[i], rows[i], error);
        }
        weft_rows_close(rows[i]);
    }
    return code;
}

/* Keys as a bulk where that is a table: it is walked in its order and each key looked up, while SQLite would first sort
 * a list into a table of its own. */
static const weft_bulk *make_bulk(const weft_link_select *select, const weft_dialect *dialect, weft_arena *keep)
{
    if (!dialect->bulk_table || select->key_count < 2 || select->rows) {
        return NULL;
    }
    weft_bulk *bulk = WEFT_ARENA_NEW(keep, weft_bulk);
    const weft_value **columns = WEFT_ARENA_NEW(keep, const weft_value *);
    weft_value_kind *kind = WEFT_ARENA_NEW(keep, weft_value_kind);
    if (!bulk || !columns || !kind) {
        return NULL;
    }
    *columns = select->keys;
    *kind = weft_type_value_kind(select->column->type);
    *bulk = (weft_bulk){.columns = columns, .column_kinds = kind, .column_count = 1, .row_count = select->key_count};
    return bulk;
}

static const weft_sql_expr *condition(const weft_link_select *select,
                                      const weft_sql_expr *column,
                                      const weft_bulk *bulk,
                                      weft_arena *keep)
{
    const weft_value_kind kind = weft_type_value_kind(select->column->type);
    const weft_sql_expr *is_in =
        bulk ? weft_sql_binary(keep, WEFT_SQL_EQ, column, weft_sql_bulk(keep, 0, kind))
             : weft_sql_binary(
                   keep, WEFT_SQL_IN_LIST, column, weft_sql_list(keep, select->keys, select->key_count, kind));
    if (select->rows) {
        is_in = weft_sql_and_exists(keep, is_in, select->rows, select->model);
    }
    if (!select->deleted_at) {
        return is_in;
    }
    const weft_sql_expr *deleted_at = weft_sql_field(keep, (weft_str){0}, select->deleted_at);
    return weft_sql_binary(keep, WEFT_SQL_AND, is_in, weft_sql_unary(keep, WEFT_SQL_IS_NULL, deleted_at));
}

weft_code weft_link_select_statement(const weft_link_select *select,
                                     const weft_dialect *dialect,
                                     weft_arena *keep,
                                     weft_statement *ret_statement,
                                     weft_error *error)
{
    weft_sql_output *outputs = WEFT_ARENA_ARRAY(keep, weft_sql_output, select->output_count);
    const weft_sql_expr *column = weft_sql_field(keep, (weft_str){0}, select->column);
    const weft_bulk *bulk = make_bulk(select, dialect, keep);
    const weft_sql_expr *where = condition(select, column, bulk, keep);
    if (!outputs || !where) {
        return weft_fail_arena(error, keep);
    }
    for (size_t i = 0; i < select->output_count; i++) {
        outputs[i].expr = weft_sql_field(keep, (weft_str){0}, select->outputs[i]);
        outputs[i].kind = weft_type_value_kind(select->outputs[i]->type);
        if (!outputs[i].expr) {
            return weft_fail_arena(error, keep);
        }
    }
    const weft_sql_order order = {column, false};
    const weft_sql_select sql = {.outputs = outputs,
                                 .output_count = select->output_count,
                                 .schema = select->schema,
                                 .table = select->table,
                                 .where = where,
                                 .order = &order,
                                 .order_count = select->lock_shared && dialect->has_row_locks ? 1 : 0,
                                 .lock_shared = select->lock_shared};
    return weft_sql_render_select_bulk(&sql, bulk, dialect, keep, ret_statement, error);
}
