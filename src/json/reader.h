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

/* A JSON Pointer (RFC 6901) being built while walking down; lives on the stack, cut when too long. */
typedef struct weft_json_pointer {
    const struct weft_json_pointer *parent; /* NULL: root */
    weft_str key;                           /* of an object, or */
    size_t index;                           /* of an array when key.data is NULL */
} weft_json_pointer;

/* Put the pointer's text into error->where. */
void weft_json_pointer_set_where(const weft_json_pointer *pointer, weft_error *error);
/* The text in `keep`; `.data` NULL when out of memory. */
weft_str weft_json_pointer_text(const weft_json_pointer *pointer, weft_arena *keep);

#endif
