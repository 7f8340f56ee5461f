/* --rows FIELD=VALUE: what a command asks, it asks as a caller for whom only the records with that value exist. */
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"

#define SHARED_MAX 64

/* The words of a list between commas, cut in place; answers their number, or more than SHARED_MAX. */
static size_t split(char *list, const char *words[SHARED_MAX])
{
    size_t count = 0;
    for (char *word = strtok(list, ", "); word; word = strtok(NULL, ", ")) {
        if (count < SHARED_MAX) {
            words[count] = word;
        }
        count++;
    }
    return count;
}

static bool open_scoped(cli_run *run, const weft_row_rule *rule, char *shared, int *ret_status)
{
    const char *words[SHARED_MAX];
    weft_error error;
    weft_engine *scoped = NULL;
    const size_t count = split(shared, words);
    if (count > SHARED_MAX) {
        *ret_status = cli_usage(run, "--shared names more than %d models", SHARED_MAX);
        return false;
    }
    const weft_row_rules rules = {rule, 1, words, count};
    if (weft_open_scoped(run->engine, &rules, &scoped, &error) != WEFT_OK) {
        *ret_status = cli_tell(run, &error);
        return false;
    }
    run->whole = run->engine;
    run->engine = scoped;
    return true;
}

bool cli_scope_rows(cli_run *run, int *ret_status)
{
    if (!cli_has(run, "rows")) {
        if (cli_has(run, "shared")) {
            *ret_status = cli_usage(run, "--shared needs --rows");
        }
        return !cli_has(run, "shared");
    }
    char *pair = strdup(cli_value(run, "rows"));
    char *shared = strdup(cli_has(run, "shared") ? cli_value(run, "shared") : "");
    char *value = pair ? strchr(pair, '=') : NULL;
    bool is_scoped = false;
    if (!pair || !shared) {
        *ret_status = cli_usage(run, "no memory");
    } else if (!value) {
        *ret_status = cli_usage(run, "--rows is FIELD=VALUE, and \"%s\" has no value", pair);
    } else {
        *value++ = '\0';
        const weft_row_rule rule = {NULL, pair, value};
        is_scoped = open_scoped(run, &rule, shared, ret_status);
    }
    free(pair);
    free(shared);
    return is_scoped;
}
