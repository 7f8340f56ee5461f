/* weft module move: a module's tables in another store. */
#include <string.h>

#include "cli/cli.h"

static void tell(const cli_run *run, const json_t *outcome)
{
    const char *word = json_string_value(json_object_get(outcome, "outcome"));
    const char *module = json_string_value(json_object_get(outcome, "module"));
    if (!word || !strcmp(word, "nothing")) {
        cli_note(run, "nothing to do: no move of %s is pending, and it lives where it should", module ? module : "it");
        return;
    }
    cli_note(run,
             "%s %s: %lld tables, %lld rows, from store %s to store %s",
             module,
             word,
             (long long)json_integer_value(json_object_get(outcome, "tables")),
             (long long)json_integer_value(json_object_get(outcome, "rows")),
             json_string_value(json_object_get(outcome, "from")),
             json_string_value(json_object_get(outcome, "to")));
    if (strcmp(word, "undone") != 0) {
        cli_note(run, "the old tables are in the trash: `weft db:purge` removes them for good");
        cli_note(run, "restart what runs with the old weft.yaml");
    }
}

static int run_module(cli_run *run)
{
    const char *store = cli_value(run, "to");
    const bool is_undo = cli_has(run, "undo");
    weft_text text = {0};
    weft_error error;
    int status = 0;
    if (strcmp(run->words[0], "move") != 0) {
        return cli_usage(run, "unknown action \"%s\"; it is move", run->words[0]);
    }
    if (run->word_count < 2 || is_undo == (store != NULL)) {
        return cli_usage(run, "say which module, and either --to STORE or --undo");
    }
    if (!cli_open(run, &status)) {
        return status;
    }
    const weft_code code = weft_module_move(run->engine, run->words[1], store, is_undo, &text, &error);
    cli_end_progress(run);
    if (code != WEFT_OK) {
        return cli_tell(run, &error);
    }
    json_t *outcome = json_loadb(text.data, text.len, 0, NULL);
    if (run->wants_json) {
        printf("%s\n", text.data);
    }
    tell(run, outcome);
    json_decref(outcome);
    weft_text_free(&text);
    return 0;
}

static const cli_option module_options[] = {
    {"to", 0, "STORE", "the store it shall live in"},
    {"undo", 0, NULL, "give up a move that was cut off"},
    {NULL, 0, NULL, NULL},
};

const cli_command cli_command_module = {
    .name = "module",
    .summary = "move a module's tables to another store",
    .usage = "module move MODULE --to STORE | module move MODULE --undo",
    .details =
        "Copies the tables, compares them, switches weft.yaml and puts the old tables into the trash. Writers wait "
        "meanwhile.\n"
        "Cut off anywhere, queries answer as before, and the same command goes on.\n",
    .examples = "  weft module move blog --to content\n",
    .options = module_options,
    .words_min = 1,
    .words_max = 2,
    .run = run_module,
};
