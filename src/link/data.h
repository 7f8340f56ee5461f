/* Extra columns of a link row, from JSON. Not for other rooms. */
#ifndef WEFT_LINK_DATA_H
#define WEFT_LINK_DATA_H

#include "base/value.h"
#include "link/link.h"

/* Fields and values being gathered; room for every field of the link's model. */
typedef struct weft_link_data {
    const weft_link *link;
    bool is_text;
    weft_arena *keep;
    const weft_field **fields; /* by index, so that equal sets are equal arrays */
    weft_value *values;
    size_t count;
} weft_link_data;

weft_code weft_link_data_begin(
    const weft_link *link, bool is_text, weft_arena *keep, weft_link_data *ret_data, weft_error *error);

/* Add one column. `where` of an error is "/<name>".
 * WEFT_UNKNOWN_FIELD, WEFT_INVALID_REQUEST (a column that weft keeps, or twice), WEFT_TYPE_MISMATCH,
 * WEFT_REQUIRED_VALUE (null where a value must be). */
weft_code weft_link_data_add(weft_link_data *data, weft_str name, const json_t *json, weft_error *error);

/* Nothing a caller says is passed over: true, and an error, when a change gives data that `doing` ("restoring") has no
 * use for. */
bool weft_link_gives_data(const weft_link_work *works, size_t count, const char *doing, weft_error *error);

/* The key of one side as its model types it: never null. WEFT_TYPE_MISMATCH, WEFT_REQUIRED_VALUE. */
weft_code weft_link_key_read(const weft_link_side *side,
                             const json_t *json,
                             bool is_text,
                             weft_arena *keep,
                             weft_value *ret_value,
                             weft_error *error);

/* WEFT_UNSUPPORTED for a read-only link. */
weft_code weft_link_check_writable(const weft_link *link, weft_error *error);

/* True for a column that users fill: not the id, the keys or a timestamp. */
bool weft_link_field_is_data(const weft_link *link, const weft_field *field);

#endif
