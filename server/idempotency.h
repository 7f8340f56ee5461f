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

/* Who asks what. */
typedef struct server_claim {
    server_hash key;         /* of principal, tenant and key; zeroed: of nobody */
    server_hash fingerprint; /* of method, target and body */
    server_hash rights;      /* of all that the principal may do and see */
} server_claim;

typedef struct server_kept {
    server_claim claim; /* of nobody: the place is free */
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

/* Take the key for this request. With a status in `ret_kept` the answer was kept, and body and location are the
 * caller's; otherwise the request runs, and its answer is given to server_keeper_end. WEFT_STORE_BUSY: the first
 * request is under way. WEFT_INVALID_REQUEST: the key was used for another request. WEFT_FORBIDDEN: it was answered,
 * and the principal had other rights then. WEFT_LIMIT_EXCEEDED: it was done, and the answer too large to be kept. */
weft_code server_keeper_begin(server_keeper *keeper,
                              const server_claim *claim,
                              server_kept *ret_kept,
                              weft_error *error);
/* The request was answered. One that failed for a reason that may pass (500 and above), or was refused for want of
 * rights (403), which may be given, has done nothing and is forgotten. */
void server_keeper_end(
    server_keeper *keeper, const server_hash *key, int status, const server_text *body, const char *location);
void server_keeper_done(server_keeper *keeper);

#endif
