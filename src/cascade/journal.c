/* Reading and writing the journal. Its tables are described like any model's, so that the statements on them are made
 * as all others are. Fails as the store does. */
#include "cascade/journal.h"

#include "base/value.h"
#include "json/writer.h"

#define BATCH_ROWS ((size_t)5000)

enum {
    AT_ID,
    AT_STORE,
    AT_HOME,
    AT_STATE,
    AT_ENTITY,
    AT_KEYS,
    AT_OTHERS,
    AT_WORK,
    AT_DELETED_AT,
    AT_CREATED_AT,
    AT_FINISHED_AT,
    AT_COUNT
};

#define TEXT_FIELD(at, text)                                                                                           \
    [at] = {.name = {(text), sizeof(text) - 1},                                                                        \
            .column = {(text), sizeof(text) - 1},                                                                      \
            .type = WEFT_TYPE_TEXT,                                                                                    \
            .index = (at)}
#define TIME_FIELD(at, text)                                                                                           \
    [at] = {.name = {(text), sizeof(text) - 1},                                                                        \
            .column = {(text), sizeof(text) - 1},                                                                      \
            .type = WEFT_TYPE_DATE_TIME,                                                                               \
            .index = (at)}

static const weft_field deletion_fields[AT_COUNT] = {
    TEXT_FIELD(AT_ID, "id"),
    TEXT_FIELD(AT_STORE, "store"),
    TEXT_FIELD(AT_HOME, "home"),
    TEXT_FIELD(AT_STATE, "state"),
    TEXT_FIELD(AT_ENTITY, "entity"),
    TEXT_FIELD(AT_KEYS, "keys"),
    TEXT_FIELD(AT_OTHERS, "others"),
    TEXT_FIELD(AT_WORK, "work"),
    TIME_FIELD(AT_DELETED_AT, "deleted_at"),
    TIME_FIELD(AT_CREATED_AT, "created_at"),
    TIME_FIELD(AT_FINISHED_AT, "finished_at"),
};

enum { ROW_DELETION, ROW_STORE, ROW_TABLE, ROW_KEY, ROW_CHANGE, ROW_COLUMN, ROW_ROW, ROW_COUNT };

static const weft_field row_fields[ROW_COUNT] = {
    TEXT_FIELD(ROW_DELETION, "deletion_id"),
    TEXT_FIELD(ROW_STORE, "store"),
    TEXT_FIELD(ROW_TABLE, "table_name"),
    TEXT_FIELD(ROW_KEY, "row_key"),
    TEXT_FIELD(ROW_CHANGE, "change"),
    TEXT_FIELD(ROW_COLUMN, "column_name"),
    TEXT_FIELD(ROW_ROW, "row"),
};

static const weft_model deletions_model = {
    .table = {WEFT_DELETIONS_TABLE, sizeof(WEFT_DELETIONS_TABLE) - 1},
    .fields = deletion_fields,
    .field_count = AT_COUNT,
};
static const weft_model rows_model = {
    .table = {WEFT_DELETION_ROWS_TABLE, sizeof(WEFT_DELETION_ROWS_TABLE) - 1},
    .fields = row_fields,
    .field_count = ROW_COUNT,
};

static const char *const state_names[] = {[WEFT_DELETION_NONE] = "",
                                          [WEFT_DELETION_PREPARED] = "prepared",
                                          [WEFT_DELETION_DONE] = "done",
                                          [WEFT_DELETION_RESTORING] = "restoring",
                                          [WEFT_DELETION_RESTORED] = "restored"};

static weft_deletion_state state_from(weft_str name)
{
    for (weft_deletion_state state = WEFT_DELETION_PREPARED; state <= WEFT_DELETION_RESTORED; state++) {
        if (weft_str_equal_text(name, state_names[state])) {
            return state;
        }
    }
    return WEFT_DELETION_NONE;
}

static weft_value text_value(weft_str text)
{
    return weft_value_from_text(text.data ? text : WEFT_STR(""));
}

weft_code weft_deletions_is_there(weft_connection *connection,
                                  weft_arena *scratch,
                                  bool *ret_is_there,
                                  weft_error *error)
{
    static const weft_value_kind kinds[] = {WEFT_VALUE_INTEGER};
    const weft_param name = {.type = WEFT_VALUE_TEXT, .value = text_value(rows_model.table)};
    const weft_statement statement = {.sql = weft_str_from(weft_connection_dialect(connection)->has_table_sql),
                                      .params = &name,
                                      .param_count = 1,
                                      .columns = kinds,
                                      .column_count = 1};
    const weft_value *values = NULL;
    size_t count = 0;
    WEFT_TRY(weft_connection_collect(connection, &statement, scratch, &values, &count, error));
    *ret_is_there = count == 1 && values[0].as.integer > 0;
    return WEFT_OK;
}

static weft_code execute_text(weft_connection *connection, const weft_buf *sql, weft_error *error)
{
    const weft_statement statement = {.sql = weft_buf_str(sql), .is_once = true};
    return sql->failed ? weft_fail_no_memory(error) : weft_connection_execute(connection, &statement, NULL, error);
}

/* `nullable` is the place of the one column that may be null, `key` the columns of the primary key. */
static weft_code make_table(weft_connection *connection,
                            const weft_model *model,
                            size_t nullable,
                            const char *key,
                            weft_arena *scratch,
                            weft_error *error)
{
    const weft_dialect *dialect = weft_connection_dialect(connection);
    weft_buf sql;
    weft_buf_init_arena(&sql, scratch);
    weft_buf_add_text(&sql, "CREATE TABLE ");
    weft_sql_add_name(&sql, model->table);
    weft_buf_add_text(&sql, " (");
    for (size_t i = 0; i < model->field_count; i++) {
        const weft_field *field = &model->fields[i];
        weft_sql_add_name(&sql, field->column);
        weft_buf_add_format(&sql,
                            " %s%s%s, ",
                            dialect->type_names[field->type],
                            field->type == WEFT_TYPE_TEXT ? dialect->text_collation : "",
                            i == nullable ? "" : " NOT NULL");
    }
    weft_buf_add_format(&sql, "PRIMARY KEY (%s))", key);
    return execute_text(connection, &sql, error);
}

static weft_code make_index(weft_connection *connection, const char *sql, weft_error *error)
{
    const weft_statement statement = {.sql = weft_str_from(sql), .is_once = true};
    return weft_connection_execute(connection, &statement, NULL, error);
}

weft_code weft_deletions_make(weft_connection *connection, weft_arena *scratch, weft_error *error)
{
    bool is_there = false;
    WEFT_TRY(weft_deletions_is_there(connection, scratch, &is_there, error));
    if (is_there) {
        return WEFT_OK;
    }
    WEFT_TRY(make_table(connection, &deletions_model, AT_FINISHED_AT, "\"id\", \"store\"", scratch, error));
    WEFT_TRY(make_index(connection,
                        "CREATE INDEX \"IDX_" WEFT_DELETIONS_TABLE "_state\" ON \"" WEFT_DELETIONS_TABLE
                        "\" (\"state\")",
                        error));
    WEFT_TRY(make_index(connection,
                        "CREATE INDEX \"IDX_" WEFT_DELETIONS_TABLE "_deleted_at\" ON \"" WEFT_DELETIONS_TABLE
                        "\" (\"deleted_at\")",
                        error));
    return make_table(connection,
                      &rows_model,
                      ROW_COUNT,
                      "\"deletion_id\", \"store\", \"table_name\", \"row_key\", \"change\", \"column_name\"",
                      scratch,
                      error);
}

weft_code weft_deletions_enter(weft_session *session,
                               const weft_store_def *store,
                               weft_arena *scratch,
                               weft_connection **ret_connection,
                               weft_error *error)
{
    weft_connection *connection = NULL;
    const weft_str lock = weft_str_format(scratch, "weft_delete %.*s", WEFT_STR_ARG(store->name));
    if (!lock.data) {
        return weft_fail_arena(error, scratch);
    }
    WEFT_TRY(weft_session_connection(session, store, &connection, error));
    WEFT_TRY(weft_connection_lock(connection, lock, error));
    WEFT_TRY(weft_deletions_make(connection, scratch, error));
    if (ret_connection) {
        *ret_connection = connection;
    }
    return WEFT_OK;
}

static weft_code select_rows(weft_connection *connection,
                             const weft_sql_select *select,
                             weft_arena *keep,
                             const weft_value **ret_values,
                             size_t *ret_count,
                             weft_error *error)
{
    weft_statement statement = {0};
    if (!select->outputs || !select->where) {
        return weft_fail_arena(error, keep);
    }
    WEFT_TRY(weft_sql_render_select(select, weft_connection_dialect(connection), keep, &statement, error));
    return weft_connection_collect(connection, &statement, keep, ret_values, ret_count, error);
}

static const weft_sql_expr *equals(weft_arena *keep, const weft_field *field, weft_str text)
{
    return weft_sql_binary(keep,
                           WEFT_SQL_EQ,
                           weft_sql_field(keep, (weft_str){0}, field),
                           weft_sql_value(keep, text_value(text), WEFT_VALUE_TEXT));
}

weft_code weft_deletions_latest(weft_connection *connection,
                                weft_arena *scratch,
                                int64_t *ret_time_us,
                                weft_error *error)
{
    const weft_field *field = &deletion_fields[AT_DELETED_AT];
    const weft_value *values = NULL;
    size_t count = 0;
    const weft_sql_output output = {
        weft_sql_unary(scratch, WEFT_SQL_MAX, weft_sql_field(scratch, (weft_str){0}, field)), WEFT_VALUE_TIME};
    const weft_sql_select select = {.outputs = output.expr ? &output : NULL,
                                    .output_count = 1,
                                    .table = deletions_model.table,
                                    .where = weft_sql_leaf(scratch, WEFT_SQL_TRUE)};
    WEFT_TRY(select_rows(connection, &select, scratch, &values, &count, error));
    *ret_time_us = count == 1 && values[0].kind == WEFT_VALUE_TIME ? values[0].as.time_us : 0;
    return WEFT_OK;
}

static weft_code insert_rows(weft_connection *connection,
                             const weft_model *model,
                             const weft_value *const *columns,
                             size_t row_count,
                             weft_arena *scratch,
                             weft_error *error)
{
    const weft_field **fields = WEFT_ARENA_ARRAY(scratch, const weft_field *, model->field_count);
    if (!fields) {
        return weft_fail_arena(error, scratch);
    }
    for (size_t i = 0; i < model->field_count; i++) {
        fields[i] = &model->fields[i];
    }
    const weft_cascade_insert insert = {model, fields, columns, model->field_count, row_count};
    return weft_cascade_insert_run(connection, &insert, scratch, error);
}

weft_code weft_deletions_insert(weft_connection *connection,
                                const weft_deletion *deletion,
                                weft_arena *scratch,
                                weft_error *error)
{
    const weft_value time = weft_value_from_time(deletion->created_at);
    const bool is_finished = deletion->state != WEFT_DELETION_PREPARED;
    const weft_value values[AT_COUNT] = {
        [AT_ID] = text_value(deletion->id),
        [AT_STORE] = text_value(deletion->store->name),
        [AT_HOME] = text_value(deletion->home->name),
        [AT_STATE] = text_value(weft_str_from(state_names[deletion->state])),
        [AT_ENTITY] = text_value(deletion->entity),
        [AT_KEYS] = text_value(deletion->keys),
        [AT_OTHERS] = text_value(deletion->others),
        [AT_WORK] = text_value(deletion->work),
        [AT_DELETED_AT] = weft_value_from_time(deletion->deleted_at),
        [AT_CREATED_AT] = time,
        [AT_FINISHED_AT] = is_finished ? time : (weft_value){.kind = WEFT_VALUE_NULL},
    };
    const weft_value *columns[AT_COUNT];
    for (size_t i = 0; i < AT_COUNT; i++) {
        columns[i] = &values[i];
    }
    return insert_rows(connection, &deletions_model, columns, 1, scratch, error);
}

static weft_code insert_batch(weft_connection *connection,
                              const weft_deletion *deletion,
                              const weft_deletion_row *rows,
                              size_t count,
                              weft_arena *scratch,
                              weft_error *error)
{
    weft_value *values = WEFT_ARENA_ARRAY(scratch, weft_value, count * ROW_COUNT);
    const weft_value *columns[ROW_COUNT];
    if (!values) {
        return weft_fail_arena(error, scratch);
    }
    for (size_t c = 0; c < ROW_COUNT; c++) {
        columns[c] = values + c * count;
    }
    for (size_t i = 0; i < count; i++) {
        const weft_deletion_row *row = &rows[i];
        values[ROW_DELETION * count + i] = text_value(deletion->id);
        values[ROW_STORE * count + i] = text_value(deletion->store->name);
        values[ROW_TABLE * count + i] = text_value(row->table);
        values[ROW_KEY * count + i] = text_value(row->key_text);
        values[ROW_CHANGE * count + i] = text_value(weft_cascade_change_name(row->change));
        values[ROW_COLUMN * count + i] = text_value(row->column);
        values[ROW_ROW * count + i] = text_value(row->row);
    }
    return insert_rows(connection, &rows_model, columns, count, scratch, error);
}

weft_code weft_deletions_insert_rows(weft_connection *connection,
                                     const weft_deletion *deletion,
                                     const weft_deletion_row *rows,
                                     size_t count,
                                     weft_arena *scratch,
                                     weft_error *error)
{
    for (size_t at = 0; at < count; at += BATCH_ROWS) {
        const size_t some = count - at < BATCH_ROWS ? count - at : BATCH_ROWS;
        WEFT_TRY(insert_batch(connection, deletion, rows + at, some, scratch, error));
    }
    return WEFT_OK;
}

weft_code weft_deletions_set_state(weft_connection *connection,
                                   const weft_deletion *deletion,
                                   weft_deletion_state state,
                                   int64_t at_us,
                                   weft_arena *scratch,
                                   weft_error *error)
{
    const weft_sql_assignment assignments[] = {
        {deletion_fields[AT_STATE].column,
         weft_sql_value(scratch, text_value(weft_str_from(state_names[state])), WEFT_VALUE_TEXT)},
        {deletion_fields[AT_FINISHED_AT].column, weft_sql_value(scratch, weft_value_from_time(at_us), WEFT_VALUE_TIME)},
    };
    const weft_sql_update update = {
        .table = deletions_model.table,
        .assignments = assignments,
        .assignment_count = WEFT_COUNT_OF(assignments),
        .where = weft_sql_binary(scratch,
                                 WEFT_SQL_AND,
                                 equals(scratch, &deletion_fields[AT_ID], deletion->id),
                                 equals(scratch, &deletion_fields[AT_STORE], deletion->store->name)),
    };
    weft_statement statement = {0};
    if (!assignments[0].expr || !assignments[1].expr || !update.where) {
        return weft_fail_arena(error, scratch);
    }
    WEFT_TRY(weft_sql_render_update(&update, NULL, weft_connection_dialect(connection), scratch, &statement, error));
    return weft_connection_execute(connection, &statement, NULL, error);
}

/* One by its id and store, or those whose home is the store and that are not finished. */
static const weft_sql_expr *find_condition(const weft_store_def *store, weft_str id, weft_arena *keep)
{
    if (id.len > 0) {
        return weft_sql_binary(keep,
                               WEFT_SQL_AND,
                               equals(keep, &deletion_fields[AT_ID], id),
                               equals(keep, &deletion_fields[AT_STORE], store->name));
    }
    weft_value *states = WEFT_ARENA_ARRAY(keep, weft_value, 2);
    if (!states) {
        return NULL;
    }
    states[0] = text_value(weft_str_from(state_names[WEFT_DELETION_PREPARED]));
    states[1] = text_value(weft_str_from(state_names[WEFT_DELETION_RESTORING]));
    const weft_sql_expr *is_open = weft_sql_binary(keep,
                                                   WEFT_SQL_IN_LIST,
                                                   weft_sql_field(keep, (weft_str){0}, &deletion_fields[AT_STATE]),
                                                   weft_sql_list(keep, states, 2, WEFT_VALUE_TEXT));
    return weft_sql_binary(keep, WEFT_SQL_AND, is_open, equals(keep, &deletion_fields[AT_STORE], store->name));
}

weft_code weft_deletions_find(weft_connection *connection,
                              const weft_catalog *catalog,
                              const weft_store_def *store,
                              weft_str id,
                              weft_arena *keep,
                              weft_deletion_list *ret_found,
                              weft_error *error)
{
    const weft_field *fields[AT_COUNT];
    const weft_value *values = NULL;
    size_t count = 0;
    for (size_t i = 0; i < AT_COUNT; i++) {
        fields[i] = &deletion_fields[i];
    }
    const weft_sql_order order = {weft_sql_field(keep, (weft_str){0}, &deletion_fields[AT_ID]), false};
    const weft_sql_select select = {.outputs = weft_cascade_outputs(fields, AT_COUNT, keep),
                                    .output_count = AT_COUNT,
                                    .table = deletions_model.table,
                                    .where = find_condition(store, id, keep),
                                    .order = &order,
                                    .order_count = order.expr ? 1 : 0};
    WEFT_TRY(select_rows(connection, &select, keep, &values, &count, error));
    for (size_t i = 0; i < count; i++) {
        const weft_value *row = values + i * AT_COUNT;
        const weft_deletion found = {.id = row[AT_ID].as.text,
                                     .store = store,
                                     .home = weft_catalog_store(catalog, row[AT_HOME].as.text),
                                     .state = state_from(row[AT_STATE].as.text),
                                     .entity = row[AT_ENTITY].as.text,
                                     .keys = row[AT_KEYS].as.text,
                                     .others = row[AT_OTHERS].as.text,
                                     .work = row[AT_WORK].as.text,
                                     .deleted_at = row[AT_DELETED_AT].as.time_us,
                                     .created_at = row[AT_CREATED_AT].as.time_us};
        if (!weft_vec_push(keep, ret_found, found)) {
            return weft_fail_arena(error, keep);
        }
    }
    return WEFT_OK;
}

weft_code weft_deletions_read_rows(weft_connection *connection,
                                   const weft_deletion *deletion,
                                   const weft_store_def *store,
                                   weft_arena *keep,
                                   weft_deletion_rows *ret_rows,
                                   weft_error *error)
{
    const weft_field *fields[ROW_COUNT];
    const weft_value *values = NULL;
    size_t count = 0;
    for (size_t i = 0; i < ROW_COUNT; i++) {
        fields[i] = &row_fields[i];
    }
    const weft_sql_output *outputs = weft_cascade_outputs(fields, ROW_COUNT, keep);
    if (!outputs) {
        return weft_fail_arena(error, keep);
    }
    const weft_sql_order order[] = {
        {outputs[ROW_TABLE].expr, false}, {outputs[ROW_CHANGE].expr, false}, {outputs[ROW_KEY].expr, false}};
    const weft_sql_select select = {.outputs = outputs,
                                    .output_count = ROW_COUNT,
                                    .table = rows_model.table,
                                    .where = weft_sql_binary(keep,
                                                             WEFT_SQL_AND,
                                                             equals(keep, &row_fields[ROW_DELETION], deletion->id),
                                                             equals(keep, &row_fields[ROW_STORE], store->name)),
                                    .order = order,
                                    .order_count = WEFT_COUNT_OF(order)};
    WEFT_TRY(select_rows(connection, &select, keep, &values, &count, error));
    for (size_t i = 0; i < count; i++) {
        const weft_value *row = values + i * ROW_COUNT;
        weft_deletion_row found = {.table = row[ROW_TABLE].as.text,
                                   .key_text = row[ROW_KEY].as.text,
                                   .column = row[ROW_COLUMN].as.text,
                                   .row = row[ROW_ROW].as.text};
        for (weft_cascade_change change = WEFT_CASCADE_MARK; change <= WEFT_CASCADE_CLEAR; change++) {
            if (weft_str_equal(row[ROW_CHANGE].as.text, weft_cascade_change_name(change))) {
                found.change = change;
            }
        }
        if (!weft_vec_push(keep, ret_rows, found)) {
            return weft_fail_arena(error, keep);
        }
    }
    return WEFT_OK;
}
