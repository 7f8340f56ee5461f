/* What a JSON value must look like, and the errors when it does not: each says what was expected, what was found, and
 * where. */
#include "request/parts.h"

#include <string.h>

weft_code weft_shape_at(const weft_request_reader *reader, const weft_json_pointer *at, weft_code code)
{
    if (code != WEFT_OK) {
        weft_json_pointer_set_where(at, reader->error);
    }
    return code;
}

bool weft_shape_is_text(const json_t *value)
{
    return json_is_string(value) && !weft_json_is_number(value);
}

weft_str weft_shape_place(const weft_request_reader *reader, const weft_json_pointer *at)
{
    char where[sizeof(((weft_error *)NULL)->where)];
    return weft_str_copy(reader->keep, weft_json_pointer_print(at, where, sizeof(where)));
}

static const char *found_name(const json_t *value)
{
    if (weft_json_long_number(value).len) {
        return "a number with that many digits";
    }
    switch (json_typeof(value)) {
    case JSON_OBJECT:
        return "an object";
    case JSON_ARRAY:
        return "an array";
    case JSON_STRING:
        return "a string";
    case JSON_INTEGER:
        return "an integer";
    case JSON_REAL:
        return "a number with a fraction or exponent";
    case JSON_TRUE:
    case JSON_FALSE:
        return "a boolean";
    case JSON_NULL:
        return "null";
    default:
        return "something else";
    }
}

weft_code weft_shape_fail(const weft_request_reader *reader,
                          const weft_json_pointer *at,
                          const char *what,
                          const char *expected,
                          const json_t *found)
{
    const weft_str name = what ? weft_str_from(what) : (at ? at->key : (weft_str){NULL, 0});
    weft_code code = WEFT_OK;
    if (what) {
        code = weft_fail(reader->error,
                         WEFT_INVALID_REQUEST,
                         "%.*s must be %s, not %s",
                         WEFT_STR_ARG(name),
                         expected,
                         found_name(found));
    } else if (name.data) {
        code = weft_fail(reader->error,
                         WEFT_INVALID_REQUEST,
                         "\"%.*s\" must be %s, not %s",
                         WEFT_STR_ARG(name),
                         expected,
                         found_name(found));
    } else {
        code =
            weft_fail(reader->error, WEFT_INVALID_REQUEST, "an item must be %s, not %s", expected, found_name(found));
    }
    return weft_shape_at(reader, at, code);
}

weft_code weft_shape_unknown_key(const weft_request_reader *reader,
                                 const weft_json_pointer *at,
                                 const weft_str *known,
                                 size_t known_count)
{
    const weft_code code = weft_fail(reader->error, WEFT_UNKNOWN_KEY, "unknown key \"%.*s\"", WEFT_STR_ARG(at->key));
    weft_error_suggest(reader->error, at->key, known, known_count);
    return weft_shape_at(reader, at, code);
}

weft_code weft_shape_read_boolean(const weft_request_reader *reader,
                                  const weft_json_pointer *at,
                                  const json_t *value,
                                  bool *ret_value)
{
    if (!json_is_boolean(value)) {
        return weft_shape_fail(reader, at, NULL, "true or false", value);
    }
    *ret_value = json_is_true(value);
    return WEFT_OK;
}

weft_code weft_shape_read_amount(const weft_request_reader *reader,
                                 const weft_json_pointer *at,
                                 const json_t *value,
                                 uint64_t *ret_value)
{
    if (!json_is_integer(value)) {
        const weft_code code = weft_shape_fail(reader, at, NULL, "an integer of 0 or more", value);
        weft_error_set_hint(reader->error, "Leave \"%.*s\" out to set no bound.", WEFT_STR_ARG(at->key));
        return code;
    }
    if (json_integer_value(value) < 0) {
        const weft_code code = weft_fail(reader->error,
                                         WEFT_INVALID_REQUEST,
                                         "\"%.*s\" must be an integer of 0 or more, not %lld",
                                         WEFT_STR_ARG(at->key),
                                         (long long)json_integer_value(value));
        weft_error_set_hint(reader->error, "Leave \"%.*s\" out to set no bound.", WEFT_STR_ARG(at->key));
        return weft_shape_at(reader, at, code);
    }
    *ret_value = (uint64_t)json_integer_value(value);
    return WEFT_OK;
}

weft_code weft_shape_read_name(const weft_request_reader *reader,
                               const weft_json_pointer *at,
                               const json_t *value,
                               weft_str *ret_text)
{
    if (!weft_shape_is_text(value)) {
        return weft_shape_fail(reader, at, NULL, "a string", value);
    }
    const weft_str text = weft_json_text(value);
    if (text.len == 0) {
        return weft_shape_at(
            reader,
            at,
            weft_fail(reader->error, WEFT_INVALID_REQUEST, "\"%.*s\" must not be empty", WEFT_STR_ARG(at->key)));
    }
    *ret_text = text;
    return WEFT_OK;
}

weft_code weft_shape_check_count(const weft_request_reader *reader,
                                 const weft_json_pointer *at,
                                 size_t count,
                                 const char *what)
{
    if (count <= reader->limits->fields_max) {
        return WEFT_OK;
    }
    const weft_code code = weft_fail(reader->error, WEFT_LIMIT_EXCEEDED, "the request has too many %s", what);
    weft_error_set_limit(reader->error, "fields_max", reader->limits->fields_max);
    return weft_shape_at(reader, at, code);
}
