/* What is asked of JSON text before jansson reads it. Only for json/reader. */
#ifndef WEFT_JSON_SCAN_H
#define WEFT_JSON_SCAN_H

#include "base/buf.h"

typedef enum weft_json_fault {
    WEFT_JSON_FAULT_NONE = 0,
    WEFT_JSON_FAULT_DEPTH, /* a bracket too many is open */
    WEFT_JSON_FAULT_NUL    /* a text holds \u0000 */
} weft_json_fault;

typedef struct weft_json_survey {
    weft_json_fault fault; /* the first, at `at` */
    size_t at;
    bool has_long_numbers; /* numbers that neither 64 bits nor a double hold */
} weft_json_survey;

/* One pass over text that may not be JSON at all. */
weft_json_survey weft_json_scan(weft_str text);

/* Append `text` with each long number as a text: U+0000 and its digits. No other text can begin so. */
void weft_json_add_marked(weft_buf *buf, weft_str text);

/* The offset in `text` of what stands at `marked_at` in the marked text. */
size_t weft_json_unmarked_offset(weft_str text, size_t marked_at);

/* The double nearest to a JSON number; false when it is beyond all doubles, or no JSON number. */
bool weft_json_parse_double(weft_str digits, double *ret_value);

#endif
