/* The keys a running server knows: read anew whenever their file was replaced, so that a key that is made or revoked
 * counts from the next request on. */
#ifndef SERVER_KEYRING_H
#define SERVER_KEYRING_H

#include <pthread.h>
#include <sys/stat.h>

#include "server/keys.h"

struct server_principal;

typedef struct server_keyring {
    pthread_mutex_t lock;
    char path[SERVER_PATH_MAX];
    json_t *keys;      /* guarded by the lock */
    struct stat about; /* of the file they are from */
    bool is_needed;    /* there is, or was, a file: nobody is answered without a key of it */
} server_keyring;

/* Read the file of the project in `directory`. Fails as server_keys_load does. */
weft_code server_keyring_open(server_keyring *ring, const char *directory, weft_error *error);
void server_keyring_done(server_keyring *ring);

/* Whether requests need a key; once true it stays so, also when the file is taken away. Fails as server_keys_load. */
weft_code server_keyring_is_needed(server_keyring *ring, bool *ret_is_needed, weft_error *error);

/* Fill the principal from a key. WEFT_UNAUTHENTICATED: nobody has it. */
weft_code server_keyring_know(server_keyring *ring,
                              const char *key,
                              struct server_principal *ret_principal,
                              weft_error *error);

#endif
