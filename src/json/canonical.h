/* One form for one JSON value, wherever it was stored: PostgreSQL's jsonb reorders keys and reformats numbers, SQLite
 * keeps what was written, and both must answer the same bytes. After RFC 8785 (JCS): no white space, keys sorted
 * bytewise, numbers as ECMAScript prints them, integers within 64 bits exact. */
#ifndef WEFT_JSON_CANONICAL_H
#define WEFT_JSON_CANONICAL_H

#include "json/reader.h"
#include "json/writer.h"

/* Append `text` in canonical form. Text that is not JSON is written as a JSON string, so that an answer stays JSON. */
void weft_json_add_canonical(weft_buf *buf, weft_str text);
void weft_json_add_canonical_value(weft_buf *buf, const json_t *value);
/* True when a key of a path is an index where it meets an array: decimal digits without a leading zero, no more than an
 * array could have. Anything else is a key of an object. */
bool weft_json_is_index(weft_str key);
/* Append what `path` (keys, or array indexes) leads to within the JSON `text`, canonical; null when nothing
 * is there. */
void weft_json_add_path(weft_buf *buf, weft_str text, const weft_str *path, size_t path_len);

#endif
