/* Writing JSON, append only, into a weft_buf: the hot path of every answer. Nothing here checks nesting; callers write
 * commas and brackets. Numbers follow ECMAScript's Number::toString (ECMA-262 6.1.6.1.20), so that a reader in
 * JavaScript prints what we wrote; NaN and infinities, which JSON lacks, become null. */
#ifndef WEFT_JSON_WRITER_H
#define WEFT_JSON_WRITER_H

#include "base/buf.h"

/* "text" with quotes; escapes ", \, and control characters (\b \f \n \r \t, else \u00xx). Bytes above 0x7F go through.
 */
void weft_json_add_text(weft_buf *buf, weft_str text);
void weft_json_add_double(weft_buf *buf, double value);
void weft_json_add_boolean(weft_buf *buf, bool value);
void weft_json_add_null(weft_buf *buf);
/* "2026-11-22T10:00:00.123Z" with quotes. */
void weft_json_add_time(weft_buf *buf, int64_t time_us);
/* Any value. JSON values are written in canonical form (json/canonical.h); WEFT_VALUE_ARRAY likewise. */
void weft_json_add_value(weft_buf *buf, const weft_value *value);

#endif
