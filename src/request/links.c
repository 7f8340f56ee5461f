/* Link changes from JSON: one, an array, or one a line. Fails as request.h says. A change is checked for its shape
 * only; whether its modules, keys and link exist is for link/ to say. */
#include "base/limits.h"
#include "request/parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef WEFT_VEC(weft_link_change) changes_list;

static const weft_str short_keys[] = {
    {"link", 4},
    {"left", 4},
    {"right", 5},
    {"data", 4},
    {"validate", 8},
};

static weft_code read_end_value(const weft_request_reader *reader,
                                const weft_json_pointer *at,
                                const json_t *value,
                                weft_link_change_end *end)
{
    const bool is_empty = json_is_string(value) && json_string_length(value) == 0;
    if (is_empty || !(json_is_string(value) || weft_json_is_number(value))) {
        const weft_code code = is_empty ? weft_shape_at(reader,
                                                        at,
                                                        weft_fail(reader->error,
                                                                  WEFT_INVALID_REQUEST,
                                                                  "\"%.*s\" must not be empty",
                                                                  WEFT_STR_ARG(at->key)))
                                        : weft_shape_fail(reader, at, NULL, "the key of one record", value);
        if (json_is_array(value)) {
            weft_error_set_hint(reader->error, "Write one change a pair; an array of changes is one call.");
        }
        return code;
    }
    end->value = value;
    end->where = weft_json_pointer_text(at, reader->keep);
    return end->where.data ? WEFT_OK : weft_fail_arena(reader->error, reader->keep);
}

static weft_code fail_too_many_ends(const weft_request_reader *reader, const weft_json_pointer *at)
{
    const weft_code code = weft_fail(reader->error, WEFT_INVALID_REQUEST, "a link change names more than two ends");
    weft_error_set_hint(reader->error, "A link joins two records; write each pair as its own change.");
    return weft_shape_at(reader, at, code);
}

/* "product": {"product_id": "prod_1"}. Two keys in one module are both ends. */
static weft_code read_module(const weft_request_reader *reader,
                             const weft_json_pointer *at,
                             json_t *value,
                             weft_link_change *change,
                             size_t *end_count)
{
    if (!json_is_object(value)) {
        const weft_code code = weft_shape_fail(reader, at, NULL, "an object of a key", value);
        weft_error_suggest(reader->error, at->key, short_keys, WEFT_COUNT_OF(short_keys));
        return code;
    }
    const char *key = NULL;
    size_t key_len = 0;
    json_t *item = NULL;
    json_object_keylen_foreach(value, key, key_len, item)
    {
        const weft_json_pointer here = {.parent = at, .key = {key, key_len}};
        if (*end_count == 2) {
            return fail_too_many_ends(reader, &here);
        }
        weft_link_change_end *end = &change->ends[(*end_count)++];
        end->module = at->key;
        end->key = here.key;
        WEFT_TRY(read_end_value(reader, &here, item, end));
    }
    if (json_object_size(value) == 0) {
        const weft_code code =
            weft_fail(reader->error, WEFT_INVALID_REQUEST, "\"%.*s\" names no key of a record", WEFT_STR_ARG(at->key));
        weft_error_set_hint(reader->error, "Write {\"product\": {\"product_id\": \"prod_1\"}, …}.");
        return weft_shape_at(reader, at, code);
    }
    return WEFT_OK;
}

/* The keys both forms share. */
static weft_code read_common(const weft_request_reader *reader,
                             const weft_json_pointer *at,
                             json_t *value,
                             weft_link_change *change,
                             bool *ret_is_common)
{
    *ret_is_common = true;
    if (weft_str_equal_text(at->key, "link")) {
        return weft_shape_read_name(reader, at, value, &change->link);
    }
    if (weft_str_equal_text(at->key, "validate")) {
        return weft_shape_read_boolean(reader, at, value, &change->validate);
    }
    if (weft_str_equal_text(at->key, "data")) {
        change->data = value;
        return json_is_object(value) ? WEFT_OK : weft_shape_fail(reader, at, NULL, "an object", value);
    }
    *ret_is_common = false;
    return WEFT_OK;
}

static weft_code read_end_or_module(const weft_request_reader *reader,
                                    const weft_json_pointer *at,
                                    json_t *value,
                                    weft_link_change *change,
                                    size_t *end_count)
{
    if (!change->is_short) {
        return read_module(reader, at, value, change, end_count);
    }
    const bool is_left = weft_str_equal_text(at->key, "left");
    if (!is_left && !weft_str_equal_text(at->key, "right")) {
        return weft_shape_unknown_key(reader, at, short_keys, WEFT_COUNT_OF(short_keys));
    }
    (*end_count)++;
    return read_end_value(reader, at, value, &change->ends[is_left ? 0 : 1]);
}

static weft_code check_ends(const weft_request_reader *reader,
                            const weft_json_pointer *at,
                            const weft_link_change *change,
                            size_t end_count)
{
    if (end_count == 2) {
        return WEFT_OK;
    }
    const weft_code code = weft_fail(
        reader->error, WEFT_INVALID_REQUEST, "a link change must name two ends, not %s", end_count ? "one" : "none");
    weft_error_set_hint(reader->error,
                        change->is_short
                            ? "Write {\"link\": \"product_blog_post\", \"left\": \"prod_1\", \"right\": \"post_9\"}."
                            : "Write {\"product\": {\"product_id\": \"prod_1\"}, \"blog\": {\"blog_post_id\": "
                              "\"post_9\"}}, or {\"link\": …, \"left\": …, \"right\": …}.");
    return weft_shape_at(reader, at, code);
}

static weft_code read_change(const weft_request_reader *reader,
                             const weft_json_pointer *at,
                             json_t *value,
                             weft_link_change *change)
{
    if (!json_is_object(value)) {
        return weft_shape_fail(reader, at, "a link change", "an object", value);
    }
    *change = (weft_link_change){.validate = true};
    change->is_short = json_object_get(value, "left") || json_object_get(value, "right");
    change->where = weft_json_pointer_text(at, reader->keep);
    if (!change->where.data) {
        return weft_fail_arena(reader->error, reader->keep);
    }
    const char *key = NULL;
    size_t key_len = 0;
    json_t *item = NULL;
    size_t end_count = 0;
    json_object_keylen_foreach(value, key, key_len, item)
    {
        const weft_json_pointer here = {.parent = at, .key = {key, key_len}};
        bool is_common = false;
        WEFT_TRY(read_common(reader, &here, item, change, &is_common));
        if (!is_common) {
            WEFT_TRY(read_end_or_module(reader, &here, item, change, &end_count));
        }
    }
    return check_ends(reader, at, change, end_count);
}

static const weft_json_pointer root = {0};

static weft_code read_array(const weft_request_reader *reader, json_t *array, weft_link_changes *changes)
{
    const size_t count = json_array_size(array);
    changes->items = WEFT_ARENA_ARRAY(reader->keep, weft_link_change, count);
    if (!changes->items) {
        return weft_fail_arena(reader->error, reader->keep);
    }
    for (size_t i = 0; i < count; i++) {
        const weft_json_pointer here = {.parent = &root, .index = i};
        WEFT_TRY(read_change(reader, &here, json_array_get(array, i), &changes->items[i]));
        changes->count++;
    }
    return WEFT_OK;
}

static weft_code read_whole(const weft_request_reader *reader, weft_str text, weft_link_changes *changes)
{
    WEFT_TRY(weft_json_read(text, reader->limits->request_bytes_max, &changes->json, reader->error));
    if (json_is_array(changes->json)) {
        return read_array(reader, changes->json, changes);
    }
    changes->items = WEFT_ARENA_NEW(reader->keep, weft_link_change);
    if (!changes->items) {
        return weft_fail_arena(reader->error, reader->keep);
    }
    changes->count = 1;
    return read_change(reader, &root, changes->json, &changes->items[0]);
}

/* One line of NDJSON. */
typedef struct line {
    weft_str text;
    size_t number; /* from 1 */
} line;

static bool is_blank(weft_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (!strchr(" \t\r\n", text.data[i])) {
            return false;
        }
    }
    return true;
}

/* The next line that is not blank, and what follows it; false at the end. */
static bool next_line(weft_str *rest, line *current)
{
    while (rest->len) {
        const size_t len = weft_str_find(*rest, '\n');
        current->text = weft_str_slice(*rest, 0, len);
        current->number++;
        *rest = weft_str_slice(*rest, len + 1, rest->len);
        if (!is_blank(current->text)) {
            return true;
        }
    }
    return false;
}

/* An object on the first line, and more after it. */
static bool is_line_by_line(weft_str text, size_t bytes_max)
{
    line first = {{NULL, 0}, 0};
    if (!next_line(&text, &first) || is_blank(text)) {
        return false;
    }
    json_t *value = NULL;
    if (weft_json_read(first.text, bytes_max, &value, NULL) != WEFT_OK) {
        return false;
    }
    const bool is_object = json_is_object(value);
    json_decref(value);
    return is_object;
}

/* Broken JSON says "1:7" of its line; say which line of the text that was. */
static void set_line_of_json(weft_error *error, size_t number)
{
    const char *colon = error ? strchr(error->where, ':') : NULL;
    if (colon) {
        const long column = strtol(colon + 1, NULL, 10);
        weft_error_set_where(error, "%zu:%ld", number, column);
    }
}

static void set_line_of_change(weft_error *error, size_t number)
{
    if (error) {
        char where[sizeof(error->where)];
        memcpy(where, error->where, sizeof(where));
        weft_error_set_where(error, "line %zu%s", number, where);
    }
}

static weft_code add_line_to_where(const weft_request_reader *reader, size_t number, weft_str *where)
{
    *where = weft_str_format(reader->keep, "line %zu%.*s", number, WEFT_STR_ARG(*where));
    return where->data ? WEFT_OK : weft_fail_arena(reader->error, reader->keep);
}

static weft_code read_line(const weft_request_reader *reader,
                           const line *current,
                           json_t *values,
                           weft_link_change *change)
{
    json_t *value = NULL;
    weft_code code = weft_json_read(current->text, reader->limits->request_bytes_max, &value, reader->error);
    if (code != WEFT_OK) {
        set_line_of_json(reader->error, current->number);
        return code;
    }
    if (json_array_append_new(values, value) != 0) {
        return weft_fail_no_memory(reader->error);
    }
    code = read_change(reader, &root, value, change);
    if (code != WEFT_OK) {
        set_line_of_change(reader->error, current->number);
        return code;
    }
    WEFT_TRY(add_line_to_where(reader, current->number, &change->where));
    WEFT_TRY(add_line_to_where(reader, current->number, &change->ends[0].where));
    return add_line_to_where(reader, current->number, &change->ends[1].where);
}

static weft_code read_lines(const weft_request_reader *reader, weft_str text, weft_link_changes *changes)
{
    changes_list list = {0};
    line current = {{NULL, 0}, 0};
    changes->json = json_array();
    if (!changes->json) {
        return weft_fail_no_memory(reader->error);
    }
    while (next_line(&text, &current)) {
        weft_link_change change = {0};
        WEFT_TRY(read_line(reader, &current, changes->json, &change));
        if (!weft_vec_push(reader->keep, &list, change)) {
            return weft_fail_arena(reader->error, reader->keep);
        }
    }
    changes->items = list.items;
    changes->count = list.count;
    return WEFT_OK;
}

static weft_code check_size(const weft_request_reader *reader, weft_str text)
{
    if (text.len <= reader->limits->request_bytes_max) {
        return WEFT_OK;
    }
    const weft_code code = weft_fail(reader->error, WEFT_LIMIT_EXCEEDED, "the link changes are too long");
    weft_error_set_detail(reader->error,
                          "They have %zu bytes; the limit request_bytes_max is %zu here.",
                          text.len,
                          reader->limits->request_bytes_max);
    weft_error_set_hint(reader->error, "Import many links from a file instead.");
    return code;
}

weft_code weft_link_changes_parse(
    weft_str text, const weft_limits *limits, weft_arena *keep, weft_link_changes **ret_changes, weft_error *error)
{
    const weft_limits settled = weft_limits_or_default(limits);
    const weft_request_reader reader = {.limits = &settled, .keep = keep, .error = error};
    WEFT_TRY(check_size(&reader, text));
    weft_link_changes *changes = WEFT_ARENA_NEW(keep, weft_link_changes);
    if (!changes) {
        return weft_fail_arena(error, keep);
    }
    const bool by_line = is_line_by_line(text, settled.request_bytes_max);
    const weft_code code = by_line ? read_lines(&reader, text, changes) : read_whole(&reader, text, changes);
    if (code != WEFT_OK) {
        weft_link_changes_done(changes);
        return code;
    }
    *ret_changes = changes;
    return WEFT_OK;
}

void weft_link_changes_done(weft_link_changes *changes)
{
    if (changes) {
        json_decref(changes->json);
        changes->json = NULL;
    }
}
