/* Plans in files: writing one for db:plan -o, and db:apply. */
#include <stdlib.h>

#include "cli/cli.h"

#define EXIT_PENDING 3

int cli_write_file(const cli_run *run, const char *path, const char *text, size_t len)
{
    FILE *file = fopen(path, "w");
    bool is_written = file && fwrite(text, 1, len, file) == len && fputc('\n', file) != EOF;
    is_written = file && fclose(file) == 0 && is_written;
    if (is_written) {
        return 0;
    }
    weft_error error = {.code = WEFT_FILE_ERROR};
    (void)snprintf(error.message, sizeof(error.message), "could not write \"%s\"", path);
    return cli_tell(run, &error);
}

static int tell_outcome(const cli_run *run, const weft_plan_outcome *outcome)
{
    if (run->wants_json) {
        printf("{\"applied\":%zu,\"left\":%zu,\"was_applied\":%s}\n",
               outcome->applied,
               outcome->left,
               outcome->was_applied ? "true" : "false");
    } else if (outcome->applied == 0 && outcome->left == 0) {
        cli_note(run, outcome->was_applied ? "the plan was applied before: nothing to do" : "the plan changes nothing");
    } else {
        cli_note(run, "%zu change%s applied", outcome->applied, outcome->applied == 1 ? "" : "s");
    }
    if (outcome->left) {
        cli_note(run, "%zu left: --allow-unsafe runs the unsafe ones", outcome->left);
    }
    return outcome->left ? EXIT_PENDING : 0;
}

static int run_apply(cli_run *run)
{
    char *text = NULL;
    size_t len = 0;
    weft_error error;
    weft_plan_outcome outcome = {0};
    int status = cli_read_text(run, run->words[0], &text, &len);
    if (status || !cli_open(run, &status)) {
        free(text);
        return status;
    }
    const bool allow_unsafe = cli_has(run, "allow-unsafe");
    const weft_code code = weft_migrate_apply_plan(run->engine, text, len, allow_unsafe, &outcome, &error);
    free(text);
    return code == WEFT_OK ? tell_outcome(run, &outcome) : cli_tell(run, &error);
}

static const cli_option apply_options[] = {
    {"allow-unsafe", 0, NULL, "run changes that may lose data too"},
    {NULL, 0, NULL, NULL},
};

const cli_command cli_command_db_apply = {
    .name = "db:apply",
    .summary = "apply a plan that db:plan -o saved, and nothing else",
    .usage = "db:apply FILE [--allow-unsafe]",
    .details = "Refused with exit status 5 when a store or the definitions are not what the plan was made for.\n"
               "Applying a plan twice does nothing the second time.\n",
    .examples = "  weft db:plan -o plan.json\n  weft db:apply plan.json\n",
    .options = apply_options,
    .words_min = 1,
    .words_max = 1,
    .run = run_apply,
};
