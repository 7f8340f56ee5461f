/* Numbers written as text where printf would cost more than the rest of a header. Each writes at `to`, which has the
 * room, and answers where the text goes on; nothing ends with a NUL but what server_put_end ends. */
#ifndef SERVER_FIGURES_H
#define SERVER_FIGURES_H

#include <stdint.h>

char *server_put_words(char *to, const char *words);
char *server_put_number(char *to, uint64_t number); /* at most 20 digits */
char *server_put_hex(char *to, uint64_t number);    /* 16 digits, small letters */
char *server_put_ms(char *to, uint64_t us);         /* milliseconds with three digits behind the point: "12.345" */
void server_put_end(char *to);

#endif
