/* Literals for DDL, where nothing can be bound: defaults and the values of enum checks, all out of definition files.
 *
 * Appends to the caller's buffer, which remembers running out of memory. */
#include "base/clock.h"
#include "sql/render.h"
#include "json/reader.h"
#include "json/writer.h"

/* A quote is doubled; a backslash means itself in both dialects (PostgreSQL's sessions pin
 * standard_conforming_strings).
 */
void weft_sql_add_literal(weft_buf *buf, weft_str text)
{
    weft_buf_add_char(buf, '\'');
    for (size_t i = 0; i < text.len; i++) {
        if (text.data[i] == '\'') {
            weft_buf_add_char(buf, '\'');
        }
        weft_buf_add_char(buf, text.data[i]);
    }
    weft_buf_add_char(buf, '\'');
}

static void add_time(weft_buf *buf, int64_t time_us)
{
    weft_buf_add_char(buf, '\'');
    weft_time_format(buf, time_us);
    weft_buf_add_char(buf, '\'');
}

/* One item of PostgreSQL's array text, always quoted. */
static void add_array_item(weft_buf *buf, weft_str item)
{
    weft_buf_add_char(buf, '"');
    for (size_t i = 0; i < item.len; i++) {
        if (item.data[i] == '"' || item.data[i] == '\\') {
            weft_buf_add_char(buf, '\\');
        }
        weft_buf_add_text(buf, item.data[i] == '\'' ? "'" : "");
        weft_buf_add_char(buf, item.data[i]);
    }
    weft_buf_add_char(buf, '"');
}

/* An array as the dialect keeps it: JSON text, or an array's own text, `'{"a","b"}'`. The JSON was made by weft, so it
 * can be read; if it could not, the default would be NULL. */
static void add_array(weft_buf *buf, weft_str json, const weft_dialect *dialect)
{
    json_t *array = NULL;
    if (!dialect->list_is_array) {
        weft_sql_add_literal(buf, json);
        return;
    }
    if (weft_json_read(json, 0, &array, NULL) != WEFT_OK) {
        weft_buf_add_text(buf, "NULL");
        return;
    }
    weft_buf_add_text(buf, "'{");
    for (size_t i = 0; i < json_array_size(array); i++) {
        weft_buf_add_text(buf, i > 0 ? "," : "");
        add_array_item(buf, weft_json_text(json_array_get(array, i)));
    }
    weft_buf_add_text(buf, "}'");
    json_decref(array);
}

void weft_sql_add_value_literal(weft_buf *buf, const weft_value *value, const weft_dialect *dialect)
{
    switch (value->kind) {
    case WEFT_VALUE_NULL:
        weft_buf_add_text(buf, "NULL");
        break;
    case WEFT_VALUE_BOOLEAN:
        weft_buf_add_text(buf, value->as.boolean ? "TRUE" : "FALSE");
        break;
    case WEFT_VALUE_INTEGER:
        weft_buf_add_integer(buf, value->as.integer);
        break;
    case WEFT_VALUE_DOUBLE:
        weft_json_add_double(buf, value->as.real);
        break;
    case WEFT_VALUE_TIME:
        add_time(buf, value->as.time_us);
        break;
    case WEFT_VALUE_ARRAY:
        add_array(buf, value->as.text, dialect);
        break;
    case WEFT_VALUE_TEXT:
    case WEFT_VALUE_DECIMAL:
    case WEFT_VALUE_JSON:
        weft_sql_add_literal(buf, value->as.text);
        break;
    }
}
