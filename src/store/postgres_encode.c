/* Values into parameters, as text, which the server reads by the type it found for the parameter.
 *
 * Text, JSON, booleans and floats are sent without a type, so that the server takes the column's (uuid, varchar, an
 * enum, real). Integers, times and decimals say theirs, because there a narrower column would refuse a value that is
 * merely out of its range (integer, date) instead of finding it unequal.
 *
 * Fails when memory runs out, and on a NUL inside a text, which PostgreSQL cannot hold. */
#include <jansson.h>
#include <math.h>
#include <string.h>

#include "store/postgres.h"
#include "json/writer.h"

static Oid type_of(const weft_param *param)
{
    const bool is_list = param->kind == WEFT_PARAM_LIST;
    switch (param->type) {
    case WEFT_VALUE_INTEGER:
        return is_list ? WEFT_OID_INT8_ARRAY : WEFT_OID_INT8;
    case WEFT_VALUE_TIME:
        return is_list ? WEFT_OID_TIMESTAMPTZ_ARRAY : WEFT_OID_TIMESTAMPTZ;
    case WEFT_VALUE_DECIMAL:
        return is_list ? WEFT_OID_NUMERIC_ARRAY : WEFT_OID_NUMERIC;
    case WEFT_VALUE_NULL:
    case WEFT_VALUE_BOOLEAN:
    case WEFT_VALUE_DOUBLE:
    case WEFT_VALUE_TEXT:
    case WEFT_VALUE_JSON:
    case WEFT_VALUE_ARRAY:
        break;
    }
    return 0;
}

static size_t bulk_columns(const weft_statement *statement)
{
    return statement->bulk ? statement->bulk->column_count : 0;
}

bool weft_postgres_param_types(weft_postgres *pg, const weft_statement *statement, Oid **ret_types)
{
    const size_t first = bulk_columns(statement);
    Oid *types = WEFT_ARENA_ARRAY(&pg->scratch, Oid, first + statement->param_count);
    if (types == NULL) {
        return false;
    }
    for (size_t i = 0; i < statement->param_count; i++) {
        types[first + i] = type_of(&statement->params[i]);
    }
    *ret_types = types;
    return true;
}

static void add_double(weft_buf *buf, double value)
{
    if (isnan(value)) {
        weft_buf_add_text(buf, "NaN");
    } else if (isinf(value)) {
        weft_buf_add_text(buf, value > 0 ? "Infinity" : "-Infinity");
    } else {
        weft_json_add_double(buf, value);
    }
}

/* An item of an array literal: in quotes, so that commas, braces, blanks and the word NULL are only text. */
static void add_quoted(weft_buf *buf, weft_str text)
{
    weft_buf_add_char(buf, '"');
    for (size_t from = 0; from < text.len;) {
        size_t to = from;
        while (to < text.len && text.data[to] != '"' && text.data[to] != '\\') {
            to++;
        }
        weft_buf_add(buf, text.data + from, to - from);
        if (to < text.len) {
            weft_buf_add_char(buf, '\\');
            weft_buf_add_char(buf, text.data[to++]);
        }
        from = to;
    }
    weft_buf_add_char(buf, '"');
}

/* JSON text of an array of strings as an array literal: ["a",null] → {"a",NULL}. False when it is no such array. */
static bool add_array(weft_buf *buf, weft_str json)
{
    json_t *array = json_loadb(json.data ? json.data : "", json.len, 0, NULL);
    bool is_fine = json_is_array(array);
    weft_buf_add_char(buf, '{');
    for (size_t i = 0; is_fine && i < json_array_size(array); i++) {
        const json_t *item = json_array_get(array, i);
        weft_buf_add_text(buf, i > 0 ? "," : "");
        if (json_is_null(item)) {
            weft_buf_add_text(buf, "NULL");
        } else if (json_is_string(item)) {
            add_quoted(buf, (weft_str){json_string_value(item), json_string_length(item)});
        } else {
            is_fine = false;
        }
    }
    weft_buf_add_char(buf, '}');
    json_decref(array);
    return is_fine;
}

/* False when the value cannot be written, which only an array can be. */
static bool add_value(weft_buf *buf, const weft_value *value)
{
    switch (value->kind) {
    case WEFT_VALUE_BOOLEAN:
        weft_buf_add_char(buf, value->as.boolean ? 't' : 'f');
        break;
    case WEFT_VALUE_INTEGER:
        weft_buf_add_integer(buf, value->as.integer);
        break;
    case WEFT_VALUE_DOUBLE:
        add_double(buf, value->as.real);
        break;
    case WEFT_VALUE_TIME:
        weft_time_format(buf, value->as.time_us);
        break;
    case WEFT_VALUE_ARRAY:
        return add_array(buf, value->as.text);
    case WEFT_VALUE_TEXT:
    case WEFT_VALUE_DECIMAL:
    case WEFT_VALUE_JSON:
        weft_buf_add_str(buf, value->as.text);
        break;
    case WEFT_VALUE_NULL:
        break;
    }
    return true;
}

static bool is_bare(weft_value_kind kind)
{
    return kind == WEFT_VALUE_INTEGER || kind == WEFT_VALUE_BOOLEAN || kind == WEFT_VALUE_DOUBLE ||
           kind == WEFT_VALUE_DECIMAL || kind == WEFT_VALUE_TIME;
}

static bool add_item(weft_buf *buf, weft_buf *item, const weft_value *value)
{
    if (value->kind == WEFT_VALUE_NULL) {
        weft_buf_add_text(buf, "NULL");
        return true;
    }
    if (is_bare(value->kind)) {
        return add_value(buf, value);
    }
    if (value->kind != WEFT_VALUE_ARRAY) {
        add_quoted(buf, value->as.text);
        return true;
    }
    weft_buf_clear(item);
    const bool is_fine = add_array(item, value->as.text);
    add_quoted(buf, weft_buf_str(item));
    return is_fine && !item->failed;
}

static weft_code fail_value(weft_postgres *pg, const char *what, weft_error *error)
{
    const weft_code code = weft_fail(error, WEFT_CHECK_VIOLATION, "PostgreSQL cannot hold %s", what);
    weft_error_set_store(error, pg->base.config->name);
    return code;
}

/* The text of a parameter, which libpq wants NUL-terminated and so must not hold a NUL itself. */
static weft_code finish(weft_postgres *pg, weft_buf *buf, bool is_fine, const char **ret_text, weft_error *error)
{
    weft_buf_add(buf, "", 0);
    if (buf->failed) {
        return weft_fail_no_memory(error);
    }
    if (!is_fine) {
        return fail_value(pg, "an array of anything but text", error);
    }
    if (memchr(buf->data, '\0', buf->len) != NULL) {
        return fail_value(pg, "a NUL character in a text", error);
    }
    *ret_text = buf->data;
    return WEFT_OK;
}

static weft_code encode_one(weft_postgres *pg, const weft_value *value, const char **ret_text, weft_error *error)
{
    weft_buf buf;
    if (value->kind == WEFT_VALUE_NULL) {
        *ret_text = NULL;
        return WEFT_OK;
    }
    weft_buf_init_arena(&buf, &pg->scratch);
    const bool is_fine = add_value(&buf, value);
    return finish(pg, &buf, is_fine, ret_text, error);
}

static weft_code encode_many(
    weft_postgres *pg, const weft_value *items, size_t count, const char **ret_text, weft_error *error)
{
    weft_buf buf;
    weft_buf item;
    bool is_fine = true;
    weft_buf_init_arena(&buf, &pg->scratch);
    weft_buf_init_arena(&item, &pg->scratch);
    weft_buf_add_char(&buf, '{');
    for (size_t i = 0; i < count && is_fine; i++) {
        weft_buf_add_text(&buf, i > 0 ? "," : "");
        is_fine = add_item(&buf, &item, &items[i]);
    }
    weft_buf_add_char(&buf, '}');
    return finish(pg, &buf, is_fine, ret_text, error);
}

weft_code weft_postgres_encode(weft_postgres *pg,
                               const weft_statement *statement,
                               weft_postgres_params *ret_params,
                               weft_error *error)
{
    const size_t first = bulk_columns(statement);
    const size_t count = first + statement->param_count;
    const char **values = WEFT_ARENA_ARRAY(&pg->scratch, const char *, count);
    Oid *types = NULL;
    if (values == NULL || !weft_postgres_param_types(pg, statement, &types)) {
        return weft_fail_no_memory(error);
    }
    for (size_t i = 0; i < first; i++) {
        WEFT_TRY(encode_many(pg, statement->bulk->columns[i], statement->bulk->row_count, &values[i], error));
    }
    for (size_t i = 0; i < statement->param_count; i++) {
        const weft_param *param = &statement->params[i];
        WEFT_TRY(param->kind == WEFT_PARAM_LIST
                     ? encode_many(pg, param->items, param->item_count, &values[first + i], error)
                     : encode_one(pg, &param->value, &values[first + i], error));
    }
    *ret_params = (weft_postgres_params){.count = (int)count, .types = types, .values = values};
    return WEFT_OK;
}
