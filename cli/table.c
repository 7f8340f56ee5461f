/* JSON rows as a table for people. Columns are those of all rows, in order of first appearance; widths count
 * characters, not bytes; a long value is cut at CELL_WIDTH_MAX with "…" when the table goes to a terminal. */
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"

#define CELL_WIDTH_MAX 60
#define COLUMNS_MAX    64

static size_t width_of(const char *text)
{
    size_t width = 0;
    for (; *text; text++) {
        width += ((unsigned char)*text & 0xC0) != 0x80;
    }
    return width;
}

/* The cell's text, with control characters made visible; the caller frees it. */
static char *cell_text(const json_t *value, bool is_cut)
{
    char *text = NULL;
    if (!value || json_is_null(value)) {
        text = calloc(1, 1);
    } else if (json_is_string(value)) {
        text = strdup(json_string_value(value));
    } else {
        text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY | JSON_PRESERVE_ORDER);
    }
    size_t width = 0;
    for (char *at = text; text && *at; at++) {
        *at = (unsigned char)*at < ' ' ? ' ' : *at;
        width += ((unsigned char)*at & 0xC0) != 0x80;
        if (is_cut && width > CELL_WIDTH_MAX) {
            *at = '\0';
            /* Room for the ellipsis: the bytes of the cut character and what follows are ours. */
            const size_t size = strlen(text) + 4;
            char *cut = malloc(size);
            if (cut) {
                (void)snprintf(cut, size, "%s…", text);
                free(text);
            }
            return cut ? cut : text;
        }
    }
    return text;
}

static size_t find_columns(const json_t *rows, const char *columns[COLUMNS_MAX])
{
    size_t count = 0;
    size_t at = 0;
    json_t *row = NULL;
    json_array_foreach(rows, at, row)
    {
        const char *name = NULL;
        json_t *value = NULL;
        json_object_foreach(row, name, value)
        {
            size_t known = 0;
            while (known < count && strcmp(columns[known], name) != 0) {
                known++;
            }
            if (known == count && count < COLUMNS_MAX) {
                columns[count++] = name;
            }
        }
    }
    return count;
}

static void print_cell(const char *text, size_t width, bool is_last)
{
    printf("%s", text);
    for (size_t have = width_of(text); !is_last && have < width + 2; have++) {
        (void)putchar(' ');
    }
}

static size_t column_width(const cli_run *run, const json_t *rows, const char *column)
{
    size_t width = width_of(column);
    size_t at = 0;
    json_t *row = NULL;
    json_array_foreach(rows, at, row)
    {
        char *text = cell_text(json_object_get(row, column), run->is_terminal_out);
        const size_t own = text ? width_of(text) : 0;
        width = own > width ? own : width;
        free(text);
    }
    return width;
}

void cli_print_table(const cli_run *run, const json_t *rows)
{
    const char *columns[COLUMNS_MAX];
    size_t widths[COLUMNS_MAX];
    const size_t count = find_columns(rows, columns);
    const bool has_color = run->has_color && run->is_terminal_out;
    for (size_t c = 0; c < count; c++) {
        widths[c] = column_width(run, rows, columns[c]);
    }
    printf("%s", has_color ? cli_color(run, "bold") : "");
    for (size_t c = 0; c < count; c++) {
        print_cell(columns[c], widths[c], c + 1 == count);
    }
    printf("%s%s", has_color ? cli_color(run, "") : "", count ? "\n" : "");
    size_t at = 0;
    json_t *row = NULL;
    json_array_foreach(rows, at, row)
    {
        for (size_t c = 0; c < count; c++) {
            char *text = cell_text(json_object_get(row, columns[c]), run->is_terminal_out);
            print_cell(text ? text : "", widths[c], c + 1 == count);
            free(text);
        }
        (void)putchar('\n');
    }
}

void cli_print_record(const cli_run *run, json_t *record)
{
    const bool has_color = run->has_color && run->is_terminal_out;
    size_t width = 0;
    const char *name = NULL;
    json_t *value = NULL;
    json_object_foreach(record, name, value)
    {
        const size_t own = width_of(name);
        width = own > width ? own : width;
    }
    json_object_foreach(record, name, value)
    {
        char *text = cell_text(value, false);
        printf("%s", has_color ? cli_color(run, "dim") : "");
        print_cell(name, width, false);
        printf("%s%s\n", has_color ? cli_color(run, "") : "", text ? text : "");
        free(text);
    }
}

void cli_print_ndjson(const json_t *rows)
{
    size_t at = 0;
    json_t *row = NULL;
    json_array_foreach(rows, at, row)
    {
        char *text = json_dumps(row, JSON_COMPACT | JSON_PRESERVE_ORDER | JSON_ENCODE_ANY);
        printf("%s\n", text ? text : "null");
        free(text);
    }
}
