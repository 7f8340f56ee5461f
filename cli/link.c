/* weft link create|dismiss|restore|list|import. */
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/import.h"

typedef weft_code (*link_change)(
    weft_engine *engine, const char *json, size_t json_len, weft_text *ret_json, weft_error *error);

/* The project's links as weft_graph tells them; NULL: told. */
static json_t *load_links(const cli_run *run, int *ret_status)
{
    weft_text text = {0};
    weft_error error;
    if (weft_graph(run->engine, WEFT_FORMAT_JSON, &text, &error) != WEFT_OK) {
        *ret_status = cli_tell(run, &error);
        return NULL;
    }
    json_t *graph = json_loadb(text.data, text.len, 0, NULL);
    json_t *links = json_incref(json_object_get(graph, "links"));
    weft_text_free(&text);
    json_decref(graph);
    *ret_status = links ? 0 : 1;
    return links;
}

/* The link that words[1] names, by any of its names; NULL: told. */
static json_t *find_link(const cli_run *run, int *ret_status)
{
    json_t *entity = cli_describe(run, run->words[1], ret_status);
    json_t *links = entity ? load_links(run, ret_status) : NULL;
    const char *name = json_string_value(json_object_get(entity, "link"));
    json_t *found = NULL;
    json_t *link = NULL;
    size_t at = 0;
    json_array_foreach(links, at, link)
    {
        const char *known = json_string_value(json_object_get(link, "name"));
        found = name && known && !strcmp(name, known) ? link : found;
    }
    if (links && !found) {
        *ret_status = cli_usage(run, "\"%s\" is a model, not a link", run->words[1]);
    }
    found = json_incref(found);
    json_decref(links);
    json_decref(entity);
    return found;
}

/* Put the key that the words `text` are into `object` as `name`, typed by the column of `side`; `name` NULL: as that
 * column. On failure an exit status other than 0, told. */
static int set_key(
    const cli_run *run, const json_t *link, const char *side, const char *text, const char *name, json_t *object)
{
    const char *column = json_string_value(json_object_get(json_object_get(link, side), "column"));
    json_t *value = NULL;
    const int status = cli_typed(run, json_object_get(link, "entity"), column, text, &value);
    return status ? status : json_object_set_new(object, name ? name : column, value) != 0;
}

/* Put "column=value" words into `change`. On failure an exit status other than 0, told. */
static int set_data(const cli_run *run, json_t *change)
{
    int status = 0;
    json_t *data = cli_object_from_words(run, run->words[1], run->words + 4, run->word_count - 4, &status);
    return data ? json_object_set_new(change, "data", data) != 0 : status;
}

/* A change in the short form out of "LINK LEFT RIGHT [column=value…]". */
static char *change_from_words(const cli_run *run, int *ret_status)
{
    json_t *link = find_link(run, ret_status);
    if (!link) {
        return NULL;
    }
    json_t *change = json_pack("{s:s}", "link", run->words[1]);
    int status = set_key(run, link, "left", run->words[2], "left", change);
    if (status == 0) {
        status = set_key(run, link, "right", run->words[3], "right", change);
    }
    if (status == 0 && run->word_count > 4) {
        status = set_data(run, change);
    }
    char *text = status == 0 ? json_dumps(change, JSON_COMPACT | JSON_PRESERVE_ORDER) : NULL;
    *ret_status = status;
    json_decref(change);
    json_decref(link);
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

/* What --left and --right ask for, as filters on the link's columns; NULL: told. */
static json_t *side_filters(const cli_run *run, const json_t *link, int *ret_status)
{
    static const char *const sides[] = {"left", "right"};
    json_t *filters = json_object();
    for (size_t i = 0; i < 2 && *ret_status == 0; i++) {
        if (cli_has(run, sides[i])) {
            *ret_status = set_key(run, link, sides[i], cli_value(run, sides[i]), NULL, filters);
        }
    }
    if (*ret_status != 0) {
        json_decref(filters);
        return NULL;
    }
    return filters;
}

static int run_list(cli_run *run)
{
    if (run->word_count != 2) {
        return cli_usage(run, "give the name of one link");
    }
    int status = 0;
    json_t *link = find_link(run, &status);
    json_t *sides = link ? side_filters(run, link, &status) : NULL;
    char *text = NULL;
    if (sides) {
        text = cli_request_from_options(run, run->words[1], "*", json_object_size(sides) ? sides : NULL, &status);
    }
    if (text) {
        status = cli_answer(
            run, text, strlen(text), run->wants_json ? WEFT_FORMAT_NDJSON : WEFT_FORMAT_JSON, !run->wants_json);
    }
    free(text);
    json_decref(sides);
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
