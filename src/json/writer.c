/* Writes values as JSON text. Nothing here fails but the buffer, which remembers it. */
#include "json/writer.h"

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

void weft_json_add_text(weft_buf *buf, weft_str text)
{
    (void)weft_buf_reserve(buf, text.len + 2);
    weft_buf_add_char(buf, '"');
    size_t from = 0;
    for (size_t at = 0; at < text.len; at++) {
        const unsigned char byte = (unsigned char)text.data[at];
        if (byte < 0x20 || byte == '"' || byte == '\\') {
            weft_buf_add_str(buf, weft_str_slice(text, from, at));
            add_escape(buf, byte);
            from = at + 1;
        }
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
