/* Rows for pairs that seem to have none: one bulk INSERT … ON CONFLICT DO NOTHING. It gives no rows back, only their
 * number. Where that is the number of pairs all were created, which is the usual case and costs nothing; else some have
 * a row already, made before or by another writer just now (the statement waits for that writer), and the look at
 * present rows tells them from those just made, which have the ids that were made for them. Fails as the store does. */
#include "link/shape.h"

static void settle_created(void *ctx, uint64_t rows_changed)
{
    const weft_link_shape *shape = ctx;
    const bool all = rows_changed == shape->count;
    for (size_t i = 0; i < shape->count; i++) {
        shape->pairs[i]->may_be_new = rows_changed > 0;
        if (all) {
            weft_link_pair_settle(shape->pairs[i], WEFT_LINK_CREATED, shape->pairs[i]->id);
        }
    }
}

static const weft_value *id_column(const weft_link_shape *shape)
{
    weft_value *values = WEFT_ARENA_ARRAY(shape->batch->scratch, weft_value, shape->count);
    for (size_t i = 0; values && i < shape->count; i++) {
        values[i] = weft_value_from_text(shape->pairs[i]->id);
    }
    return values;
}

/* The bulk columns, the id last, and the two times that every row shares. */
static weft_code make_columns(const weft_link_shape *shape,
                              weft_link_columns *columns,
                              weft_sql_insert *insert,
                              weft_error *error)
{
    const weft_link *link = shape->batch->link;
    weft_arena *scratch = shape->batch->scratch;
    WEFT_TRY(weft_link_columns_make(shape, shape->pairs, shape->count, 1, columns, error));
    columns->columns[columns->count] = id_column(shape);
    columns->kinds[columns->count++] = WEFT_VALUE_TEXT;
    weft_sql_assignment *assignments = WEFT_ARENA_ARRAY(scratch, weft_sql_assignment, columns->count + 2);
    if (!assignments || !columns->columns[columns->count - 1]) {
        return weft_fail_arena(error, scratch);
    }
    size_t count = 0;
    for (; count < columns->count; count++) {
        const weft_field *field = count == 0                    ? link->left.column
                                  : count == 1                  ? link->right.column
                                  : count == columns->count - 1 ? weft_link_id_field(link)
                                                                : shape->fields[count - 2];
        assignments[count] = (weft_sql_assignment){field->column, weft_sql_bulk_of(scratch, count, field)};
    }
    const weft_field *times[2] = {link->model->created_at, link->model->updated_at};
    const weft_value now = weft_value_from_time(shape->batch->now_us);
    for (size_t i = 0; i < 2; i++) {
        if (times[i]) {
            assignments[count++] =
                (weft_sql_assignment){times[i]->column, weft_sql_value(scratch, now, WEFT_VALUE_TIME)};
        }
    }
    insert->columns = assignments;
    insert->column_count = count;
    for (size_t i = 0; i < count; i++) {
        if (!assignments[i].expr) {
            return weft_fail_arena(error, scratch);
        }
    }
    return WEFT_OK;
}

weft_code weft_link_insert_look(weft_link_shape *shape, weft_link_look *ret_look, weft_error *error)
{
    const weft_link_batch *batch = shape->batch;
    const weft_str conflict[2] = {batch->link->left.column->column, batch->link->right.column->column};
    weft_link_columns columns = {0};
    weft_sql_insert insert = {
        .table = batch->link->model->table, .conflict_columns = conflict, .conflict_column_count = 2};
    WEFT_TRY(make_columns(shape, &columns, &insert, error));
    const weft_bulk bulk = weft_link_columns_bulk(&columns);
    ret_look->end = settle_created;
    ret_look->ctx = shape;
    return weft_sql_render_insert(
        &insert, &bulk, weft_connection_dialect(batch->connection), batch->scratch, &ret_look->statement, error);
}

weft_code weft_link_insert_settle(weft_link_shape *shape, weft_error *error)
{
    weft_link_looks looks = {.count = 1};
    WEFT_TRY(weft_link_insert_look(shape, &looks.items[0], error));
    WEFT_TRY(weft_link_looks_run(&looks, shape->batch->connection, error));
    weft_link_shape_drop_settled(shape);
    return WEFT_OK;
}
