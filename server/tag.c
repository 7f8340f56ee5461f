/* Two lanes of multiply and shift over words of eight bytes, so that a page of records is hashed in a microsecond. */
#include <string.h>

#include "server/figures.h"
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

/* An entity tag only tells that bytes are others than before: a lane sees every other word, and one step is enough. */
static uint64_t step(uint64_t lane, uint64_t word)
{
    lane = (lane ^ word) * 0x9E3779B97F4A7C15U;
    return lane ^ lane >> 32;
}

static uint64_t read_word(const char *data, size_t len)
{
    uint64_t word = 0;
    memcpy(&word, data, len < 8 ? len : 8);
    return word;
}

void server_tag_write(char tag[SERVER_TAG_BYTES], const char *data, size_t len)
{
    uint64_t one = 0x243F6A8885A308D3U ^ len;
    uint64_t two = 0x13198A2E03707344U;
    size_t at = 0;
    for (; len - at >= 16; at += 16) {
        one = step(one, read_word(data + at, 8));
        two = step(two, read_word(data + at + 8, 8));
    }
    one = step(one, read_word(data + at, len - at));
    two = step(two, len - at > 8 ? read_word(data + at + 8, len - at - 8) : 0);
    char *to = server_put_words(tag, "W/\"");
    to = server_put_hex(to, mix(one, 0xFF51AFD7ED558CCDU));
    to = server_put_hex(to, mix(two ^ one, 0xC4CEB9FE1A85EC53U));
    server_put_end(server_put_words(to, "\""));
}
