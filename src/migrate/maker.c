/* Text and memory with remembered failure. */
#include "migrate/maker.h"

weft_str weft_maker_text(weft_maker *maker, const char *format, ...)
{
    weft_buf buf = weft_maker_buf(maker);
    va_list args;
    va_start(args, format);
    weft_buf_add_format_v(&buf, format, args);
    va_end(args);
    return weft_maker_take(maker, &buf);
}

weft_str weft_maker_copy(weft_maker *maker, weft_str text)
{
    const weft_str copy = weft_str_copy(maker->keep, text);
    maker->failed = maker->failed || !copy.data;
    return copy.data ? copy : WEFT_STR("");
}

weft_buf weft_maker_buf(const weft_maker *maker)
{
    weft_buf buf;
    weft_buf_init_arena(&buf, maker->keep);
    return buf;
}

weft_str weft_maker_take(weft_maker *maker, const weft_buf *buf)
{
    if (buf->failed) {
        maker->failed = true;
        return WEFT_STR("");
    }
    return weft_buf_str(buf);
}

void *weft_maker_array(weft_maker *maker, size_t count, size_t size)
{
    void *memory = weft_arena_alloc_array(maker->keep, count, size);
    if (!memory) {
        maker->failed = true;
    }
    return memory;
}

weft_code weft_maker_check(const weft_maker *maker, weft_error *error)
{
    return maker->failed ? weft_fail_arena(error, maker->keep) : WEFT_OK;
}
