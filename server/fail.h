/* Making and passing on errors inside the server, as libweft does inside itself. */
#ifndef SERVER_FAIL_H
#define SERVER_FAIL_H

#include "weft/error.h"

#define SERVER_TRY(call)                                                                                               \
    do {                                                                                                               \
        const weft_code server_try_code = (call);                                                                      \
        if (server_try_code != WEFT_OK) {                                                                              \
            return server_try_code;                                                                                    \
        }                                                                                                              \
    } while (0)

/* Fill `error` (NULL is fine) and answer `code`. Control characters that a user's words bring become "?". */
weft_code server_fail(weft_error *error, weft_code code, const char *format, ...) __attribute__((format(printf, 3, 4)));
weft_code server_fail_no_memory(weft_error *error);

/* Add to an error that server_fail made. */
void server_error_where(weft_error *error, const char *format, ...) __attribute__((format(printf, 2, 3)));
void server_error_hint(weft_error *error, const char *format, ...) __attribute__((format(printf, 2, 3)));
void server_error_detail(weft_error *error, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
