/* Unlinking, removing and reviving, each one statement for all rows given. Fails as the store does. */
#include "doctor/cures.h"

static int64_t now_us(const weft_session *session)
{
    const int64_t now = weft_clock_now_us(session->clock);
    return now - ((now % 1000) + 1000) % 1000;
}

static weft_sql_assignment set_time(const weft_field *field, const weft_sql_expr *expr)
{
    return (weft_sql_assignment){field->column, expr};
}

static const weft_sql_expr *time_expr(weft_arena *keep, const weft_session *session)
{
    return weft_sql_value(keep, weft_value_from_time(now_us(session)), WEFT_VALUE_TIME);
}

weft_code weft_doctor_rows_unlink(
    weft_session *session, const weft_link *link, const weft_doctor_rows *rows, weft_arena *scratch, weft_error *error)
{
    const weft_model *model = link->model;
    weft_connection *connection = NULL;
    weft_bulk bulk = {0};
    WEFT_TRY(weft_session_connection(session, model->store, &connection, error));
    WEFT_TRY(weft_doctor_rows_bulk(link, rows, scratch, &bulk, error));
    const weft_sql_expr *now = time_expr(scratch, session);
    const weft_sql_expr *is_live =
        weft_sql_unary(scratch, WEFT_SQL_IS_NULL, weft_sql_field(scratch, (weft_str){0}, model->deleted_at));
    weft_sql_assignment assignments[2] = {set_time(model->deleted_at, now)};
    size_t count = 1;
    if (model->updated_at) {
        assignments[count++] = set_time(model->updated_at, now);
    }
    const weft_sql_update update = {
        .table = model->table,
        .assignments = assignments,
        .assignment_count = count,
        .where = weft_sql_binary(scratch, WEFT_SQL_AND, weft_doctor_row_condition(link, true, scratch), is_live)};
    if (!now || !update.where) {
        return weft_fail_arena(error, scratch);
    }
    weft_statement statement = {0};
    WEFT_TRY(weft_sql_render_update(&update, &bulk, weft_connection_dialect(connection), scratch, &statement, error));
    return weft_connection_execute(connection, &statement, NULL, error);
}

weft_code weft_doctor_rows_remove(
    weft_session *session, const weft_link *link, const weft_doctor_rows *rows, weft_arena *scratch, weft_error *error)
{
    weft_connection *connection = NULL;
    weft_bulk bulk = {0};
    weft_statement statement = {0};
    WEFT_TRY(weft_session_connection(session, link->model->store, &connection, error));
    WEFT_TRY(weft_doctor_rows_bulk(link, rows, scratch, &bulk, error));
    const weft_sql_delete del = {.table = link->model->table, .where = weft_doctor_row_condition(link, true, scratch)};
    if (!del.where) {
        return weft_fail_arena(error, scratch);
    }
    WEFT_TRY(weft_sql_render_delete(&del, &bulk, weft_connection_dialect(connection), scratch, &statement, error));
    return weft_connection_execute(connection, &statement, NULL, error);
}

/* Keys of the deleted records; a key may come twice. */
static weft_value *deleted_keys(
    const weft_link_side *side, size_t at, const weft_doctor_rows *rows, weft_arena *scratch, size_t *ret_count)
{
    weft_value *keys = WEFT_ARENA_ARRAY(scratch, weft_value, rows->count);
    size_t count = 0;
    for (size_t i = 0; keys && i < rows->count; i++) {
        const weft_doctor_row *row = &rows->items[i];
        if (row->ends[at] == WEFT_END_DELETED) {
            count += weft_doctor_end_key(side, at == 0 ? &row->left : &row->right, &keys[count]);
        }
    }
    *ret_count = count;
    return keys;
}

weft_code weft_doctor_ends_revive(weft_session *session,
                                  const weft_link *link,
                                  size_t side_at,
                                  const weft_doctor_rows *rows,
                                  weft_arena *scratch,
                                  weft_error *error)
{
    const weft_link_side *side = weft_doctor_side(link, side_at);
    const weft_model *model = side->model;
    size_t count = 0;
    weft_value *keys = deleted_keys(side, side_at, rows, scratch, &count);
    if (!keys) {
        return weft_fail_arena(error, scratch);
    }
    if (count == 0 || !weft_doctor_can_revive(model)) {
        return WEFT_OK;
    }
    const weft_value_kind kind = weft_type_value_kind(side->key->type);
    const weft_sql_expr *is_named = weft_sql_binary(scratch,
                                                    WEFT_SQL_IN_LIST,
                                                    weft_sql_field(scratch, (weft_str){0}, side->key),
                                                    weft_sql_list(scratch, keys, count, kind));
    const weft_sql_expr *is_deleted =
        weft_sql_unary(scratch, WEFT_SQL_IS_NOT_NULL, weft_sql_field(scratch, (weft_str){0}, model->deleted_at));
    weft_sql_assignment assignments[2] = {set_time(model->deleted_at, weft_sql_leaf(scratch, WEFT_SQL_NULL))};
    size_t assigned = 1;
    if (model->updated_at) {
        assignments[assigned++] = set_time(model->updated_at, time_expr(scratch, session));
    }
    const weft_sql_update update = {.table = model->table,
                                    .assignments = assignments,
                                    .assignment_count = assigned,
                                    .where = weft_sql_binary(scratch, WEFT_SQL_AND, is_named, is_deleted)};
    if (!update.where || !assignments[0].expr || !assignments[assigned - 1].expr) {
        return weft_fail_arena(error, scratch);
    }
    weft_connection *connection = NULL;
    weft_statement statement = {0};
    WEFT_TRY(weft_session_connection(session, model->store, &connection, error));
    WEFT_TRY(weft_sql_render_update(&update, NULL, weft_connection_dialect(connection), scratch, &statement, error));
    return weft_connection_execute(connection, &statement, NULL, error);
}
