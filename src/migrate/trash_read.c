/* The trash is what weft_migrations says was put there and is there still. Numbers are never used again, so that a name
 * in the trash means one table for good. */
#include "migrate/compare.h"
#include "migrate/trash.h"

weft_code weft_trash_read(weft_connection *connection,
                          const weft_store_def *store,
                          const weft_schema *schema,
                          weft_arena *keep,
                          weft_trash_entries *ret_entries,
                          size_t *ret_ever,
                          weft_error *error)
{
    static const weft_value_kind kinds[] = {
        WEFT_VALUE_TEXT, WEFT_VALUE_TEXT, WEFT_VALUE_TEXT, WEFT_VALUE_TIME, WEFT_VALUE_TEXT};
    const weft_statement statement = {
        .sql = WEFT_STR("SELECT \"table_name\", \"summary\", \"link\", \"applied_at\", \"statements\" FROM "
                        "\"" WEFT_JOURNAL_TABLE "\" WHERE \"action\" = 'trash' ORDER BY \"id\""),
        .columns = kinds,
        .column_count = 5,
        .is_once = true};
    const weft_value *values = NULL;
    size_t count = 0;
    weft_maker maker = {.keep = keep};
    if (weft_schema_find_table(schema, WEFT_STR(WEFT_JOURNAL_TABLE))) {
        WEFT_TRY(weft_connection_collect(connection, &statement, keep, &values, &count, error));
    }
    *ret_entries = (weft_trash_entries){0};
    for (size_t i = 0; i < count; i++) {
        const weft_value *row = &values[i * 5];
        const weft_trash_entry entry = {.store = store,
                                        .table = row[0].as.text,
                                        .was = row[1].as.text,
                                        .link = row[2].kind == WEFT_VALUE_TEXT ? row[2].as.text : WEFT_STR(""),
                                        .dropped_at_us = row[3].as.time_us,
                                        .undo = row[4].as.text};
        if (weft_schema_find_table(schema, entry.table)) {
            weft_maker_push(&maker, ret_entries, entry);
        }
    }
    if (ret_ever) {
        *ret_ever = count;
    }
    return weft_maker_check(&maker, error);
}
