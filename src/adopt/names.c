/* Names out of a database made names of weft, one of a kind where they must be. */
#include "model/names.h"
#include "adopt/work.h"

#define NAME_BYTES_MAX 63

static bool is_letter(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || byte == '_';
}

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

weft_str weft_adopt_identifier(weft_arena *keep, weft_str name)
{
    if (weft_name_is_identifier(name)) {
        return name;
    }
    weft_buf buf;
    weft_buf_init_arena(&buf, keep);
    weft_buf_add_text(&buf, name.len == 0 || is_digit(name.data[0]) ? "_" : "");
    for (size_t i = 0; i < name.len && buf.len < NAME_BYTES_MAX; i++) {
        const char byte = name.data[i];
        const bool is_kept = is_letter(byte) || is_digit(byte);
        /* A run of other bytes, such as those of one letter in UTF-8, becomes one. */
        if (is_kept || buf.len == 0 || buf.data[buf.len - 1] != '_') {
            weft_buf_add_char(&buf, is_kept ? byte : '_');
        }
    }
    return buf.failed ? (weft_str){NULL, 0} : weft_buf_str(&buf);
}

weft_str weft_adopt_claim(weft_arena *keep, weft_map *claims, weft_str name, const void *value)
{
    weft_str mine = name;
    for (size_t i = 2; mine.data != NULL && weft_map_get(claims, mine) != NULL; i++) {
        const weft_str start = weft_str_slice(name, 0, NAME_BYTES_MAX - 8);
        mine = weft_str_format(keep, "%.*s_%zu", WEFT_STR_ARG(start), i);
    }
    const bool is_set = mine.data != NULL && weft_map_set(claims, mine, value);
    return is_set ? mine : (weft_str){NULL, 0};
}
