/* Header lines of one name. Several are one list, in the order they were sent (RFC 9110, 5.2 and 5.3), so that none is
 * passed over: neither a tag of If-None-Match nor a second Authorization, which is then none that is known. */
#ifndef SERVER_LINES_H
#define SERVER_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "weft/serve.h"

/* Names that were seen, as far as 64 bits tell them apart; zeroed at first. */
typedef struct server_lines_seen {
    uint64_t names;
    bool may_repeat; /* a name may have come twice */
} server_lines_seen;

/* A list that was made, of a client's call. */
typedef struct server_line_list {
    struct server_line_list *next;
    char *value;
    char name[];
} server_line_list;

void server_lines_note(server_lines_seen *seen, const char *name, size_t len);

/* The lines of `call` called `name`, whatever its case, as one; "" where there was no memory for a list of several,
 * NULL when there is none. Lives as long as the call. */
const char *server_lines_value(const weft_call *call, const char *name);
/* With the call's end. */
struct server_client;
void server_lines_done(struct server_client *client);

#endif
