/* UTF-8 after RFC 3629. */
#include "base/utf8.h"

static bool is_tail(unsigned char byte)
{
    return (byte & 0xC0) == 0x80;
}

/* Bytes of the well-formed character at `at`, or 0. */
static size_t char_len(weft_str text, size_t at)
{
    const unsigned char *s = (const unsigned char *)text.data + at;
    const size_t left = text.len - at;
    if (s[0] < 0x80) {
        return 1;
    }
    if (s[0] >= 0xC2 && s[0] <= 0xDF) {
        return left >= 2 && is_tail(s[1]) ? 2 : 0;
    }
    if ((s[0] & 0xF0) == 0xE0 && left >= 3 && is_tail(s[1]) && is_tail(s[2])) {
        const bool overlong = s[0] == 0xE0 && s[1] < 0xA0;
        const bool surrogate = s[0] == 0xED && s[1] >= 0xA0;
        return overlong || surrogate ? 0 : 3;
    }
    if (s[0] >= 0xF0 && s[0] <= 0xF4 && left >= 4 && is_tail(s[1]) && is_tail(s[2]) && is_tail(s[3])) {
        const bool overlong = s[0] == 0xF0 && s[1] < 0x90;
        const bool beyond = s[0] == 0xF4 && s[1] >= 0x90;
        return overlong || beyond ? 0 : 4;
    }
    return 0;
}

bool weft_utf8_is_valid(weft_str text)
{
    for (size_t at = 0; at < text.len;) {
        const size_t len = char_len(text, at);
        if (len == 0) {
            return false;
        }
        at += len;
    }
    return true;
}

size_t weft_utf8_char_len(weft_str text, size_t at)
{
    if (at >= text.len) {
        return 0;
    }
    const size_t len = char_len(text, at);
    return len ? len : 1;
}

weft_str weft_utf8_cut(weft_str text, size_t bytes_max)
{
    if (text.len <= bytes_max) {
        return text;
    }
    size_t end = bytes_max;
    while (end > 0 && is_tail((unsigned char)text.data[end])) {
        end--;
    }
    return (weft_str){text.data, end};
}
