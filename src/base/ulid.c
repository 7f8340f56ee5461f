/* Monotonic ULIDs. Within one millisecond, and while the clock stands behind the last id, the 80 random bits are
 * counted up by one; an overflow (practically impossible) borrows the next millisecond. */
#include "base/ulid.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

void weft_ulid_source_init(weft_ulid_source *source, const weft_clock *clock, bool is_deterministic)
{
    memset(source, 0, sizeof(*source));
    (void)pthread_mutex_init(&source->lock, NULL);
    source->clock = clock;
    source->is_deterministic = is_deterministic;
}

void weft_ulid_source_done(weft_ulid_source *source)
{
    if (source) {
        (void)pthread_mutex_destroy(&source->lock);
    }
}

static void fill_random(weft_ulid_source *source)
{
    memset(source->random, 0, sizeof(source->random));
    if (source->is_deterministic) {
        return;
    }
    size_t have = 0;
    const int file = open("/dev/urandom", O_RDONLY | O_CLOEXEC);
    while (file >= 0 && have < sizeof(source->random)) {
        const ssize_t got = read(file, source->random + have, sizeof(source->random) - have);
        if (got <= 0) {
            break;
        }
        have += (size_t)got;
    }
    if (file >= 0) {
        (void)close(file);
    }
    if (have < sizeof(source->random)) {
        /* Without the kernel's randomness the process id and a fine clock still keep two processes apart. */
        const uint64_t seed = (uint64_t)weft_clock_monotonic_us(NULL) * 1000003u + (uint64_t)getpid();
        memcpy(source->random, &seed, sizeof(seed));
    }
}

/* Add one to the random part; false when it wrapped. */
static bool count_up(uint8_t random[10])
{
    for (int i = 9; i >= 0; i--) {
        if (++random[i] != 0) {
            return true;
        }
    }
    return false;
}

static void encode(uint64_t time_ms, const uint8_t random[10], char ret_text[WEFT_ULID_LEN + 1])
{
    for (int i = 9; i >= 0; i--) {
        ret_text[i] = alphabet[time_ms & 31];
        time_ms >>= 5;
    }
    unsigned bits = 0;
    int bit_count = 0;
    int at = 10;
    for (int i = 0; i < 10; i++) {
        bits = bits << 8 | random[i];
        bit_count += 8;
        while (bit_count >= 5) {
            bit_count -= 5;
            ret_text[at++] = alphabet[bits >> bit_count & 31];
        }
    }
    ret_text[WEFT_ULID_LEN] = '\0';
}

void weft_ulid_next(weft_ulid_source *source, char ret_text[WEFT_ULID_LEN + 1])
{
    const int64_t now_us = weft_clock_now_us(source->clock);
    const uint64_t now_ms = now_us > 0 ? (uint64_t)now_us / 1000 : 0;
    (void)pthread_mutex_lock(&source->lock);
    if (now_ms > source->time_ms) {
        source->time_ms = now_ms;
        fill_random(source);
    } else if (!count_up(source->random)) {
        source->time_ms++;
    }
    encode(source->time_ms, source->random, ret_text);
    (void)pthread_mutex_unlock(&source->lock);
}

weft_str weft_ulid_next_id(weft_ulid_source *source, weft_str prefix, weft_arena *keep)
{
    const size_t start = prefix.len > 0 ? prefix.len + 1 : 0;
    char *text = weft_arena_alloc(keep, start + WEFT_ULID_LEN + 1);
    if (!text) {
        return (weft_str){NULL, 0};
    }
    if (start > 0) {
        memcpy(text, prefix.data, prefix.len);
        text[prefix.len] = '_';
    }
    weft_ulid_next(source, text + start);
    return (weft_str){text, start + WEFT_ULID_LEN};
}
