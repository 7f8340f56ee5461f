/* Text views: comparing, copying, formatting, and finding the name somebody meant. */
#include "base/str.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"

#define DISTANCE_BYTES_MAX 64

weft_str weft_str_from(const char *text)
{
    return text ? (weft_str){text, strlen(text)} : (weft_str){NULL, 0};
}

bool weft_str_equal(weft_str a, weft_str b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}

bool weft_str_equal_text(weft_str a, const char *b)
{
    return weft_str_equal(a, weft_str_from(b));
}

int weft_str_compare(weft_str a, weft_str b)
{
    const size_t least = a.len < b.len ? a.len : b.len;
    const int order = least ? memcmp(a.data, b.data, least) : 0;
    if (order != 0) {
        return order < 0 ? -1 : 1;
    }
    return (a.len > b.len) - (a.len < b.len);
}

bool weft_str_starts_with(weft_str text, weft_str prefix)
{
    return text.len >= prefix.len && weft_str_equal((weft_str){text.data, prefix.len}, prefix);
}

bool weft_str_ends_with(weft_str text, weft_str suffix)
{
    return text.len >= suffix.len && weft_str_equal(weft_str_slice(text, text.len - suffix.len, text.len), suffix);
}

weft_str weft_str_slice(weft_str text, size_t from, size_t to)
{
    to = to > text.len ? text.len : to;
    from = from > to ? to : from;
    return text.data ? (weft_str){text.data + from, to - from} : text;
}

size_t weft_str_find(weft_str text, char byte)
{
    const char *found = text.len ? memchr(text.data, byte, text.len) : NULL;
    return found ? (size_t)(found - text.data) : text.len;
}

weft_str weft_str_copy(weft_arena *keep, weft_str text)
{
    char *copy = weft_arena_alloc(keep, text.len + 1);
    if (!copy) {
        return (weft_str){NULL, 0};
    }
    if (text.len) {
        memcpy(copy, text.data, text.len);
    }
    return (weft_str){copy, text.len};
}

weft_str weft_str_format(weft_arena *keep, const char *format, ...)
{
    weft_buf buf;
    weft_buf_init_arena(&buf, keep);
    va_list args;
    va_start(args, format);
    weft_buf_add_format_v(&buf, format, args);
    va_end(args);
    return buf.failed ? (weft_str){NULL, 0} : weft_buf_str(&buf);
}

uint64_t weft_str_hash(weft_str text)
{
    /* FNV-1a with a final mix: short keys, no need to withstand an attacker since maps hold definitions and batches
     * bounded by limits. */
    uint64_t hash = 14695981039346656037u;
    for (size_t i = 0; i < text.len; i++) {
        hash = (hash ^ (unsigned char)text.data[i]) * 1099511628211u;
    }
    hash ^= hash >> 32;
    hash *= 0x9E3779B97F4A7C15u;
    return hash ^ (hash >> 29);
}

/* What differs in the upper half is brought down first, since a product's bits depend on those below them alone. */
static uint64_t mix(uint64_t hash, uint64_t word)
{
    hash ^= word;
    return (hash ^ (hash >> 32)) * UINT64_C(0x9E3779B97F4A7C15);
}

static uint64_t read_word(const char *data)
{
    uint64_t word = 0;
    memcpy(&word, data, sizeof(word));
    return word;
}

/* Eight bytes at a time; the last eight may overlap those before. */
uint64_t weft_str_hash_quick(weft_str text)
{
    uint64_t hash = mix(UINT64_C(0x2545F4914F6CDD1D), text.len);
    if (text.len < sizeof(uint64_t)) {
        for (size_t i = 0; i < text.len; i++) {
            hash = mix(hash, (unsigned char)text.data[i]);
        }
    } else {
        for (size_t at = 0; at + sizeof(uint64_t) < text.len; at += sizeof(uint64_t)) {
            hash = mix(hash, read_word(text.data + at));
        }
        hash = mix(hash, read_word(text.data + text.len - sizeof(uint64_t)));
    }
    return hash ^ (hash >> 32);
}

static int lower(char byte)
{
    return byte >= 'A' && byte <= 'Z' ? byte - 'A' + 'a' : (unsigned char)byte;
}

static size_t min_of(size_t a, size_t b)
{
    return a < b ? a : b;
}

size_t weft_str_distance(weft_str a, weft_str b, size_t max)
{
    if (weft_str_equal(a, b)) {
        return 0;
    }
    if (a.len > DISTANCE_BYTES_MAX || b.len > DISTANCE_BYTES_MAX) {
        return max + 1;
    }
    size_t rows[3][DISTANCE_BYTES_MAX + 1] = {{0}};
    size_t *before = rows[0];
    size_t *previous = rows[1];
    size_t *current = rows[2];
    for (size_t j = 0; j <= b.len; j++) {
        previous[j] = j;
    }
    for (size_t i = 1; i <= a.len; i++) {
        current[0] = i;
        for (size_t j = 1; j <= b.len; j++) {
            const size_t replace = previous[j - 1] + (lower(a.data[i - 1]) != lower(b.data[j - 1]));
            current[j] = min_of(replace, min_of(previous[j], current[j - 1]) + 1);
            if (i > 1 && j > 1 && lower(a.data[i - 1]) == lower(b.data[j - 2]) &&
                lower(a.data[i - 2]) == lower(b.data[j - 1])) {
                current[j] = min_of(current[j], before[j - 2] + 1);
            }
        }
        size_t *oldest = before;
        before = previous;
        previous = current;
        current = oldest;
    }
    return previous[b.len] > max ? max + 1 : previous[b.len];
}

weft_str weft_str_nearest(weft_str name, const weft_str *candidates, size_t count)
{
    /* A third of the letters may be wrong: more would propose names nobody meant. */
    const size_t max = name.len <= 3 ? 1 : name.len / 3;
    size_t best_distance = max + 1;
    weft_str best = {NULL, 0};
    for (size_t i = 0; i < count; i++) {
        const size_t distance = weft_str_distance(name, candidates[i], max);
        if (distance < best_distance) {
            best_distance = distance;
            best = candidates[i];
        }
    }
    return best;
}
