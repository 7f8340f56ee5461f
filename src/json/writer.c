/* Writes values as JSON text. Nothing here fails but the buffer, which remembers it. */
#include "json/writer.h"

#include <string.h>

#include "base/clock.h"
#include "json/canonical.h"

/* The letter after the backslash for a control character that has one, else 0. */
static char short_escape(unsigned char byte)
{
    switch (byte) {
    case '"':
    case '\\':
        return (char)byte;
    case '\b':
        return 'b';
    case '\f':
        return 'f';
    case '\n':
        return 'n';
    case '\r':
        return 'r';
    case '\t':
        return 't';
    default:
        return 0;
    }
}

static void add_escape(weft_buf *buf, unsigned char byte)
{
    static const char digits[] = "0123456789abcdef";
    const char letter = short_escape(byte);
    if (letter) {
        const char text[] = {'\\', letter};
        weft_buf_add(buf, text, sizeof(text));
    } else {
        const char text[] = {'\\', 'u', '0', '0', digits[byte >> 4], digits[byte & 15]};
        weft_buf_add(buf, text, sizeof(text));
    }
}

/* True when one of the eight bytes at `data` has to be escaped. */
static inline bool has_escape(const char *data)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    const uint64_t highs = UINT64_C(0x8080808080808080);
    uint64_t word = 0;
    memcpy(&word, data, sizeof(word));
    const uint64_t quote = word ^ (ones * '"');
    const uint64_t slash = word ^ (ones * '\\');
    /* A byte below n sets its high bit in x - n, unless its own was set. */
    const uint64_t found = ((word - ones * 0x20) & ~word) | ((quote - ones) & ~quote) | ((slash - ones) & ~slash);
    return (found & highs) != 0;
}

/* Where the first byte at or behind `at` is that has to be escaped; eight bytes are looked at together while none is,
 * the last of them with some that were looked at. */
static size_t find_escape(weft_str text, size_t at)
{
    const size_t from = at;
    while (at + 8 <= text.len && !has_escape(text.data + at)) {
        at += 8;
    }
    if (at + 8 > text.len && text.len >= from + 8 && !has_escape(text.data + text.len - 8)) {
        return text.len;
    }
    while (at < text.len) {
        const unsigned char byte = (unsigned char)text.data[at];
        if (byte < 0x20 || byte == '"' || byte == '\\') {
            break;
        }
        at++;
    }
    return at;
}

void weft_json_add_text(weft_buf *buf, weft_str text)
{
    size_t at = find_escape(text, 0);
    if (at == text.len && weft_buf_reserve(buf, text.len + 2)) {
        char *end = buf->data + buf->len;
        end[0] = '"';
        memcpy(end + 1, text.len > 0 ? text.data : "", text.len);
        end[text.len + 1] = '"';
        end[text.len + 2] = '\0';
        buf->len += text.len + 2;
        return;
    }
    (void)weft_buf_reserve(buf, text.len + 2);
    weft_buf_add_char(buf, '"');
    size_t from = 0;
    for (; at < text.len; at = find_escape(text, from)) {
        weft_buf_add_str(buf, weft_str_slice(text, from, at));
        add_escape(buf, (unsigned char)text.data[at]);
        from = at + 1;
    }
    weft_buf_add_str(buf, weft_str_slice(text, from, text.len));
    weft_buf_add_char(buf, '"');
}

void weft_json_add_boolean(weft_buf *buf, bool value)
{
    weft_buf_add_str(buf, value ? WEFT_STR("true") : WEFT_STR("false"));
}

void weft_json_add_null(weft_buf *buf)
{
    weft_buf_add_str(buf, WEFT_STR("null"));
}

void weft_json_add_time(weft_buf *buf, int64_t time_us)
{
    weft_buf_add_char(buf, '"');
    weft_time_format(buf, time_us);
    weft_buf_add_char(buf, '"');
}

void weft_json_add_value(weft_buf *buf, const weft_value *value)
{
    switch (value->kind) {
    case WEFT_VALUE_NULL:
        weft_json_add_null(buf);
        break;
    case WEFT_VALUE_BOOLEAN:
        weft_json_add_boolean(buf, value->as.boolean);
        break;
    case WEFT_VALUE_INTEGER:
        weft_buf_add_integer(buf, value->as.integer);
        break;
    case WEFT_VALUE_DOUBLE:
        weft_json_add_double(buf, value->as.real);
        break;
    case WEFT_VALUE_TEXT:
        weft_json_add_text(buf, value->as.text);
        break;
    case WEFT_VALUE_TIME:
        weft_json_add_time(buf, value->as.time_us);
        break;
    case WEFT_VALUE_DECIMAL:
        weft_buf_add_str(buf, value->as.text);
        break;
    case WEFT_VALUE_JSON:
    case WEFT_VALUE_ARRAY:
        weft_json_add_canonical(buf, value->as.text);
        break;
    }
}
