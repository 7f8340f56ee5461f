/* Conditions and columns over keys. Fails for want of memory, and inserting as the store does. */
#include "cascade/select.h"

#include "base/fail.h"
#include "store/store.h"

const weft_sql_expr *weft_cascade_is_live(const weft_model *model, weft_arena *keep)
{
    return weft_sql_unary(keep, WEFT_SQL_IS_NULL, weft_sql_field(keep, (weft_str){0}, model->deleted_at));
}

const weft_sql_output *weft_cascade_outputs(const weft_field *const *fields, size_t count, weft_arena *keep)
{
    weft_sql_output *outputs = WEFT_ARENA_ARRAY(keep, weft_sql_output, count);
    for (size_t i = 0; outputs && i < count; i++) {
        outputs[i] =
            (weft_sql_output){weft_sql_field(keep, (weft_str){0}, fields[i]), weft_type_value_kind(fields[i]->type)};
        if (!outputs[i].expr) {
            return NULL;
        }
    }
    return outputs;
}

static const weft_value *key_column(const weft_value *const *keys, size_t count, size_t index, weft_arena *scratch)
{
    weft_value *column = WEFT_ARENA_ARRAY(scratch, weft_value, count);
    for (size_t i = 0; column && i < count; i++) {
        column[i] = keys[i][index];
    }
    return column;
}

weft_code weft_cascade_keys_make_bulk(const weft_model *model,
                                      const weft_value *const *keys,
                                      size_t count,
                                      size_t more,
                                      weft_arena *scratch,
                                      weft_cascade_keys *ret_keys,
                                      weft_error *error)
{
    const size_t width = model->key_count;
    weft_cascade_keys made = {.columns = WEFT_ARENA_ARRAY(scratch, const weft_value *, width + more),
                              .kinds = WEFT_ARENA_ARRAY(scratch, weft_value_kind, width + more)};
    const weft_sql_expr **args = WEFT_ARENA_ARRAY(scratch, const weft_sql_expr *, width);
    if (!made.columns || !made.kinds || !args) {
        return weft_fail_arena(error, scratch);
    }
    for (size_t i = 0; i < width; i++) {
        made.kinds[i] = weft_type_value_kind(model->keys[i]->type);
        made.columns[i] = key_column(keys, count, i, scratch);
        args[i] = weft_sql_binary(scratch,
                                  WEFT_SQL_EQ,
                                  weft_sql_field(scratch, (weft_str){0}, model->keys[i]),
                                  weft_sql_bulk(scratch, i, made.kinds[i]));
        if (!made.columns[i]) {
            return weft_fail_arena(error, scratch);
        }
    }
    made.condition = weft_sql_nary(scratch, WEFT_SQL_AND, args, width);
    made.bulk = (weft_bulk){made.columns, made.kinds, width + more, count};
    if (!made.condition) {
        return weft_fail_arena(error, scratch);
    }
    *ret_keys = made;
    return WEFT_OK;
}

weft_code weft_cascade_keys_make(const weft_model *model,
                                 const weft_value *const *keys,
                                 size_t count,
                                 weft_arena *scratch,
                                 weft_cascade_keys *ret_keys,
                                 weft_error *error)
{
    if (model->key_count > 1) {
        return weft_cascade_keys_make_bulk(model, keys, count, 0, scratch, ret_keys, error);
    }
    const weft_field *key = model->keys[0];
    const weft_value *column = key_column(keys, count, 0, scratch);
    const weft_sql_expr *list = column ? weft_sql_list(scratch, column, count, weft_type_value_kind(key->type)) : NULL;
    *ret_keys = (weft_cascade_keys){
        .condition = weft_sql_binary(scratch, WEFT_SQL_IN_LIST, weft_sql_field(scratch, (weft_str){0}, key), list)};
    return ret_keys->condition ? WEFT_OK : weft_fail_arena(error, scratch);
}

weft_code weft_cascade_insert_run(weft_connection *connection,
                                  const weft_cascade_insert *insert,
                                  weft_arena *scratch,
                                  uint64_t *ret_inserted,
                                  weft_error *error)
{
    weft_sql_assignment *columns = WEFT_ARENA_ARRAY(scratch, weft_sql_assignment, insert->field_count);
    weft_value_kind *kinds = WEFT_ARENA_ARRAY(scratch, weft_value_kind, insert->field_count);
    if (!columns || !kinds) {
        return weft_fail_arena(error, scratch);
    }
    for (size_t i = 0; i < insert->field_count; i++) {
        kinds[i] = weft_type_value_kind(insert->fields[i]->type);
        columns[i] = (weft_sql_assignment){insert->fields[i]->column, weft_sql_bulk(scratch, i, kinds[i])};
        if (!columns[i].expr) {
            return weft_fail_arena(error, scratch);
        }
    }
    const weft_bulk bulk = {insert->columns, kinds, insert->field_count, insert->row_count};
    const weft_sql_insert sql = {
        .table = insert->model->table, .columns = columns, .column_count = insert->field_count};
    weft_statement statement = {0};
    WEFT_TRY(weft_sql_render_insert(&sql, &bulk, weft_connection_dialect(connection), scratch, &statement, error));
    return weft_connection_execute(connection, &statement, ret_inserted, error);
}
