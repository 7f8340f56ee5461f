/* A growable byte buffer that remembers failure.
 *
 * Invariants: `data` is NUL-terminated whenever it is not NULL; once an append failed (`failed`), every later append
 * does nothing, so that one appends twenty times and checks once. */
#ifndef WEFT_BASE_BUF_H
#define WEFT_BASE_BUF_H

#include <stdarg.h>
#include <string.h>

#include "base/str.h"

typedef struct weft_buf {
    const weft_allocator *allocator;
    weft_arena *arena; /* when set, memory comes from here and weft_buf_done frees nothing */
    char *data;
    size_t len;
    size_t capacity;
    bool failed;
} weft_buf;

void weft_buf_init(weft_buf *buf, const weft_allocator *allocator);
/* A buffer that grows inside `arena`; good for text that is built once and kept. */
void weft_buf_init_arena(weft_buf *buf, weft_arena *arena);
void weft_buf_done(weft_buf *buf);
/* Empty again, keeping the memory; forgets a failure. */
void weft_buf_clear(weft_buf *buf);
/* Used by weft_buf_reserve where there is no room yet. */
bool weft_buf_grow(weft_buf *buf, size_t more);
void weft_buf_add(weft_buf *buf, const void *data, size_t len);
void weft_buf_add_text(weft_buf *buf, const char *text);
void weft_buf_add_integer(weft_buf *buf, int64_t value);
void weft_buf_add_format(weft_buf *buf, const char *format, ...) WEFT_PRINTF(2, 3);
void weft_buf_add_format_v(weft_buf *buf, const char *format, va_list args) WEFT_PRINTF(2, 0);
/* These are called for every value of an answer, so that the common case, where there is room, is in line. */

/* Make room for `more` bytes beyond len. False (and failed) when that cannot be. */
static inline bool weft_buf_reserve(weft_buf *buf, size_t more)
{
    return (more < buf->capacity - buf->len && !buf->failed) || weft_buf_grow(buf, more);
}

static inline void weft_buf_add_str(weft_buf *buf, weft_str text)
{
    if (weft_buf_reserve(buf, text.len) && text.len > 0) {
        /* NOLINTNEXTLINE(clang-analyzer-core.NonNullParamChecker): a text that has bytes has data */
        memcpy(buf->data + buf->len, text.data, text.len);
        buf->len += text.len;
        buf->data[buf->len] = '\0';
    }
}

static inline void weft_buf_add_char(weft_buf *buf, char byte)
{
    weft_buf_add_str(buf, (weft_str){&byte, 1});
}

/* Hold just the text and its NUL, so that taking it over needs no memory. False (and failed) when that cannot be. */
bool weft_buf_fit(weft_buf *buf);
/* Cut back to `len` bytes. */
void weft_buf_truncate(weft_buf *buf, size_t len);
weft_str weft_buf_str(const weft_buf *buf);

#endif
