/* The sticky-failure buffer, growing by doubling from an allocator or inside an arena. */
#include "base/buf.h"

#include <stdio.h>
#include <string.h>

#define CAPACITY_FIRST ((size_t)64)

void weft_buf_init(weft_buf *buf, const weft_allocator *allocator)
{
    *buf = (weft_buf){.allocator = allocator};
}

void weft_buf_init_arena(weft_buf *buf, weft_arena *arena)
{
    *buf = (weft_buf){.arena = arena};
}

void weft_buf_done(weft_buf *buf)
{
    if (!buf) {
        return;
    }
    if (!buf->arena) {
        weft_free(buf->allocator, buf->data, buf->capacity);
    }
    *buf = (weft_buf){.allocator = buf->allocator, .arena = buf->arena};
}

void weft_buf_clear(weft_buf *buf)
{
    weft_buf_truncate(buf, 0);
    buf->failed = false;
}

static char *move(weft_buf *buf, size_t capacity)
{
    if (!buf->arena) {
        return weft_resize(buf->allocator, buf->data, buf->capacity, capacity);
    }
    char *data = weft_arena_alloc(buf->arena, capacity);
    if (data && buf->len) {
        memcpy(data, buf->data, buf->len);
    }
    return data;
}

bool weft_buf_grow(weft_buf *buf, size_t more)
{
    if (buf->failed || more > SIZE_MAX / 2 - buf->len - 1) {
        buf->failed = true;
        return false;
    }
    const size_t need = buf->len + more + 1;
    size_t capacity = buf->capacity ? buf->capacity : CAPACITY_FIRST;
    while (capacity < need) {
        capacity *= 2;
    }
    char *data = move(buf, capacity);
    if (!data) {
        buf->failed = true;
        return false;
    }
    data[buf->len] = '\0';
    buf->data = data;
    buf->capacity = capacity;
    return true;
}

bool weft_buf_fit(weft_buf *buf)
{
    if (!weft_buf_reserve(buf, 0) || buf->arena || buf->capacity == buf->len + 1) {
        return !buf->failed;
    }
    char *data = weft_resize(buf->allocator, buf->data, buf->capacity, buf->len + 1);
    if (!data) {
        buf->failed = true;
        return false;
    }
    buf->data = data;
    buf->capacity = buf->len + 1;
    return true;
}

void weft_buf_add(weft_buf *buf, const void *data, size_t len)
{
    weft_buf_add_str(buf, (weft_str){data, len});
}

void weft_buf_add_text(weft_buf *buf, const char *text)
{
    weft_buf_add_str(buf, weft_str_from(text));
}

void weft_buf_add_integer(weft_buf *buf, int64_t value)
{
    char digits[24];
    char *at = digits + sizeof(digits);
    uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    do {
        *--at = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest);
    if (value < 0) {
        *--at = '-';
    }
    weft_buf_add(buf, at, (size_t)(digits + sizeof(digits) - at));
}

void weft_buf_add_format_v(weft_buf *buf, const char *format, va_list args)
{
    va_list again;
    va_copy(again, args);
    const int len = vsnprintf(NULL, 0, format, args);
    if (len < 0) {
        buf->failed = true;
    } else if (weft_buf_reserve(buf, (size_t)len)) {
        (void)vsnprintf(buf->data + buf->len, (size_t)len + 1, format, again);
        buf->len += (size_t)len;
    }
    va_end(again);
}

void weft_buf_add_format(weft_buf *buf, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    weft_buf_add_format_v(buf, format, args);
    va_end(args);
}

void weft_buf_truncate(weft_buf *buf, size_t len)
{
    if (len <= buf->len) {
        buf->len = len;
        if (buf->data) {
            buf->data[len] = '\0';
        }
    }
}

weft_str weft_buf_str(const weft_buf *buf)
{
    return (weft_str){buf->data, buf->len};
}
