/* UTF-8: checking and walking. */
#ifndef WEFT_BASE_UTF8_H
#define WEFT_BASE_UTF8_H

#include "base/str.h"

/* True when `text` is well-formed UTF-8 (no overlong forms, no surrogates). */
bool weft_utf8_is_valid(weft_str text);

/* Bytes of the well-formed character at text.data[at], 1 to 4; 1 for a byte that starts none. 0 at the end. */
size_t weft_utf8_char_len(weft_str text, size_t at);

/* The longest prefix of at most `bytes_max` bytes that does not cut a character. */
weft_str weft_utf8_cut(weft_str text, size_t bytes_max);

#endif
