/* "order": an object in the order of its keys, or an array of objects of one key. A nested object means the dotted
 * path: {"maintainer": {"name": "ASC"}} is {"maintainer.name": "ASC"}. Fails when a direction is neither ASC nor DESC,
 * and when a nested object is empty. */
#include "request/parts.h"

#include <strings.h>

static weft_code fail_direction(const weft_request_reader *reader, const weft_json_pointer *at, const json_t *value)
{
    weft_code code = WEFT_OK;
    if (weft_shape_is_text(value)) {
        code = weft_fail(reader->error,
                         WEFT_INVALID_REQUEST,
                         "\"%.*s\" is no direction to order in",
                         WEFT_STR_ARG(weft_json_text(value)));
        code = weft_shape_at(reader, at, code);
    } else {
        code = weft_shape_fail(reader, at, NULL, "\"ASC\" or \"DESC\"", value);
    }
    weft_error_set_hint(reader->error, "Write \"ASC\" or \"DESC\".");
    return code;
}

static weft_code read_direction(const weft_request_reader *reader,
                                const weft_json_pointer *at,
                                const json_t *value,
                                bool *ret_descending)
{
    const char *text = weft_shape_is_text(value) ? json_string_value(value) : NULL;
    if (text && strcasecmp(text, "ASC") == 0) {
        *ret_descending = false;
        return WEFT_OK;
    }
    if (text && strcasecmp(text, "DESC") == 0) {
        *ret_descending = true;
        return WEFT_OK;
    }
    return fail_direction(reader, at, value);
}

static weft_code add_term(const weft_request_reader *reader,
                          const weft_json_pointer *at,
                          const weft_order_term *term,
                          weft_order_terms *terms)
{
    if (terms->count == WEFT_ORDER_TERMS_MAX) {
        const weft_code code = weft_fail(reader->error, WEFT_LIMIT_EXCEEDED, "\"order\" has too many keys");
        weft_error_set_detail(reader->error, "An order may have %d keys.", WEFT_ORDER_TERMS_MAX);
        weft_error_set_hint(reader->error, "This limit is fixed: leave out the last keys.");
        return weft_shape_at(reader, at, code);
    }
    return weft_vec_push(reader->keep, terms, *term) ? WEFT_OK : weft_fail_arena(reader->error, reader->keep);
}

static weft_code read_object(const weft_request_reader *reader,
                             const weft_json_pointer *at,
                             const weft_path *prefix,
                             json_t *object,
                             weft_order_terms *terms);

/* "title": "ASC", or "maintainer": {…}. Recursion ends because every level adds a name to the path, and paths have
 * WEFT_PATH_NAMES_MAX. */
static weft_code read_term(const weft_request_reader *reader,
                           const weft_json_pointer *at,
                           const weft_path *prefix,
                           json_t *value,
                           weft_order_terms *terms)
{
    weft_order_term term = {0};
    WEFT_TRY(weft_path_read(reader, at, prefix, at->key, WEFT_PATH_STAR_REFUSED, &term.path));
    if (json_is_object(value) && json_object_size(value) > 0) {
        return read_object(reader, at, &term.path, value, terms);
    }
    WEFT_TRY(read_direction(reader, at, value, &term.is_descending));
    return add_term(reader, at, &term, terms);
}

static weft_code read_object(const weft_request_reader *reader,
                             const weft_json_pointer *at,
                             const weft_path *prefix,
                             json_t *object,
                             weft_order_terms *terms)
{
    const char *key = NULL;
    size_t key_len = 0;
    json_t *value = NULL;
    json_object_keylen_foreach(object, key, key_len, value)
    {
        const weft_json_pointer here = {.parent = at, .key = {key, key_len}};
        WEFT_TRY(read_term(reader, &here, prefix, value, terms));
    }
    return WEFT_OK;
}

static weft_code read_array(const weft_request_reader *reader,
                            const weft_json_pointer *at,
                            const json_t *array,
                            weft_order_terms *terms)
{
    for (size_t i = 0; i < json_array_size(array); i++) {
        const weft_json_pointer here = {.parent = at, .index = i};
        json_t *item = json_array_get(array, i);
        if (!json_is_object(item) || json_object_size(item) != 1) {
            const weft_code code =
                weft_fail(reader->error, WEFT_INVALID_REQUEST, "an item of \"order\" must be an object of one key");
            weft_error_set_hint(reader->error, "Write [{\"title\": \"ASC\"}, {\"id\": \"DESC\"}].");
            return weft_shape_at(reader, &here, code);
        }
        WEFT_TRY(read_object(reader, &here, NULL, item, terms));
    }
    return WEFT_OK;
}

weft_code weft_order_read(const weft_request_reader *reader,
                          const weft_json_pointer *at,
                          json_t *value,
                          weft_scope *scope)
{
    weft_order_terms terms = {0};
    if (json_is_object(value)) {
        WEFT_TRY(read_object(reader, at, NULL, value, &terms));
    } else if (json_is_array(value)) {
        WEFT_TRY(read_array(reader, at, value, &terms));
    } else {
        return weft_shape_fail(reader, at, NULL, "an object or an array of objects", value);
    }
    scope->order = terms.items;
    scope->order_count = terms.count;
    return WEFT_OK;
}
