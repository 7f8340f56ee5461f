/* Entity tags, and fingerprints of requests: a fast hash of 128 bits. Not for secrets. Pure. */
#ifndef SERVER_TAG_H
#define SERVER_TAG_H

#include <stddef.h>
#include <stdint.h>

typedef struct server_hash {
    uint64_t halves[2];
} server_hash;

/* Begin with a zeroed hash; what is added twice is not what is added once. */
void server_hash_add(server_hash *hash, const char *data, size_t len);

#define SERVER_TAG_BYTES 40
/* W/"…" of an answer's bytes. Weak, since the same answer may come compressed or not. */
void server_tag_write(char tag[SERVER_TAG_BYTES], const char *data, size_t len);

#endif
