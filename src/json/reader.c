/* Reading JSON with jansson. Before jansson sees the text one pass over its tokens (json/scan.c) holds it to the depth
 * limit, so that ten thousand brackets are an error with a place and not ten thousand stack frames, and hands jansson
 * the numbers it would round as texts that begin with U+0000, which JSON may hold but weft's may not. */
#include "json/reader.h"

#include <string.h>

#include "base/utf8.h"
#include "json/scan.h"

#define LOAD_FLAGS (JSON_REJECT_DUPLICATES | JSON_DECODE_ANY)

/* Put the line and column of the character at `at` into the error; both count from one. */
static void set_place(weft_str text, size_t at, weft_error *error)
{
    size_t line = 1;
    size_t column = 1;
    for (size_t i = 0; i < at && i < text.len; i++) {
        const bool is_tail = ((unsigned char)text.data[i] & 0xC0) == 0x80;
        column += !is_tail;
        if (text.data[i] == '\n') {
            line++;
            column = 1;
        }
    }
    weft_error_set_where(error, "%zu:%zu", line, column);
}

static weft_code fail_survey(weft_str text, const weft_json_survey *survey, weft_error *error)
{
    weft_code code = WEFT_INVALID_JSON;
    if (survey->fault == WEFT_JSON_FAULT_DEPTH) {
        code = weft_fail(error, WEFT_LIMIT_EXCEEDED, "the JSON text is nested too deeply");
        weft_error_set_detail(error, "At most %d levels are allowed.", WEFT_JSON_DEPTH_MAX);
        weft_error_set_hint(error, "This limit is fixed: take a level out.");
    } else {
        (void)weft_fail(error, code, "invalid JSON: a text cannot hold the character U+0000");
    }
    set_place(text, survey->at, error);
    return code;
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

/* The first byte that is not UTF-8, or the end. */
static size_t find_stray_byte(weft_str text)
{
    size_t at = 0;
    size_t len = weft_utf8_char_len(text, at);
    while (len > 0 && (len > 1 || (unsigned char)text.data[at] < 0x80)) {
        at += len;
        len = weft_utf8_char_len(text, at);
    }
    return at;
}

static bool begins(const char *text, const char *start)
{
    return strncmp(text, start, strlen(start)) == 0;
}

/* jansson says nothing at all when the memory for a value could not be had. When that for a string could not, it says
 * that the string it just read is none; what is wrong in a string itself it tells in other words. */
static bool is_out_of_memory(const json_error_t *cause, weft_str text)
{
    const size_t at = cause->position > 0 ? (size_t)cause->position : 0;
    const bool is_behind_string = at > 0 && at <= text.len && text.data[at - 1] == '"';
    return json_error_code(cause) == json_error_out_of_memory || cause->text[0] == '\0' ||
           (is_behind_string &&
            (begins(cause->text, "invalid token") || begins(cause->text, "string or '}' expected")));
}

/* `at` is how far jansson had read: behind what it could not take. */
static weft_code fail_json(weft_str text, const json_error_t *cause, size_t at, weft_error *error)
{
    char message[JSON_ERROR_TEXT_LENGTH];
    memcpy(message, cause->text, sizeof(message));
    message[sizeof(message) - 1] = '\0';
    make_printable(message);
    (void)weft_fail(error, WEFT_INVALID_JSON, "invalid JSON: %s", message);
    /* A byte that is no text does not count as read. */
    const bool is_stray = json_error_code(cause) == json_error_invalid_utf8;
    set_place(text, is_stray ? find_stray_byte(text) : at > 0 ? at - 1 : 0, error);
    return WEFT_INVALID_JSON;
}

static weft_code load(weft_str text, json_t **ret_value, weft_error *error)
{
    json_error_t cause = {0};
    json_t *value = json_loadb(text.data, text.len, LOAD_FLAGS, &cause);
    if (!value && is_out_of_memory(&cause, text)) {
        return weft_fail_no_memory(error);
    }
    if (!value) {
        return fail_json(text, &cause, (size_t)cause.position, error);
    }
    *ret_value = value;
    return WEFT_OK;
}

static weft_code load_marked(weft_str text, json_t **ret_value, weft_error *error)
{
    weft_buf marked;
    weft_buf_init(&marked, NULL);
    weft_json_add_marked(&marked, text);
    json_error_t cause = {0};
    json_t *value = marked.failed ? NULL : json_loadb(marked.data, marked.len, LOAD_FLAGS | JSON_ALLOW_NUL, &cause);
    const bool failed = marked.failed || (!value && is_out_of_memory(&cause, weft_buf_str(&marked)));
    weft_buf_done(&marked);
    if (failed) {
        return weft_fail_no_memory(error);
    }
    if (!value) {
        return fail_json(text, &cause, weft_json_unmarked_offset(text, (size_t)cause.position), error);
    }
    *ret_value = value;
    return WEFT_OK;
}

weft_code weft_json_read(weft_str text, size_t bytes_max, json_t **ret_value, weft_error *error)
{
    if (bytes_max != 0 && text.len > bytes_max) {
        (void)weft_fail(error, WEFT_LIMIT_EXCEEDED, "the JSON text is too long");
        weft_error_set_hint(error, "Give it in several parts.");
        weft_error_set_detail(error, "It has %zu bytes; at most %zu are allowed.", text.len, bytes_max);
        return WEFT_LIMIT_EXCEEDED;
    }
    text = text.data ? text : WEFT_STR("");
    const weft_json_survey survey = weft_json_scan(text);
    if (survey.fault != WEFT_JSON_FAULT_NONE) {
        return fail_survey(text, &survey, error);
    }
    return survey.has_long_numbers ? load_marked(text, ret_value, error) : load(text, ret_value, error);
}

weft_str weft_json_long_number(const json_t *value)
{
    const char *text = json_string_value(value);
    const size_t len = json_string_length(value);
    return len > 1 && text[0] == '\0' ? (weft_str){text + 1, len - 1} : (weft_str){NULL, 0};
}

bool weft_json_is_number(const json_t *value)
{
    return json_is_number(value) || weft_json_long_number(value).len > 0;
}

double weft_json_number(const json_t *value)
{
    const weft_str digits = weft_json_long_number(value);
    double nearest = json_number_value(value);
    if (digits.len > 0) {
        (void)weft_json_parse_double(digits, &nearest);
    }
    return nearest;
}

weft_str weft_json_text(const json_t *value)
{
    if (weft_json_long_number(value).len > 0) {
        return (weft_str){NULL, 0};
    }
    return (weft_str){json_string_value(value), json_string_length(value)};
}
