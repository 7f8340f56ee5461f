/* A table of addresses that is looked through from end to end: only wrong credentials pay for that. */
#include <netinet/in.h>
#include <string.h>

#include "server/throttle.h"

/* Callers whose address is not known are one. */
static void read_address(const struct sockaddr *from, unsigned char bytes[16])
{
    memset(bytes, 0, 16);
    if (from && from->sa_family == AF_INET) {
        struct sockaddr_in four;
        memcpy(&four, from, sizeof(four));
        memcpy(bytes, &four.sin_addr, sizeof(four.sin_addr));
        bytes[15] = 4;
    } else if (from && from->sa_family == AF_INET6) {
        struct sockaddr_in6 six;
        memcpy(&six, from, sizeof(six));
        const bool is_four = IN6_IS_ADDR_V4MAPPED(&six.sin6_addr);
        memcpy(bytes, (const char *)&six.sin6_addr + (is_four ? 12 : 0), is_four ? 4 : 8);
        bytes[15] = is_four ? 4 : 6;
    }
}

static bool is_over(const server_address *one, int64_t now_s)
{
    return one->since_s == 0 || now_s - one->since_s >= SERVER_WRONG_WINDOW_S;
}

/* NULL: nothing is held against the address. */
static server_address *find(server_throttle *throttle, const unsigned char bytes[16], int64_t now_s)
{
    for (size_t i = 0; i < SERVER_ADDRESSES_MAX; i++) {
        server_address *one = &throttle->addresses[i];
        if (!is_over(one, now_s) && !memcmp(one->bytes, bytes, 16)) {
            return one;
        }
    }
    return NULL;
}

/* The place of the address, or the oldest one made its own. */
static server_address *take(server_throttle *throttle, const unsigned char bytes[16], int64_t now_s)
{
    server_address *place = find(throttle, bytes, now_s);
    if (place) {
        return place;
    }
    place = &throttle->addresses[0];
    for (size_t i = 1; i < SERVER_ADDRESSES_MAX; i++) {
        place = throttle->addresses[i].since_s < place->since_s ? &throttle->addresses[i] : place;
    }
    *place = (server_address){.since_s = now_s};
    memcpy(place->bytes, bytes, 16);
    return place;
}

static server_hash hash_of(const char *credential)
{
    server_hash hash = {{0, 0}};
    server_hash_add(&hash, credential, strlen(credential));
    return hash;
}

bool server_throttle_admits(
    server_throttle *throttle, const struct sockaddr *from, const char *credential, int64_t now_s, unsigned *ret_wait_s)
{
    unsigned char bytes[16];
    read_address(from, bytes);
    (void)pthread_mutex_lock(&throttle->lock);
    const bool is_quiet = throttle->latest_s == 0 || now_s - throttle->latest_s >= SERVER_WRONG_WINDOW_S;
    const server_address *one = is_quiet ? NULL : find(throttle, bytes, now_s);
    bool is_admitted = !one || one->wrong < throttle->wrong_max;
    if (!is_admitted) {
        const server_hash hash = hash_of(credential);
        is_admitted = !memcmp(&throttle->right[hash.halves[0] % SERVER_CREDENTIALS_MAX], &hash, sizeof(hash));
        *ret_wait_s = (unsigned)(SERVER_WRONG_WINDOW_S - (now_s - one->since_s));
    }
    (void)pthread_mutex_unlock(&throttle->lock);
    return is_admitted;
}

void server_throttle_note(
    server_throttle *throttle, const struct sockaddr *from, const char *credential, bool is_right, int64_t now_s)
{
    unsigned char bytes[16];
    read_address(from, bytes);
    const server_hash hash = hash_of(credential);
    (void)pthread_mutex_lock(&throttle->lock);
    server_hash *place = &throttle->right[hash.halves[0] % SERVER_CREDENTIALS_MAX];
    if (is_right) {
        *place = hash;
    } else {
        take(throttle, bytes, now_s)->wrong++;
        throttle->latest_s = now_s;
        if (!memcmp(place, &hash, sizeof(hash))) {
            *place = (server_hash){{0, 0}}; /* it was right once, and is revoked or has expired */
        }
    }
    (void)pthread_mutex_unlock(&throttle->lock);
}
