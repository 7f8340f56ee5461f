/* Taking a part back: removed rows return, parents before children, then marks are taken off, then cleared foreign keys
 * are put back. Only rows that are still as the deletion left them are touched: a mark with another time is somebody
 * else's deletion. Fails when something took a row's place meanwhile, and as the store does. */
#include "cascade/revival.h"

static weft_code read_fields(
    const weft_model *model, const json_t *json, weft_arena *keep, const weft_value **ret_values, weft_error *error)
{
    weft_value *values = WEFT_ARENA_ARRAY(keep, weft_value, model->field_count);
    if (!values) {
        return weft_fail_arena(error, keep);
    }
    const char *name = NULL;
    json_t *value = NULL;
    json_object_foreach(weft_json_iterable(json), name, value)
    {
        const weft_field *field = weft_cascade_field_of_column(model, weft_str_from(name));
        if (!field) {
            return weft_cascade_fail_unknown(model->table, weft_str_from(name), error);
        }
        WEFT_TRY(weft_cascade_value_read(value, weft_type_value_kind(field->type), keep, &values[field->index], error));
    }
    *ret_values = values;
    return WEFT_OK;
}

static weft_code take_json(
    weft_revival *r, const weft_model *model, const weft_deletion_row *row, const json_t *json, weft_error *error)
{
    weft_arena *scratch = weft_revival_scratch(r);
    weft_saved_rows *saved = &r->tables[model->index];
    if (row->change == WEFT_CASCADE_REMOVE) {
        const weft_value *values = NULL;
        WEFT_TRY(read_fields(model, json, scratch, &values, error));
        return weft_vec_push(scratch, &saved->removals, values) ? WEFT_OK : weft_fail_arena(error, scratch);
    }
    weft_value *keys = NULL;
    WEFT_TRY(weft_cascade_key_read(model, json, scratch, &keys, error));
    return weft_vec_push(scratch, &saved->marks, keys) ? WEFT_OK : weft_fail_arena(error, scratch);
}

static weft_code take_row(weft_revival *r, const weft_deletion_row *row, weft_error *error)
{
    const weft_store_def *store = r->part->deletion->store;
    const weft_model *model = weft_cascade_model_of_table(r->catalog, store, row->table);
    json_t *json = NULL;
    if (!model || (row->change == WEFT_CASCADE_MARK && !model->deleted_at)) {
        return weft_cascade_fail_unknown(row->table, (weft_str){0}, error);
    }
    if (row->change == WEFT_CASCADE_CLEAR) {
        return weft_vec_push(weft_revival_scratch(r), &r->tables[model->index].clears, row)
                   ? WEFT_OK
                   : weft_fail_arena(error, weft_revival_scratch(r));
    }
    WEFT_TRY(weft_json_read(row->change == WEFT_CASCADE_REMOVE ? row->row : row->key_text, 0, &json, error));
    const weft_code code = take_json(r, model, row, json, error);
    json_decref(json);
    return code;
}

weft_code weft_revival_explain(const weft_revival *r, const weft_model *model, weft_code code, weft_error *error)
{
    if (code == WEFT_UNIQUE_VIOLATION && model->link) {
        code = weft_fail(error,
                         WEFT_CARDINALITY_VIOLATION,
                         "a record has got another partner by link \"%.*s\" since it was deleted",
                         WEFT_STR_ARG(model->link->name));
    }
    if (code == WEFT_UNIQUE_VIOLATION || code == WEFT_CARDINALITY_VIOLATION || code == WEFT_STORE_ERROR) {
        weft_error_wrap(error,
                        "could not restore %.*s into table \"%.*s\"",
                        WEFT_STR_ARG(r->part->deletion->id),
                        WEFT_STR_ARG(model->table));
        weft_error_set_hint(error, "Nothing was restored. Move what took its place aside and try again.");
    }
    return code;
}

weft_code weft_revival_fail_passed_over(const weft_revival *r, const weft_model *model, size_t count, weft_error *error)
{
    (void)weft_fail(error,
                    WEFT_STORE_ERROR,
                    "could not restore %.*s into table \"%.*s\": %zu of its rows stayed deleted",
                    WEFT_STR_ARG(r->part->deletion->id),
                    WEFT_STR_ARG(model->table),
                    count);
    weft_error_set_hint(error,
                        "Nothing was restored. See whether a trigger of the table holds its rows, and try again.");
    return WEFT_STORE_ERROR;
}

static weft_code revive_table(weft_revival *r, const weft_model *model, weft_error *error)
{
    const weft_saved_rows *saved = &r->tables[model->index];
    if (saved->marks.count > 0) {
        WEFT_TRY(weft_revive_marked(r, model, error));
    }
    for (size_t f = 0; saved->clears.count > 0 && f < model->field_count; f++) {
        WEFT_TRY(weft_revive_cleared(r, &model->fields[f], error));
    }
    return WEFT_OK;
}

weft_code weft_cascade_part_restore(const weft_cascade_part *part,
                                    const weft_catalog *catalog,
                                    weft_cascade_restored *restored,
                                    weft_error *error)
{
    weft_revival r = {.part = part, .catalog = catalog, .restored = restored};
    weft_deletion_rows rows = {0};
    r.tables = WEFT_ARENA_ARRAY(part->scratch, weft_saved_rows, catalog->model_count);
    if (!r.tables) {
        return weft_fail_arena(error, part->scratch);
    }
    WEFT_TRY(
        weft_deletions_read_rows(part->connection, part->deletion, part->deletion->store, part->scratch, &rows, error));
    for (size_t i = 0; i < rows.count; i++) {
        WEFT_TRY(take_row(&r, &rows.items[i], error));
    }
    WEFT_TRY(part->session ? weft_revive_check_own(&r, error) : WEFT_OK);
    WEFT_TRY(weft_revive_removed(&r, error));
    for (size_t i = 0; i < catalog->model_count; i++) {
        WEFT_TRY(revive_table(&r, catalog->models[i], error));
    }
    return WEFT_OK;
}
