/* What the makers of a plan share: the arena of what they return, and a failure that is remembered, so that one builds
 * a whole table's worth of text and asks once whether memory sufficed. */
#ifndef WEFT_MIGRATE_MAKER_H
#define WEFT_MIGRATE_MAKER_H

#include "base/buf.h"
#include "base/fail.h"
#include "base/vec.h"

typedef struct weft_maker {
    weft_arena *keep;
    bool failed;
} weft_maker;

/* printf into the maker's arena; the empty text once memory ran out. */
weft_str weft_maker_text(weft_maker *maker, const char *format, ...) WEFT_PRINTF(2, 3);

/* A copy in the maker's arena; the empty text once memory ran out. */
weft_str weft_maker_copy(weft_maker *maker, weft_str text);

/* A buffer in the maker's arena, and its text when it is finished. */
weft_buf weft_maker_buf(const weft_maker *maker);
weft_str weft_maker_take(weft_maker *maker, const weft_buf *buf);

/* Zeroed memory, or NULL (and failed). */
void *weft_maker_array(weft_maker *maker, size_t count, size_t size) WEFT_MUST_USE;

/* WEFT_OK, or the failure of the maker's arena. */
weft_code weft_maker_check(const weft_maker *maker, weft_error *error);

/* Append to a vector in the maker's arena. */
#define weft_maker_push(maker, vec, item)                                                                              \
    ((maker)->failed = !weft_vec_push((maker)->keep, (vec), (item)) || (maker)->failed)

#endif
