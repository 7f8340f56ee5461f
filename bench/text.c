/* Text and JSON for the hand-written programs: what a careful C programmer writes for this one purpose. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bench/bench.h"

void bench_fail(const char *what, const char *why)
{
    (void)fprintf(stderr, "bench: %s: %s\n", what, why);
    exit(1);
}

void bench_sql(char *sql, const char *format, ...)
{
    const size_t len = strlen(sql);
    va_list args;
    va_start(args, format);
    const int added = vsnprintf(sql + len, BENCH_SQL_BYTES - len, format, args);
    va_end(args);
    if (added < 0 || len + (size_t)added >= BENCH_SQL_BYTES) {
        bench_fail("a statement is too long", sql);
    }
}

static char *grow(bench_text *text, size_t more)
{
    while (text->capacity - text->len < more) {
        text->capacity = text->capacity ? text->capacity * 2 : 65536;
    }
    text->data = realloc(text->data, text->capacity);
    if (!text->data) {
        bench_fail("memory", "there is none left");
    }
    return text->data + text->len;
}

static inline char *room(bench_text *text, size_t more)
{
    return text->capacity - text->len < more ? grow(text, more) : text->data + text->len;
}

void bench_add(bench_text *text, const char *data, size_t len)
{
    memcpy(room(text, len), data, len);
    text->len += len;
}

void bench_add_word(bench_text *text, const char *word)
{
    bench_add(text, word, strlen(word));
}

/* True where none of eight bytes has to be escaped. */
static bool is_plain(const char *data)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    uint64_t word = 0;
    memcpy(&word, data, 8);
    const uint64_t quote = word ^ (ones * '"');
    const uint64_t slash = word ^ (ones * '\\');
    const uint64_t found = ((word - ones * 0x20) & ~word) | ((quote - ones) & ~quote) | ((slash - ones) & ~slash);
    return (found & (ones * 0x80)) == 0;
}

static char *add_byte(char *at, unsigned char byte)
{
    if (byte == '"' || byte == '\\') {
        *at++ = '\\';
        *at++ = (char)byte;
        return at;
    }
    if (byte >= 0x20) {
        *at++ = (char)byte;
        return at;
    }
    return byte == '\n' ? (memcpy(at, "\\n", 2), at + 2) : at + sprintf(at, "\\u%04x", byte);
}

void bench_add_quoted(bench_text *text, const char *data, size_t len)
{
    char *at = room(text, len * 6 + 2);
    size_t i = 0;
    *at++ = '"';
    for (; i + 8 <= len && is_plain(data + i); i += 8) {
        memcpy(at, data + i, 8);
        at += 8;
    }
    for (; i < len; i++) {
        at = add_byte(at, (unsigned char)data[i]);
    }
    *at++ = '"';
    text->len = (size_t)(at - text->data);
}

void bench_add_integer(bench_text *text, int64_t value)
{
    char digits[24];
    size_t at = sizeof(digits);
    uint64_t left = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    do {
        digits[--at] = (char)('0' + left % 10);
        left /= 10;
    } while (left != 0);
    if (value < 0) {
        digits[--at] = '-';
    }
    bench_add(text, digits + at, sizeof(digits) - at);
}

void bench_add_time(bench_text *text, int64_t time_us)
{
    const int64_t ms = (time_us >= 0 ? time_us : time_us - 999) / 1000;
    const time_t seconds = (time_t)((ms >= 0 ? ms : ms - 999) / 1000);
    /* The last second's parts are remembered: rows written together carry neighbouring times. */
    static _Thread_local time_t known = -1;
    static _Thread_local char known_text[32];
    if (seconds != known) {
        struct tm parts;
        (void)gmtime_r(&seconds, &parts);
        (void)strftime(known_text, sizeof(known_text), "\"%Y-%m-%dT%H:%M:%S.", &parts);
        known = seconds;
    }
    const int rest = (int)(ms - (int64_t)seconds * 1000);
    char *at = room(text, 32);
    memcpy(at, known_text, 21);
    at[21] = (char)('0' + rest / 100);
    at[22] = (char)('0' + rest / 10 % 10);
    at[23] = (char)('0' + rest % 10);
    memcpy(at + 24, "Z\"", 2);
    text->len += 26;
}

void bench_shape_init(bench_shape *shape, const bench_columns *columns)
{
    shape->columns = *columns;
    for (int i = 0; i < columns->count; i++) {
        const int len =
            snprintf(shape->before[i], sizeof(shape->before[i]), "%s\"%s\":", i ? "," : "{", columns->items[i].name);
        shape->before_len[i] = (size_t)len;
    }
}
