/* The pools of values, and what is known of them: how they order and what they look like. */
#include "property/cells.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/compiler.h"

static const char *const texts[] = {"",
                                    "a",
                                    "A",
                                    "b",
                                    "B",
                                    "ab",
                                    "aB",
                                    "z",
                                    "Z",
                                    "\xc3\xa4",
                                    "\xc3\x84",
                                    "\xc3\xa9t\xc3\xa9",
                                    "\xe6\x97\xa5\xe6\x9c\xac",
                                    "\xf0\x9f\x98\x80",
                                    "a b",
                                    "10",
                                    "9",
                                    "100%",
                                    "a_b",
                                    "back\\slash",
                                    "quote\"d",
                                    "line\nbreak",
                                    "tab\tbed",
                                    "null",
                                    "\x01\x1f",
                                    "\x7f",
                                    "it's",
                                    "</b>"};

static const char *const enum_values[] = {"draft", "published", "archived", "Zed"};

static const int64_t numbers[] = {
    0, 1, -1, 2, 3, 9, 10, 42, INT64_C(9007199254740993), INT64_C(-9007199254740993), INT64_MAX, INT64_MIN};

static const struct {
    double real;
    const char *shown;
} doubles[] = {{0, "0"},
               {1, "1"},
               {-1, "-1"},
               {0.5, "0.5"},
               {0.1, "0.1"},
               {-2.25, "-2.25"},
               {1e21, "1e+21"},
               {1e-7, "1e-7"},
               {123456789.125, "123456789.125"},
               {1e300, "1e+300"}};

/* In order. */
static const char *const decimals[] = {"-123456789012345678901234567890.5",
                                       "-10",
                                       "-9",
                                       "-0.5",
                                       "-0.25",
                                       "0",
                                       "0.01",
                                       "0.1",
                                       "0.25",
                                       "1",
                                       "2",
                                       "9",
                                       "10",
                                       "10.5",
                                       "100",
                                       "123456789012345678901234567890",
                                       "123456789012345678901234567890.5"};

static const int64_t times_ms[] = {0,
                                   -1,
                                   INT64_C(1767225600000),
                                   INT64_C(1767225600001),
                                   INT64_C(1767225599999),
                                   INT64_C(1709164800123),
                                   INT64_C(-2208988800000),
                                   INT64_C(4102444799999)};

static const struct {
    const char *stored;
    const char *shown;
} jsons[] = {
    {"{}", "{}"},
    {"[]", "[]"},
    {"{\"color\": \"red\", \"size\": {\"w\": 3, \"h\": 4}}", "{\"color\":\"red\",\"size\":{\"h\":4,\"w\":3}}"},
    {"{\"size\":{\"h\":null,\"w\":1},\"color\":\"blue\"}", "{\"color\":\"blue\",\"size\":{\"h\":null,\"w\":1}}"},
    {"{\"color\":null,\"list\":[1,2,{\"a\":true}]}", "{\"color\":null,\"list\":[1,2,{\"a\":true}]}"},
    {"{\"color\":\"r\xc3\xb6t\"}", "{\"color\":\"r\xc3\xb6t\"}"},
    {"{\"color\":\"Red\",\"size\":{\"w\":\"9\"}}", "{\"color\":\"Red\",\"size\":{\"w\":\"9\"}}"},
    {"{\"color\":2.5,\"size\":{\"w\":10}}", "{\"color\":2.5,\"size\":{\"w\":10}}"},
    {"{\"color\":-10,\"size\":{\"w\":-0.25}}", "{\"color\":-10,\"size\":{\"w\":-0.25}}"},
    {"{\"color\":3,\"list\":[\"b\"]}", "{\"color\":3,\"list\":[\"b\"]}"},
    {"{\"color\":false,\"list\":[]}", "{\"color\":false,\"list\":[]}"},
    {"[\"a\",\"b\"]", "[\"a\",\"b\"]"},
    {"{\"list\":{\"-1\":3,\"01\":\"red\"}}", "{\"list\":{\"-1\":3,\"01\":\"red\"}}"},
    {"\"color\"", "\"color\""},
    {"17", "17"},
    {"true", "true"},
};

static const char *const arrays[] = {
    "[]", "[\"a\"]", "[\"a\",\"b\"]", "[\"b\",\"a\"]", "[\"\"]", "[\"\xc3\xa4\",\"q\\\"q\",\"x,y\",\"NULL\",\"{}\"]"};

/* `text` as a JSON string. */
static const char *show_text(weft_arena *keep, const char *text)
{
    char *shown = weft_arena_alloc(keep, strlen(text) * 6 + 3);
    char *at = shown;
    *at++ = '"';
    for (; *text; text++) {
        const unsigned char byte = (unsigned char)*text;
        const char *named = byte ? strchr("\bb\ff\nn\rr\tt\"\"\\\\", byte) : NULL;
        if (named && (byte < 0x20 || byte == '"' || byte == '\\')) {
            *at++ = '\\';
            *at++ = named[1];
        } else if (byte < 0x20) {
            at += sprintf(at, "\\u%04x", byte);
        } else {
            *at++ = (char)byte;
        }
    }
    *at = '"';
    return shown;
}

static const char *show_time(weft_arena *keep, int64_t time_ms)
{
    const int64_t ms = ((time_ms % 1000) + 1000) % 1000;
    const time_t seconds = (time_t)((time_ms - ms) / 1000);
    struct tm parts;
    (void)gmtime_r(&seconds, &parts);
    return weft_str_format(keep,
                           "\"%04d-%02d-%02dT%02d:%02d:%02d.%03dZ\"",
                           parts.tm_year + 1900,
                           parts.tm_mon + 1,
                           parts.tm_mday,
                           parts.tm_hour,
                           parts.tm_min,
                           parts.tm_sec,
                           (int)ms)
        .data;
}

cell cell_null(void)
{
    return (cell){.is_null = true, .shown = "null"};
}

cell cell_from_text(weft_arena *keep, const char *text)
{
    return (cell){.text = text, .shown = show_text(keep, text)};
}

cell cell_from_number(weft_arena *keep, int64_t number)
{
    const char *digits = weft_str_format(keep, "%lld", (long long)number).data;
    return (cell){.integer = number, .text = digits, .shown = digits};
}

cell cell_from_time(weft_arena *keep, int64_t time_ms)
{
    return (cell){.integer = time_ms, .shown = show_time(keep, time_ms)};
}

const char *const *cell_enum_values(size_t *ret_count)
{
    *ret_count = WEFT_COUNT_OF(enum_values);
    return enum_values;
}

cell cell_random(randomness *r, weft_type type, weft_arena *keep)
{
    size_t at = 0;
    switch (type) {
    case WEFT_TYPE_ID:
    case WEFT_TYPE_TEXT:
        return cell_from_text(keep, texts[random_below(r, WEFT_COUNT_OF(texts))]);
    case WEFT_TYPE_ENUM:
        return cell_from_text(keep, enum_values[random_below(r, WEFT_COUNT_OF(enum_values))]);
    case WEFT_TYPE_NUMBER:
    case WEFT_TYPE_AUTOINCREMENT:
        at = random_below(r, WEFT_COUNT_OF(numbers));
        return cell_from_number(keep, numbers[at]);
    case WEFT_TYPE_BIG_NUMBER:
        at = random_below(r, WEFT_COUNT_OF(decimals));
        return (cell){.text = decimals[at], .shown = decimals[at]};
    case WEFT_TYPE_FLOAT:
        at = random_below(r, WEFT_COUNT_OF(doubles));
        return (cell){.real = doubles[at].real, .shown = doubles[at].shown};
    case WEFT_TYPE_BOOLEAN:
        at = random_below(r, 2);
        return (cell){.integer = (int64_t)at, .shown = at ? "true" : "false"};
    case WEFT_TYPE_DATE_TIME:
        return cell_from_time(keep, times_ms[random_below(r, WEFT_COUNT_OF(times_ms))]);
    case WEFT_TYPE_JSON:
        at = random_below(r, WEFT_COUNT_OF(jsons));
        return (cell){.text = jsons[at].stored, .shown = jsons[at].shown};
    case WEFT_TYPE_ARRAY:
        at = random_below(r, WEFT_COUNT_OF(arrays));
        return (cell){.text = arrays[at], .shown = arrays[at]};
    }
    return cell_null();
}

/* The pool of decimals is in order, so a decimal is where it stands. */
static size_t decimal_rank(const char *text)
{
    size_t at = 0;
    while (at < WEFT_COUNT_OF(decimals) && strcmp(decimals[at], text) != 0) {
        at++;
    }
    return at;
}

int cell_compare(weft_type type, const cell *a, const cell *b)
{
    switch (type) {
    case WEFT_TYPE_NUMBER:
    case WEFT_TYPE_AUTOINCREMENT:
    case WEFT_TYPE_BOOLEAN:
    case WEFT_TYPE_DATE_TIME:
        return (a->integer > b->integer) - (a->integer < b->integer);
    case WEFT_TYPE_FLOAT:
        return (a->real > b->real) - (a->real < b->real);
    case WEFT_TYPE_BIG_NUMBER:
        return (int)decimal_rank(a->text) - (int)decimal_rank(b->text);
    case WEFT_TYPE_ID:
    case WEFT_TYPE_TEXT:
    case WEFT_TYPE_ENUM:
        return strcmp(a->text, b->text);
    case WEFT_TYPE_JSON:
    case WEFT_TYPE_ARRAY:
        return strcmp(a->shown, b->shown);
    }
    return 0;
}

weft_value cell_value(weft_type type, const cell *c)
{
    weft_value value = {.kind = c->is_null ? WEFT_VALUE_NULL : weft_type_value_kind(type)};
    switch (value.kind) {
    case WEFT_VALUE_NULL:
        break;
    case WEFT_VALUE_BOOLEAN:
        value.as.boolean = c->integer != 0;
        break;
    case WEFT_VALUE_INTEGER:
        value.as.integer = c->integer;
        break;
    case WEFT_VALUE_TIME:
        value.as.time_us = c->integer * 1000;
        break;
    case WEFT_VALUE_DOUBLE:
        value.as.real = c->real;
        break;
    case WEFT_VALUE_TEXT:
    case WEFT_VALUE_DECIMAL:
    case WEFT_VALUE_JSON:
    case WEFT_VALUE_ARRAY:
        value.as.text = weft_str_from(c->text);
        break;
    }
    return value;
}
