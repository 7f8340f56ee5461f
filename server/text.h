/* A growing text with sticky failure: append as often as you like and look at `failed` once. Zeroed is empty. */
#ifndef SERVER_TEXT_H
#define SERVER_TEXT_H

#include <stdbool.h>
#include <stddef.h>

typedef struct server_text {
    char *data; /* NUL-terminated once something was added */
    size_t len;
    size_t size;
    bool failed; /* memory ran out; what was added since is lost */
} server_text;

void server_text_add(server_text *text, const char *data, size_t len);
void server_text_put(server_text *text, const char *words);
void server_text_format(server_text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* As a JSON string, quotes included. Bytes that are not UTF-8 become U+FFFD. */
void server_text_json(server_text *text, const char *words);
/* Cut off everything after `len`. */
void server_text_cut(server_text *text, size_t len);
void server_text_clear(server_text *text);
void server_text_done(server_text *text);

/* The length of the UTF-8 character at `at`, 0 when there is none (overlong forms and surrogates are none). */
size_t server_utf8_len(const char *at);

#endif
