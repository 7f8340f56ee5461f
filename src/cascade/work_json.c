/* The work as the journal keeps it, and back:
 *
 *      [{"store":"other","tables":[{"table":"blog_post","mark":[["post_1"]],"remove":[["x"]],
 *        "clear":[{"column":"post_id","key":["c1"],"before":"post_1"}]}]}]
 *
 * Reading fails when a table has left the definitions since, or for want of memory. */
#include "cascade/work.h"
#include "json/writer.h"

static void write_rows(const weft_cascade_table *table, weft_cascade_change change, weft_buf *buf)
{
    bool is_first = true;
    weft_buf_add_format(buf, ",\"%.*s\":[", WEFT_STR_ARG(weft_cascade_change_name(change)));
    for (size_t i = 0; i < table->rows.count; i++) {
        if (table->rows.items[i]->change == change) {
            weft_buf_add_text(buf, is_first ? "" : ",");
            weft_buf_add_str(buf, table->rows.items[i]->key_text);
            is_first = false;
        }
    }
    weft_buf_add_char(buf, ']');
}

static void write_clears(const weft_cascade_table *table, weft_buf *buf)
{
    weft_buf_add_text(buf, ",\"clear\":[");
    for (size_t i = 0; i < table->clears.count; i++) {
        const weft_cascade_clear *clear = &table->clears.items[i];
        weft_buf_add_text(buf, i > 0 ? ",{\"column\":" : "{\"column\":");
        weft_json_add_text(buf, clear->field->column);
        weft_buf_add_text(buf, ",\"key\":");
        weft_buf_add_str(buf, clear->key_text);
        weft_buf_add_text(buf, ",\"before\":");
        weft_cascade_value_write(buf, &clear->before);
        weft_buf_add_char(buf, '}');
    }
    weft_buf_add_char(buf, ']');
}

static void write_store(const weft_cascade_work *work, const weft_store_def *store, weft_buf *buf)
{
    bool is_first = true;
    weft_buf_add_text(buf, "{\"store\":");
    weft_json_add_text(buf, store->name);
    weft_buf_add_text(buf, ",\"tables\":[");
    for (size_t i = 0; i < work->catalog->model_count; i++) {
        const weft_cascade_table *table = &work->tables[i];
        if (table->model->store != store || (table->rows.count == 0 && table->clears.count == 0)) {
            continue;
        }
        weft_buf_add_text(buf, is_first ? "{\"table\":" : ",{\"table\":");
        weft_json_add_text(buf, table->model->table);
        write_rows(table, WEFT_CASCADE_MARK, buf);
        write_rows(table, WEFT_CASCADE_REMOVE, buf);
        write_clears(table, buf);
        weft_buf_add_char(buf, '}');
        is_first = false;
    }
    weft_buf_add_text(buf, "]}");
}

void weft_cascade_work_write(const weft_cascade_work *work, const weft_store_def *home, weft_buf *buf)
{
    bool is_first = true;
    weft_buf_add_char(buf, '[');
    for (size_t i = 0; i < work->catalog->store_count; i++) {
        const weft_store_def *store = &work->catalog->stores[i];
        if (store != home && weft_cascade_work_touches(work, store)) {
            weft_buf_add_text(buf, is_first ? "" : ",");
            write_store(work, store, buf);
            is_first = false;
        }
    }
    weft_buf_add_char(buf, ']');
}

static weft_code read_rows(
    weft_cascade_work *work, const weft_model *model, const json_t *rows, weft_cascade_change change, weft_error *error)
{
    for (size_t i = 0; i < json_array_size(rows); i++) {
        weft_value *keys = NULL;
        WEFT_TRY(weft_cascade_key_read(model, json_array_get(rows, i), work->keep, &keys, error));
        const weft_cascade_addition row = {.model = model, .keys = keys, .change = change};
        WEFT_TRY(weft_cascade_add(work, &row, NULL, error));
    }
    return WEFT_OK;
}

const weft_field *weft_cascade_field_of_column(const weft_model *model, weft_str column)
{
    for (size_t i = 0; i < model->field_count; i++) {
        if (weft_str_equal(model->fields[i].column, column)) {
            return &model->fields[i];
        }
    }
    return NULL;
}

weft_code weft_cascade_fail_unknown(weft_str table, weft_str column, weft_error *error)
{
    const weft_code code = weft_fail(error,
                                     WEFT_UNKNOWN_ENTITY,
                                     "the journal of deletions speaks of table \"%.*s\"%s%.*s, which no definition has",
                                     WEFT_STR_ARG(table),
                                     column.len > 0 ? ", column " : "",
                                     WEFT_STR_ARG(column));
    weft_error_set_hint(error, "Bring the definition back, or settle the deletion by hand.");
    return code;
}

static weft_code read_clears(weft_cascade_work *work, const weft_model *model, const json_t *clears, weft_error *error)
{
    for (size_t i = 0; i < json_array_size(clears); i++) {
        const json_t *clear = json_array_get(clears, i);
        const weft_str column = weft_json_text(json_object_get(clear, "column"));
        const weft_field *field = weft_cascade_field_of_column(model, column);
        weft_value *keys = NULL;
        weft_value before = {0};
        if (!field) {
            return weft_cascade_fail_unknown(model->table, column, error);
        }
        WEFT_TRY(weft_cascade_key_read(model, json_object_get(clear, "key"), work->keep, &keys, error));
        WEFT_TRY(weft_cascade_value_read(
            json_object_get(clear, "before"), weft_type_value_kind(field->type), work->keep, &before, error));
        WEFT_TRY(weft_cascade_add_clear(work, field, keys, &before, error));
    }
    return WEFT_OK;
}

static weft_code read_store(weft_cascade_work *work, const json_t *part, weft_error *error)
{
    const weft_str name = weft_json_text(json_object_get(part, "store"));
    const weft_store_def *store = weft_catalog_store(work->catalog, name);
    const json_t *tables = json_object_get(part, "tables");
    if (!store) {
        return weft_fail(error,
                         WEFT_UNKNOWN_ENTITY,
                         "the journal of deletions speaks of store \"%.*s\", which weft.yaml does not have",
                         WEFT_STR_ARG(name));
    }
    for (size_t i = 0; i < json_array_size(tables); i++) {
        const json_t *table = json_array_get(tables, i);
        const weft_str table_name = weft_json_text(json_object_get(table, "table"));
        const weft_model *model = weft_cascade_model_of_table(work->catalog, store, table_name);
        if (!model) {
            return weft_cascade_fail_unknown(table_name, (weft_str){0}, error);
        }
        WEFT_TRY(read_rows(work, model, json_object_get(table, "mark"), WEFT_CASCADE_MARK, error));
        WEFT_TRY(read_rows(work, model, json_object_get(table, "remove"), WEFT_CASCADE_REMOVE, error));
        WEFT_TRY(read_clears(work, model, json_object_get(table, "clear"), error));
    }
    return WEFT_OK;
}

weft_code weft_cascade_work_read(weft_cascade_work *work, weft_str text, weft_error *error)
{
    json_t *parts = NULL;
    WEFT_TRY(weft_json_read(text, 0, &parts, error));
    weft_code code = WEFT_OK;
    for (size_t i = 0; code == WEFT_OK && i < json_array_size(parts); i++) {
        code = read_store(work, json_array_get(parts, i), error);
    }
    json_decref(parts);
    return code;
}
