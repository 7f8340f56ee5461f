/* Plain text read as the type of a field. Numbers and words are checked here; what has an inner structure is read as
 * JSON and then as any JSON value. */
#include "base/buf.h"
#include "model/operand_parts.h"
#include "json/writer.h"

#define UUID_BYTES 36

static weft_code fail_text(const weft_field *field, weft_str text, weft_arena *keep, weft_error *error)
{
    const weft_arena_mark mark = weft_arena_mark_here(keep);
    weft_buf buf;
    weft_buf_init_arena(&buf, keep);
    weft_json_add_text(&buf, text);
    const weft_code code =
        buf.failed ? weft_fail_arena(error, keep) : weft_operand_fail(field, weft_buf_str(&buf), error);
    weft_arena_rewind(keep, mark);
    return code;
}

static bool is_uuid_byte(char byte, size_t at)
{
    const bool is_hyphen = at == 8 || at == 13 || at == 18 || at == 23;
    return is_hyphen ? byte == '-'
                     : (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'f') || (byte >= 'A' && byte <= 'F');
}

weft_code weft_operand_uuid(
    const weft_field *field, weft_str text, weft_arena *keep, weft_value *ret_value, weft_error *error)
{
    bool is_uuid = text.len == UUID_BYTES;
    for (size_t i = 0; is_uuid && i < text.len; i++) {
        is_uuid = is_uuid_byte(text.data[i], i);
    }
    if (!is_uuid) {
        return fail_text(field, text, keep, error);
    }
    char *small = weft_arena_alloc(keep, UUID_BYTES + 1);
    for (size_t i = 0; small && i < UUID_BYTES; i++) {
        const char byte = text.data[i];
        small[i] = byte >= 'A' && byte <= 'F' ? (char)(byte - 'A' + 'a') : byte;
    }
    *ret_value = (weft_value){.kind = WEFT_VALUE_TEXT, .as.text = {small, UUID_BYTES}};
    return small ? WEFT_OK : weft_fail_arena(error, keep);
}

/* JSON has no "+5", ".5" or "007", so its reader gets the normal form. */
static bool double_from_decimal(weft_str decimal, double *ret_real)
{
    json_t *json = NULL;
    if (weft_json_read(decimal, 0, &json, NULL) != WEFT_OK) {
        return false;
    }
    *ret_real = weft_json_number(json);
    json_decref(json);
    return true;
}

static weft_code read_number(
    const weft_field *field, weft_str text, weft_arena *keep, weft_value *ret_value, weft_error *error)
{
    if (!weft_decimal_is_valid(text)) {
        return fail_text(field, text, keep, error);
    }
    weft_value value = {.kind = WEFT_VALUE_DECIMAL};
    if (!weft_decimal_normalize(text, keep, &value.as.text)) {
        return weft_fail_arena(error, keep);
    }
    const weft_str decimal = value.as.text;
    bool fits = true;
    if (field->type == WEFT_TYPE_FLOAT) {
        value.kind = WEFT_VALUE_DOUBLE;
        fits = double_from_decimal(decimal, &value.as.real);
    } else if (field->type != WEFT_TYPE_BIG_NUMBER) {
        value.kind = WEFT_VALUE_INTEGER;
        fits = weft_decimal_to_integer(decimal, &value.as.integer);
    }
    if (!fits) {
        return fail_text(field, text, keep, error);
    }
    *ret_value = value;
    return WEFT_OK;
}

static weft_code read_json(
    const weft_field *field, weft_str text, weft_arena *keep, weft_value *ret_value, weft_error *error)
{
    json_t *json = NULL;
    const weft_code code = weft_json_read(text, 0, &json, error);
    if (code == WEFT_NO_MEMORY) {
        return code;
    }
    if (code != WEFT_OK) {
        return fail_text(field, text, keep, error);
    }
    const weft_code outcome = weft_operand_read(field, json, keep, ret_value, error);
    json_decref(json);
    return outcome;
}

static bool read_word(const weft_field *field, weft_str text, weft_value *ret_value)
{
    if (field->type == WEFT_TYPE_DATE_TIME) {
        return weft_operand_time(text, ret_value);
    }
    if (field->type != WEFT_TYPE_BOOLEAN) {
        return weft_operand_text(field, text, ret_value);
    }
    const bool is_true = weft_str_equal_text(text, "true");
    *ret_value = (weft_value){.kind = WEFT_VALUE_BOOLEAN, .as.boolean = is_true};
    return is_true || weft_str_equal_text(text, "false");
}

weft_code weft_operand_read_text(
    const weft_field *field, weft_str text, weft_arena *keep, weft_value *ret_value, weft_error *error)
{
    if (text.len == 0 && field->is_nullable && field->type != WEFT_TYPE_TEXT) {
        *ret_value = (weft_value){.kind = WEFT_VALUE_NULL};
        return WEFT_OK;
    }
    switch (field->type) {
    case WEFT_TYPE_NUMBER:
    case WEFT_TYPE_AUTOINCREMENT:
    case WEFT_TYPE_BIG_NUMBER:
    case WEFT_TYPE_FLOAT:
        return read_number(field, text, keep, ret_value, error);
    case WEFT_TYPE_JSON:
    case WEFT_TYPE_ARRAY:
        return read_json(field, text, keep, ret_value, error);
    case WEFT_TYPE_ID:
    case WEFT_TYPE_TEXT:
    case WEFT_TYPE_BOOLEAN:
    case WEFT_TYPE_DATE_TIME:
    case WEFT_TYPE_ENUM:
        break;
    }
    if (field->native == WEFT_NATIVE_UUID) {
        return weft_operand_uuid(field, text, keep, ret_value, error);
    }
    weft_value value = {.kind = WEFT_VALUE_NULL};
    if (!read_word(field, text, &value)) {
        return fail_text(field, text, keep, error);
    }
    *ret_value = value;
    return WEFT_OK;
}
