/* Canonical JSON: reads with jansson, writes with keys sorted. What cannot be read is written as a string; what cannot
 * be written for want of memory makes the buffer fail. */
#include "json/canonical.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

/* A member of an object being written. */
typedef struct member {
    weft_str key;
    const json_t *value;
} member;

/* The members of all objects between the root and here; each object sorts and walks its own stretch at the end. */
typedef struct members {
    const weft_allocator *allocator;
    member *items;
    size_t count;
    size_t capacity;
} members;

static bool push_member(members *stack, weft_str key, const json_t *value)
{
    if (stack->count == stack->capacity) {
        const size_t capacity = stack->capacity ? stack->capacity * 2 : 16;
        member *items =
            weft_resize(stack->allocator, stack->items, stack->capacity * sizeof(member), capacity * sizeof(member));
        if (!items) {
            return false;
        }
        stack->items = items;
        stack->capacity = capacity;
    }
    stack->items[stack->count++] = (member){key, value};
    return true;
}

static int compare_members(const void *a, const void *b)
{
    return weft_str_compare(((const member *)a)->key, ((const member *)b)->key);
}

static bool push_members(members *stack, const json_t *object)
{
    json_t *source = weft_json_iterable(object);
    for (void *at = json_object_iter(source); at; at = json_object_iter_next(source, at)) {
        if (!push_member(stack, weft_str_from(json_object_iter_key(at)), json_object_iter_value(at))) {
            return false;
        }
    }
    return true;
}

static void add_value(weft_buf *buf, members *stack, const json_t *value, int depth);

static void add_object(weft_buf *buf, members *stack, const json_t *object, int depth)
{
    const size_t first = stack->count;
    if (!push_members(stack, object)) {
        buf->failed = true;
        return;
    }
    const size_t end = stack->count;
    if (end - first > 1) {
        qsort(stack->items + first, end - first, sizeof(member), compare_members);
    }
    weft_buf_add_char(buf, '{');
    for (size_t i = first; i < end; i++) {
        if (i > first) {
            weft_buf_add_char(buf, ',');
        }
        /* Copied, because writing the value may move the stack. */
        const member item = stack->items[i];
        weft_json_add_text(buf, item.key);
        weft_buf_add_char(buf, ':');
        add_value(buf, stack, item.value, depth + 1);
    }
    weft_buf_add_char(buf, '}');
    stack->count = first;
}

static void add_array(weft_buf *buf, members *stack, const json_t *array, int depth)
{
    weft_buf_add_char(buf, '[');
    for (size_t i = 0; i < json_array_size(array); i++) {
        if (i > 0) {
            weft_buf_add_char(buf, ',');
        }
        add_value(buf, stack, json_array_get(array, i), depth + 1);
    }
    weft_buf_add_char(buf, ']');
}

static void add_string(weft_buf *buf, const json_t *value)
{
    if (weft_json_long_number(value).len > 0) {
        weft_json_add_double(buf, weft_json_number(value));
    } else {
        weft_json_add_text(buf, weft_json_text(value));
    }
}

static void add_value(weft_buf *buf, members *stack, const json_t *value, int depth)
{
    if (depth > WEFT_JSON_DEPTH_MAX || buf->failed) {
        buf->failed = true;
        return;
    }
    switch (json_typeof(value)) {
    case JSON_OBJECT:
        add_object(buf, stack, value, depth);
        break;
    case JSON_ARRAY:
        add_array(buf, stack, value, depth);
        break;
    case JSON_STRING:
        add_string(buf, value);
        break;
    case JSON_INTEGER:
        weft_buf_add_integer(buf, json_integer_value(value));
        break;
    case JSON_REAL:
        weft_json_add_double(buf, json_real_value(value));
        break;
    case JSON_TRUE:
    case JSON_FALSE:
        weft_json_add_boolean(buf, json_is_true(value));
        break;
    case JSON_NULL:
        weft_json_add_null(buf);
        break;
    }
}

void weft_json_add_canonical_value(weft_buf *buf, const json_t *value)
{
    members stack = {.allocator = buf->arena ? buf->arena->allocator : buf->allocator};
    add_value(buf, &stack, value, 0);
    weft_free(stack.allocator, stack.items, stack.capacity * sizeof(member));
}

/* Not JSON: a string of it, with U+FFFD for bytes that are not UTF-8. */
static void add_as_text(weft_buf *buf, weft_str text)
{
    if (weft_utf8_is_valid(text)) {
        weft_json_add_text(buf, text);
        return;
    }
    weft_buf clean;
    weft_buf_init(&clean, buf->arena ? buf->arena->allocator : buf->allocator);
    for (size_t at = 0; at < text.len;) {
        const size_t len = weft_utf8_char_len(text, at);
        const bool is_stray = len == 1 && (unsigned char)text.data[at] >= 0x80;
        weft_buf_add_str(&clean, is_stray ? WEFT_STR("\xEF\xBF\xBD") : weft_str_slice(text, at, at + len));
        at += len;
    }
    weft_json_add_text(buf, weft_buf_str(&clean));
    buf->failed = buf->failed || clean.failed;
    weft_buf_done(&clean);
}

void weft_json_add_canonical(weft_buf *buf, weft_str text)
{
    json_t *value = NULL;
    const weft_code code = weft_json_read(text, 0, &value, NULL);
    if (code == WEFT_OK) {
        weft_json_add_canonical_value(buf, value);
        json_decref(value);
    } else if (code == WEFT_NO_MEMORY) {
        buf->failed = true;
    } else {
        add_as_text(buf, text);
    }
}

static bool read_index(weft_str text, size_t *ret_index)
{
    if (text.len == 0 || text.len > 9 || (text.len > 1 && text.data[0] == '0')) {
        return false;
    }
    size_t index = 0;
    for (size_t i = 0; i < text.len; i++) {
        if (text.data[i] < '0' || text.data[i] > '9') {
            return false;
        }
        index = index * 10 + (size_t)(text.data[i] - '0');
    }
    *ret_index = index;
    return true;
}

bool weft_json_is_index(weft_str key)
{
    size_t index = 0;
    return read_index(key, &index);
}

static const json_t *step_into(const json_t *value, weft_str key)
{
    size_t index = 0;
    if (json_is_array(value)) {
        return read_index(key, &index) ? json_array_get(value, index) : NULL;
    }
    return json_object_getn(value, key.data ? key.data : "", key.len);
}

void weft_json_add_path(weft_buf *buf, weft_str text, const weft_str *path, size_t path_len)
{
    json_t *root = NULL;
    const weft_code code = weft_json_read(text, 0, &root, NULL);
    if (code == WEFT_NO_MEMORY) {
        buf->failed = true;
        return;
    }
    const json_t *value = root;
    for (size_t i = 0; value && i < path_len; i++) {
        value = step_into(value, path[i]);
    }
    if (value) {
        weft_json_add_canonical_value(buf, value);
    } else {
        weft_json_add_null(buf);
    }
    json_decref(root);
}
