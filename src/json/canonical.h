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
/* Append what `path` (keys, or array indexes as digits) leads to within the JSON `text`, canonical; null when nothing
 * is there. */
void weft_json_add_path(weft_buf *buf, weft_str text, const weft_str *path, size_t path_len);

#endif
