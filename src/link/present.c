/* Pairs that have a row: look at it under a lock, compare, and write only what changes.
 *
 *      row has the id made for the pair ─▶ CREATED, by the insert before
 *      row deleted ─▶ REVIVED, with its id      row live, data differs ─▶ UPDATED      else ─▶ UNCHANGED
 *
 * Extra columns that were not given keep their value, in a revived row too. updated_at moves only when something
 * changes. Fails as the store does. */
#include "link/shape.h"

typedef struct present_work {
    weft_link_shape *shape;
    weft_link_pair **changed; /* to be written */
    size_t changed_count;
} present_work;

/* Where the columns of the look stand; the extra columns follow. */
enum { AT_ID, AT_LEFT, AT_RIGHT, AT_DELETED, AT_DATA };

static weft_sql_output *make_outputs(const weft_link_shape *shape)
{
    const weft_link *link = shape->batch->link;
    weft_arena *scratch = shape->batch->scratch;
    const size_t count = AT_DATA + shape->field_count;
    weft_sql_output *outputs = WEFT_ARENA_ARRAY(scratch, weft_sql_output, count);
    const weft_field *first[AT_DATA] = {
        weft_link_id_field(link), link->left.column, link->right.column, link->model->deleted_at};
    for (size_t i = 0; outputs && i < count; i++) {
        const weft_field *field = i < AT_DATA ? first[i] : shape->fields[i - AT_DATA];
        outputs[i].expr = weft_sql_field(scratch, (weft_str){0}, field);
        outputs[i].kind = weft_type_value_kind(field->type);
        if (!outputs[i].expr) {
            return NULL;
        }
    }
    return outputs;
}

static weft_code make_look(const weft_link_shape *shape, weft_statement *ret_statement, weft_error *error)
{
    const weft_link_batch *batch = shape->batch;
    const weft_dialect *dialect = weft_connection_dialect(batch->connection);
    weft_arena *scratch = batch->scratch;
    const weft_link_shape keys_only = {.batch = shape->batch};
    weft_link_columns columns = {0};
    WEFT_TRY(weft_link_columns_make(&keys_only, shape->pairs, shape->count, 0, &columns, error));
    const weft_sql_output *outputs = make_outputs(shape);
    if (!outputs) {
        return weft_fail_arena(error, scratch);
    }
    const weft_sql_order order[2] = {{outputs[AT_LEFT].expr, false}, {outputs[AT_RIGHT].expr, false}};
    const weft_sql_select select = {.outputs = outputs,
                                    .output_count = AT_DATA + shape->field_count,
                                    .table = batch->link->model->table,
                                    .where = weft_link_pair_condition(batch->link, scratch),
                                    .order = order,
                                    .order_count = dialect->has_row_locks ? 2 : 0,
                                    .lock_update = true};
    if (!select.where) {
        return weft_fail_arena(error, scratch);
    }
    const weft_bulk bulk = weft_link_columns_bulk(&columns);
    return weft_sql_render_select_bulk(&select, &bulk, dialect, scratch, ret_statement, error);
}

/* A store may reorder a JSON value's keys, so both are compared in canonical form. */
static weft_code equals_present(
    const weft_value *given, const weft_value *present, weft_arena *scratch, bool *ret_equals, weft_error *error)
{
    if (given->kind != WEFT_VALUE_JSON || present->kind != WEFT_VALUE_JSON) {
        *ret_equals = weft_value_equal(given, present);
        return WEFT_OK;
    }
    weft_buf left;
    weft_buf right;
    weft_buf_init_arena(&left, scratch);
    weft_buf_init_arena(&right, scratch);
    weft_json_add_canonical(&left, given->as.text);
    weft_json_add_canonical(&right, present->as.text);
    if (left.failed || right.failed) {
        return weft_fail_arena(error, scratch);
    }
    *ret_equals = weft_str_equal(weft_buf_str(&left), weft_buf_str(&right));
    return WEFT_OK;
}

static weft_code compare_data(
    const present_work *work, const weft_link_pair *pair, const weft_value *row, bool *ret_equals, weft_error *error)
{
    bool equals = true;
    for (size_t i = 0; equals && i < pair->data_count; i++) {
        WEFT_TRY(equals_present(&pair->data_values[i], &row[AT_DATA + i], work->shape->batch->scratch, &equals, error));
    }
    *ret_equals = equals;
    return WEFT_OK;
}

static weft_code meet_row(present_work *work, const weft_value *row, weft_error *error)
{
    weft_link_batch *batch = work->shape->batch;
    weft_link_pair *pair = weft_link_batch_find(batch, &row[AT_LEFT], &row[AT_RIGHT]);
    if (!pair || pair->outcome != 0) {
        return WEFT_OK;
    }
    if (pair->may_be_new && weft_str_equal(row[AT_ID].as.text, pair->id)) {
        weft_link_pair_settle(pair, WEFT_LINK_CREATED, pair->id);
        return WEFT_OK;
    }
    weft_value id = {0};
    if (!weft_value_copy(batch->scratch, row[AT_ID], &id)) {
        return weft_fail_arena(error, batch->scratch);
    }
    bool equals = false;
    WEFT_TRY(compare_data(work, pair, row, &equals, error));
    const bool is_deleted = row[AT_DELETED].kind != WEFT_VALUE_NULL;
    if (is_deleted || !equals) {
        work->changed[work->changed_count++] = pair;
    }
    weft_link_pair_settle(pair,
                          is_deleted ? WEFT_LINK_REVIVED
                          : equals   ? WEFT_LINK_UNCHANGED
                                     : WEFT_LINK_UPDATED,
                          id.as.text);
    return WEFT_OK;
}

static weft_code look(present_work *work, weft_error *error)
{
    weft_link_batch *batch = work->shape->batch;
    weft_statement statement = {0};
    weft_rows *rows = NULL;
    WEFT_TRY(make_look(work->shape, &statement, error));
    WEFT_TRY(weft_connection_run(batch->connection, &statement, 1, &rows, error));
    const weft_value *row = NULL;
    weft_code code = weft_rows_next(rows, &row, error);
    while (code == WEFT_OK && row) {
        code = meet_row(work, row, error);
        code = code == WEFT_OK ? weft_rows_next(rows, &row, error) : code;
    }
    weft_rows_close(rows);
    return code;
}

/* deleted_at = NULL, updated_at = now, and each extra column from the bulk. */
static weft_code make_assignments(const weft_link_shape *shape, weft_sql_update *update, weft_error *error)
{
    const weft_link_batch *batch = shape->batch;
    const weft_model *model = batch->link->model;
    weft_sql_assignment *assignments = WEFT_ARENA_ARRAY(batch->scratch, weft_sql_assignment, 2 + shape->field_count);
    if (!assignments) {
        return weft_fail_arena(error, batch->scratch);
    }
    size_t count = 0;
    assignments[count++] =
        (weft_sql_assignment){model->deleted_at->column, weft_sql_leaf(batch->scratch, WEFT_SQL_NULL)};
    if (model->updated_at) {
        const weft_value now = weft_value_from_time(batch->now_us);
        assignments[count++] =
            (weft_sql_assignment){model->updated_at->column, weft_sql_value(batch->scratch, now, WEFT_VALUE_TIME)};
    }
    for (size_t i = 0; i < shape->field_count; i++) {
        const weft_value_kind kind = weft_type_value_kind(shape->fields[i]->type);
        assignments[count++] =
            (weft_sql_assignment){shape->fields[i]->column, weft_sql_bulk(batch->scratch, 2 + i, kind)};
    }
    for (size_t i = 0; i < count; i++) {
        if (!assignments[i].expr) {
            return weft_fail_arena(error, batch->scratch);
        }
    }
    update->assignments = assignments;
    update->assignment_count = count;
    return WEFT_OK;
}

static weft_code write_changed(const present_work *work, weft_error *error)
{
    const weft_link_batch *batch = work->shape->batch;
    weft_link_columns columns = {0};
    WEFT_TRY(weft_link_columns_make(work->shape, work->changed, work->changed_count, 0, &columns, error));
    weft_sql_update update = {.table = batch->link->model->table,
                              .where = weft_link_pair_condition(batch->link, batch->scratch)};
    WEFT_TRY(make_assignments(work->shape, &update, error));
    if (!update.where) {
        return weft_fail_arena(error, batch->scratch);
    }
    const weft_bulk bulk = weft_link_columns_bulk(&columns);
    weft_statement statement = {0};
    WEFT_TRY(weft_sql_render_update(
        &update, &bulk, weft_connection_dialect(batch->connection), batch->scratch, &statement, error));
    return weft_connection_execute(batch->connection, &statement, NULL, error);
}

weft_code weft_link_present_settle(weft_link_shape *shape, weft_error *error)
{
    present_work work = {.shape = shape};
    work.changed = WEFT_ARENA_ARRAY(shape->batch->scratch, weft_link_pair *, shape->count);
    if (!work.changed) {
        return weft_fail_arena(error, shape->batch->scratch);
    }
    WEFT_TRY(look(&work, error));
    if (work.changed_count > 0) {
        WEFT_TRY(write_changed(&work, error));
    }
    weft_link_shape_drop_settled(shape);
    return WEFT_OK;
}
