/* Values to JSON and back, exactly. Reading fails only when the journal holds what weft never wrote, or for want of
 * memory. */
#include "cascade/codec.h"

#include <string.h>

#include "json/writer.h"

static int64_t bits_of(double value)
{
    int64_t bits = 0;
    memcpy(&bits, &value, sizeof(bits));
    return bits;
}

static double double_of(int64_t bits)
{
    double value = 0;
    memcpy(&value, &bits, sizeof(value));
    return value;
}

void weft_cascade_value_write(weft_buf *buf, const weft_value *value)
{
    switch (value->kind) {
    case WEFT_VALUE_NULL:
        weft_json_add_null(buf);
        break;
    case WEFT_VALUE_BOOLEAN:
        weft_json_add_boolean(buf, value->as.boolean);
        break;
    case WEFT_VALUE_INTEGER:
        weft_buf_add_integer(buf, value->as.integer);
        break;
    case WEFT_VALUE_DOUBLE:
        weft_buf_add_integer(buf, bits_of(value->as.real));
        break;
    case WEFT_VALUE_TIME:
        weft_buf_add_integer(buf, value->as.time_us);
        break;
    case WEFT_VALUE_TEXT:
    case WEFT_VALUE_DECIMAL:
    case WEFT_VALUE_JSON:
    case WEFT_VALUE_ARRAY:
        weft_json_add_text(buf, value->as.text);
        break;
    }
}

static bool is_text(weft_value_kind kind)
{
    return kind == WEFT_VALUE_TEXT || kind == WEFT_VALUE_DECIMAL || kind == WEFT_VALUE_JSON || kind == WEFT_VALUE_ARRAY;
}

static bool is_number(weft_value_kind kind)
{
    return kind == WEFT_VALUE_INTEGER || kind == WEFT_VALUE_DOUBLE || kind == WEFT_VALUE_TIME;
}

static void set_number(weft_value *value, int64_t number)
{
    if (value->kind == WEFT_VALUE_DOUBLE) {
        value->as.real = double_of(number);
    } else if (value->kind == WEFT_VALUE_TIME) {
        value->as.time_us = number;
    } else {
        value->as.integer = number;
    }
}

weft_code weft_cascade_value_read(
    const json_t *json, weft_value_kind kind, weft_arena *keep, weft_value *ret_value, weft_error *error)
{
    weft_value value = {.kind = kind};
    if (json_is_null(json)) {
        value.kind = WEFT_VALUE_NULL;
    } else if (kind == WEFT_VALUE_BOOLEAN && json_is_boolean(json)) {
        value.as.boolean = json_is_true(json);
    } else if (is_number(kind) && json_is_integer(json)) {
        set_number(&value, json_integer_value(json));
    } else if (is_text(kind) && json_is_string(json)) {
        value.as.text = weft_str_copy(keep, weft_json_text(json));
        if (!value.as.text.data) {
            return weft_fail_arena(error, keep);
        }
    } else {
        return weft_fail(error, WEFT_STORE_ERROR, "the journal of deletions holds a value of the wrong kind");
    }
    *ret_value = value;
    return WEFT_OK;
}

weft_str weft_cascade_key_text(const weft_value *values, size_t count, weft_arena *keep)
{
    weft_buf buf;
    weft_buf_init_arena(&buf, keep);
    weft_buf_add_char(&buf, '[');
    for (size_t i = 0; i < count; i++) {
        weft_buf_add_text(&buf, i > 0 ? "," : "");
        weft_cascade_value_write(&buf, &values[i]);
    }
    weft_buf_add_char(&buf, ']');
    return buf.failed ? (weft_str){NULL, 0} : weft_buf_str(&buf);
}

weft_code weft_cascade_key_read(
    const weft_model *model, const json_t *json, weft_arena *keep, weft_value **ret_values, weft_error *error)
{
    weft_value *values = WEFT_ARENA_ARRAY(keep, weft_value, model->key_count);
    if (!values) {
        return weft_fail_arena(error, keep);
    }
    if (json_array_size(json) != model->key_count) {
        return weft_fail(error, WEFT_STORE_ERROR, "the journal of deletions holds a key of the wrong length");
    }
    for (size_t i = 0; i < model->key_count; i++) {
        const weft_value_kind kind = weft_type_value_kind(model->keys[i]->type);
        WEFT_TRY(weft_cascade_value_read(json_array_get(json, i), kind, keep, &values[i], error));
    }
    *ret_values = values;
    return WEFT_OK;
}
