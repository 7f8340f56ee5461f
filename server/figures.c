/* Digits, from the last to the first. */
#include <string.h>

#include "server/figures.h"

char *server_put_words(char *to, const char *words)
{
    while (*words) {
        *to++ = *words++;
    }
    return to;
}

char *server_put_number(char *to, uint64_t number)
{
    char digits[20];
    size_t at = sizeof(digits);
    do {
        digits[--at] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    memcpy(to, digits + at, sizeof(digits) - at);
    return to + sizeof(digits) - at;
}

char *server_put_hex(char *to, uint64_t number)
{
    for (int shift = 60; shift >= 0; shift -= 4) {
        *to++ = "0123456789abcdef"[number >> shift & 15];
    }
    return to;
}

char *server_put_ms(char *to, uint64_t us)
{
    const unsigned rest = (unsigned)(us % 1000);
    to = server_put_number(to, us / 1000);
    *to++ = '.';
    *to++ = (char)('0' + rest / 100);
    *to++ = (char)('0' + rest / 10 % 10);
    *to++ = (char)('0' + rest % 10);
    return to;
}

void server_put_end(char *to)
{
    *to = '\0';
}
