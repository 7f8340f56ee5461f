/* Statements on the two tables of the journal. Fails as the store does. */
#include "cascade/journal_sql.h"

#include "base/value.h"

weft_value weft_journal_text(weft_str text)
{
    return weft_value_from_text(text.data ? text : WEFT_STR(""));
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
    return weft_cascade_insert_run(connection, &insert, scratch, NULL, error);
}
