/* weft delete, impact, restore, recover. */
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"

static void print_tree(const cli_run *run, const json_t *answer)
{
    size_t index = 0;
    json_t *node = NULL;
    json_array_foreach(json_object_get(answer, "tree"), index, node)
    {
        char *key = json_dumps(json_object_get(node, "key"), JSON_ENCODE_ANY | JSON_COMPACT);
        const char *via = json_string_value(json_object_get(node, "via"));
        printf("%*s%s %s%s%s%s%s\n",
               2 * (int)json_integer_value(json_object_get(node, "depth")),
               "",
               json_string_value(json_object_get(node, "entity")),
               key ? key : "",
               cli_color(run, "dim"),
               via ? " by " : "",
               via ? via : "",
               cli_color(run, ""));
        free(key);
    }
    const json_int_t more = json_integer_value(json_object_get(answer, "tree_more"));
    if (more > 0) {
        printf("… and %lld more\n", (long long)more);
    }
}

/* store, table, change, count: a row a table. */
static json_t *table_rows(const json_t *answer)
{
    json_t *rows = json_array();
    size_t s = 0;
    json_t *store = NULL;
    json_array_foreach(json_object_get(answer, "stores"), s, store)
    {
        size_t t = 0;
        json_t *table = NULL;
        json_array_foreach(json_object_get(store, "tables"), t, table)
        {
            json_t *link = json_object_get(table, "link");
            json_t *row = json_pack("{s:O, s:O, s:O, s:O}",
                                    "store",
                                    json_object_get(store, "store"),
                                    "of",
                                    link ? link : json_object_get(table, "entity"),
                                    "change",
                                    json_object_get(table, "change"),
                                    "rows",
                                    json_object_get(table, "count"));
            (void)json_array_append_new(rows, row);
        }
    }
    return rows;
}

static void print_answer(const cli_run *run, const weft_text *text)
{
    if (run->wants_json) {
        printf("%s\n", text->data);
        return;
    }
    json_t *answer = json_loadb(text->data, text->len, 0, NULL);
    json_t *rows = table_rows(answer);
    const char *id = json_string_value(json_object_get(answer, "deletion"));
    print_tree(run, answer);
    printf("\n");
    cli_print_table(run, rows);
    if (id) {
        printf("\ndeletion %s\n", id);
    }
    json_decref(rows);
    json_decref(answer);
}

/* --max N and its like; false and told when it is no number. */
static bool read_max(const cli_run *run, const char *option, size_t *ret_max, int *ret_status)
{
    const char *text = cli_value(run, option);
    char *end = NULL;
    *ret_max = text ? (size_t)strtoull(text, &end, 10) : 0;
    if (text && (*text < '1' || *text > '9' || *end)) {
        *ret_status = cli_usage(run, "\"%s\" is no number of rows", text);
        return false;
    }
    return true;
}

static int run_on_keys(cli_run *run, bool is_deletion)
{
    int status = 0;
    size_t max = 0;
    if (!read_max(run, "max", &max, &status) || !cli_open(run, &status)) {
        return status;
    }
    weft_text answer = {0};
    weft_error error = {0};
    const weft_code code = (is_deletion ? weft_delete_json : weft_impact_json)(
        run->engine, run->words[0], run->words + 1, (size_t)run->word_count - 1, max, &answer, &error);
    if (code != WEFT_OK) {
        return cli_tell(run, &error);
    }
    print_answer(run, &answer);
    weft_text_free(&answer);
    return 0;
}

static int run_delete(cli_run *run)
{
    return run_on_keys(run, !cli_has(run, "impact") && !cli_has(run, "dry-run"));
}

static int run_impact(cli_run *run)
{
    return run_on_keys(run, false);
}

static int run_restore(cli_run *run)
{
    int status = 0;
    if (!cli_open(run, &status)) {
        return status;
    }
    weft_text answer = {0};
    weft_error error = {0};
    if (weft_restore_json(run->engine, run->words[0], &answer, &error) != WEFT_OK) {
        return cli_tell(run, &error);
    }
    if (run->wants_json) {
        printf("%s\n", answer.data);
    } else {
        json_t *counts = json_loadb(answer.data, answer.len, 0, NULL);
        const json_int_t left = json_integer_value(json_object_get(counts, "left"));
        printf("%lld rows restored\n", (long long)json_integer_value(json_object_get(counts, "restored")));
        if (left > 0) {
            cli_note(run, "%lld rows were changed since and stay as they are", (long long)left);
        }
        json_decref(counts);
    }
    weft_text_free(&answer);
    return 0;
}

/* A line a store, and one for each note that stays. */
static void print_outbox(const cli_run *run, const json_t *outbox)
{
    json_t *rows = json_array();
    for (size_t i = 0; i < json_array_size(outbox); i++) {
        const json_t *store = json_array_get(outbox, i);
        const json_t *refusals = json_object_get(store, "refusals");
        json_t *row = json_object();
        (void)json_object_set(row, "store", json_object_get(store, "store"));
        (void)json_object_set(row, "settled", json_object_get(store, "settled"));
        (void)json_object_set(row, "void", json_object_get(store, "void"));
        (void)json_object_set(row, "refused", json_object_get(store, "refused"));
        (void)json_object_set(row, "left", json_object_get(store, "left"));
        (void)json_object_set(row, "deletions", json_object_get(store, "deletions"));
        (void)json_array_append_new(rows, row);
        for (size_t k = 0; k < json_array_size(refusals); k++) {
            const json_t *refusal = json_array_get(refusals, k);
            cli_note(run,
                     "refused: %s %s: %s",
                     json_string_value(json_object_get(refusal, "entity")),
                     json_string_value(json_object_get(refusal, "key")),
                     json_string_value(json_object_get(refusal, "reason")));
        }
    }
    if (json_array_size(rows) > 0) {
        cli_print_table(run, rows);
    }
    json_decref(rows);
}

static void print_recovered(const cli_run *run, const weft_text *answer)
{
    json_t *told = json_loadb(answer->data, answer->len, 0, NULL);
    json_t *finished = json_object_get(told, "finished");
    json_t *pending = json_object_get(told, "pending");
    const json_t *outbox = json_object_get(told, "outbox");
    const bool has_rows = json_array_size(finished) > 0 || json_array_size(pending) > 0;
    if (has_rows || json_array_size(outbox) == 0) {
        cli_print_table(run, json_array_size(finished) > 0 ? finished : pending);
    }
    print_outbox(run, outbox);
    if (!has_rows && json_array_size(outbox) == 0) {
        cli_note(run, "nothing was cut off");
    }
    json_decref(told);
}

static int run_recover(cli_run *run)
{
    int status = 0;
    weft_recover_options options = {0};
    size_t notes_max = 0;
    if (!read_max(run, "max", &options.records_max, &status) || !read_max(run, "notes", &notes_max, &status) ||
        !cli_open(run, &status)) {
        return status;
    }
    options.notes_max = notes_max;
    weft_text answer = {0};
    weft_error error = {0};
    const weft_code code = weft_recover_with(run->engine, &options, &answer, &error);
    if (run->wants_json && answer.data) {
        printf("%s\n", answer.data);
    } else if (answer.data) {
        print_recovered(run, &answer);
    }
    weft_text_free(&answer);
    return code == WEFT_OK ? 0 : cli_tell(run, &error);
}

static const cli_option delete_options[] = {
    {"impact", 0, NULL, "only show what would happen"},
    {"dry-run", 0, NULL, "the same"},
    {"max", 0, "N", "rows the deletion may touch; default 10000"},
    {NULL, 0, NULL, NULL},
};

static const cli_option impact_options[] = {
    {"max", 0, "N", "rows the deletion may touch; default 10000"},
    {NULL, 0, NULL, NULL},
};

const cli_command cli_command_delete = {
    .name = "delete",
    .summary = "delete records with what the definitions say goes with them",
    .usage = "delete MODEL ID… [--impact] [--max N]",
    .details =
        "Prints what was deleted and the deletion's id; `weft restore ID` takes just that back. A composite key\n"
        "is a JSON array.\n",
    .examples = "  weft delete product prod_01JD… --impact\n"
                "  weft delete product prod_01JD… prod_01JE…\n",
    .options = delete_options,
    .words_min = 2,
    .words_max = CLI_WORDS_MAX,
    .run = run_delete,
};

const cli_command cli_command_impact = {
    .name = "impact",
    .summary = "show what deleting records would do; changes nothing",
    .usage = "impact MODEL ID… [--max N]",
    .examples = "  weft impact product prod_01JD…\n",
    .options = impact_options,
    .words_min = 2,
    .words_max = CLI_WORDS_MAX,
    .run = run_impact,
};

const cli_command cli_command_restore = {
    .name = "restore",
    .summary = "take a deletion back: exactly what it removed",
    .usage = "restore DELETION",
    .details = "Rows that others have changed since stay as they are. Nothing is restored when something has taken a\n"
               "row's place.\n",
    .examples = "  weft restore del_01JD…\n",
    .words_min = 1,
    .words_max = 1,
    .run = run_restore,
};

static const cli_option recover_options[] = {
    {"max", 0, "N", "rows that one delete by plain SQL may take with it; default 10000"},
    {"notes", 0, "N", "of each store's outbox try at most so many notes; default all"},
    {NULL, 0, NULL, NULL},
};

const cli_command cli_command_recover = {
    .name = "recover",
    .summary = "finish what was cut off, and carry out what plain SQL deleted",
    .usage = "recover [--max N] [--notes N]",
    .details =
        "After a crash, or when a store was away in the middle of a deletion over several stores. Then the deletes\n"
        "by plain SQL that the triggers of guarded models noted are carried out with all that goes with them; a\n"
        "refused one stays noted and is told. Does nothing when there is nothing to do; may be run at any time, also\n"
        "twice.\n",
    .examples = "  weft recover\n  weft recover --json\n",
    .options = recover_options,
    .words_max = 0,
    .run = run_recover,
};
