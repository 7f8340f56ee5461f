/* Values out of text results: of statements that run once, and of those with a column whose type has a binary form of
 * its own (inet, an extension's types …). Which pairs of type and kind go together is postgres_decode.c's decision; a
 * type it does not know can be read as text only. */
#include <string.h>

#include "store/postgres.h"
#include "json/writer.h"

static weft_str text_of(const weft_postgres_cell *cell)
{
    return (weft_str){cell->data, cell->len};
}

static weft_code read_text(const weft_postgres_cell *cell, weft_value *value, weft_error *error)
{
    (void)error;
    value->as.text = text_of(cell);
    return WEFT_OK;
}

static weft_code read_boolean(const weft_postgres_cell *cell, weft_value *value, weft_error *error)
{
    (void)error;
    value->as.boolean = cell->data[0] == 't';
    return WEFT_OK;
}

static weft_code read_decimal(const weft_postgres_cell *cell, weft_value *value, weft_error *error)
{
    const weft_code code = weft_decimal_read(text_of(cell), &cell->rows->row_arena, &value->as.text, error);
    return code == WEFT_TYPE_MISMATCH ? weft_postgres_refuse(cell, "a number that is not finite", error) : code;
}

static weft_code read_integer(const weft_postgres_cell *cell, weft_value *value, weft_error *error)
{
    weft_value decimal = {.kind = WEFT_VALUE_DECIMAL};
    WEFT_TRY(read_decimal(cell, &decimal, error));
    return weft_postgres_read_digits(cell, decimal.as.text, value, error);
}

/* Values of a result end in a NUL. */
static weft_code read_double(const weft_postgres_cell *cell, weft_value *value, weft_error *error)
{
    (void)error;
    value->as.real = weft_postgres_strtod(cell, cell->data);
    return WEFT_OK;
}

static weft_code read_time(const weft_postgres_cell *cell, weft_value *value, weft_error *error)
{
    return weft_time_parse(text_of(cell), &value->as.time_us)
               ? WEFT_OK
               : weft_postgres_refuse(cell, "a time out of range", error);
}

/* One item of an array literal at `*at`, in quotes or bare; what it says goes to `item`. */
static void read_item(weft_str text, size_t *at, weft_buf *item, bool *ret_is_quoted)
{
    const bool is_quoted = *at < text.len && text.data[*at] == '"';
    *ret_is_quoted = is_quoted;
    *at += is_quoted;
    while (*at < text.len) {
        const char byte = text.data[*at];
        if (is_quoted ? byte == '"' : byte == ',' || byte == '}') {
            break;
        }
        *at += byte == '\\' && *at + 1 < text.len;
        weft_buf_add_char(item, text.data[(*at)++]);
    }
    *at += is_quoted;
}

/* {a,"b,c",NULL} → ["a","b,c",null] */
static weft_code read_array(const weft_postgres_cell *cell, weft_value *value, weft_error *error)
{
    const weft_str text = text_of(cell);
    weft_buf json;
    weft_buf item;
    weft_buf_init_arena(&json, &cell->rows->row_arena);
    weft_buf_init_arena(&item, &cell->rows->row_arena);
    if (text.len < 2 || text.data[0] != '{' || text.data[1] == '{') {
        return weft_postgres_refuse(cell, "no flat array", error);
    }
    weft_buf_add_char(&json, '[');
    for (size_t at = 1; at < text.len && text.data[at] != '}'; at += at < text.len && text.data[at] == ',') {
        bool is_quoted = false;
        weft_buf_clear(&item);
        read_item(text, &at, &item, &is_quoted);
        weft_buf_add_text(&json, json.len > 1 ? "," : "");
        if (!is_quoted && weft_str_equal(weft_buf_str(&item), WEFT_STR("NULL"))) {
            weft_json_add_null(&json);
        } else {
            weft_json_add_text(&json, weft_buf_str(&item));
        }
    }
    weft_buf_add_char(&json, ']');
    value->as.text = weft_buf_str(&json);
    return json.failed || item.failed ? weft_fail_arena(error, &cell->rows->row_arena) : WEFT_OK;
}

static weft_code refuse(const weft_postgres_cell *cell, weft_value *value, weft_error *error)
{
    (void)value;
    return weft_postgres_refuse(cell, "another type", error);
}

weft_postgres_reader weft_postgres_text_reader_for(Oid type, weft_value_kind kind)
{
    const bool is_known = weft_postgres_has_binary(type);
    switch (kind) {
    case WEFT_VALUE_TEXT:
        return read_text;
    case WEFT_VALUE_ARRAY: /* an array of an enum has a type of its own */
        return type == WEFT_OID_JSON || type == WEFT_OID_JSONB ? read_text : read_array;
    case WEFT_VALUE_BOOLEAN:
        return is_known ? read_boolean : refuse;
    case WEFT_VALUE_INTEGER:
        return is_known ? read_integer : refuse;
    case WEFT_VALUE_DOUBLE:
        return is_known ? read_double : refuse;
    case WEFT_VALUE_TIME:
        return is_known ? read_time : refuse;
    case WEFT_VALUE_DECIMAL:
        return is_known ? read_decimal : refuse;
    case WEFT_VALUE_JSON:
        return is_known ? read_text : refuse;
    case WEFT_VALUE_NULL:
        break;
    }
    return refuse;
}
