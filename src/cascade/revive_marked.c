/* Rows that stayed in their table: the mark comes off, cleared foreign keys are put back; only where nobody else has
 * changed them since. Fails as the store does. */
#include "base/value.h"
#include "cascade/revival.h"

weft_code weft_revival_set_field(weft_revival *r,
                                 const weft_revival_setting *set,
                                 uint64_t *ret_changed,
                                 weft_error *error)
{
    const weft_model *model = set->field->model;
    weft_arena *scratch = weft_revival_scratch(r);
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

/* The key is one of those written down, and deleted_at is this deletion's. */
static weft_code find_marked(const weft_revival *r,
                             const weft_model *model,
                             weft_cascade_keys *ret_by,
                             const weft_sql_expr **ret_where,
                             weft_error *error)
{
    weft_arena *scratch = weft_revival_scratch(r);
    const weft_saved_rows *saved = &r->tables[model->index];
    const weft_value time = weft_value_from_time(r->part->deletion->deleted_at);
    const weft_sql_expr *is_ours = weft_sql_binary(scratch,
                                                   WEFT_SQL_EQ,
                                                   weft_sql_field(scratch, (weft_str){0}, model->deleted_at),
                                                   weft_sql_value(scratch, time, WEFT_VALUE_TIME));
    WEFT_TRY(weft_cascade_keys_make(model, saved->marks.items, saved->marks.count, scratch, ret_by, error));
    *ret_where = weft_sql_binary(scratch, WEFT_SQL_AND, ret_by->condition, is_ours);
    return *ret_where ? WEFT_OK : weft_fail_arena(error, scratch);
}

/* UPDATE … SET deleted_at = NULL of the marked rows. */
static weft_code unmark_statement(const weft_revival *r,
                                  const weft_model *model,
                                  const weft_sql_output *told,
                                  weft_statement *ret_statement,
                                  weft_error *error)
{
    weft_arena *scratch = weft_revival_scratch(r);
    const weft_sql_assignment assignment = {model->deleted_at->column, weft_sql_leaf(scratch, WEFT_SQL_NULL)};
    weft_cascade_keys by = {0};
    weft_sql_update update = {.table = model->table,
                              .assignments = &assignment,
                              .assignment_count = 1,
                              .returning = told,
                              .returning_count = told ? WEFT_TIDINGS_WIDTH : 0};
    WEFT_TRY(find_marked(r, model, &by, &update.where, error));
    if (!assignment.expr) {
        return weft_fail_arena(error, scratch);
    }
    return weft_sql_render_update(&update,
                                  weft_cascade_keys_bulk(&by),
                                  weft_connection_dialect(r->part->connection),
                                  scratch,
                                  ret_statement,
                                  error);
}

static weft_code unmark(weft_revival *r, const weft_model *model, uint64_t *ret_changed, weft_error *error)
{
    weft_statement statement = {0};
    WEFT_TRY(unmark_statement(r, model, NULL, &statement, error));
    return weft_connection_execute(r->part->connection, &statement, ret_changed, error);
}

static weft_code unmark_telling(weft_revival *r, const weft_model *model, uint64_t *ret_changed, weft_error *error)
{
    const weft_field *fields[WEFT_TIDINGS_WIDTH];
    weft_arena *scratch = weft_revival_scratch(r);
    weft_statement statement = {0};
    const weft_value *values = NULL;
    size_t count = 0;
    weft_tidings_fields(model->link, fields);
    const weft_sql_output *told = weft_cascade_outputs(fields, WEFT_TIDINGS_WIDTH, scratch);
    if (!told) {
        return weft_fail_arena(error, scratch);
    }
    WEFT_TRY(unmark_statement(r, model, told, &statement, error));
    WEFT_TRY(weft_connection_collect(r->part->connection, &statement, scratch, &values, &count, error));
    for (size_t i = 0; i < count; i++) {
        weft_tidings_add(
            r->part->tidings, model->link, values + i * WEFT_TIDINGS_WIDTH, "restored", r->part->deletion->id);
    }
    *ret_changed = count;
    return r->part->tidings->lines.failed ? weft_fail_arena(error, scratch) : WEFT_OK;
}

/* What was left must be what others have changed. A row that bears the mark still was passed over, by a trigger or a
 * mistake of weft's, and would stay deleted: what is restored once is not restored again. */
static weft_code check_left(weft_revival *r, const weft_model *model, weft_error *error)
{
    weft_arena *scratch = weft_revival_scratch(r);
    const weft_dialect *dialect = weft_connection_dialect(r->part->connection);
    weft_cascade_keys by = {0};
    weft_statement statement = {0};
    const weft_value *values = NULL;
    size_t count = 0;
    weft_sql_select select = {.outputs = weft_cascade_outputs(model->keys, 1, scratch),
                              .output_count = 1,
                              .schema = model->schema,
                              .table = model->table};
    if (!select.outputs) {
        return weft_fail_arena(error, scratch);
    }
    WEFT_TRY(find_marked(r, model, &by, &select.where, error));
    WEFT_TRY(weft_sql_render_select_bulk(&select, weft_cascade_keys_bulk(&by), dialect, scratch, &statement, error));
    WEFT_TRY(weft_connection_collect(r->part->connection, &statement, scratch, &values, &count, error));
    return count == 0 ? WEFT_OK : weft_revival_fail_passed_over(r, model, count, error);
}

weft_code weft_revive_marked(weft_revival *r, const weft_model *model, weft_error *error)
{
    const weft_saved_rows *saved = &r->tables[model->index];
    uint64_t changed = 0;
    const weft_code code =
        model->link && r->part->tidings ? unmark_telling(r, model, &changed, error) : unmark(r, model, &changed, error);
    if (code != WEFT_OK) {
        return weft_revival_explain(r, model, code, error);
    }
    r->restored->restored += (size_t)changed;
    r->restored->left += saved->marks.count - (size_t)changed;
    return changed < saved->marks.count ? check_left(r, model, error) : WEFT_OK;
}

static weft_code read_clear(weft_revival *r,
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
        code = weft_cascade_key_read(field->model, key, weft_revival_scratch(r), ret_key, error);
    }
    if (code == WEFT_OK) {
        code = weft_json_read(row->row, 0, &before, error);
    }
    if (code == WEFT_OK) {
        code = weft_cascade_value_read(
            json_array_get(before, 0), weft_type_value_kind(field->type), weft_revival_scratch(r), ret_before, error);
    }
    json_decref(key);
    json_decref(before);
    return code;
}

weft_code weft_revive_cleared(weft_revival *r, const weft_field *field, weft_error *error)
{
    weft_arena *scratch = weft_revival_scratch(r);
    const weft_saved_rows *saved = &r->tables[field->model->index];
    const weft_value **keys = WEFT_ARENA_ARRAY(scratch, const weft_value *, saved->clears.count);
    weft_value *values = WEFT_ARENA_ARRAY(scratch, weft_value, saved->clears.count);
    weft_revival_setting set = {.field = field, .keys = keys, .values = values};
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
    const weft_code code = weft_revival_set_field(r, &set, &changed, error);
    r->restored->restored += (size_t)changed;
    r->restored->left += set.count - (size_t)changed;
    return code == WEFT_OK ? WEFT_OK : weft_revival_explain(r, field->model, code, error);
}
