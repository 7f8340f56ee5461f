/* The printable form of a store: its URL without anything secret. What cannot be told apart with certainty is hidden
 * rather than shown. */
#include "base/buf.h"
#include "model/catalog.h"

static const weft_str hidden = {"***", 3};

/* Index of the last `byte`, or text.len. */
static size_t find_last(weft_str text, char byte)
{
    for (size_t i = text.len; i > 0; i--) {
        if (text.data[i - 1] == byte) {
            return i - 1;
        }
    }
    return text.len;
}

static int hex_digit(char byte)
{
    if (byte >= '0' && byte <= '9') {
        return byte - '0';
    }
    const char letter = (char)(byte | 0x20);
    return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
}

/* True when the key of a URL parameter or conninfo setting names a secret, percent signs decoded as libpq does. */
static bool is_secret(weft_str key)
{
    char plain[32];
    size_t len = 0;
    for (size_t i = 0; i < key.len && len < sizeof(plain); i++) {
        char byte = key.data[i];
        if (byte == '%' && i + 2 < key.len && hex_digit(key.data[i + 1]) >= 0 && hex_digit(key.data[i + 2]) >= 0) {
            byte = (char)(hex_digit(key.data[i + 1]) * 16 + hex_digit(key.data[i + 2]));
            i += 2;
        }
        plain[len++] = byte >= 'A' && byte <= 'Z' ? (char)(byte - 'A' + 'a') : byte;
    }
    const weft_str name = {plain, len};
    return weft_str_equal_text(name, "password") || weft_str_equal_text(name, "sslpassword");
}

/* "a=1&password=x" with secret values hidden. */
static void add_parameters(weft_buf *buf, weft_str text)
{
    while (text.len) {
        const size_t end = weft_str_find(text, '&');
        const weft_str parameter = weft_str_slice(text, 0, end);
        const size_t equals = weft_str_find(parameter, '=');
        const weft_str key = weft_str_slice(parameter, 0, equals);
        weft_buf_add_str(buf, is_secret(key) ? key : parameter);
        if (is_secret(key)) {
            weft_buf_add_char(buf, '=');
            weft_buf_add_str(buf, hidden);
        }
        if (end < text.len) {
            weft_buf_add_char(buf, '&');
        }
        text = weft_str_slice(text, end + 1, text.len);
    }
}

/* After "postgres://": the user stays; everything from the first ":" to the last "@" goes, since a password written
 * without percent signs may hold any of "/?@". */
static void add_authority(weft_buf *buf, weft_str text)
{
    const size_t at = find_last(text, '@');
    const size_t colon = weft_str_find(text, ':');
    if (at < text.len && colon < at) {
        weft_buf_add_str(buf, weft_str_slice(text, 0, colon));
        text = weft_str_slice(text, at, text.len);
    }
    const size_t question = weft_str_find(text, '?');
    weft_buf_add_str(buf, weft_str_slice(text, 0, question));
    if (question < text.len) {
        weft_buf_add_char(buf, '?');
        add_parameters(buf, weft_str_slice(text, question + 1, text.len));
    }
}

static bool is_space(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
}

/* Bytes of a conninfo value: quoted with backslashes, or up to white space. */
static size_t conninfo_value_len(weft_str text)
{
    const bool is_quoted = text.len && text.data[0] == '\'';
    size_t at = is_quoted ? 1 : 0;
    while (at < text.len && (is_quoted ? text.data[at] != '\'' : !is_space(text.data[at]))) {
        at += text.data[at] == '\\' && at + 1 < text.len ? 2 : 1;
    }
    return is_quoted && at < text.len ? at + 1 : at;
}

/* "host=x password = 'y'" with secret values hidden; white space is made single. */
static void add_conninfo(weft_buf *buf, weft_str text)
{
    size_t at = 0;
    while (at < text.len) {
        while (at < text.len && is_space(text.data[at])) {
            at++;
        }
        const size_t key_at = at;
        while (at < text.len && text.data[at] != '=' && !is_space(text.data[at])) {
            at++;
        }
        const weft_str key = weft_str_slice(text, key_at, at);
        while (at < text.len && (is_space(text.data[at]) || text.data[at] == '=')) {
            at++;
        }
        const weft_str rest = weft_str_slice(text, at, text.len);
        const size_t value_len = conninfo_value_len(rest);
        if (key.len) {
            weft_buf_add_text(buf, buf->len ? " " : "");
            weft_buf_add_str(buf, key);
            weft_buf_add_char(buf, '=');
            weft_buf_add_str(buf, is_secret(key) ? hidden : weft_str_slice(rest, 0, value_len));
        }
        at += value_len;
    }
}

weft_str weft_store_def_describe(const weft_store_def *store, weft_arena *keep)
{
    weft_buf buf;
    weft_buf_init_arena(&buf, keep);
    const weft_str url = store->url;
    const size_t colon = weft_str_find(url, ':');
    const weft_str after = weft_str_slice(url, colon, url.len);
    if (store->kind != WEFT_STORE_POSTGRES) {
        weft_buf_add_str(&buf, url);
    } else if (weft_str_starts_with(after, WEFT_STR("://"))) {
        weft_buf_add_str(&buf, weft_str_slice(url, 0, colon + 3));
        add_authority(&buf, weft_str_slice(url, colon + 3, url.len));
    } else {
        add_conninfo(&buf, url);
    }
    return buf.failed ? (weft_str){NULL, 0} : weft_buf_str(&buf);
}
