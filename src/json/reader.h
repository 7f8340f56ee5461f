/* Reading JSON with jansson, under weft's limits: valid UTF-8, no duplicate keys, no NUL in text, at most depth_max
 * levels, nothing after the value. Values are jansson's and reference counted; json_decref frees a tree.
 *
 * WEFT_INVALID_JSON carries "line:column" in `where`. WEFT_LIMIT_EXCEEDED: more bytes or levels than allowed. */
#ifndef WEFT_JSON_READER_H
#define WEFT_JSON_READER_H

#include <jansson.h>

#include "base/fail.h"

#define WEFT_JSON_DEPTH_MAX 512

weft_code weft_json_read(weft_str text, size_t bytes_max, json_t **ret_value, weft_error *error);

weft_str weft_json_text(const json_t *value); /* of a string */

/* A number that neither 64 bits nor a double hold exactly (12345678901234567890.5) is not rounded: its digits are kept.
 * jansson takes such a value for a string, so json_is_number is false and weft_json_text empty for it; these know
 * better. A number beyond all doubles (1e999) is WEFT_INVALID_JSON. */
bool weft_json_is_number(const json_t *value);
/* The nearest double of any number. */
double weft_json_number(const json_t *value);
/* The number as written when it is one of those, else empty. */
weft_str weft_json_long_number(const json_t *value);

/* jansson's iterators take objects that could be changed, though they only look. */
static inline json_t *weft_json_iterable(const json_t *value)
{
    const union {
        const json_t *given;
        json_t *taken;
    } either = {.given = value};
    return either.taken;
}

/* A JSON Pointer (RFC 6901) being built while walking down; lives on the stack, cut when too long. */
typedef struct weft_json_pointer {
    const struct weft_json_pointer *parent; /* NULL: root */
    weft_str key;                           /* of an object, or */
    size_t index;                           /* of an array when key.data is NULL */
} weft_json_pointer;

/* The pointer's text in the `size` bytes at `text`, cut to what they hold. */
weft_str weft_json_pointer_print(const weft_json_pointer *pointer, char *text, size_t size);
/* Put the pointer's text into error->where. */
void weft_json_pointer_set_where(const weft_json_pointer *pointer, weft_error *error);
/* The text in `keep`; `.data` NULL when out of memory. */
weft_str weft_json_pointer_text(const weft_json_pointer *pointer, weft_arena *keep);

#endif
