/* Values as JSON that gives every byte back: what the journal keeps of keys and of rows. Times are microseconds,
 * doubles their bits, decimals, JSON and arrays their text as the store holds it. Not for other rooms. */
#ifndef WEFT_CASCADE_CODEC_H
#define WEFT_CASCADE_CODEC_H

#include "base/buf.h"
#include "model/catalog.h"
#include "json/reader.h"

void weft_cascade_value_write(weft_buf *buf, const weft_value *value);
/* Text is copied to `keep`. WEFT_STORE_ERROR: that is not what was written. */
weft_code weft_cascade_value_read(
    const json_t *json, weft_value_kind kind, weft_arena *keep, weft_value *ret_value, weft_error *error);

/* `["prod_1"]`: a row's key as one text; `.data` NULL when out of memory. */
weft_str weft_cascade_key_text(const weft_value *values, size_t count, weft_arena *keep);
/* The values of a key of `model`, one a key field. */
weft_code weft_cascade_key_read(
    const weft_model *model, const json_t *json, weft_arena *keep, weft_value **ret_values, weft_error *error);

#endif
