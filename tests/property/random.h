/* Repeatable randomness (splitmix64): a seed gives the same case on every machine. */
#ifndef WEFT_TESTS_PROPERTY_RANDOM_H
#define WEFT_TESTS_PROPERTY_RANDOM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct randomness {
    uint64_t state;
} randomness;

static inline uint64_t random_bits(randomness *r)
{
    uint64_t z = (r->state += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

/* Below `bound`, which is not 0. */
static inline size_t random_below(randomness *r, size_t bound)
{
    return (size_t)(random_bits(r) % bound);
}

static inline size_t random_between(randomness *r, size_t least, size_t most)
{
    return least + random_below(r, most - least + 1);
}

/* True in `percent` of 100 cases. */
static inline bool random_chance(randomness *r, size_t percent)
{
    return random_below(r, 100) < percent;
}

#endif
