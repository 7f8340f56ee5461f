/* Indented JSON on stdout; see pretty.c. A zeroed cli_pretty is at the beginning of a text. */
#ifndef CLI_PRETTY_H
#define CLI_PRETTY_H

#include <stdbool.h>
#include <stddef.h>

typedef struct cli_pretty {
    int depth;
    bool is_in_text;
    bool is_escaped;
    bool is_after_opening;
} cli_pretty;

/* The next piece of compact JSON. */
void cli_pretty_write(cli_pretty *pretty, const char *data, size_t len);

#endif
