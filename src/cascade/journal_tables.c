/* What the tables of the journal look like, whether a store has them, making them, and the statements both share. Fails
 * as the store does. */
#include "cascade/journal_tables.h"

#include "base/value.h"

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

static const weft_field deletion_fields[WEFT_DELETION_AT_COUNT] = {
    TEXT_FIELD(WEFT_DELETION_AT_ID, "id"),
    TEXT_FIELD(WEFT_DELETION_AT_STORE, "store"),
    TEXT_FIELD(WEFT_DELETION_AT_HOME, "home"),
    TEXT_FIELD(WEFT_DELETION_AT_STATE, "state"),
    TEXT_FIELD(WEFT_DELETION_AT_ENTITY, "entity"),
    TEXT_FIELD(WEFT_DELETION_AT_KEYS, "keys"),
    TEXT_FIELD(WEFT_DELETION_AT_OTHERS, "others"),
    TEXT_FIELD(WEFT_DELETION_AT_WORK, "work"),
    TIME_FIELD(WEFT_DELETION_AT_DELETED_AT, "deleted_at"),
    TIME_FIELD(WEFT_DELETION_AT_CREATED_AT, "created_at"),
    TIME_FIELD(WEFT_DELETION_AT_FINISHED_AT, "finished_at"),
};

static const weft_field row_fields[WEFT_DELETION_ROW_AT_COUNT] = {
    TEXT_FIELD(WEFT_DELETION_ROW_AT_DELETION, "deletion_id"),
    TEXT_FIELD(WEFT_DELETION_ROW_AT_STORE, "store"),
    TEXT_FIELD(WEFT_DELETION_ROW_AT_TABLE, "table_name"),
    TEXT_FIELD(WEFT_DELETION_ROW_AT_KEY, "row_key"),
    TEXT_FIELD(WEFT_DELETION_ROW_AT_CHANGE, "change"),
    TEXT_FIELD(WEFT_DELETION_ROW_AT_COLUMN, "column_name"),
    TEXT_FIELD(WEFT_DELETION_ROW_AT_ROW, "row"),
};

const weft_model weft_deletions_model = {
    .table = {WEFT_DELETIONS_TABLE, sizeof(WEFT_DELETIONS_TABLE) - 1},
    .fields = deletion_fields,
    .field_count = WEFT_DELETION_AT_COUNT,
};
const weft_model weft_deletion_rows_model = {
    .table = {WEFT_DELETION_ROWS_TABLE, sizeof(WEFT_DELETION_ROWS_TABLE) - 1},
    .fields = row_fields,
    .field_count = WEFT_DELETION_ROW_AT_COUNT,
};

weft_value weft_journal_text(weft_str text)
{
    return weft_value_from_text(text.data ? text : WEFT_STR(""));
}

weft_code weft_deletions_is_there(weft_connection *connection,
                                  weft_arena *scratch,
                                  bool *ret_is_there,
                                  weft_error *error)
{
    static const weft_value_kind kinds[] = {WEFT_VALUE_INTEGER};
    const weft_param name = {.type = WEFT_VALUE_TEXT, .value = weft_journal_text(weft_deletion_rows_model.table)};
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
    WEFT_TRY(make_table(
        connection, &weft_deletions_model, WEFT_DELETION_AT_FINISHED_AT, "\"id\", \"store\"", scratch, error));
    WEFT_TRY(make_index(connection,
                        "CREATE INDEX \"IDX_" WEFT_DELETIONS_TABLE "_state\" ON \"" WEFT_DELETIONS_TABLE
                        "\" (\"state\")",
                        error));
    WEFT_TRY(make_index(connection,
                        "CREATE INDEX \"IDX_" WEFT_DELETIONS_TABLE "_deleted_at\" ON \"" WEFT_DELETIONS_TABLE
                        "\" (\"deleted_at\")",
                        error));
    return make_table(connection,
                      &weft_deletion_rows_model,
                      WEFT_DELETION_ROW_AT_COUNT,
                      "\"deletion_id\", \"store\", \"table_name\", \"row_key\", \"change\", \"column_name\"",
                      scratch,
                      error);
}

weft_code weft_journal_select(weft_connection *connection,
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

const weft_sql_expr *weft_journal_equals(weft_arena *keep, const weft_field *field, weft_str text)
{
    return weft_sql_binary(keep,
                           WEFT_SQL_EQ,
                           weft_sql_field(keep, (weft_str){0}, field),
                           weft_sql_value(keep, weft_journal_text(text), WEFT_VALUE_TEXT));
}

weft_code weft_journal_insert(weft_connection *connection,
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
