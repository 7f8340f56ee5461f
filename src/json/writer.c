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

#define ONES  UINT64_C(0x0101010101010101)
#define HIGHS UINT64_C(0x8080808080808080)

static inline uint64_t read_word(const char *data)
{
    uint64_t word = 0;
    memcpy(&word, data, sizeof(word));
    return word;
}

/* A byte below n sets its high bit in x - n, and so does one that had it set. */
static inline bool is_plain_word(uint64_t word)
{
    const uint64_t quote = word ^ (ONES * '"');
    const uint64_t slash = word ^ (ONES * '\\');
    return (((word - ONES * 0x20) | (quote - ONES) | (slash - ONES) | word) & HIGHS) == 0;
}

/* True when `text` is ASCII, as most texts are, and nothing in it has to be escaped: quicker to see than where
 * something has. Short texts are not looked at. */
static bool is_plain(weft_str text)
{
    if (text.len < 8) {
        return false;
    }
    for (size_t at = 0; at + 8 < text.len; at += 8) {
        if (!is_plain_word(read_word(text.data + at))) {
            return false;
        }
    }
    return is_plain_word(read_word(text.data + text.len - 8));
}

/* True when one of the eight bytes at `data` has to be escaped. */
static inline bool has_escape(const char *data)
{
    const uint64_t word = read_word(data);
    const uint64_t quote = word ^ (ONES * '"');
    const uint64_t slash = word ^ (ONES * '\\');
    /* A byte below n sets its high bit in x - n, unless its own was set. */
    const uint64_t found = ((word - ONES * 0x20) & ~word) | ((quote - ONES) & ~quote) | ((slash - ONES) & ~slash);
    return (found & HIGHS) != 0;
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
    size_t at = is_plain(text) ? text.len : find_escape(text, 0);
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
    char text[WEFT_TIME_BYTES + 2];
    text[0] = '"';
    weft_time_write(text + 1, time_us);
    text[WEFT_TIME_BYTES + 1] = '"';
    weft_buf_add_str(buf, (weft_str){text, sizeof(text)});
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
