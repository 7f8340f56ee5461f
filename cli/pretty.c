/* Compact JSON spread over indented lines for people. It moves bytes and never reads a value, so that every digit stays
 * what the library wrote; it may be fed in pieces. */
#include "cli/pretty.h"

#include <stdio.h>

static void new_line(int depth)
{
    (void)putchar('\n');
    for (int i = 0; i < depth; i++) {
        (void)fputs("  ", stdout);
    }
}

static void put_outside(cli_pretty *pretty, char byte)
{
    const bool is_closing = byte == '}' || byte == ']';
    if (pretty->is_after_opening && !is_closing) {
        new_line(pretty->depth);
    }
    if (is_closing) {
        pretty->depth--;
        if (!pretty->is_after_opening) {
            new_line(pretty->depth);
        }
    }
    pretty->is_after_opening = byte == '{' || byte == '[';
    pretty->depth += pretty->is_after_opening;
    pretty->is_in_text = byte == '"';
    (void)putchar(byte);
    if (byte == ',') {
        new_line(pretty->depth);
    } else if (byte == ':') {
        (void)putchar(' ');
    }
}

void cli_pretty_write(cli_pretty *pretty, const char *data, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (!pretty->is_in_text) {
            put_outside(pretty, data[i]);
            continue;
        }
        (void)putchar(data[i]);
        if (pretty->is_escaped) {
            pretty->is_escaped = false;
        } else if (data[i] == '\\') {
            pretty->is_escaped = true;
        } else if (data[i] == '"') {
            pretty->is_in_text = false;
        }
    }
}
