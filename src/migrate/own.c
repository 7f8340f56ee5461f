/* What weft's own tables look like, whether a store has them, and making them. Fails as the store does. */
#include "migrate/own.h"

#include "base/value.h"
#include "migrate/locked.h"
#include "store/store.h"

#define TEXT(text)                                                                                                     \
    {                                                                                                                  \
        (text), sizeof(text) - 1                                                                                       \
    }
#define FIELD(at, text, kind) [at] = {.name = TEXT(text), .column = TEXT(text), .type = (kind), .index = (at)}

static const weft_field deletion_fields[WEFT_DELETION_AT_COUNT] = {
    FIELD(WEFT_DELETION_AT_ID, "id", WEFT_TYPE_TEXT),
    FIELD(WEFT_DELETION_AT_STORE, "store", WEFT_TYPE_TEXT),
    FIELD(WEFT_DELETION_AT_HOME, "home", WEFT_TYPE_TEXT),
    FIELD(WEFT_DELETION_AT_STATE, "state", WEFT_TYPE_TEXT),
    FIELD(WEFT_DELETION_AT_ENTITY, "entity", WEFT_TYPE_TEXT),
    FIELD(WEFT_DELETION_AT_KEYS, "keys", WEFT_TYPE_TEXT),
    FIELD(WEFT_DELETION_AT_OTHERS, "others", WEFT_TYPE_TEXT),
    FIELD(WEFT_DELETION_AT_WORK, "work", WEFT_TYPE_TEXT),
    FIELD(WEFT_DELETION_AT_DELETED_AT, "deleted_at", WEFT_TYPE_DATE_TIME),
    FIELD(WEFT_DELETION_AT_CREATED_AT, "created_at", WEFT_TYPE_DATE_TIME),
    [WEFT_DELETION_AT_FINISHED_AT] = {.name = TEXT("finished_at"),
                                      .column = TEXT("finished_at"),
                                      .type = WEFT_TYPE_DATE_TIME,
                                      .index = WEFT_DELETION_AT_FINISHED_AT,
                                      .is_nullable = true},
};

static const weft_field row_fields[WEFT_DELETION_ROW_AT_COUNT] = {
    FIELD(WEFT_DELETION_ROW_AT_DELETION, "deletion_id", WEFT_TYPE_TEXT),
    FIELD(WEFT_DELETION_ROW_AT_STORE, "store", WEFT_TYPE_TEXT),
    FIELD(WEFT_DELETION_ROW_AT_TABLE, "table_name", WEFT_TYPE_TEXT),
    FIELD(WEFT_DELETION_ROW_AT_KEY, "row_key", WEFT_TYPE_TEXT),
    FIELD(WEFT_DELETION_ROW_AT_CHANGE, "change", WEFT_TYPE_TEXT),
    FIELD(WEFT_DELETION_ROW_AT_COLUMN, "column_name", WEFT_TYPE_TEXT),
    FIELD(WEFT_DELETION_ROW_AT_ROW, "row", WEFT_TYPE_TEXT),
};

const weft_model weft_deletions_model = {
    .table = TEXT(WEFT_DELETIONS_TABLE), .fields = deletion_fields, .field_count = WEFT_DELETION_AT_COUNT};
const weft_model weft_deletion_rows_model = {
    .table = TEXT(WEFT_DELETION_ROWS_TABLE), .fields = row_fields, .field_count = WEFT_DELETION_ROW_AT_COUNT};

static const weft_str deletion_keys[] = {TEXT("id"), TEXT("store")};
static const weft_str deletion_indexed[] = {TEXT("state"), TEXT("deleted_at")};
static const weft_str row_keys[] = {
    TEXT("deletion_id"), TEXT("store"), TEXT("table_name"), TEXT("row_key"), TEXT("change"), TEXT("column_name")};

static const weft_own_table deletion_tables[] = {
    {&weft_deletions_model,
     deletion_keys,
     WEFT_COUNT_OF(deletion_keys),
     deletion_indexed,
     WEFT_COUNT_OF(deletion_indexed)},
    {&weft_deletion_rows_model, row_keys, WEFT_COUNT_OF(row_keys), NULL, 0},
};

const weft_own_group weft_own_deletions = {"journal of deletions", deletion_tables, WEFT_COUNT_OF(deletion_tables)};

bool weft_is_own_table(weft_str name)
{
    for (size_t i = 0; i < weft_own_deletions.table_count; i++) {
        if (weft_str_equal(weft_own_deletions.tables[i].model->table, name)) {
            return true;
        }
    }
    return weft_str_equal_text(name, WEFT_OUTBOX_TABLE);
}

static weft_str column_ddl(weft_maker *maker, const weft_field *field, const weft_dialect *dialect)
{
    const weft_wanted_column column = {
        .name = field->column,
        .type = weft_maker_text(maker,
                                "%s%s",
                                dialect->type_names[field->type],
                                field->type == WEFT_TYPE_TEXT ? dialect->text_collation : ""),
        .is_nullable = field->is_nullable,
    };
    return weft_ddl_column(maker, &column);
}

void weft_own_table_ddl(weft_maker *maker,
                        const weft_own_table *table,
                        const weft_dialect *dialect,
                        weft_statements *statements)
{
    const weft_model *model = table->model;
    weft_buf buf = weft_maker_buf(maker);
    weft_buf_add_format(&buf, "CREATE TABLE \"%.*s\" (\n", WEFT_STR_ARG(model->table));
    for (size_t i = 0; i < model->field_count; i++) {
        weft_buf_add_format(&buf, "  %.*s,\n", WEFT_STR_ARG(column_ddl(maker, &model->fields[i], dialect)));
    }
    weft_buf_add_format(
        &buf, "  PRIMARY KEY (%.*s)\n)", WEFT_STR_ARG(weft_ddl_names(maker, table->keys, table->key_count)));
    weft_ddl_push(maker, statements, weft_maker_take(maker, &buf));
    for (size_t i = 0; i < table->indexed_count; i++) {
        const weft_str name =
            weft_maker_text(maker, "IDX_%.*s_%.*s", WEFT_STR_ARG(model->table), WEFT_STR_ARG(table->indexed[i]));
        weft_ddl_push(maker,
                      statements,
                      weft_ddl_format(maker, "CREATE INDEX %N ON %N (%N)", &name, &model->table, &table->indexed[i]));
    }
}

static weft_code is_table_there(
    weft_connection *connection, weft_str table, weft_arena *scratch, bool *ret_is_there, weft_error *error)
{
    static const weft_value_kind kinds[] = {WEFT_VALUE_INTEGER};
    const weft_param name = {.type = WEFT_VALUE_TEXT, .value = weft_value_from_text(table)};
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

/* The last table is made last. */
weft_code weft_own_group_is_there(weft_connection *connection,
                                  const weft_own_group *group,
                                  weft_arena *scratch,
                                  bool *ret_is_there,
                                  weft_error *error)
{
    return is_table_there(connection, group->tables[group->table_count - 1].model->table, scratch, ret_is_there, error);
}

static weft_code make_missing(weft_connection *connection,
                              const weft_own_table *table,
                              weft_arena *scratch,
                              weft_error *error)
{
    bool is_there = false;
    weft_maker maker = {.keep = scratch};
    weft_statements statements = {0};
    WEFT_TRY(is_table_there(connection, table->model->table, scratch, &is_there, error));
    if (is_there) {
        return WEFT_OK;
    }
    weft_own_table_ddl(&maker, table, weft_connection_dialect(connection), &statements);
    WEFT_TRY(weft_maker_check(&maker, error));
    for (size_t i = 0; i < statements.count; i++) {
        const weft_code code = weft_migration_execute(connection, statements.items[i], error);
        if (code != WEFT_OK) {
            weft_error_wrap(error, "could not make table \"%.*s\"", WEFT_STR_ARG(table->model->table));
            weft_error_set_hint(error, "Run weft db:migrate with an account that may make tables; it makes this one.");
            return code;
        }
    }
    return WEFT_OK;
}

weft_code weft_own_group_make(weft_connection *connection,
                              const weft_own_group *group,
                              weft_arena *scratch,
                              weft_error *error)
{
    bool is_there = false;
    WEFT_TRY(weft_own_group_is_there(connection, group, scratch, &is_there, error));
    for (size_t i = 0; !is_there && i < group->table_count; i++) {
        WEFT_TRY(make_missing(connection, &group->tables[i], scratch, error));
    }
    return WEFT_OK;
}
