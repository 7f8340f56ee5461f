/* Text and JSON for the hand-written programs: what a careful C programmer writes for this one purpose. */
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

static char *room(bench_text *text, size_t more)
{
    if (text->capacity - text->len < more) {
        while (text->capacity - text->len < more) {
            text->capacity = text->capacity ? text->capacity * 2 : 65536;
        }
        text->data = realloc(text->data, text->capacity);
        if (!text->data) {
            bench_fail("memory", "there is none left");
        }
    }
    return text->data + text->len;
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

void bench_add_quoted(bench_text *text, const char *data, size_t len)
{
    char *at = room(text, len * 6 + 2);
    *at++ = '"';
    for (size_t i = 0; i < len; i++) {
        const unsigned char byte = (unsigned char)data[i];
        if (byte == '"' || byte == '\\') {
            *at++ = '\\';
            *at++ = (char)byte;
        } else if (byte >= 0x20) {
            *at++ = (char)byte;
        } else if (byte == '\n') {
            *at++ = '\\';
            *at++ = 'n';
        } else {
            at += sprintf(at, "\\u%04x", byte);
        }
    }
    *at++ = '"';
    text->len = (size_t)(at - text->data);
}

void bench_add_integer(bench_text *text, int64_t value)
{
    char digits[24];
    bench_add(text, digits, (size_t)snprintf(digits, sizeof(digits), "%lld", (long long)value));
}

void bench_add_time(bench_text *text, int64_t time_us)
{
    const int64_t ms = (time_us >= 0 ? time_us : time_us - 999) / 1000;
    const time_t seconds = (time_t)((ms >= 0 ? ms : ms - 999) / 1000);
    /* The last second's parts are remembered: rows written together carry neighbouring times. */
    static time_t known = -1;
    static char known_text[32];
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
