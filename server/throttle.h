/* Who brings wrong keys or tokens, by address. Beyond a number of them in a minute only credentials that were right
 * lately are looked at, so that guesses cost nothing, and those who share the address (a proxy's clients) are not
 * locked out by one of them. Bounded: what is longest ago is forgotten first. */
#ifndef SERVER_THROTTLE_H
#define SERVER_THROTTLE_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#include "server/idempotency.h"

#define SERVER_ADDRESSES_MAX   1024
#define SERVER_CREDENTIALS_MAX 1024
#define SERVER_WRONG_WINDOW_S  60

typedef struct server_address {
    unsigned char bytes[16]; /* of IPv6 the network, 64 bits */
    int64_t since_s;         /* 0: an empty place */
    uint32_t wrong;
} server_address;

typedef struct server_throttle {
    pthread_mutex_t lock;
    uint32_t wrong_max; /* in a minute */
    int64_t latest_s;   /* when the last wrong one came, from anywhere; 0: never */
    server_address addresses[SERVER_ADDRESSES_MAX];
    server_hash right[SERVER_CREDENTIALS_MAX]; /* credentials that were right, each in its place */
} server_throttle;

/* Whether a credential from there may be looked at; if not, *ret_wait_s says how long it will be so. */
bool server_throttle_admits(server_throttle *throttle,
                            const struct sockaddr *from,
                            const char *credential,
                            int64_t now_s,
                            unsigned *ret_wait_s);
/* It was looked at. */
void server_throttle_note(
    server_throttle *throttle, const struct sockaddr *from, const char *credential, bool is_right, int64_t now_s);

#endif
