/* Selects of the walk: by a list of values of one field, or by whole keys. Ordered by key, so that the walk is the same
 * whoever asks and locks are taken in one order. Fails as the store does. */
#include "cascade/select.h"
#include "cascade/walk.h"
#include "sql/exists.h"

static weft_code run_select(const weft_cascade_walk *walk,
                            const weft_model *model,
                            weft_sql_select *select,
                            const weft_bulk *bulk,
                            weft_cascade_found *ret_found,
                            weft_error *error)
{
    weft_connection *connection = NULL;
    weft_statement statement = {0};
    weft_sql_order *order = WEFT_ARENA_ARRAY(walk->scratch, weft_sql_order, model->key_count);
    if (!order || !select->outputs || !select->where) {
        return weft_fail_arena(error, walk->scratch);
    }
    for (size_t i = 0; i < model->key_count; i++) {
        order[i].expr = select->outputs[i].expr;
    }
    select->schema = model->schema;
    select->table = model->table;
    select->order = order;
    select->order_count = model->key_count;
    select->lock_update = walk->locks && (model->is_managed || model->link);
    WEFT_TRY(weft_session_connection(walk->session, model->store, &connection, error));
    WEFT_TRY(weft_sql_render_select_bulk(
        select, bulk, weft_connection_dialect(connection), walk->scratch, &statement, error));
    ret_found->width = select->output_count;
    return weft_connection_collect(connection, &statement, walk->scratch, &ret_found->values, &ret_found->count, error);
}

weft_code weft_cascade_look_run(const weft_cascade_walk *walk,
                                const weft_cascade_look *look,
                                weft_cascade_found *ret_found,
                                weft_error *error)
{
    const weft_model *model = look->model;
    weft_arena *scratch = walk->scratch;
    *ret_found = (weft_cascade_found){0};
    if (look->count == 0) {
        return WEFT_OK;
    }
    const weft_sql_expr *where =
        weft_sql_binary(scratch,
                        WEFT_SQL_IN_LIST,
                        weft_sql_field(scratch, (weft_str){0}, look->field),
                        weft_sql_list(scratch, look->values, look->count, weft_type_value_kind(look->field->type)));
    if (model->deleted_at && !look->wants_deleted) {
        where = weft_sql_binary(scratch, WEFT_SQL_AND, where, weft_cascade_is_live(model, scratch));
    }
    const weft_field **fields = WEFT_ARENA_ARRAY(scratch, const weft_field *, model->key_count + look->more_count);
    if (!fields) {
        return weft_fail_arena(error, scratch);
    }
    for (size_t i = 0; i < model->key_count + look->more_count; i++) {
        fields[i] = i < model->key_count ? model->keys[i] : look->more[i - model->key_count];
    }
    weft_sql_select select = {.outputs = weft_cascade_outputs(fields, model->key_count + look->more_count, scratch),
                              .output_count = model->key_count + look->more_count,
                              .where = where};
    return run_select(walk, model, &select, NULL, ret_found, error);
}

weft_code weft_cascade_look_at_keys(const weft_cascade_walk *walk,
                                    const weft_model *model,
                                    const weft_value *rows,
                                    size_t count,
                                    weft_cascade_found *ret_found,
                                    weft_error *error)
{
    weft_arena *scratch = walk->scratch;
    weft_cascade_keys keys = {0};
    const weft_value **pointers = WEFT_ARENA_ARRAY(scratch, const weft_value *, count);
    if (!pointers) {
        return weft_fail_arena(error, scratch);
    }
    for (size_t i = 0; i < count; i++) {
        pointers[i] = rows + i * model->key_count;
    }
    WEFT_TRY(weft_cascade_keys_make(model, pointers, count, scratch, &keys, error));
    const weft_sql_expr *where = keys.condition;
    if (model->deleted_at) {
        where = weft_sql_binary(scratch, WEFT_SQL_AND, where, weft_cascade_is_live(model, scratch));
    }
    where = weft_sql_and_exists(scratch, where, walk->session->rows, model);
    weft_sql_select select = {.outputs = weft_cascade_outputs(model->keys, model->key_count, scratch),
                              .output_count = model->key_count,
                              .where = where};
    return run_select(walk, model, &select, weft_cascade_keys_bulk(&keys), ret_found, error);
}

weft_code weft_cascade_look_at_all(const weft_cascade_walk *walk,
                                   const weft_model *model,
                                   const weft_value *const *keys,
                                   size_t count,
                                   weft_cascade_found *ret_found,
                                   weft_error *error)
{
    weft_arena *scratch = walk->scratch;
    weft_cascade_keys by = {0};
    const weft_field **fields = WEFT_ARENA_ARRAY(scratch, const weft_field *, model->key_count + 1);
    if (!fields) {
        return weft_fail_arena(error, scratch);
    }
    for (size_t i = 0; i < model->key_count; i++) {
        fields[i] = model->keys[i];
    }
    fields[model->key_count] = model->deleted_at;
    WEFT_TRY(weft_cascade_keys_make(model, keys, count, scratch, &by, error));
    const size_t width = model->key_count + (model->deleted_at ? 1 : 0);
    weft_sql_select select = {
        .outputs = weft_cascade_outputs(fields, width, scratch), .output_count = width, .where = by.condition};
    return run_select(walk, model, &select, weft_cascade_keys_bulk(&by), ret_found, error);
}
