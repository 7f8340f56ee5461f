/* Taking a part back: removed rows return, parents before children, then marks are taken off, then cleared foreign keys
 * are put back. Only rows that are still as the deletion left them are touched: a mark with another time is somebody
 * else's deletion.
 *
 * A removed row comes back without its nullable foreign keys at first, which are set when every row is there: two rows
 * may point at each other. Fails when something took a row's place meanwhile, and as the store does. */
#include "base/value.h"
#include "cascade/part.h"

/* The rows written down of one table. */
typedef struct saved_rows {
    WEFT_VEC(const weft_value *) marks;
    WEFT_VEC(const weft_value *) removals; /* whole rows, one value a field */
    WEFT_VEC(const weft_deletion_row *) clears;
} saved_rows;

typedef struct revival {
    const weft_cascade_part *part;
    const weft_catalog *catalog;
    saved_rows *tables; /* by model index */
    weft_cascade_restored *restored;
} revival;

static weft_arena *scratch_of(const revival *r)
{
    return r->part->scratch;
}

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
    revival *r, const weft_model *model, const weft_deletion_row *row, const json_t *json, weft_error *error)
{
    weft_arena *scratch = scratch_of(r);
    saved_rows *saved = &r->tables[model->index];
    if (row->change == WEFT_CASCADE_REMOVE) {
        const weft_value *values = NULL;
        WEFT_TRY(read_fields(model, json, scratch, &values, error));
        return weft_vec_push(scratch, &saved->removals, values) ? WEFT_OK : weft_fail_arena(error, scratch);
    }
    weft_value *keys = NULL;
    WEFT_TRY(weft_cascade_key_read(model, json, scratch, &keys, error));
    return weft_vec_push(scratch, &saved->marks, keys) ? WEFT_OK : weft_fail_arena(error, scratch);
}

static weft_code take_row(revival *r, const weft_deletion_row *row, weft_error *error)
{
    const weft_store_def *store = r->part->deletion->store;
    const weft_model *model = weft_cascade_model_of_table(r->catalog, store, row->table);
    json_t *json = NULL;
    if (!model || (row->change == WEFT_CASCADE_MARK && !model->deleted_at)) {
        return weft_cascade_fail_unknown(row->table, (weft_str){0}, error);
    }
    if (row->change == WEFT_CASCADE_CLEAR) {
        return weft_vec_push(scratch_of(r), &r->tables[model->index].clears, row)
                   ? WEFT_OK
                   : weft_fail_arena(error, scratch_of(r));
    }
    WEFT_TRY(weft_json_read(row->change == WEFT_CASCADE_REMOVE ? row->row : row->key_text, 0, &json, error));
    const weft_code code = take_json(r, model, row, json, error);
    json_decref(json);
    return code;
}

/* Something took the row's place: said in the words of what it is. */
static weft_code explain(const revival *r, const weft_model *model, weft_code code, weft_error *error)
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

/* A nullable foreign key to a table that gets rows back too. */
static bool comes_later(const revival *r, const weft_field *field)
{
    for (size_t i = 0; i < field->model->edge_count; i++) {
        const weft_edge *edge = &field->model->edges[i];
        if (edge->from_field == field && field->is_nullable &&
            weft_cascade_reference_of(edge) != WEFT_CASCADE_REFERENCE_NONE &&
            r->tables[edge->to->index].removals.count > 0) {
            return true;
        }
    }
    return false;
}

static const weft_value *column_of(const revival *r, const weft_field *field, bool is_null)
{
    static const weft_value null = {.kind = WEFT_VALUE_NULL};
    const saved_rows *saved = &r->tables[field->model->index];
    weft_value *column = WEFT_ARENA_ARRAY(scratch_of(r), weft_value, saved->removals.count);
    for (size_t i = 0; column && i < saved->removals.count; i++) {
        column[i] = is_null ? null : saved->removals.items[i][field->index];
    }
    return column;
}

static weft_code insert_removed(revival *r, const weft_model *model, weft_error *error)
{
    weft_arena *scratch = scratch_of(r);
    const saved_rows *saved = &r->tables[model->index];
    const weft_field **fields = WEFT_ARENA_ARRAY(scratch, const weft_field *, model->field_count);
    const weft_value **columns = WEFT_ARENA_ARRAY(scratch, const weft_value *, model->field_count);
    if (!fields || !columns) {
        return weft_fail_arena(error, scratch);
    }
    for (size_t i = 0; i < model->field_count; i++) {
        fields[i] = &model->fields[i];
        columns[i] = column_of(r, fields[i], comes_later(r, fields[i]));
        if (!columns[i]) {
            return weft_fail_arena(error, scratch);
        }
    }
    const weft_cascade_insert insert = {model, fields, columns, model->field_count, saved->removals.count};
    const weft_code code = weft_cascade_insert_run(r->part->connection, &insert, scratch, error);
    r->restored->restored += saved->removals.count;
    return code == WEFT_OK ? WEFT_OK : explain(r, model, code, error);
}

/* field = value by key, for the rows of which `is_free` (may be NULL) holds. */
typedef struct setting {
    const weft_field *field;
    const weft_value *const *keys;
    const weft_value *values;
    size_t count;
    const weft_sql_expr *is_free;
} setting;

static weft_code set_field(revival *r, const setting *set, uint64_t *ret_changed, weft_error *error)
{
    const weft_model *model = set->field->model;
    weft_arena *scratch = scratch_of(r);
    const weft_value_kind kind = weft_type_value_kind(set->field->type);
    weft_cascade_keys by = {0};
    weft_statement statement = {0};
    WEFT_TRY(weft_cascade_keys_make_bulk(model, set->keys, set->count, 1, scratch, &by, error));
    by.columns[model->key_count] = set->values;
    by.kinds[model->key_count] = kind;
    const weft_sql_assignment assignment = {set->field->column, weft_sql_bulk(scratch, model->key_count, kind)};
    const weft_sql_update update = {
        .table = model->table,
        .assignments = &assignment,
        .assignment_count = 1,
        .where = set->is_free ? weft_sql_binary(scratch, WEFT_SQL_AND, by.condition, set->is_free) : by.condition,
    };
    if (!assignment.expr || !update.where) {
        return weft_fail_arena(error, scratch);
    }
    WEFT_TRY(weft_sql_render_update(
        &update, &by.bulk, weft_connection_dialect(r->part->connection), scratch, &statement, error));
    return weft_connection_execute(r->part->connection, &statement, ret_changed, error);
}

static weft_code set_late_keys(revival *r, const weft_model *model, weft_error *error)
{
    weft_arena *scratch = scratch_of(r);
    const saved_rows *saved = &r->tables[model->index];
    const weft_value **keys = WEFT_ARENA_ARRAY(scratch, const weft_value *, saved->removals.count);
    if (!keys) {
        return weft_fail_arena(error, scratch);
    }
    for (size_t i = 0; i < saved->removals.count; i++) {
        weft_value *key = WEFT_ARENA_ARRAY(scratch, weft_value, model->key_count);
        for (size_t k = 0; key && k < model->key_count; k++) {
            key[k] = saved->removals.items[i][model->keys[k]->index];
        }
        if (!key) {
            return weft_fail_arena(error, scratch);
        }
        keys[i] = key;
    }
    for (size_t f = 0; f < model->field_count; f++) {
        const weft_field *field = &model->fields[f];
        if (comes_later(r, field)) {
            const setting set = {
                .field = field, .keys = keys, .values = column_of(r, field, false), .count = saved->removals.count};
            if (!set.values) {
                return weft_fail_arena(error, scratch);
            }
            WEFT_TRY(set_field(r, &set, NULL, error));
        }
    }
    return WEFT_OK;
}

static weft_code insert_all(revival *r, weft_error *error)
{
    bool *wanted = WEFT_ARENA_ARRAY(scratch_of(r), bool, r->catalog->model_count);
    const weft_model **models = NULL;
    size_t count = 0;
    if (!wanted) {
        return weft_fail_arena(error, scratch_of(r));
    }
    for (size_t i = 0; i < r->catalog->model_count; i++) {
        wanted[i] = r->tables[i].removals.count > 0;
    }
    if (!weft_cascade_removal_order(r->catalog, wanted, scratch_of(r), &models, &count)) {
        return weft_fail_arena(error, scratch_of(r));
    }
    for (size_t i = count; i > 0; i--) {
        WEFT_TRY(insert_removed(r, models[i - 1], error));
    }
    for (size_t i = 0; i < count; i++) {
        WEFT_TRY(set_late_keys(r, models[i], error));
    }
    return WEFT_OK;
}

/* UPDATE … SET deleted_at = NULL WHERE the key is one of ours AND deleted_at is this deletion's. */
static weft_code unmark(revival *r, const weft_model *model, weft_error *error)
{
    weft_arena *scratch = scratch_of(r);
    const saved_rows *saved = &r->tables[model->index];
    const weft_value time = weft_value_from_time(r->part->deletion->deleted_at);
    const weft_sql_expr *is_ours = weft_sql_binary(scratch,
                                                   WEFT_SQL_EQ,
                                                   weft_sql_field(scratch, (weft_str){0}, model->deleted_at),
                                                   weft_sql_value(scratch, time, WEFT_VALUE_TIME));
    const weft_sql_assignment assignment = {model->deleted_at->column, weft_sql_leaf(scratch, WEFT_SQL_NULL)};
    weft_cascade_keys by = {0};
    weft_statement statement = {0};
    uint64_t changed = 0;
    WEFT_TRY(weft_cascade_keys_make(model, saved->marks.items, saved->marks.count, scratch, &by, error));
    const weft_sql_update update = {.table = model->table,
                                    .assignments = &assignment,
                                    .assignment_count = 1,
                                    .where = weft_sql_binary(scratch, WEFT_SQL_AND, by.condition, is_ours)};
    if (!assignment.expr || !update.where) {
        return weft_fail_arena(error, scratch);
    }
    WEFT_TRY(weft_sql_render_update(&update,
                                    weft_cascade_keys_bulk(&by),
                                    weft_connection_dialect(r->part->connection),
                                    scratch,
                                    &statement,
                                    error));
    const weft_code code = weft_connection_execute(r->part->connection, &statement, &changed, error);
    r->restored->restored += (size_t)changed;
    r->restored->left += saved->marks.count - (size_t)changed;
    return code == WEFT_OK ? WEFT_OK : explain(r, model, code, error);
}

static weft_code read_clear(revival *r,
                            const weft_deletion_row *row,
                            const weft_field *field,
                            weft_value **ret_key,
                            weft_value *ret_before,
                            weft_error *error)
{
    json_t *key = NULL;
    json_t *before = NULL;
    weft_code code = weft_json_read(row->key_text, 0, &key, error);
    if (code == WEFT_OK) {
        code = weft_cascade_key_read(field->model, key, scratch_of(r), ret_key, error);
    }
    if (code == WEFT_OK) {
        code = weft_json_read(row->row, 0, &before, error);
    }
    if (code == WEFT_OK) {
        code = weft_cascade_value_read(
            json_array_get(before, 0), weft_type_value_kind(field->type), scratch_of(r), ret_before, error);
    }
    json_decref(key);
    json_decref(before);
    return code;
}

static weft_code put_back_field(revival *r, const weft_field *field, weft_error *error)
{
    weft_arena *scratch = scratch_of(r);
    const saved_rows *saved = &r->tables[field->model->index];
    const weft_value **keys = WEFT_ARENA_ARRAY(scratch, const weft_value *, saved->clears.count);
    weft_value *values = WEFT_ARENA_ARRAY(scratch, weft_value, saved->clears.count);
    setting set = {.field = field, .keys = keys, .values = values};
    if (!keys || !values) {
        return weft_fail_arena(error, scratch);
    }
    for (size_t i = 0; i < saved->clears.count; i++) {
        weft_value *key = NULL;
        if (weft_str_equal(saved->clears.items[i]->column, field->column)) {
            WEFT_TRY(read_clear(r, saved->clears.items[i], field, &key, &values[set.count], error));
            keys[set.count++] = key;
        }
    }
    if (set.count == 0) {
        return WEFT_OK;
    }
    uint64_t changed = 0;
    set.is_free = weft_sql_unary(scratch, WEFT_SQL_IS_NULL, weft_sql_field(scratch, (weft_str){0}, field));
    const weft_code code = set_field(r, &set, &changed, error);
    r->restored->restored += (size_t)changed;
    r->restored->left += set.count - (size_t)changed;
    return code == WEFT_OK ? WEFT_OK : explain(r, field->model, code, error);
}

static weft_code revive_table(revival *r, const weft_model *model, weft_error *error)
{
    const saved_rows *saved = &r->tables[model->index];
    if (saved->marks.count > 0) {
        WEFT_TRY(unmark(r, model, error));
    }
    for (size_t f = 0; saved->clears.count > 0 && f < model->field_count; f++) {
        WEFT_TRY(put_back_field(r, &model->fields[f], error));
    }
    return WEFT_OK;
}

weft_code weft_cascade_part_restore(const weft_cascade_part *part,
                                    const weft_catalog *catalog,
                                    weft_cascade_restored *restored,
                                    weft_error *error)
{
    revival r = {.part = part, .catalog = catalog, .restored = restored};
    weft_deletion_rows rows = {0};
    r.tables = WEFT_ARENA_ARRAY(part->scratch, saved_rows, catalog->model_count);
    if (!r.tables) {
        return weft_fail_arena(error, part->scratch);
    }
    WEFT_TRY(
        weft_deletions_read_rows(part->connection, part->deletion, part->deletion->store, part->scratch, &rows, error));
    for (size_t i = 0; i < rows.count; i++) {
        WEFT_TRY(take_row(&r, &rows.items[i], error));
    }
    WEFT_TRY(insert_all(&r, error));
    for (size_t i = 0; i < catalog->model_count; i++) {
        WEFT_TRY(revive_table(&r, catalog->models[i], error));
    }
    return WEFT_OK;
}
