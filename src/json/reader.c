/* Reading JSON with jansson. Before jansson sees the text one pass over its bytes holds it to the depth limit, so that
 * ten thousand brackets are an error with a place and not ten thousand stack frames. */
#include "json/reader.h"

#include <stdio.h>
#include <string.h>

#include "base/utf8.h"

/* Where in the text something is; both count from one, columns in bytes. */
typedef struct place {
    size_t line;
    size_t column;
} place;

static place place_of(weft_str text, size_t at)
{
    place result = {1, 1};
    for (size_t i = 0; i < at && i < text.len; i++) {
        result.column++;
        if (text.data[i] == '\n') {
            result = (place){result.line + 1, 1};
        }
    }
    return result;
}

static weft_code fail_at(weft_str text, size_t at, weft_code code, const char *message, weft_error *error)
{
    const place here = place_of(text, at);
    (void)weft_fail(error, code, "%s", message);
    weft_error_set_where(error, "%zu:%zu", here.line, here.column);
    return code;
}

/* The byte after the string that begins at `at`. */
static size_t skip_string(weft_str text, size_t at)
{
    for (at++; at < text.len && text.data[at] != '"'; at++) {
        at += text.data[at] == '\\';
    }
    return at + 1;
}

static weft_code check_depth(weft_str text, weft_error *error)
{
    size_t depth = 0;
    for (size_t at = 0; at < text.len;) {
        const char byte = text.data[at];
        if (byte == '"') {
            at = skip_string(text, at);
            continue;
        }
        if (byte == '[' || byte == '{') {
            depth++;
        } else if ((byte == ']' || byte == '}') && depth > 0) {
            depth--;
        }
        if (depth > WEFT_JSON_DEPTH_MAX) {
            (void)fail_at(text, at, WEFT_LIMIT_EXCEEDED, "the JSON text is nested too deeply", error);
            weft_error_set_detail(error, "At most %d levels are allowed.", WEFT_JSON_DEPTH_MAX);
            return WEFT_LIMIT_EXCEEDED;
        }
        at++;
    }
    return WEFT_OK;
}

/* jansson cuts its message at a byte and quotes the text as it found it; make it one line of UTF-8 again. */
static void make_printable(char *message)
{
    size_t at = 0;
    while (message[at]) {
        const weft_str rest = weft_str_from(message + at);
        const size_t len = weft_utf8_char_len(rest, 0);
        const unsigned char byte = (unsigned char)message[at];
        if (byte < 0x20 || byte == 0x7F || (len == 1 && byte >= 0x80)) {
            message[at] = '?';
        }
        at += len;
    }
}

static weft_code fail_json(const json_error_t *cause, weft_error *error)
{
    char message[JSON_ERROR_TEXT_LENGTH];
    memcpy(message, cause->text, sizeof(message));
    message[sizeof(message) - 1] = '\0';
    make_printable(message);
    if (json_error_code(cause) == json_error_out_of_memory) {
        return weft_fail_no_memory(error);
    }
    (void)weft_fail(error, WEFT_INVALID_JSON, "invalid JSON: %s", message);
    weft_error_set_where(error, "%d:%d", cause->line, cause->column > 0 ? cause->column : 1);
    if (json_error_code(cause) == json_error_numeric_overflow) {
        weft_error_set_hint(error, "A number beyond 64 bits can be given as a string.");
    }
    return WEFT_INVALID_JSON;
}

weft_code weft_json_read(weft_str text, size_t bytes_max, json_t **ret_value, weft_error *error)
{
    if (bytes_max != 0 && text.len > bytes_max) {
        (void)weft_fail(error, WEFT_LIMIT_EXCEEDED, "the JSON text is too long");
        weft_error_set_detail(error, "It has %zu bytes; at most %zu are allowed.", text.len, bytes_max);
        return WEFT_LIMIT_EXCEEDED;
    }
    WEFT_TRY(check_depth(text, error));
    json_error_t cause = {0};
    json_t *value = json_loadb(text.data ? text.data : "", text.len, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &cause);
    if (!value) {
        return fail_json(&cause, error);
    }
    *ret_value = value;
    return WEFT_OK;
}

weft_str weft_json_text(const json_t *value)
{
    return (weft_str){json_string_value(value), json_string_length(value)};
}
