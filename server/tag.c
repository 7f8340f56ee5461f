/* Two lanes of multiply and shift over words of eight bytes, so that a page of records is hashed in microseconds. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "server/tag.h"

static uint64_t mix(uint64_t value, uint64_t odd)
{
    value ^= value >> 32;
    value *= odd;
    value ^= value >> 29;
    return value * 0x9E3779B97F4A7C15U;
}

void server_hash_add(server_hash *hash, const char *data, size_t len)
{
    uint64_t one = hash->halves[0] ^ (len * 0xD6E8FEB86659FD93U) ^ 0x243F6A8885A308D3U;
    uint64_t two = hash->halves[1] ^ 0x13198A2E03707344U;
    for (size_t at = 0; at < len; at += 8) {
        uint64_t word = 0;
        memcpy(&word, data + at, len - at < 8 ? len - at : 8);
        one = mix(one ^ word, 0xBF58476D1CE4E5B9U);
        two = mix(two + word, 0x94D049BB133111EBU);
    }
    hash->halves[0] = mix(one, 0xFF51AFD7ED558CCDU);
    hash->halves[1] = mix(two ^ one, 0xC4CEB9FE1A85EC53U);
}

void server_tag_write(char tag[SERVER_TAG_BYTES], const char *data, size_t len)
{
    server_hash hash = {{0, 0}};
    server_hash_add(&hash, data, len);
    (void)snprintf(tag, SERVER_TAG_BYTES, "W/\"%016" PRIx64 "%016" PRIx64 "\"", hash.halves[0], hash.halves[1]);
}
