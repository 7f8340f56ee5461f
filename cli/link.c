/* weft link create|dismiss|restore|list|import. */
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/import.h"

typedef weft_code (*link_change)(
    weft_engine *engine, const char *json, size_t json_len, weft_text *ret_json, weft_error *error);

/* A change in the short form out of "LINK LEFT RIGHT [column=value…]". */
static char *change_from_words(const cli_run *run, int *ret_status)
{
    json_t *change = json_pack("{s:s, s:s, s:s}", "link", run->words[1], "left", run->words[2], "right", run->words[3]);
    if (run->word_count > 4) {
        json_t *data = cli_object_from_words(run, run->words[1], run->words + 4, run->word_count - 4, ret_status);
        if (!data) {
            json_decref(change);
            return NULL;
        }
        (void)json_object_set_new(change, "data", data);
    }
    char *text = json_dumps(change, JSON_COMPACT | JSON_PRESERVE_ORDER);
    json_decref(change);
    return text;
}

static int run_change(cli_run *run, link_change change)
{
    char *json = NULL;
    size_t len = 0;
    int status = 0;
    if (run->word_count == 2) {
        status = cli_read_text(run, run->words[1], &json, &len);
    } else if (run->word_count >= 4) {
        json = change_from_words(run, &status);
        len = json ? strlen(json) : 0;
    } else {
        return cli_usage(run, "give a change as JSON, or LINK LEFT RIGHT");
    }
    if (!json) {
        return status;
    }
    weft_text outcome = {0};
    weft_error error;
    if (change(run->engine, json, len, &outcome, &error) != WEFT_OK) {
        status = cli_tell(run, &error);
    } else {
        json_t *rows = json_loadb(outcome.data, outcome.len, 0, NULL);
        if (run->wants_json || run->word_count == 2) {
            cli_print_ndjson(rows);
        } else {
            cli_print_table(run, rows);
        }
        json_decref(rows);
    }
    weft_text_free(&outcome);
    free(json);
    return status;
}

/* The link columns of the two sides, out of the entry point's description. */
static json_t *describe_link(const cli_run *run, int *ret_status)
{
    weft_text text = {0};
    weft_error error;
    if (weft_describe(run->engine, run->words[1], &text, &error) != WEFT_OK) {
        *ret_status = cli_tell(run, &error);
        return NULL;
    }
    json_t *description = json_loadb(text.data, text.len, 0, NULL);
    weft_text_free(&text);
    json_t *link = json_incref(json_object_get(description, "link"));
    json_decref(description);
    if (!link) {
        *ret_status = cli_usage(run, "\"%s\" is a model, not a link", run->words[1]);
    }
    return link;
}

static void add_side_filter(const cli_run *run, const json_t *link, const char *side, json_t *filters)
{
    const json_t *column = json_object_get(json_object_get(link, side), "column");
    if (cli_has(run, side) && column) {
        (void)json_object_set_new(filters, json_string_value(column), json_string(cli_value(run, side)));
    }
}

static int run_list(cli_run *run)
{
    if (run->word_count != 2) {
        return cli_usage(run, "give the name of one link");
    }
    int status = 0;
    json_t *link = describe_link(run, &status);
    if (!link) {
        return status;
    }
    json_t *sides = json_object();
    add_side_filter(run, link, "left", sides);
    add_side_filter(run, link, "right", sides);
    char *text = cli_request_from_options(run, run->words[1], "*", json_object_size(sides) ? sides : NULL, &status);
    json_decref(sides);
    if (text) {
        status = cli_answer(
            run, text, strlen(text), run->wants_json ? WEFT_FORMAT_NDJSON : WEFT_FORMAT_JSON, !run->wants_json);
    }
    free(text);
    json_decref(link);
    return status;
}

static int run_import(cli_run *run)
{
    if (run->word_count != 3) {
        return cli_usage(run, "give the name of a link and a file");
    }
    int status = 0;
    FILE *in = NULL;
    weft_import_kind kind = WEFT_IMPORT_KIND_NDJSON;
    if (!cli_open_import(run, run->words[2], &in, &kind, &status)) {
        return status;
    }
    uint64_t count = 0;
    weft_error error;
    const weft_code code = weft_link_import_stream(run->engine, run->words[1], kind, cli_read_file, in, &count, &error);
    (void)fclose(in);
    return cli_tell_import(run, run->words[1], code, count, &error);
}

static int run_link(cli_run *run)
{
    int status = 0;
    const char *action = run->words[0];
    if (!cli_open(run, &status)) {
        return status;
    }
    if (!strcmp(action, "create")) {
        return run_change(run, weft_link_create_json);
    }
    if (!strcmp(action, "dismiss")) {
        return run_change(run, weft_link_dismiss_json);
    }
    if (!strcmp(action, "restore")) {
        return run_change(run, weft_link_restore_json);
    }
    if (!strcmp(action, "list")) {
        return run_list(run);
    }
    if (!strcmp(action, "import")) {
        return run_import(run);
    }
    return cli_usage(run, "unknown action \"%s\"; it is create, dismiss, restore, list or import", action);
}

static const cli_option link_options[] = {
    {"left", 'l', "ID", "list: only links of this left record"},
    {"right", 'r', "ID", "list: only links of this right record"},
    {"fields", 'f', "FIELDS", "list: comma separated; the two sides are edges"},
    {"where", 'w', "JSON", "list: filters on link columns"},
    {"order", 'o', "FIELDS", "list: comma separated; -position is descending"},
    {"take", 't', "N", "list: at most N"},
    {"skip", 's', "N", "list: leave out the first N"},
    {"with-deleted", 0, NULL, "list: dismissed links too"},
    {"format", 0, "csv|ndjson", "import: instead of the file's ending"},
    {NULL, 0, NULL, NULL},
};

const cli_command cli_command_link = {
    .name = "link",
    .summary = "create, dismiss, restore, list or import links",
    .usage = "link create|dismiss|restore LINK LEFT RIGHT [COLUMN=VALUE…] | link create|dismiss|restore "
             "FILE.json|-|'{…}' | link list "
             "LINK | "
             "link import LINK FILE|-",
    .details =
        "A change as JSON is {\"product\":{\"product_id\":\"prod_1\"},\"blog\":{\"blog_post_id\":\"post_9\"}} or\n"
        "{\"link\":\"product_blog_post\",\"left\":\"prod_1\",\"right\":\"post_9\"}, an array of such, or one a line. "
        "It writes one outcome row\n"
        "a change: created, updated, revived, unchanged; dismissed, absent. Restoring revives dismissed pairs.\n",
    .examples = "  weft link create product_blog_post prod_1 post_9 position=2\n"
                "  weft link list product_blog_post --left prod_1\n"
                "  weft link create - < changes.ndjson\n"
                "  weft link import product_blog_post links.csv\n",
    .options = link_options,
    .words_min = 1,
    .words_max = CLI_WORDS_MAX,
    .run = run_link,
};
