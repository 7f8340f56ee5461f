/* Whether the headers of a request leave no doubt where it ends and for whom it is. A proxy that reads them otherwise
 * than we do would take the end of one request for the beginning of another's ("request smuggling"). Pure. */
#ifndef SERVER_FRAMING_H
#define SERVER_FRAMING_H

#include <stdbool.h>
#include <stddef.h>

#include "weft/weft.h"

/* What was seen of the headers so far; zeroed at first. */
typedef struct server_framing {
    unsigned lengths, encodings, hosts; /* how many there are */
    char wrong[64];                     /* the header that cannot stand; "": none */
    const char *why;
} server_framing;

void server_framing_add(
    server_framing *framing, const char *name, size_t name_len, const char *value, size_t value_len);
/* Whether a Host is one that only this machine has: "localhost:8080", "127.0.0.1", "[::1]:80". A page of another name
 * that was pointed here later has its own. */
bool server_is_loopback_host(const char *host);

/* WEFT_INVALID_REQUEST: the request must not be read any further. HTTP/1.1 `needs_host`. */
weft_code server_framing_end(const server_framing *framing, bool needs_host, weft_error *error);

#endif
