/* Cursors: where a page ended, so that the next one begins there whatever was written in between.
 *
 *      base64url( {"v":1,"of":"<what it is a place in>","at":[<a value a part of the order>]} )
 *
 * `of` is a hash of the entity and its order: a cursor of another order is refused instead of answering nonsense.
 * Values are exact: integers and times as integers, decimals as text. Nothing in a cursor is trusted; it can only say
 * where records begin that the request could have asked for anyway. It is as long as the values are; the limit on a
 * request bounds it. WEFT_INVALID_REQUEST: not a cursor of this order.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "model/operand.h"
#include "query/resolver.h"
#include "json/writer.h"

#define VERSION 1
/* Years 0000 to 9999, as all times of weft. */
#define TIME_US_MIN (-INT64_C(62167219200) * 1000000)
#define TIME_US_MAX (INT64_C(253402300800) * 1000000 - 1)

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

static void add_base64(weft_buf *buf, weft_str bytes)
{
    for (size_t i = 0; i < bytes.len; i += 3) {
        const size_t count = bytes.len - i < 3 ? bytes.len - i : 3;
        uint32_t bits = 0;
        for (size_t j = 0; j < 3; j++) {
            bits = bits << 8 | (j < count ? (unsigned char)bytes.data[i + j] : 0U);
        }
        for (size_t j = 0; j <= count; j++) {
            weft_buf_add_char(buf, digits[bits >> (18 - 6 * j) & 63]);
        }
    }
}

/* The bytes that `text` stands for; `.data` NULL when it is no base64url, or out of memory. */
static weft_str read_base64(weft_str text, weft_arena *keep)
{
    const weft_str nothing = {0};
    char *bytes = WEFT_ARENA_ARRAY(keep, char, text.len + 1);
    size_t len = 0;
    uint32_t bits = 0;
    for (size_t i = 0; bytes != NULL && i < text.len; i++) {
        const char *digit = memchr(digits, text.data[i], sizeof(digits) - 1);
        if (digit == NULL) {
            return nothing;
        }
        bits = bits << 6 | (uint32_t)(digit - digits);
        if (i % 4 > 0) {
            bytes[len++] = (char)(unsigned char)(bits >> (6 - 2 * (i % 4)) & 255);
        }
    }
    return (weft_str){bytes, len};
}

/* Names are hashed with their lengths, so that no two orders are one text. */
static uint64_t add_name(uint64_t hash, weft_str name)
{
    return (hash * 31 + weft_str_hash(name)) * 31 + name.len;
}

static uint64_t add_order(uint64_t hash, const weft_order *order)
{
    for (size_t i = 0; i < order->edge_count; i++) {
        hash = add_name(hash, order->edges[i]->name);
    }
    if (order->field != NULL) {
        hash = add_name(hash, order->field->name);
    }
    for (size_t i = 0; i < order->json_path_len; i++) {
        hash = add_name(hash, order->json_path[i]);
    }
    hash = hash * 31 + (uint64_t)order->edge_count;
    hash = hash * 31 + (uint64_t)order->json_path_len;
    hash = hash * 31 + (uint64_t)order->aggregate;
    return hash * 31 + (order->is_descending ? 2 : 1);
}

static uint64_t fingerprint(const weft_selection *selection)
{
    const weft_model *model = selection->model;
    uint64_t hash = weft_str_hash(model->name);
    if (model->module != NULL) {
        hash = add_name(hash, model->module->name);
    }
    for (size_t i = 0; i < selection->order_count; i++) {
        hash = add_order(hash, &selection->order[i]);
    }
    return hash;
}

static void add_value(weft_buf *buf, const weft_value *value)
{
    if (value->kind == WEFT_VALUE_TIME) {
        weft_buf_add_integer(buf, value->as.time_us);
    } else if (value->kind == WEFT_VALUE_DECIMAL) {
        weft_json_add_text(buf, value->as.text);
    } else {
        weft_json_add_value(buf, value);
    }
}

void weft_cursor_add(const weft_selection *selection, const weft_value *values, weft_buf *buf)
{
    weft_buf json;
    weft_buf_init(&json, buf->allocator);
    weft_buf_add_format(&json, "{\"v\":%d,\"of\":\"%016" PRIx64 "\",\"at\":[", VERSION, fingerprint(selection));
    const size_t part_count = weft_selection_part_count(selection);
    for (size_t i = 0; i < part_count; i++) {
        weft_buf_add_text(&json, i > 0 ? "," : "");
        add_value(&json, &values[i]);
    }
    weft_buf_add_text(&json, "]}");
    add_base64(buf, weft_buf_str(&json));
    buf->failed = buf->failed || json.failed;
    weft_buf_done(&json);
}

/* False when `json` is no value of `kind`. */
static bool read_number(const json_t *json, weft_value_kind kind, weft_value *ret_value)
{
    *ret_value = (weft_value){.kind = kind};
    if (kind == WEFT_VALUE_DOUBLE) {
        ret_value->as.real = weft_json_number(json);
        return weft_json_is_number(json);
    }
    if (kind == WEFT_VALUE_TIME) {
        ret_value->as.time_us = json_integer_value(json);
        return json_is_integer(json) && ret_value->as.time_us >= TIME_US_MIN && ret_value->as.time_us <= TIME_US_MAX;
    } else {
        ret_value->as.integer = json_integer_value(json);
    }
    return json_is_integer(json);
}

static bool read_value(const json_t *json, weft_value_kind kind, weft_arena *keep, weft_value *ret_value)
{
    *ret_value = (weft_value){.kind = WEFT_VALUE_NULL};
    if (json_is_null(json)) {
        return true;
    }
    switch (kind) {
    case WEFT_VALUE_BOOLEAN:
        *ret_value = (weft_value){.kind = kind, .as.boolean = json_is_true(json)};
        return json_is_boolean(json);
    case WEFT_VALUE_INTEGER:
    case WEFT_VALUE_TIME:
    case WEFT_VALUE_DOUBLE:
        return read_number(json, kind, ret_value);
    case WEFT_VALUE_TEXT:
        *ret_value = (weft_value){.kind = kind, .as.text = weft_str_copy(keep, weft_json_text(json))};
        return json_is_string(json) && ret_value->as.text.data != NULL;
    case WEFT_VALUE_DECIMAL:
        ret_value->kind = kind;
        return json_is_string(json) && weft_decimal_normalize(weft_json_text(json), keep, &ret_value->as.text);
    case WEFT_VALUE_NULL:
    case WEFT_VALUE_JSON:
    case WEFT_VALUE_ARRAY:
        break;
    }
    return false;
}

/* False when `json` is not for the order of `selection`. */
static bool is_of_order(const weft_selection *selection, const json_t *json)
{
    char wanted[17];
    (void)snprintf(wanted, sizeof(wanted), "%016" PRIx64, fingerprint(selection));
    return json_integer_value(json_object_get(json, "v")) == VERSION &&
           weft_str_equal_text(weft_json_text(json_object_get(json, "of")), wanted);
}

/* False when `json` is no place in the order of `selection`. */
static bool read_place(const weft_selection *selection, const json_t *json, weft_arena *keep, weft_value *values)
{
    const json_t *at = json_object_get(json, "at");
    size_t count = 0;
    if (!is_of_order(selection, json) || json_array_size(at) != weft_selection_part_count(selection)) {
        return false;
    }
    for (size_t i = 0; i < selection->order_count; i++) {
        const weft_order *order = &selection->order[i];
        for (size_t part = 0; part < weft_order_part_count(order); part++, count++) {
            if (!read_value(json_array_get(at, count), weft_order_part_kind(order, part), keep, &values[count])) {
                return false;
            }
        }
    }
    return true;
}

static weft_code read_cursor(const weft_resolver *resolver, weft_str text, weft_selection *selection)
{
    weft_value *values = WEFT_ARENA_ARRAY(resolver->keep, weft_value, weft_selection_part_count(selection));
    if (values == NULL) {
        return weft_fail_arena(resolver->error, resolver->keep);
    }
    const weft_str bytes = read_base64(text, resolver->scratch);
    json_t *json = NULL;
    if (bytes.data != NULL) {
        (void)weft_json_read(bytes, 0, &json, NULL);
    }
    const bool is_place = json != NULL && read_place(selection, json, resolver->keep, values);
    json_decref(json);
    if (!is_place) {
        (void)weft_fail(resolver->error, WEFT_INVALID_REQUEST, "this is not a cursor of this entity in this order");
        weft_error_set_hint(resolver->error, "Take it from the metadata of an answer to the same request.");
        return WEFT_INVALID_REQUEST;
    }
    selection->cursor = values;
    return WEFT_OK;
}

weft_code weft_cursor_resolve(const weft_resolver *resolver, weft_selection *selection)
{
    const bool is_after = selection->after.data != NULL;
    const weft_str text = is_after ? selection->after : selection->before;
    if (text.data == NULL) {
        return WEFT_OK;
    }
    const weft_str where = is_after ? WEFT_STR("/pagination/after") : WEFT_STR("/pagination/before");
    return text.len > 0 ? weft_resolver_at(resolver, where, read_cursor(resolver, text, selection)) : WEFT_OK;
}

bool weft_selection_has_cursor(const weft_selection *selection)
{
    return selection->after.data != NULL || selection->before.data != NULL;
}

bool weft_selection_is_backward(const weft_selection *selection)
{
    return selection->before.data != NULL && selection->has_take;
}
