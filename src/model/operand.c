/* JSON values and plain text read as the type of a field. Fails with WEFT_TYPE_MISMATCH, saying what was expected and
 * what was there, and for want of memory. */
#include "model/operand.h"

#include "base/clock.h"
#include "model/operand_parts.h"
#include "json/canonical.h"

static weft_code fail_mismatch(const weft_field *field, const json_t *json, weft_arena *keep, weft_error *error)
{
    if (json_is_object(json)) {
        return weft_operand_fail(field, WEFT_STR("an object"), error);
    }
    if (json_is_array(json)) {
        return weft_operand_fail(field, WEFT_STR("an array"), error);
    }
    const weft_arena_mark mark = weft_arena_mark_here(keep);
    weft_buf buf;
    weft_buf_init_arena(&buf, keep);
    if (weft_json_long_number(json).len > 0) {
        weft_buf_add_str(&buf, weft_json_long_number(json));
    } else {
        weft_json_add_canonical_value(&buf, json);
    }
    const weft_code code =
        buf.failed ? weft_fail_arena(error, keep) : weft_operand_fail(field, weft_buf_str(&buf), error);
    weft_arena_rewind(keep, mark);
    return code;
}

/* A string that is not one of the long numbers which jansson takes for strings. */
static bool is_text(const json_t *json)
{
    return json_is_string(json) && weft_json_long_number(json).len == 0;
}

static bool has_nul(weft_str text)
{
    return weft_str_find(text, '\0') < text.len;
}

static bool is_enum_value(const weft_field *field, weft_str text)
{
    for (size_t i = 0; i < field->enum_value_count; i++) {
        if (weft_str_equal(field->enum_values[i], text)) {
            return true;
        }
    }
    return false;
}

/* True when `real` is a whole number of 64 bits. */
static bool integer_from_double(double real, int64_t *ret_integer)
{
    if (!(real >= -9223372036854775808.0 && real < 9223372036854775808.0)) {
        return false;
    }
    const int64_t integer = (int64_t)real;
    *ret_integer = integer;
    return (double)integer == real;
}

static bool read_integer(const json_t *json, weft_value *ret_value)
{
    int64_t integer = 0;
    if (json_is_integer(json)) {
        integer = json_integer_value(json);
    } else if (!json_is_real(json) || !integer_from_double(json_real_value(json), &integer)) {
        return false;
    }
    *ret_value = (weft_value){.kind = WEFT_VALUE_INTEGER, .as.integer = integer};
    return true;
}

bool weft_operand_text(const weft_field *field, weft_str text, weft_value *ret_value)
{
    if (has_nul(text) || (field->type == WEFT_TYPE_ENUM && !is_enum_value(field, text))) {
        return false;
    }
    *ret_value = (weft_value){.kind = WEFT_VALUE_TEXT, .as.text = text};
    return true;
}

bool weft_operand_time(weft_str text, weft_value *ret_value)
{
    int64_t time_us = 0;
    if (!weft_time_parse(text, &time_us)) {
        return false;
    }
    /* Cut toward the past, as weft_time_format does. */
    const int64_t beyond_ms = (time_us % 1000 + 1000) % 1000;
    *ret_value = (weft_value){.kind = WEFT_VALUE_TIME, .as.time_us = time_us - beyond_ms};
    return true;
}

static bool is_text_array(const json_t *json)
{
    for (size_t i = 0; i < json_array_size(json); i++) {
        const json_t *item = json_array_get(json, i);
        if (!is_text(item) || has_nul(weft_json_text(item))) {
            return false;
        }
    }
    return json_is_array(json);
}

static weft_code read_built(
    const weft_field *field, const json_t *json, weft_arena *keep, weft_value *ret_value, weft_error *error)
{
    if (field->type == WEFT_TYPE_ARRAY && !is_text_array(json)) {
        return fail_mismatch(field, json, keep, error);
    }
    weft_buf buf;
    weft_buf_init_arena(&buf, keep);
    weft_json_add_canonical_value(&buf, json);
    if (buf.failed) {
        return weft_fail_arena(error, keep);
    }
    const weft_value_kind kind = field->type == WEFT_TYPE_ARRAY ? WEFT_VALUE_ARRAY : WEFT_VALUE_JSON;
    *ret_value = (weft_value){.kind = kind, .as.text = weft_buf_str(&buf)};
    return WEFT_OK;
}

static weft_code read_decimal(
    const weft_field *field, const json_t *json, weft_arena *keep, weft_value *ret_value, weft_error *error)
{
    const weft_str long_number = weft_json_long_number(json);
    weft_str text = long_number.len > 0 ? long_number : weft_json_text(json);
    if (json_is_number(json)) {
        weft_buf buf;
        weft_buf_init_arena(&buf, keep);
        weft_json_add_canonical_value(&buf, json);
        if (buf.failed) {
            return weft_fail_arena(error, keep);
        }
        text = weft_buf_str(&buf);
    }
    if (!weft_decimal_is_valid(text)) {
        return fail_mismatch(field, json, keep, error);
    }
    if (!weft_decimal_normalize(text, keep, &text)) {
        return weft_fail_arena(error, keep);
    }
    *ret_value = (weft_value){.kind = WEFT_VALUE_DECIMAL, .as.text = text};
    return WEFT_OK;
}

/* The types whose values need no memory; false when `json` is none. */
static bool read_plain(const weft_field *field, const json_t *json, weft_value *ret_value)
{
    switch (field->type) {
    case WEFT_TYPE_ID:
    case WEFT_TYPE_TEXT:
    case WEFT_TYPE_ENUM:
        return is_text(json) && weft_operand_text(field, weft_json_text(json), ret_value);
    case WEFT_TYPE_NUMBER:
    case WEFT_TYPE_AUTOINCREMENT:
        return read_integer(json, ret_value);
    case WEFT_TYPE_FLOAT:
        *ret_value = (weft_value){.kind = WEFT_VALUE_DOUBLE, .as.real = weft_json_number(json)};
        return weft_json_is_number(json);
    case WEFT_TYPE_BOOLEAN:
        *ret_value = (weft_value){.kind = WEFT_VALUE_BOOLEAN, .as.boolean = json_is_true(json)};
        return json_is_boolean(json);
    case WEFT_TYPE_DATE_TIME:
        return is_text(json) && weft_operand_time(weft_json_text(json), ret_value);
    case WEFT_TYPE_BIG_NUMBER:
    case WEFT_TYPE_JSON:
    case WEFT_TYPE_ARRAY:
        break;
    }
    return false;
}

weft_code weft_operand_read(
    const weft_field *field, const json_t *json, weft_arena *keep, weft_value *ret_value, weft_error *error)
{
    if (json_is_null(json)) {
        *ret_value = (weft_value){.kind = WEFT_VALUE_NULL};
        return WEFT_OK;
    }
    if (field->type == WEFT_TYPE_JSON || field->type == WEFT_TYPE_ARRAY) {
        return read_built(field, json, keep, ret_value, error);
    }
    if (field->type == WEFT_TYPE_BIG_NUMBER) {
        return read_decimal(field, json, keep, ret_value, error);
    }
    if (field->native == WEFT_NATIVE_UUID && is_text(json)) {
        return weft_operand_uuid(field, weft_json_text(json), keep, ret_value, error);
    }
    weft_value value = {.kind = WEFT_VALUE_NULL};
    if (read_plain(field, json, &value)) {
        *ret_value = value;
        return WEFT_OK;
    }
    return fail_mismatch(field, json, keep, error);
}
