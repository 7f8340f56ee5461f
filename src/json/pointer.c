/* JSON Pointers (RFC 6901) as chains on the stack, printed from the root down. */
#include "json/reader.h"

#include <string.h>

#include "base/utf8.h"

/* Text being cut to a fixed room; `len` goes on counting beyond it. */
typedef struct sink {
    char *data;
    size_t size;
    size_t len;
} sink;

static void put(sink *to, const char *data, size_t len)
{
    for (size_t i = 0; i < len; i++, to->len++) {
        if (to->len < to->size) {
            to->data[to->len] = data[i];
        }
    }
}

static void put_key(sink *to, weft_str key)
{
    for (size_t i = 0; i < key.len; i++) {
        if (key.data[i] == '~') {
            put(to, "~0", 2);
        } else if (key.data[i] == '/') {
            put(to, "~1", 2);
        } else {
            put(to, key.data + i, 1);
        }
    }
}

static void put_index(sink *to, size_t index)
{
    char digits[24];
    char *at = digits + sizeof(digits);
    do {
        *--at = (char)('0' + index % 10);
        index /= 10;
    } while (index > 0);
    put(to, at, (size_t)(digits + sizeof(digits) - at));
}

static void put_step(sink *to, const weft_json_pointer *step)
{
    put(to, "/", 1);
    if (step->key.data) {
        put_key(to, step->key);
    } else {
        put_index(to, step->index);
    }
}

static const weft_json_pointer *ancestor(const weft_json_pointer *pointer, size_t steps)
{
    for (; steps > 0; steps--) {
        pointer = pointer->parent;
    }
    return pointer;
}

/* Walks to each ancestor from the leaf: quadratic, but chains are as short as requests are deep. */
static void put_pointer(sink *to, const weft_json_pointer *pointer)
{
    size_t depth = 0;
    for (const weft_json_pointer *at = pointer; at && at->parent; at = at->parent) {
        depth++;
    }
    while (depth > 0) {
        put_step(to, ancestor(pointer, --depth));
    }
}

/* NOLINTNEXTLINE(readability-non-const-parameter): it is written to through the sink */
weft_str weft_json_pointer_print(const weft_json_pointer *pointer, char *text, size_t size)
{
    sink to = {text, size, 0};
    put_pointer(&to, pointer);
    return weft_utf8_cut((weft_str){text, to.len < size ? to.len : size}, size - 1);
}

void weft_json_pointer_set_where(const weft_json_pointer *pointer, weft_error *error)
{
    char text[sizeof(error->where)];
    const weft_str cut = weft_json_pointer_print(pointer, text, sizeof(text));
    weft_error_set_where(error, "%.*s", WEFT_STR_ARG(cut));
}

weft_str weft_json_pointer_text(const weft_json_pointer *pointer, weft_arena *keep)
{
    sink count = {NULL, 0, 0};
    put_pointer(&count, pointer);
    char *text = weft_arena_alloc(keep, count.len + 1);
    if (!text) {
        return (weft_str){NULL, 0};
    }
    sink to = {text, count.len, 0};
    put_pointer(&to, pointer);
    return (weft_str){text, count.len};
}
