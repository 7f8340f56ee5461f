/* Raising a counter: lock the table, then set what is behind. Fails as the store does. */
#include "record/counter.h"

#include <string.h>

#include "base/fail.h"
#include "sql/render.h"

/* `format` with the quoted name in place of %N. */
static weft_str put_name(const char *format, weft_str name, weft_arena *scratch)
{
    const char *place = strstr(format, "%N");
    return weft_str_format(
        scratch, "%.*s%.*s%s", (int)(place - format), format, WEFT_STR_ARG(name), place + strlen("%N"));
}

static weft_str quote(weft_str name, weft_arena *scratch)
{
    weft_buf buf;
    weft_buf_init_arena(&buf, scratch);
    weft_sql_add_name(&buf, name);
    return buf.failed ? (weft_str){NULL, 0} : weft_buf_str(&buf);
}

weft_code weft_record_raise_counter(weft_connection *connection,
                                    const weft_model *model,
                                    const weft_field *field,
                                    int64_t highest,
                                    weft_arena *scratch,
                                    weft_error *error)
{
    const weft_dialect *dialect = weft_connection_dialect(connection);
    const weft_str table = quote(model->table, scratch);
    const weft_str lock_sql = table.data ? put_name(dialect->lock_table_sql, table, scratch) : table;
    if (!lock_sql.data) {
        return weft_fail_arena(error, scratch);
    }
    const weft_param params[] = {
        {.type = WEFT_VALUE_TEXT, .value = {.kind = WEFT_VALUE_TEXT, .as.text = table}},
        {.type = WEFT_VALUE_TEXT, .value = {.kind = WEFT_VALUE_TEXT, .as.text = field->column}},
        {.type = WEFT_VALUE_INTEGER, .value = {.kind = WEFT_VALUE_INTEGER, .as.integer = highest}}};
    static const weft_value_kind columns[] = {WEFT_VALUE_INTEGER};
    const weft_statement lock = {.sql = lock_sql, .is_once = true};
    const weft_statement raise = {.sql = weft_str_from(dialect->raise_counter_sql),
                                  .params = params,
                                  .param_count = WEFT_COUNT_OF(params),
                                  .columns = columns,
                                  .column_count = WEFT_COUNT_OF(columns)};
    WEFT_TRY(weft_connection_execute(connection, &lock, NULL, error));
    return weft_connection_execute(connection, &raise, NULL, error);
}
