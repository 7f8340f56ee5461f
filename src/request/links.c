/* Link changes from JSON: one, an array, or one a line. Fails as request.h says. */
#include "base/limits.h"
#include "request/parts.h"

#include <stdlib.h>
#include <string.h>

typedef WEFT_VEC(weft_link_change) changes_list;

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
        WEFT_TRY(weft_link_change_read(reader, &here, json_array_get(array, i), &changes->items[i]));
        changes->count++;
    }
    return WEFT_OK;
}

static weft_code read_whole(const weft_request_reader *reader, weft_str text, weft_link_changes *changes)
{
    WEFT_TRY(weft_json_read(text, reader->limits->changes_bytes_max, &changes->json, reader->error));
    if (json_is_array(changes->json)) {
        return read_array(reader, changes->json, changes);
    }
    changes->items = WEFT_ARENA_NEW(reader->keep, weft_link_change);
    if (!changes->items) {
        return weft_fail_arena(reader->error, reader->keep);
    }
    changes->count = 1;
    return weft_link_change_read(reader, &root, changes->json, &changes->items[0]);
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
    weft_code code = weft_json_read(current->text, reader->limits->changes_bytes_max, &value, reader->error);
    if (code != WEFT_OK) {
        set_line_of_json(reader->error, current->number);
        return code;
    }
    if (json_array_append_new(values, value) != 0) {
        return weft_fail_no_memory(reader->error);
    }
    code = weft_link_change_read(reader, &root, value, change);
    if (code != WEFT_OK) {
        set_line_of_change(reader->error, current->number);
        return code;
    }
    return add_line_to_where(reader, current->number, &change->where);
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
    if (text.len <= reader->limits->changes_bytes_max) {
        return WEFT_OK;
    }
    const weft_code code = weft_fail(reader->error, WEFT_LIMIT_EXCEEDED, "the link changes are too long");
    weft_error_set_limit(reader->error, "changes_bytes_max", reader->limits->changes_bytes_max);
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
    const bool by_line = is_line_by_line(text, settled.changes_bytes_max);
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
