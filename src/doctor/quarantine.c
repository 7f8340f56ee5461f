/* Rows moved out of a link table, whole, into weft_quarantine of the same store, in the same transaction:
 *
 *      id | link | row_json | reason | at
 *
 * Fails as the store does. */
#include "doctor/cures.h"

enum { AT_ID, AT_LINK, AT_ROW, AT_REASON, AT_TIME, COLUMN_COUNT };

static const char *const column_names[COLUMN_COUNT] = {"id", "link", "row_json", "reason", "at"};

static weft_code make_table(weft_connection *connection, weft_arena *scratch, weft_error *error)
{
    const weft_dialect *dialect = weft_connection_dialect(connection);
    const char *text = dialect->type_names[WEFT_TYPE_TEXT];
    const weft_str sql = weft_str_format(scratch,
                                         "CREATE TABLE IF NOT EXISTS \"" WEFT_QUARANTINE_TABLE "\" (\n"
                                         "  \"id\" %s%s NOT NULL PRIMARY KEY,\n"
                                         "  \"link\" %s NOT NULL,\n"
                                         "  \"row_json\" %s NOT NULL,\n"
                                         "  \"reason\" %s NOT NULL,\n"
                                         "  \"at\" %s NOT NULL\n"
                                         ")",
                                         text,
                                         dialect->text_collation,
                                         text,
                                         text,
                                         text,
                                         dialect->type_names[WEFT_TYPE_DATE_TIME]);
    if (!sql.data) {
        return weft_fail_arena(error, scratch);
    }
    const weft_statement statement = {.sql = sql, .is_once = true};
    WEFT_TRY(weft_connection_lock(connection, WEFT_STR(WEFT_QUARANTINE_TABLE), error));
    return weft_connection_execute(connection, &statement, NULL, error);
}

static weft_code read_whole(weft_connection *connection,
                            const weft_link *link,
                            const weft_bulk *bulk,
                            weft_arena *scratch,
                            const weft_value **ret_values,
                            size_t *ret_count,
                            weft_error *error)
{
    const weft_model *model = link->model;
    weft_sql_output *outputs = WEFT_ARENA_ARRAY(scratch, weft_sql_output, model->field_count);
    const weft_sql_select select = {.outputs = outputs,
                                    .output_count = model->field_count,
                                    .table = model->table,
                                    .where = weft_doctor_row_condition(link, true, scratch)};
    if (!outputs || !select.where) {
        return weft_fail_arena(error, scratch);
    }
    for (size_t i = 0; i < model->field_count; i++) {
        outputs[i] = (weft_sql_output){weft_sql_field(scratch, (weft_str){0}, &model->fields[i]),
                                       weft_type_value_kind(model->fields[i].type)};
        if (!outputs[i].expr) {
            return weft_fail_arena(error, scratch);
        }
    }
    weft_statement statement = {0};
    WEFT_TRY(
        weft_sql_render_select_bulk(&select, bulk, weft_connection_dialect(connection), scratch, &statement, error));
    return weft_connection_collect(connection, &statement, scratch, ret_values, ret_count, error);
}

static weft_str row_json(const weft_model *model, const weft_value *values, weft_arena *scratch)
{
    weft_buf buf;
    weft_buf_init_arena(&buf, scratch);
    for (size_t i = 0; i < model->field_count; i++) {
        weft_buf_add_char(&buf, i > 0 ? ',' : '{');
        weft_json_add_text(&buf, model->fields[i].column);
        weft_buf_add_char(&buf, ':');
        weft_json_add_value(&buf, &values[i]);
    }
    weft_buf_add_char(&buf, '}');
    if (buf.failed) {
        return (weft_str){NULL, 0};
    }
    return weft_buf_str(&buf);
}

static weft_code fill(weft_value *const columns[COLUMN_COUNT],
                      const weft_link *link,
                      const char *reason,
                      weft_session *session,
                      const weft_value *values,
                      size_t count,
                      weft_arena *scratch)
{
    const weft_value now = weft_value_from_time(weft_clock_now_us(session->clock));
    for (size_t i = 0; i < count; i++) {
        columns[AT_ID][i] = weft_value_from_text(weft_ulid_next_id(session->ulids, WEFT_STR("quar"), scratch));
        columns[AT_LINK][i] = weft_value_from_text(link->name);
        columns[AT_ROW][i] =
            weft_value_from_text(row_json(link->model, values + i * link->model->field_count, scratch));
        columns[AT_REASON][i] = weft_value_from_text(weft_str_from(reason));
        columns[AT_TIME][i] = now;
        if (!columns[AT_ID][i].as.text.data || !columns[AT_ROW][i].as.text.data) {
            return WEFT_NO_MEMORY;
        }
    }
    return WEFT_OK;
}

static weft_code insert(weft_connection *connection,
                        weft_value *const columns[COLUMN_COUNT],
                        size_t count,
                        weft_arena *scratch,
                        weft_error *error)
{
    const weft_value *values[COLUMN_COUNT];
    weft_value_kind kinds[COLUMN_COUNT];
    weft_sql_assignment assignments[COLUMN_COUNT];
    for (size_t i = 0; i < COLUMN_COUNT; i++) {
        values[i] = columns[i];
        kinds[i] = i == AT_TIME ? WEFT_VALUE_TIME : WEFT_VALUE_TEXT;
        assignments[i] = (weft_sql_assignment){weft_str_from(column_names[i]), weft_sql_bulk(scratch, i, kinds[i])};
        if (!assignments[i].expr) {
            return weft_fail_arena(error, scratch);
        }
    }
    const weft_bulk bulk = {values, kinds, COLUMN_COUNT, count};
    const weft_sql_insert sql = {
        .table = WEFT_STR(WEFT_QUARANTINE_TABLE), .columns = assignments, .column_count = COLUMN_COUNT};
    weft_statement statement = {0};
    WEFT_TRY(weft_sql_render_insert(&sql, &bulk, weft_connection_dialect(connection), scratch, &statement, error));
    return weft_connection_execute(connection, &statement, NULL, error);
}

weft_code weft_doctor_rows_quarantine(weft_session *session,
                                      const weft_link *link,
                                      const weft_doctor_rows *rows,
                                      const char *reason,
                                      weft_arena *scratch,
                                      weft_error *error)
{
    weft_connection *connection = NULL;
    weft_bulk bulk = {0};
    const weft_value *values = NULL;
    size_t count = 0;
    WEFT_TRY(weft_session_connection(session, link->model->store, &connection, error));
    WEFT_TRY(make_table(connection, scratch, error));
    WEFT_TRY(weft_doctor_rows_bulk(link, rows, scratch, &bulk, error));
    WEFT_TRY(read_whole(connection, link, &bulk, scratch, &values, &count, error));
    weft_value *columns[COLUMN_COUNT];
    for (size_t i = 0; i < COLUMN_COUNT; i++) {
        columns[i] = WEFT_ARENA_ARRAY(scratch, weft_value, count);
        if (!columns[i]) {
            return weft_fail_arena(error, scratch);
        }
    }
    if (fill(columns, link, reason, session, values, count, scratch) != WEFT_OK) {
        return weft_fail_arena(error, scratch);
    }
    WEFT_TRY(insert(connection, columns, count, scratch, error));
    return weft_doctor_rows_remove(session, link, rows, scratch, error);
}
