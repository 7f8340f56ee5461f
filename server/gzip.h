/* gzip of an answer, whole or as it streams. */
#ifndef SERVER_GZIP_H
#define SERVER_GZIP_H

#include <stdbool.h>

#include "server/text.h"

typedef struct server_gzip server_gzip;

/* NULL: no memory. */
server_gzip *server_gzip_new(void);
/* Append to `out` what the next bytes become; with `is_end` also the end. `out->failed` says that memory ran out. */
void server_gzip_add(server_gzip *gzip, const char *data, size_t len, bool is_end, server_text *out);
/* NULL is fine. */
void server_gzip_free(server_gzip *gzip);

#endif
