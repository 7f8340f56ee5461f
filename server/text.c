/* The growing text. Nothing here fails but for want of memory, which `failed` remembers. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/text.h"

static bool grow(server_text *text, size_t more)
{
    if (text->failed) {
        return false;
    }
    const size_t needed = text->len + more + 1;
    if (needed <= text->size) {
        return true;
    }
    size_t size = text->size ? text->size : 256;
    while (size < needed) {
        size *= 2;
    }
    char *data = realloc(text->data, size);
    if (!data) {
        text->failed = true;
        return false;
    }
    text->data = data;
    text->size = size;
    return true;
}

void server_text_add(server_text *text, const char *data, size_t len)
{
    if (!grow(text, len)) {
        return;
    }
    if (len > 0) {
        memcpy(text->data + text->len, data, len);
    }
    text->len += len;
    text->data[text->len] = '\0';
}

void server_text_put(server_text *text, const char *words)
{
    server_text_add(text, words, strlen(words));
}

/* Most often there is room, and the text is formatted once. */
void server_text_format(server_text *text, const char *format, ...)
{
    va_list args;
    va_list again;
    va_start(args, format);
    va_copy(again, args);
    const size_t room = text->failed ? 0 : text->size - text->len;
    const int len = vsnprintf(room > 0 ? text->data + text->len : NULL, room, format, args);
    va_end(args);
    if (len >= 0 && (size_t)len < room) {
        text->len += (size_t)len;
    } else if (len >= 0 && grow(text, (size_t)len)) {
        (void)vsnprintf(text->data + text->len, (size_t)len + 1, format, again);
        text->len += (size_t)len;
    } else if (room > 0) {
        text->data[text->len] = '\0';
    }
    va_end(again);
}

size_t server_utf8_len(const char *at)
{
    const unsigned char *byte = (const unsigned char *)at;
    const unsigned char lead = byte[0];
    const size_t len = lead < 0x80 ? 1 : lead < 0xC2 ? 0 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : lead < 0xF5 ? 4 : 0;
    for (size_t i = 1; i < len; i++) {
        if ((byte[i] & 0xC0) != 0x80) {
            return 0;
        }
    }
    const bool is_overlong = (lead == 0xE0 && byte[1] < 0xA0) || (lead == 0xF0 && byte[1] < 0x90);
    const bool is_outside = (lead == 0xED && byte[1] >= 0xA0) || (lead == 0xF4 && byte[1] >= 0x90);
    return is_overlong || is_outside ? 0 : len;
}

static void add_escaped(server_text *text, char byte)
{
    static const char short_names[] = "btn?fr";
    if (byte == '"' || byte == '\\') {
        const char pair[2] = {'\\', byte};
        server_text_add(text, pair, 2);
    } else if (byte >= '\b' && byte <= '\r' && byte != '\v') {
        const char pair[2] = {'\\', short_names[byte - '\b']};
        server_text_add(text, pair, 2);
    } else {
        server_text_format(text, "\\u%04x", (unsigned)(unsigned char)byte);
    }
}

void server_text_json(server_text *text, const char *words)
{
    server_text_put(text, "\"");
    while (*words) {
        size_t plain = 0;
        while ((unsigned char)words[plain] >= ' ' && (unsigned char)words[plain] < 0x7F && words[plain] != '"' &&
               words[plain] != '\\') {
            plain++;
        }
        server_text_add(text, words, plain);
        words += plain;
        if (!*words) {
            break;
        }
        const size_t len = server_utf8_len(words);
        if (len > 1) {
            server_text_add(text, words, len);
        } else if (len == 1) {
            add_escaped(text, *words);
        } else {
            server_text_put(text, "\xEF\xBF\xBD");
        }
        words += len ? len : 1;
    }
    server_text_put(text, "\"");
}

void server_text_cut(server_text *text, size_t len)
{
    if (text->data && len < text->len) {
        text->len = len;
        text->data[len] = '\0';
    }
}

void server_text_clear(server_text *text)
{
    server_text_cut(text, 0);
}

void server_text_done(server_text *text)
{
    free(text->data);
    *text = (server_text){0};
}
