/* Views of UTF-8 text and the small questions asked of them. */
#ifndef WEFT_BASE_STR_H
#define WEFT_BASE_STR_H

#include "base/arena.h"

#define WEFT_STR(literal) ((weft_str){(literal), sizeof(literal) - 1})
/* For printf: "%.*s" */
#define WEFT_STR_ARG(str) ((int)(str).len), ((str).data ? (str).data : "")

weft_str weft_str_from(const char *text); /* NULL gives the empty text */
bool weft_str_equal(weft_str a, weft_str b);
bool weft_str_equal_text(weft_str a, const char *b);
/* Bytewise, as memcmp then length: the order of every text in weft. */
int weft_str_compare(weft_str a, weft_str b);
bool weft_str_starts_with(weft_str text, weft_str prefix);
bool weft_str_ends_with(weft_str text, weft_str suffix);
weft_str weft_str_slice(weft_str text, size_t from, size_t to); /* clamped */
/* Index of the first `byte`, or text.len. */
size_t weft_str_find(weft_str text, char byte);
/* A NUL-terminated copy in `keep`; `.data` NULL when out of memory. */
weft_str weft_str_copy(weft_arena *keep, weft_str text);
/* printf into `keep`, NUL-terminated; `.data` NULL when out of memory. */
weft_str weft_str_format(weft_arena *keep, const char *format, ...) WEFT_PRINTF(2, 3);
uint64_t weft_str_hash(weft_str text);
/* Takes less where texts are longer than a few bytes, but is another number where bytes have another order: for tables
 * that stay in memory. */
uint64_t weft_str_hash_quick(weft_str text);

/* Edit distance (insert, delete, replace, swap of neighbours), ASCII case ignored; stops counting above `max` and
 * answers max + 1. Texts longer than 64 bytes are max + 1 apart unless equal. */
size_t weft_str_distance(weft_str a, weft_str b, size_t max);

/* The candidate nearest to `name`, or the empty text when none is near enough to be meant. */
weft_str weft_str_nearest(weft_str name, const weft_str *candidates, size_t count);

#endif
