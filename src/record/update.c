/* Change fields of one live record, found by its key, in one UPDATE … RETURNING. WEFT_NOT_FOUND when no live record has
 * the key; else fails as record/values.h says and as the store does. */
#include "record/conflict.h"
#include "record/counter.h"
#include "record/own.h"
#include "sql/exists.h"

#include <string.h>

typedef struct update_work {
    weft_connection *connection;
    const weft_model *model;
    const weft_row_scope *rows;
    weft_arena *scratch;
    weft_value *keys; /* one a key field */
    weft_record_row row;
} update_work;

static weft_code read_key(update_work *work, weft_str key, weft_error *error)
{
    work->keys = WEFT_ARENA_ARRAY(work->scratch, weft_value, work->model->key_count);
    return work->keys ? weft_model_read_key(work->model, key, work->scratch, work->keys, error)
                      : weft_fail_arena(error, work->scratch);
}

/* The live record with the key, if it exists for the caller. */
static const weft_sql_expr *record_condition(const update_work *work)
{
    const weft_model *model = work->model;
    const weft_sql_expr **args = WEFT_ARENA_ARRAY(work->scratch, const weft_sql_expr *, model->key_count + 1);
    if (!args) {
        return NULL;
    }
    size_t count = 0;
    for (; count < model->key_count; count++) {
        const weft_field *key = model->keys[count];
        args[count] =
            weft_sql_binary(work->scratch,
                            WEFT_SQL_EQ,
                            weft_sql_field(work->scratch, (weft_str){0}, key),
                            weft_sql_value(work->scratch, work->keys[count], weft_type_value_kind(key->type)));
    }
    if (model->deleted_at) {
        args[count++] = weft_sql_unary(
            work->scratch, WEFT_SQL_IS_NULL, weft_sql_field(work->scratch, (weft_str){0}, model->deleted_at));
    }
    const weft_sql_expr *is_it = weft_sql_nary(work->scratch, WEFT_SQL_AND, args, count);
    return weft_sql_and_exists(work->scratch, is_it, work->rows, model);
}

static weft_code make_assignments(const update_work *work, weft_sql_update *update, weft_error *error)
{
    const weft_model *model = work->model;
    weft_sql_assignment *assignments = WEFT_ARENA_ARRAY(work->scratch, weft_sql_assignment, model->field_count);
    if (!assignments) {
        return weft_fail_arena(error, work->scratch);
    }
    size_t count = 0;
    for (size_t i = 0; i < model->field_count; i++) {
        if (!work->row.is_given[i]) {
            continue;
        }
        const weft_field *field = &model->fields[i];
        const weft_value_kind kind = weft_type_value_kind(field->type);
        const weft_sql_expr *value = weft_sql_value(work->scratch, work->row.values[i], kind);
        if (!value) {
            return weft_fail_arena(error, work->scratch);
        }
        assignments[count++] = (weft_sql_assignment){field->column, value};
    }
    update->assignments = assignments;
    update->assignment_count = count;
    return WEFT_OK;
}

static weft_code select_record(const update_work *work, weft_statement *ret_statement, weft_error *error)
{
    const weft_sql_select select = {.outputs = weft_record_outputs(work->model, work->scratch),
                                    .output_count = work->model->field_count,
                                    .table = work->model->table,
                                    .where = record_condition(work)};
    if (!select.outputs || !select.where) {
        return weft_fail_arena(error, work->scratch);
    }
    return weft_sql_render_select(
        &select, weft_connection_dialect(work->connection), work->scratch, ret_statement, error);
}

/* Nothing to set (no field given and no updated_at) is an update all the same: it answers the record. */
static weft_code make_statement(const update_work *work, weft_statement *ret_statement, weft_error *error)
{
    weft_sql_update update = {.table = work->model->table,
                              .where = record_condition(work),
                              .returning = weft_record_outputs(work->model, work->scratch),
                              .returning_count = work->model->field_count};
    WEFT_TRY(make_assignments(work, &update, error));
    if (!update.where || !update.returning) {
        return weft_fail_arena(error, work->scratch);
    }
    if (update.assignment_count == 0) {
        return select_record(work, ret_statement, error);
    }
    return weft_sql_render_update(
        &update, NULL, weft_connection_dialect(work->connection), work->scratch, ret_statement, error);
}

/* A unique rule may join changed fields with unchanged ones, so the record as it was completes the row. */
static void explain_conflict(update_work *work, weft_error *error)
{
    weft_connection_rollback(work->connection);
    weft_statement statement = {0};
    const weft_value *values = NULL;
    size_t row_count = 0;
    if (select_record(work, &statement, NULL) != WEFT_OK ||
        weft_connection_collect(work->connection, &statement, work->scratch, &values, &row_count, NULL) != WEFT_OK ||
        row_count != 1) {
        return;
    }
    for (size_t i = 0; i < work->model->field_count; i++) {
        if (!work->row.is_given[i]) {
            work->row.values[i] = values[i];
            work->row.is_given[i] = true;
        }
    }
    const weft_record_conflict conflict = {
        .connection = work->connection, .model = work->model, .rows = &work->row, .count = 1, .own_keys = work->keys};
    size_t failed = 0;
    weft_record_conflict_explain(&conflict, work->scratch, &failed, error);
}

static weft_code update_record(update_work *work, const weft_value **ret_values, weft_error *error)
{
    weft_statement statement = {0};
    size_t row_count = 0;
    WEFT_TRY(make_statement(work, &statement, error));
    const weft_code code =
        weft_connection_collect(work->connection, &statement, work->scratch, ret_values, &row_count, error);
    if (code == WEFT_UNIQUE_VIOLATION) {
        explain_conflict(work, error);
    }
    WEFT_TRY(code);
    return row_count > 0 ? WEFT_OK : WEFT_NOT_FOUND;
}

/* A number that is given here counts as one that a new record gives. */
static weft_code raise_counters(const update_work *work, weft_error *error)
{
    const bool has_sequences = weft_connection_dialect(work->connection)->has_sequences;
    weft_code code = WEFT_OK;
    for (size_t i = 0; has_sequences && code == WEFT_OK && i < work->model->field_count; i++) {
        const weft_field *field = &work->model->fields[i];
        const int64_t given =
            field->type == WEFT_TYPE_AUTOINCREMENT && work->row.is_given[i] ? work->row.values[i].as.integer : 0;
        if (given > 0) {
            code = weft_record_raise_counter(work->connection, work->model, field, given, work->scratch, error);
        }
    }
    return code;
}

weft_code weft_record_update(weft_session *session,
                             const weft_model *model,
                             weft_str key,
                             const json_t *json,
                             weft_arena *scratch,
                             weft_buf *ret_json,
                             weft_error *error)
{
    WEFT_TRY(weft_record_model_check(model, error));
    WEFT_TRY(weft_row_scope_check_change(session->rows, model, error));
    weft_record_input input = {0};
    WEFT_TRY(weft_record_input_begin(session, model, false, scratch, &input, error));
    update_work work = {.model = model, .rows = session->rows, .scratch = scratch};
    WEFT_TRY(weft_record_row_update(&input, json, scratch, &work.row, error));
    WEFT_TRY(read_key(&work, key, error));
    WEFT_TRY(weft_session_connection(session, model->store, &work.connection, error));
    WEFT_TRY(raise_counters(&work, error));
    const weft_value *values = NULL;
    const weft_code code = update_record(&work, &values, error);
    if (code == WEFT_NOT_FOUND) {
        return weft_fail(error, code, "%.*s \"%.*s\" was not found", WEFT_STR_ARG(model->name), WEFT_STR_ARG(key));
    }
    WEFT_TRY(code);
    WEFT_TRY(weft_record_check_belonging(session, model, &work.row, 1, scratch, error));
    weft_record_write_json(model, values, ret_json);
    return ret_json->failed ? weft_fail_no_memory(error) : WEFT_OK;
}
