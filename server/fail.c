/* Errors: fixed size, one line, cut at a character when a user's words are long. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "server/fail.h"

/* Cut at a whole character, and make one line of it. */
static void settle(char *text)
{
    size_t len = strlen(text);
    size_t tail = 0;
    while (tail < 4 && tail < len && ((unsigned char)text[len - 1 - tail] & 0xC0) == 0x80) {
        tail++;
    }
    const unsigned char lead = tail < len ? (unsigned char)text[len - 1 - tail] : 0;
    const size_t wanted = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : lead >= 0xC0 ? 1 : 0;
    if (wanted > tail) {
        text[len - 1 - tail] = '\0';
    }
    for (char *at = text; *at; at++) {
        *at = (unsigned char)*at < ' ' || *at == 0x7F ? '?' : *at;
    }
}

__attribute__((format(printf, 3, 0))) static void fill(char *text, size_t size, const char *format, va_list args)
{
    (void)vsnprintf(text, size, format, args);
    settle(text);
}

weft_code server_fail(weft_error *error, weft_code code, const char *format, ...)
{
    if (error) {
        memset(error, 0, sizeof(*error));
        error->code = code;
        va_list args;
        va_start(args, format);
        fill(error->message, sizeof(error->message), format, args);
        va_end(args);
    }
    return code;
}

weft_code server_fail_no_memory(weft_error *error)
{
    return server_fail(error, WEFT_NO_MEMORY, "out of memory");
}

void server_error_where(weft_error *error, const char *format, ...)
{
    if (error) {
        va_list args;
        va_start(args, format);
        fill(error->where, sizeof(error->where), format, args);
        va_end(args);
    }
}

void server_error_hint(weft_error *error, const char *format, ...)
{
    if (error) {
        va_list args;
        va_start(args, format);
        fill(error->hint, sizeof(error->hint), format, args);
        va_end(args);
    }
}

void server_error_detail(weft_error *error, const char *format, ...)
{
    if (error) {
        va_list args;
        va_start(args, format);
        fill(error->detail, sizeof(error->detail), format, args);
        va_end(args);
    }
}
