/* Rows from a callback: each value is read as its field's type, and each row must be one that was asked for.
 *
 *      values by name, or JSON ─convert▶ values as model->fields ─check▶ bag
 *
 * A row that is not as the model is defined is WEFT_STORE_ERROR: it says what is wrong, and the query ends with it even
 * when the callback goes on. The same holds for a query that was cancelled or whose time is up. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "model/operand.h"
#include "store/served.h"
#include "json/reader.h"

#define TIME_MAX_US INT64_C(1000)

static weft_code remember(weft_sink *sink, const weft_error *failure, weft_error *error)
{
    if (sink->failure.code == WEFT_OK) {
        sink->failure = *failure;
    }
    if (error != NULL) {
        *error = sink->failure;
    }
    return sink->failure.code;
}

static const weft_connection_base *base_of(const weft_sink *sink)
{
    return &sink->served->sqlite->base;
}

static weft_code fail_row(const weft_sink *sink, const char *what, weft_error *error)
{
    return weft_fail(error, WEFT_STORE_ERROR, "the callbacks of \"%s\" gave a row %s", sink->served->name, what);
}

static weft_code fail_field(const weft_sink *sink, const weft_field *field, const char *what, weft_error *error)
{
    return weft_fail(error,
                     WEFT_STORE_ERROR,
                     "the callbacks of \"%s\" gave a row whose \"%.*s\" %s",
                     sink->served->name,
                     WEFT_STR_ARG(field->name),
                     what);
}

/* A mismatch with the field's type, told of a row instead of a request. */
static weft_code fail_value(const weft_sink *sink, weft_code code, weft_error *error)
{
    if (code != WEFT_TYPE_MISMATCH) {
        return code;
    }
    if (error != NULL) {
        error->code = WEFT_STORE_ERROR;
    }
    weft_error_wrap(error, "the callbacks of \"%s\" gave a row that cannot be", sink->served->name);
    return WEFT_STORE_ERROR;
}

static weft_code convert_text(
    weft_sink *sink, const weft_field *field, weft_str text, weft_value *ret, weft_error *error)
{
    if (!weft_store_is_utf8(text.data, text.len)) {
        return fail_field(sink, field, "is not UTF-8", error);
    }
    return fail_value(sink, weft_operand_read_text(field, text, &sink->row, ret, error), error);
}

static bool is_text(weft_value_kind kind)
{
    return kind == WEFT_VALUE_TEXT || kind == WEFT_VALUE_DECIMAL || kind == WEFT_VALUE_JSON || kind == WEFT_VALUE_ARRAY;
}

/* False: a value of this kind cannot stand for the field's. */
static bool convert_number(const weft_field *field, const weft_value *given, weft_value *ret)
{
    const weft_value_kind kind = weft_type_value_kind(field->type);
    *ret = *given;
    if (given->kind == WEFT_VALUE_INTEGER && kind == WEFT_VALUE_DOUBLE) {
        *ret = (weft_value){.kind = kind, .as.real = (double)given->as.integer};
    } else if (given->kind == WEFT_VALUE_TIME) {
        const int64_t beyond_us = given->as.time_us % TIME_MAX_US;
        ret->as.time_us -= beyond_us < 0 ? beyond_us + TIME_MAX_US : beyond_us;
    }
    return ret->kind == kind;
}

static weft_code convert(
    weft_sink *sink, const weft_field *field, const weft_value *given, weft_value *ret, weft_error *error)
{
    const weft_value_kind kind = weft_type_value_kind(field->type);
    if (given->kind == WEFT_VALUE_NULL) {
        *ret = *given;
        return WEFT_OK;
    }
    if (given->kind == WEFT_VALUE_INTEGER && kind == WEFT_VALUE_DECIMAL) {
        const weft_str digits = weft_str_format(&sink->row, "%lld", (long long)given->as.integer);
        return digits.data != NULL ? convert_text(sink, field, digits, ret, error) : weft_fail_no_memory(error);
    }
    const bool may_be_text = is_text(kind) || kind == WEFT_VALUE_TIME;
    if (given->kind == WEFT_VALUE_TEXT ? may_be_text : given->kind == kind && is_text(kind)) {
        return convert_text(sink, field, given->as.text, ret, error);
    }
    if (is_text(kind) || is_text(given->kind) || !convert_number(field, given, ret)) {
        const weft_str found =
            weft_str_format(&sink->row, "is %s, not %s", weft_value_kind_name(given->kind), weft_value_kind_name(kind));
        return fail_field(sink, field, found.data != NULL ? found.data : "is of another kind", error);
    }
    return kind == WEFT_VALUE_DOUBLE && !isfinite(ret->as.real) ? fail_field(sink, field, "is not finite", error)
                                                                : WEFT_OK;
}

/* weft's own timestamps are its to fill in, where it writes. */
static weft_code check_present(const weft_sink *sink, weft_error *error)
{
    const weft_model *model = sink->served->model;
    for (size_t i = 0; i < model->field_count; i++) {
        const weft_field *field = &model->fields[i];
        if (sink->values[i].kind == WEFT_VALUE_NULL && !field->is_nullable && !field->is_timestamp) {
            return fail_field(sink, field, field->is_primary_key ? "is the key and is missing" : "is missing", error);
        }
    }
    return WEFT_OK;
}

static int compare_values(const void *a, const void *b)
{
    return weft_value_compare(a, b);
}

static weft_code check_asked(const weft_sink *sink, weft_error *error)
{
    if (sink->asked == NULL) {
        return WEFT_OK;
    }
    const weft_field *key = sink->served->model->keys[0];
    return bsearch(&sink->values[key->index], sink->asked, sink->asked_count, sizeof(*sink->asked), compare_values) !=
                   NULL
               ? WEFT_OK
               : fail_field(sink, key, "was not asked for", error);
}

static size_t column_of(const weft_sink *sink, const char *name)
{
    size_t column = 0;
    while (sink->served->field_names[column] != name) {
        column++;
    }
    return column;
}

/* Rows of an ordered list come in its order, or a page would be made of the wrong ones. */
static weft_code check_order(weft_sink *sink, weft_error *error)
{
    const size_t count = sink->listing != NULL ? sink->listing->order_count : 0;
    weft_arena *texts = &sink->last_texts[sink->row_count % 2];
    int compared = 0;
    weft_arena_reset(texts);
    for (size_t i = 0; i < count; i++) {
        const weft_listing_order *order = &sink->listing->order[i];
        const weft_value *value = &sink->values[column_of(sink, order->field)];
        if (compared == 0 && sink->row_count > 0) {
            compared = weft_value_compare(&sink->last[i], value) * (order->is_descending ? -1 : 1);
        }
        if (!weft_value_copy(texts, *value, &sink->last[i])) {
            return weft_fail_no_memory(error);
        }
    }
    return compared <= 0 ? WEFT_OK : fail_row(sink, "that is out of the order they claim", error);
}

/* What tells a row from others, as bytes. */
static bool write_key(const weft_sink *sink, weft_buf *buf)
{
    const weft_model *model = sink->served->model;
    for (size_t i = 0; i < model->key_count; i++) {
        const weft_value *value = &sink->values[model->keys[i]->index];
        if (is_text(value->kind)) {
            weft_buf_add_format(buf, "%zu:", value->as.text.len);
            weft_buf_add_str(buf, value->as.text);
        } else {
            weft_buf_add_format(buf, "%lld,", (long long)value->as.integer);
        }
    }
    return !buf->failed;
}

static weft_code add_row(weft_sink *sink, weft_error *error)
{
    weft_buf key;
    bool is_new = false;
    weft_buf_init_arena(&key, &sink->row);
    WEFT_TRY(check_present(sink, error));
    WEFT_TRY(check_asked(sink, error));
    WEFT_TRY(check_order(sink, error));
    if (!write_key(sink, &key)) {
        return weft_fail_no_memory(error);
    }
    WEFT_TRY(weft_bag_add(sink->bag, weft_buf_str(&key), sink->values, &is_new, error));
    sink->row_count++;
    return is_new ? WEFT_OK : fail_row(sink, "that they had given before", error);
}

/* Before a row: nothing failed yet, the query goes on, and every value is null. */
static weft_code begin_row(weft_sink *sink, weft_error *error)
{
    weft_arena_reset(&sink->row);
    sink->values = WEFT_ARENA_ARRAY(&sink->row, weft_value, sink->served->model->field_count);
    if (sink->values == NULL) {
        return weft_fail_no_memory(error);
    }
    return weft_connection_check(base_of(sink), error);
}

static weft_code read_named(weft_sink *sink, const weft_named_value *named, weft_error *error)
{
    const weft_model *model = sink->served->model;
    const weft_field *field = weft_model_field(model, weft_str_from(named->name));
    if (field == NULL) {
        const weft_code code = weft_fail_unknown_field(model, weft_str_from(named->name), error);
        return code == WEFT_UNKNOWN_FIELD ? fail_value(sink, WEFT_TYPE_MISMATCH, error) : code;
    }
    return convert(sink, field, &named->value, &sink->values[field->index], error);
}

static weft_code take_row(weft_sink *sink, const weft_named_value *values, size_t count, weft_error *error)
{
    WEFT_TRY(begin_row(sink, error));
    for (size_t i = 0; i < count; i++) {
        WEFT_TRY(read_named(sink, &values[i], error));
    }
    return add_row(sink, error);
}

weft_code weft_sink_row(weft_sink *sink, const weft_named_value *values, size_t value_count, weft_error *error)
{
    if (sink == NULL || (values == NULL && value_count > 0)) {
        return weft_fail(error, WEFT_MISUSE, "a sink and a row must be given");
    }
    weft_error failure = {.code = WEFT_OK};
    if (sink->failure.code == WEFT_OK) {
        (void)take_row(sink, values, value_count, &failure);
    }
    return failure.code == WEFT_OK && sink->failure.code == WEFT_OK ? WEFT_OK : remember(sink, &failure, error);
}

static weft_code take_object(weft_sink *sink, const json_t *object, weft_error *error)
{
    const weft_model *model = sink->served->model;
    if (!json_is_object(object)) {
        return fail_row(sink, "that is no JSON object", error);
    }
    WEFT_TRY(begin_row(sink, error));
    for (size_t i = 0; i < model->field_count; i++) {
        const weft_field *field = &model->fields[i];
        const json_t *value = json_object_get(object, sink->served->field_names[i]);
        if (value != NULL && !json_is_null(value)) {
            const weft_code code = weft_operand_read(field, value, &sink->row, &sink->values[i], error);
            WEFT_TRY(fail_value(sink, code, error));
        }
    }
    return add_row(sink, error);
}

static weft_code take_objects(weft_sink *sink, const json_t *json, weft_error *error)
{
    if (!json_is_array(json)) {
        return take_object(sink, json, error);
    }
    for (size_t i = 0; i < json_array_size(json); i++) {
        WEFT_TRY(take_object(sink, json_array_get(json, i), error));
    }
    return WEFT_OK;
}

static weft_code take_json(weft_sink *sink, weft_str text, weft_error *error)
{
    json_t *json = NULL;
    const weft_code code = weft_json_read(text, 0, &json, error);
    if (code == WEFT_NO_MEMORY) {
        return code;
    }
    if (code != WEFT_OK) {
        if (error != NULL) {
            error->code = WEFT_STORE_ERROR;
        }
        weft_error_wrap(error, "the callbacks of \"%s\" gave rows that cannot be read", sink->served->name);
        return WEFT_STORE_ERROR;
    }
    const weft_code taken = take_objects(sink, json, error);
    json_decref(json);
    return taken;
}

weft_code weft_sink_json(weft_sink *sink, const char *json, size_t len, weft_error *error)
{
    if (sink == NULL || json == NULL) {
        return weft_fail(error, WEFT_MISUSE, "a sink and JSON must be given");
    }
    weft_error failure = {.code = WEFT_OK};
    if (sink->failure.code == WEFT_OK) {
        (void)take_json(sink, (weft_str){json, len}, &failure);
    }
    return failure.code == WEFT_OK && sink->failure.code == WEFT_OK ? WEFT_OK : remember(sink, &failure, error);
}

weft_code weft_sink_set_next_page(weft_sink *sink, const char *page, weft_error *error)
{
    weft_error failure = {.code = WEFT_OK};
    if (sink == NULL || page == NULL) {
        return weft_fail(error, WEFT_MISUSE, "a sink and a page must be given");
    }
    if (sink->listing == NULL) {
        (void)weft_fail(&failure, WEFT_MISUSE, "records that are asked for by their keys have no pages");
        return remember(sink, &failure, error);
    }
    sink->next_page = weft_str_copy(&sink->keep, weft_str_from(page)).data;
    if (sink->next_page == NULL) {
        (void)weft_fail_no_memory(&failure);
        return remember(sink, &failure, error);
    }
    return WEFT_OK;
}

uint32_t weft_sink_time_left_ms(const weft_sink *sink)
{
    const weft_connection_base *base = base_of(sink);
    if (weft_connection_is_cancelled(base)) {
        return 0;
    }
    if (base->deadline_us == 0) {
        return UINT32_MAX;
    }
    const int64_t left_ms = (base->deadline_us - weft_clock_monotonic_us(NULL) + TIME_MAX_US - 1) / TIME_MAX_US;
    return left_ms <= 0 ? 0 : left_ms < UINT32_MAX ? (uint32_t)left_ms : UINT32_MAX;
}

weft_code weft_sink_init(
    weft_sink *sink, const weft_served *served, const weft_served_plan *plan, weft_bag *bag, weft_error *error)
{
    const weft_allocator *allocator = served->sqlite->base.config->allocator;
    *sink = (weft_sink){.served = served, .bag = bag};
    sink->listing = plan->is_by_keys ? NULL : &plan->listing;
    weft_arena_init(&sink->keep, allocator, 0);
    weft_arena_init(&sink->row, allocator, 0);
    weft_arena_init(&sink->last_texts[0], allocator, 0);
    weft_arena_init(&sink->last_texts[1], allocator, 0);
    sink->last = WEFT_ARENA_ARRAY(&sink->keep, weft_value, plan->listing.order_count + 1);
    return sink->last != NULL ? WEFT_OK : weft_fail_no_memory(error);
}

void weft_sink_done(weft_sink *sink)
{
    weft_arena_done(&sink->keep);
    weft_arena_done(&sink->row);
    weft_arena_done(&sink->last_texts[0]);
    weft_arena_done(&sink->last_texts[1]);
}
