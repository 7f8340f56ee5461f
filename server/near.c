/* Damerau's distance, a row at a time. Long names are never near. */
#include <stddef.h>
#include <string.h>

#include "server/near.h"

#define NAME_MAX_LEN 63

static unsigned least(unsigned a, unsigned b, unsigned c)
{
    const unsigned ab = a < b ? a : b;
    return ab < c ? ab : c;
}

static unsigned distance(const char *a, size_t a_len, const char *b, size_t b_len)
{
    unsigned rows[3][NAME_MAX_LEN + 1];
    for (size_t j = 0; j <= b_len; j++) {
        rows[0][j] = (unsigned)j;
    }
    for (size_t i = 1; i <= a_len; i++) {
        unsigned *row = rows[i % 3];
        const unsigned *above = rows[(i + 2) % 3];
        row[0] = (unsigned)i;
        for (size_t j = 1; j <= b_len; j++) {
            row[j] = least(above[j] + 1, row[j - 1] + 1, above[j - 1] + (a[i - 1] != b[j - 1]));
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                row[j] = least(row[j], rows[(i + 1) % 3][j - 2] + 1, row[j]);
            }
        }
    }
    return rows[a_len % 3][b_len];
}

void server_near_try(server_near *near, const char *candidate)
{
    const size_t wrong_len = strlen(near->wrong);
    const size_t len = strlen(candidate);
    if (wrong_len > NAME_MAX_LEN || len > NAME_MAX_LEN) {
        return;
    }
    const unsigned found = distance(near->wrong, wrong_len, candidate, len);
    const size_t longer = len > wrong_len ? len : wrong_len;
    if (found <= longer / 3 + (longer > 1) && found > 0 && found < longer && (!near->best || found < near->distance)) {
        near->best = candidate;
        near->distance = found;
    }
}
