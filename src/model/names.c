/* Names between the styles, and names of tables: what Medusa does, so that its databases can be adopted.
 *
 * Letters are ASCII letters here, as names are; other characters pass unchanged. Each function builds its answer in the
 * caller's arena and fails only for want of memory, with `.data` NULL. */
#include "model/names.h"

#include "base/buf.h"
#include "base/utf8.h"

#define NAME_BYTES_MAX       ((size_t)58)
#define PART_BYTES_MAX       ((size_t)4)
#define IDENTIFIER_BYTES_MAX 63

static bool is_lower(char byte)
{
    return byte >= 'a' && byte <= 'z';
}

static bool is_upper(char byte)
{
    return byte >= 'A' && byte <= 'Z';
}

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

static bool is_alphanumeric(char byte)
{
    return is_lower(byte) || is_upper(byte) || is_digit(byte);
}

static char to_lower(char byte)
{
    return is_upper(byte) ? (char)(byte - 'A' + 'a') : byte;
}

static char to_upper(char byte)
{
    return is_lower(byte) ? (char)(byte - 'a' + 'A') : byte;
}

static void add_lower(weft_buf *buf, weft_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        weft_buf_add_char(buf, to_lower(text.data[i]));
    }
}

static void init_buf(weft_buf *buf, weft_arena *keep, size_t len)
{
    weft_buf_init_arena(buf, keep);
    (void)weft_buf_reserve(buf, len);
}

static weft_str finish(const weft_buf *buf)
{
    return buf->failed ? (weft_str){NULL, 0} : weft_buf_str(buf);
}

/* Lower case, with `separator` where a small letter meets a capital. */
static void add_split_lower(weft_buf *buf, weft_str name, char separator)
{
    for (size_t i = 0; i < name.len; i++) {
        if (i > 0 && is_lower(name.data[i - 1]) && is_upper(name.data[i])) {
            weft_buf_add_char(buf, separator);
        }
        weft_buf_add_char(buf, to_lower(name.data[i]));
    }
}

weft_str weft_name_snake(weft_str name, weft_arena *keep)
{
    weft_buf buf;
    init_buf(&buf, keep, name.len);
    add_split_lower(&buf, name, '_');
    return finish(&buf);
}

weft_str weft_name_kebab(weft_str name, weft_arena *keep)
{
    weft_buf buf;
    init_buf(&buf, keep, name.len);
    for (size_t i = 0; i < name.len; i++) {
        const char byte = name.data[i];
        const char before = i > 0 ? name.data[i - 1] : '\0';
        const bool is_gap = byte == '_' || byte == ' ' || (byte >= '\t' && byte <= '\r');
        const bool was_gap = before == '_' || before == ' ' || (before >= '\t' && before <= '\r');
        if ((is_gap && !was_gap) || (is_lower(before) && is_upper(byte))) {
            weft_buf_add_char(&buf, '-');
        }
        if (!is_gap) {
            weft_buf_add_char(&buf, to_lower(byte));
        }
    }
    return finish(&buf);
}

static bool is_word(char byte)
{
    return is_alphanumeric(byte) || byte == '_';
}

/* The first character and each that follows a "_" become capitals, and the "_" in front goes. */
static void add_pascal(weft_buf *buf, weft_str name)
{
    for (size_t i = 0; i < name.len; i++) {
        const bool is_joint = name.data[i] == '_' && i > 0 && i + 1 < name.len && is_word(name.data[i + 1]);
        i += is_joint;
        if (i == 0 || is_joint) {
            if (name.data[i] != '_') {
                weft_buf_add_char(buf, to_upper(name.data[i]));
            }
        } else {
            weft_buf_add_char(buf, name.data[i]);
        }
    }
}

weft_str weft_name_pascal(weft_str name, weft_arena *keep)
{
    weft_buf buf;
    init_buf(&buf, keep, name.len);
    add_pascal(&buf, name);
    return finish(&buf);
}

/* A letter, then letters and digits, ending in a word of its own: a capital and at least one small letter or digit.
 * Such a name is camel or Pascal case already. */
static bool is_camel(weft_str name)
{
    size_t tail = name.len;
    for (size_t i = 0; i < name.len; i++) {
        if (!is_alphanumeric(name.data[i])) {
            return false;
        }
    }
    while (tail > 0 && !is_upper(name.data[tail - 1])) {
        tail--;
    }
    return tail > 1 && tail < name.len && !is_digit(name.data[0]);
}

static weft_str last_character(weft_str text)
{
    size_t at = text.len - 1;
    while (at > 0 && ((unsigned char)text.data[at] & 0xC0) == 0x80) {
        at--;
    }
    return weft_str_slice(text, at, text.len);
}

static void add_camel(weft_buf *buf, weft_str name)
{
    size_t i = 0;
    while (i < name.len) {
        size_t end = i;
        while (end < name.len && !is_alphanumeric(name.data[end])) {
            end++;
        }
        if (end == i) {
            weft_buf_add_char(buf, to_lower(name.data[i++]));
        } else if (end < name.len) {
            weft_buf_add_char(buf, to_upper(name.data[end]));
            i = end + 1;
        } else {
            /* Of separators at the end the last stays. */
            weft_buf_add_str(buf, last_character(name));
            i = end;
        }
    }
}

weft_str weft_name_camel(weft_str name, weft_arena *keep)
{
    weft_buf buf;
    init_buf(&buf, keep, name.len);
    if (is_camel(name)) {
        weft_buf_add_str(&buf, name);
    } else {
        add_camel(&buf, name);
    }
    return finish(&buf);
}

static bool ends_with_ignoring_case(weft_str text, weft_str suffix)
{
    if (text.len < suffix.len) {
        return false;
    }
    for (size_t i = 0; i < suffix.len; i++) {
        if (to_lower(text.data[text.len - suffix.len + i]) != suffix.data[i]) {
            return false;
        }
    }
    return true;
}

static weft_str without_suffix(weft_str part)
{
    const weft_str suffixes[] = {WEFT_STR("_id"), WEFT_STR("service")};
    for (size_t i = 0; i < WEFT_COUNT_OF(suffixes); i++) {
        if (ends_with_ignoring_case(part, suffixes[i])) {
            return weft_str_slice(part, 0, part.len - suffixes[i].len);
        }
    }
    return part;
}

static void add_table_parts(weft_buf *buf, const weft_str *parts, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (i > 0) {
            weft_buf_add_char(buf, '_');
        }
        weft_buf_add_str(buf, without_suffix(parts[i]));
    }
}

weft_str weft_name_compose_table(const weft_str *parts, size_t count, weft_arena *keep)
{
    weft_buf buf;
    init_buf(&buf, keep, 0);
    add_table_parts(&buf, parts, count);
    return finish(&buf);
}

weft_str weft_name_compose_link(const weft_str *parts, size_t count, weft_arena *keep)
{
    weft_buf joined;
    init_buf(&joined, keep, 0);
    add_table_parts(&joined, parts, count);
    weft_buf_add_text(&joined, count > 0 ? "_link" : "link");
    if (joined.failed) {
        return (weft_str){NULL, 0};
    }
    weft_buf buf;
    init_buf(&buf, keep, joined.len);
    add_pascal(&buf, weft_buf_str(&joined));
    if (buf.len > 0) {
        buf.data[0] = to_upper(buf.data[0]);
    }
    return finish(&buf);
}

/* The code point at *at, which moves behind it; a byte that starts no character counts as U+FFFD. */
static uint32_t next_code_point(weft_str text, size_t *at)
{
    const unsigned char *bytes = (const unsigned char *)text.data + *at;
    const size_t len = weft_utf8_char_len(text, *at);
    *at += len;
    if (len == 1) {
        return bytes[0] < 0x80 ? bytes[0] : 0xFFFD;
    }
    uint32_t code_point = bytes[0] & (0x7Fu >> len);
    for (size_t i = 1; i < len; i++) {
        code_point = code_point << 6 | (bytes[i] & 0x3Fu);
    }
    return code_point;
}

/* h * 33 + unit as JavaScript computes it: the shift is done in 32 bits, the sums are not. */
static int64_t hash_unit(int64_t hash, uint32_t unit)
{
    const uint32_t shifted = (uint32_t)((uint64_t)hash << 5);
    const int64_t wrapped = shifted > INT32_MAX ? (int64_t)shifted - ((int64_t)1 << 32) : (int64_t)shifted;
    return wrapped + hash + (int64_t)unit;
}

static void add_hash(weft_buf *buf, weft_str text)
{
    int64_t hash = 5381;
    for (size_t at = 0; at < text.len;) {
        const uint32_t code_point = next_code_point(text, &at);
        if (code_point >= 0x10000) {
            hash = hash_unit(hash, 0xD800 + ((code_point - 0x10000) >> 10));
            hash = hash_unit(hash, 0xDC00 + ((code_point - 0x10000) & 0x3FF));
        } else {
            hash = hash_unit(hash, code_point);
        }
    }
    const uint64_t magnitude = hash < 0 ? 0 - (uint64_t)hash : (uint64_t)hash;
    weft_buf_add_format(buf, "%s%llx", hash < 0 ? "-" : "", (unsigned long long)magnitude);
}

weft_str weft_name_hash(weft_str text, weft_arena *keep)
{
    weft_buf buf;
    init_buf(&buf, keep, 0);
    add_hash(&buf, text);
    return finish(&buf);
}

/* The part of a "_"-joined name that begins at *at, which moves behind its "_". */
static weft_str next_part(weft_str name, size_t *at)
{
    const weft_str rest = weft_str_slice(name, *at, name.len);
    const weft_str part = weft_str_slice(rest, 0, weft_str_find(rest, '_'));
    *at += part.len + 1;
    return part;
}

/* `name`, lower case already, without a part that repeats the one before. */
static void add_without_repeats(weft_buf *buf, weft_str name)
{
    weft_str before = {NULL, 0};
    for (size_t at = 0; at <= name.len;) {
        const bool is_first = at == 0;
        const weft_str part = next_part(name, &at);
        if (is_first || !weft_str_equal(part, before)) {
            weft_buf_add_text(buf, is_first ? "" : "_");
            weft_buf_add_str(buf, part);
        }
        before = part;
    }
}

/* The snake form of a name with each part cut short. */
static void add_short_parts(weft_buf *buf, weft_str snake)
{
    for (size_t at = 0; at <= snake.len;) {
        weft_buf_add_text(buf, at == 0 ? "" : "_");
        weft_buf_add_str(buf, weft_utf8_cut(next_part(snake, &at), PART_BYTES_MAX));
    }
}

weft_str weft_name_compress(weft_str name, weft_arena *keep)
{
    weft_buf lower;
    init_buf(&lower, keep, name.len);
    add_lower(&lower, name);
    if (name.len <= NAME_BYTES_MAX || lower.failed) {
        return finish(&lower);
    }
    const weft_str hash = weft_name_hash(name, keep);
    const weft_str snake = weft_name_snake(name, keep);
    if (!hash.data || !snake.data) {
        return (weft_str){NULL, 0};
    }
    weft_buf buf;
    init_buf(&buf, keep, name.len + hash.len);
    add_without_repeats(&buf, weft_buf_str(&lower));
    if (buf.len > NAME_BYTES_MAX) {
        weft_buf_clear(&buf);
        add_short_parts(&buf, snake);
    }
    const weft_str cut = weft_utf8_cut(weft_buf_str(&buf), NAME_BYTES_MAX - hash.len);
    weft_buf_truncate(&buf, cut.len);
    weft_buf_add_str(&buf, hash);
    return finish(&buf);
}

static bool is_name(weft_str name, bool may_have_dashes)
{
    if (name.len == 0 || name.len > IDENTIFIER_BYTES_MAX || is_digit(name.data[0]) || name.data[0] == '-') {
        return false;
    }
    for (size_t i = 0; i < name.len; i++) {
        if (!is_word(name.data[i]) && !(may_have_dashes && name.data[i] == '-')) {
            return false;
        }
    }
    return true;
}

bool weft_name_is_identifier(weft_str name)
{
    return is_name(name, false);
}

bool weft_name_is_module(weft_str name)
{
    return is_name(name, true);
}
