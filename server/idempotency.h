/* Answers of writes that came with an Idempotency-Key, so that a client that lost the answer may ask again and nothing
 * is done twice. Kept in memory: a restart forgets them. */
#ifndef SERVER_IDEMPOTENCY_H
#define SERVER_IDEMPOTENCY_H

#include <pthread.h>
#include <stdbool.h>

#include "server/tag.h"
#include "server/text.h"
#include "weft/error.h"

#define SERVER_KEPT_MAX       1024
#define SERVER_KEPT_BYTES_MAX ((size_t)1024 * 1024) /* of one answer */
#define SERVER_KEPT_US        ((int64_t)24 * 3600 * 1000000)

typedef struct server_kept {
    server_hash key;         /* of principal and key; zeroed: the place is free */
    server_hash fingerprint; /* of method, target and body */
    int64_t since_us;
    int status;      /* 0: the first request is still under way */
    bool is_dropped; /* it was done, but its answer was too large to be kept */
    char *location;
    server_text body;
} server_kept;

typedef struct server_keeper {
    pthread_mutex_t lock;
    server_kept kept[SERVER_KEPT_MAX];
} server_keeper;

/* Take the key for this request. *ret_found: the answer was kept and is in `ret_status`, `body` and *ret_location
 * (freed by the caller; NULL without one); otherwise the request runs, and its answer is given to server_keeper_end.
 * WEFT_STORE_BUSY: the first request is under way. WEFT_INVALID_REQUEST: the key was used for another request.
 * WEFT_LIMIT_EXCEEDED: it was done, and the answer too large to be kept. */
weft_code server_keeper_begin(server_keeper *keeper,
                              const server_hash *key,
                              const server_hash *fingerprint,
                              server_kept *ret_kept,
                              weft_error *error);
/* The request was answered. One that failed for a reason that may pass (500 and above) is forgotten. */
void server_keeper_end(
    server_keeper *keeper, const server_hash *key, int status, const server_text *body, const char *location);
void server_keeper_done(server_keeper *keeper);

#endif
