/* Rows of weft_deletion_rows: a line for each row a deletion changed. Fails as the store does. */
#include "base/value.h"
#include "cascade/journal_sql.h"

#define BATCH_ROWS ((size_t)5000)

static weft_code insert_batch(weft_connection *connection,
                              const weft_deletion *deletion,
                              const weft_deletion_row *rows,
                              size_t count,
                              weft_arena *scratch,
                              weft_error *error)
{
    weft_value *values = WEFT_ARENA_ARRAY(scratch, weft_value, count * WEFT_DELETION_ROW_AT_COUNT);
    const weft_value *columns[WEFT_DELETION_ROW_AT_COUNT];
    if (!values) {
        return weft_fail_arena(error, scratch);
    }
    for (size_t c = 0; c < WEFT_DELETION_ROW_AT_COUNT; c++) {
        columns[c] = values + c * count;
    }
    for (size_t i = 0; i < count; i++) {
        const weft_deletion_row *row = &rows[i];
        values[WEFT_DELETION_ROW_AT_DELETION * count + i] = weft_journal_text(deletion->id);
        values[WEFT_DELETION_ROW_AT_STORE * count + i] = weft_journal_text(deletion->store->name);
        values[WEFT_DELETION_ROW_AT_TABLE * count + i] = weft_journal_text(row->table);
        values[WEFT_DELETION_ROW_AT_KEY * count + i] = weft_journal_text(row->key_text);
        values[WEFT_DELETION_ROW_AT_CHANGE * count + i] = weft_journal_text(weft_cascade_change_name(row->change));
        values[WEFT_DELETION_ROW_AT_COLUMN * count + i] = weft_journal_text(row->column);
        values[WEFT_DELETION_ROW_AT_ROW * count + i] = weft_journal_text(row->row);
    }
    return weft_journal_insert(connection, &weft_deletion_rows_model, columns, count, scratch, error);
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

weft_code weft_deletions_read_rows(weft_connection *connection,
                                   const weft_deletion *deletion,
                                   const weft_store_def *store,
                                   weft_arena *keep,
                                   weft_deletion_rows *ret_rows,
                                   weft_error *error)
{
    const weft_field *fields[WEFT_DELETION_ROW_AT_COUNT];
    const weft_value *values = NULL;
    size_t count = 0;
    for (size_t i = 0; i < WEFT_DELETION_ROW_AT_COUNT; i++) {
        fields[i] = &weft_deletion_rows_model.fields[i];
    }
    const weft_sql_output *outputs = weft_cascade_outputs(fields, WEFT_DELETION_ROW_AT_COUNT, keep);
    if (!outputs) {
        return weft_fail_arena(error, keep);
    }
    const weft_sql_order order[] = {{outputs[WEFT_DELETION_ROW_AT_TABLE].expr, false},
                                    {outputs[WEFT_DELETION_ROW_AT_CHANGE].expr, false},
                                    {outputs[WEFT_DELETION_ROW_AT_KEY].expr, false}};
    const weft_sql_select select = {
        .outputs = outputs,
        .output_count = WEFT_DELETION_ROW_AT_COUNT,
        .table = weft_deletion_rows_model.table,
        .where = weft_sql_binary(
            keep,
            WEFT_SQL_AND,
            weft_journal_equals(keep, &weft_deletion_rows_model.fields[WEFT_DELETION_ROW_AT_DELETION], deletion->id),
            weft_journal_equals(keep, &weft_deletion_rows_model.fields[WEFT_DELETION_ROW_AT_STORE], store->name)),
        .order = order,
        .order_count = WEFT_COUNT_OF(order)};
    WEFT_TRY(weft_journal_select(connection, &select, keep, &values, &count, error));
    for (size_t i = 0; i < count; i++) {
        const weft_value *row = values + i * WEFT_DELETION_ROW_AT_COUNT;
        weft_deletion_row found = {.table = row[WEFT_DELETION_ROW_AT_TABLE].as.text,
                                   .key_text = row[WEFT_DELETION_ROW_AT_KEY].as.text,
                                   .column = row[WEFT_DELETION_ROW_AT_COLUMN].as.text,
                                   .row = row[WEFT_DELETION_ROW_AT_ROW].as.text};
        for (weft_cascade_change change = WEFT_CASCADE_MARK; change <= WEFT_CASCADE_CLEAR; change++) {
            if (weft_str_equal(row[WEFT_DELETION_ROW_AT_CHANGE].as.text, weft_cascade_change_name(change))) {
                found.change = change;
            }
        }
        if (!weft_vec_push(keep, ret_rows, found)) {
            return weft_fail_arena(error, keep);
        }
    }
    return WEFT_OK;
}
