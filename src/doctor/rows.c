/* Reading rows of a link table: always id, left, right and updated_at. Fails as the store does. */
#include "doctor/rows.h"

#include <stdlib.h>

enum { AT_ID, AT_LEFT, AT_RIGHT, AT_UPDATED, AT_COUNT };

const weft_field *weft_doctor_id_field(const weft_link *link)
{
    return weft_model_field(link->model, WEFT_STR("id"));
}

static const weft_sql_expr *field_expr(weft_arena *keep, const weft_field *field)
{
    return weft_sql_field(keep, (weft_str){0}, field);
}

static const weft_sql_expr *live(const weft_link *link, const weft_sql_expr *where, weft_arena *keep)
{
    const weft_sql_expr *is_live = weft_sql_unary(keep, WEFT_SQL_IS_NULL, field_expr(keep, link->model->deleted_at));
    return where ? weft_sql_binary(keep, WEFT_SQL_AND, where, is_live) : is_live;
}

static size_t make_outputs(const weft_link *link, weft_arena *keep, weft_sql_output outputs[AT_COUNT])
{
    const weft_field *fields[AT_COUNT] = {
        weft_doctor_id_field(link), link->left.column, link->right.column, link->model->updated_at};
    const size_t count = fields[AT_UPDATED] ? AT_COUNT : AT_UPDATED;
    for (size_t i = 0; i < count; i++) {
        outputs[i] = (weft_sql_output){field_expr(keep, fields[i]), weft_type_value_kind(fields[i]->type)};
        if (!outputs[i].expr) {
            return 0;
        }
    }
    return count;
}

static weft_doctor_row row_from(const weft_value *values, size_t count)
{
    weft_doctor_row row = {.id = values[AT_ID], .left = values[AT_LEFT], .right = values[AT_RIGHT]};
    if (count > AT_UPDATED) {
        row.updated_at = values[AT_UPDATED];
    }
    return row;
}

weft_code weft_doctor_rows_read(weft_connection *connection,
                                const weft_doctor_select *select,
                                weft_arena *keep,
                                weft_doctor_rows *ret_rows,
                                weft_error *error)
{
    weft_sql_output outputs[AT_COUNT];
    const size_t output_count = make_outputs(select->link, keep, outputs);
    const weft_dialect *dialect = weft_connection_dialect(connection);
    const weft_sql_select sql = {.outputs = outputs,
                                 .output_count = output_count,
                                 .schema = select->link->model->schema,
                                 .table = select->link->model->table,
                                 .where = live(select->link, select->where, keep),
                                 .order = select->order,
                                 .order_count = select->order_count,
                                 .has_limit = select->limit > 0,
                                 .limit = select->limit,
                                 .has_offset = select->offset > 0,
                                 .offset = select->offset,
                                 .lock_update = select->locks};
    if (output_count == 0 || !sql.where) {
        return weft_fail_arena(error, keep);
    }
    weft_statement statement = {0};
    const weft_value *values = NULL;
    size_t count = 0;
    WEFT_TRY(weft_sql_render_select_bulk(&sql, select->bulk, dialect, keep, &statement, error));
    WEFT_TRY(weft_connection_collect(connection, &statement, keep, &values, &count, error));
    weft_doctor_rows rows = {WEFT_ARENA_ARRAY(keep, weft_doctor_row, count), count};
    if (!rows.items) {
        return weft_fail_arena(error, keep);
    }
    for (size_t i = 0; i < count; i++) {
        rows.items[i] = row_from(values + i * output_count, output_count);
    }
    *ret_rows = rows;
    return WEFT_OK;
}

static const weft_sql_expr *equals_bulk(weft_arena *keep, const weft_field *field, size_t column)
{
    return weft_sql_binary(
        keep, WEFT_SQL_EQ, field_expr(keep, field), weft_sql_bulk(keep, column, weft_type_value_kind(field->type)));
}

const weft_sql_expr *weft_doctor_row_condition(const weft_link *link, bool with_id, weft_arena *keep)
{
    const weft_sql_expr *pair = weft_sql_binary(
        keep, WEFT_SQL_AND, equals_bulk(keep, link->left.column, 0), equals_bulk(keep, link->right.column, 1));
    return with_id ? weft_sql_binary(keep, WEFT_SQL_AND, pair, equals_bulk(keep, weft_doctor_id_field(link), 2)) : pair;
}

weft_code weft_doctor_rows_bulk(
    const weft_link *link, const weft_doctor_rows *rows, weft_arena *keep, weft_bulk *ret_bulk, weft_error *error)
{
    weft_value *values = WEFT_ARENA_ARRAY(keep, weft_value, rows->count * 3);
    const weft_value **columns = WEFT_ARENA_ARRAY(keep, const weft_value *, 3);
    weft_value_kind *kinds = WEFT_ARENA_ARRAY(keep, weft_value_kind, 3);
    if (!values || !columns || !kinds) {
        return weft_fail_arena(error, keep);
    }
    for (size_t i = 0; i < rows->count; i++) {
        values[i] = rows->items[i].left;
        values[rows->count + i] = rows->items[i].right;
        values[rows->count * 2 + i] = rows->items[i].id;
    }
    const weft_field *fields[3] = {link->left.column, link->right.column, weft_doctor_id_field(link)};
    for (size_t i = 0; i < 3; i++) {
        columns[i] = values + rows->count * i;
        kinds[i] = weft_type_value_kind(fields[i]->type);
    }
    *ret_bulk = (weft_bulk){columns, kinds, 3, rows->count};
    return WEFT_OK;
}

static int compare_rows(const void *a, const void *b)
{
    const weft_doctor_row *one = a;
    const weft_doctor_row *other = b;
    int order = weft_value_compare(&one->left, &other->left);
    order = order != 0 ? order : weft_value_compare(&one->right, &other->right);
    order = order != 0 ? order : weft_value_compare(&one->id, &other->id);
    return order != 0 ? order : weft_value_compare(&one->updated_at, &other->updated_at);
}

weft_code weft_doctor_rows_again(weft_session *session,
                                 const weft_link *link,
                                 bool locks,
                                 weft_doctor_rows *rows,
                                 weft_arena *scratch,
                                 weft_error *error)
{
    if (rows->count == 0) {
        return WEFT_OK;
    }
    weft_bulk bulk = {0};
    weft_connection *connection = NULL;
    weft_doctor_rows found = {0};
    WEFT_TRY(weft_doctor_rows_bulk(link, rows, scratch, &bulk, error));
    WEFT_TRY(weft_session_connection(session, link->model->store, &connection, error));
    const weft_sql_order order[2] = {{field_expr(scratch, link->left.column), false},
                                     {field_expr(scratch, link->right.column), false}};
    const bool is_ordered = locks && weft_connection_dialect(connection)->has_row_locks;
    const weft_doctor_select select = {.link = link,
                                       .where = weft_doctor_row_condition(link, true, scratch),
                                       .order = order,
                                       .order_count = is_ordered ? 2 : 0,
                                       .locks = locks,
                                       .bulk = &bulk};
    if (!select.where || !order[0].expr || !order[1].expr) {
        return weft_fail_arena(error, scratch);
    }
    WEFT_TRY(weft_doctor_rows_read(connection, &select, scratch, &found, error));
    if (found.count > 1) {
        qsort(found.items, found.count, sizeof(*found.items), compare_rows);
    }
    size_t kept = 0;
    for (size_t i = 0; i < rows->count; i++) {
        if (found.count > 0 && bsearch(&rows->items[i], found.items, found.count, sizeof(*found.items), compare_rows)) {
            rows->items[kept++] = rows->items[i];
        }
    }
    rows->count = kept;
    return WEFT_OK;
}

void weft_doctor_rows_keep_dead(weft_doctor_rows *rows)
{
    size_t kept = 0;
    for (size_t i = 0; i < rows->count; i++) {
        if (rows->items[i].ends[0] != WEFT_END_LIVE || rows->items[i].ends[1] != WEFT_END_LIVE) {
            rows->items[kept++] = rows->items[i];
        }
    }
    rows->count = kept;
}
