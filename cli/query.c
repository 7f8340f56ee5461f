/* Commands that read: query, list, get, explain. */
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/pretty.h"

/* Pass chunks on as they come, so that memory stays that of one batch. */
static int stream(cli_run *run, weft_reply *reply, bool is_pretty)
{
    weft_error error;
    cli_pretty pretty = {0};
    const char *data = NULL;
    size_t len = 0;
    do {
        if (weft_reply_read(reply, &data, &len, &error) != WEFT_OK) {
            (void)fflush(stdout);
            return cli_tell(run, &error);
        }
        if (is_pretty) {
            cli_pretty_write(&pretty, data, len);
        } else if (fwrite(data, 1, len, stdout) != len) {
            return 1;
        }
    } while (len);
    return 0;
}

static int print_as_table(cli_run *run, const char *request, size_t request_len)
{
    weft_text answer = {0};
    weft_error error;
    if (weft_query_json(run->engine, request, request_len, &answer, &error) != WEFT_OK) {
        return cli_tell(run, &error);
    }
    json_t *value = cli_load(answer.data, answer.len);
    const json_t *count = json_object_get(json_object_get(value, "metadata"), "count");
    cli_print_table(run, json_object_get(value, "data"));
    if (count) {
        cli_note(run, "%lld in all", (long long)json_integer_value(count));
    }
    json_decref(value);
    weft_text_free(&answer);
    return 0;
}

int cli_answer(cli_run *run, const char *request, size_t request_len, weft_format format, bool as_table)
{
    if (as_table) {
        return print_as_table(run, request, request_len);
    }
    const bool is_for_people = run->is_terminal_out && !run->wants_json && !cli_has(run, "compact");
    const bool is_pretty = format == WEFT_FORMAT_JSON && (cli_has(run, "pretty") || is_for_people);
    weft_reply *reply = NULL;
    weft_error error;
    if (weft_query_open(run->engine, request, request_len, format, &reply, &error) != WEFT_OK) {
        return cli_tell(run, &error);
    }
    const int status = stream(run, reply, is_pretty);
    if (status == 0 && format == WEFT_FORMAT_JSON) {
        (void)putchar('\n');
    }
    weft_reply_close(reply);
    return status;
}

/* An entity's name rather than a file or JSON: letters, digits and "_", with one dot for module.model. */
static bool is_entity_name(const char *word)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
    const size_t first = strspn(word, letters);
    if (word[first] == '\0') {
        return true;
    }
    const char *rest = word + first + 1;
    const bool is_file = !strcmp(rest, "json") || !strcmp(rest, "ndjson");
    return word[first] == '.' && !is_file && rest[strspn(rest, letters)] == '\0';
}

/* What an option says must not be lost: a request that is whole takes none of those that make one. */
static int check_whole(const cli_run *run)
{
    static const char *const makers[] = {"fields", "where", "order", "take", "skip", "with-deleted"};
    for (size_t i = 0; i < sizeof(makers) / sizeof(makers[0]); i++) {
        if (cli_has(run, makers[i])) {
            return cli_usage(
                run, "--%s goes with an entity's name; \"%s\" is a whole request", makers[i], run->words[0]);
        }
    }
    return 0;
}

char *cli_read_request(cli_run *run, size_t *ret_len, int *ret_status)
{
    char *text = NULL;
    if (is_entity_name(run->words[0])) {
        text = cli_request_from_options(run, run->words[0], "*", NULL, ret_status);
        *ret_len = text ? strlen(text) : 0;
        return text;
    }
    *ret_status = check_whole(run);
    if (*ret_status == 0) {
        *ret_status = cli_read_text(run, run->words[0], &text, ret_len);
    }
    return text;
}

/* Of two options that say how to print, one would be ignored. */
static int check_form(const cli_run *run)
{
    static const char *const forms[] = {"ndjson", "table", "pretty", "compact"};
    const char *first = NULL;
    for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
        if (first && cli_has(run, forms[i])) {
            return cli_usage(run, "--%s and --%s exclude each other", first, forms[i]);
        }
        first = cli_has(run, forms[i]) ? forms[i] : first;
    }
    return 0;
}

static int run_query(cli_run *run)
{
    int status = check_form(run);
    if (status != 0 || !cli_open(run, &status) || !cli_scope_rows(run, &status)) {
        return status;
    }
    size_t len = 0;
    char *request = cli_read_request(run, &len, &status);
    if (request) {
        const bool as_lines = cli_has(run, "ndjson");
        status = cli_answer(run, request, len, as_lines ? WEFT_FORMAT_NDJSON : WEFT_FORMAT_JSON, cli_has(run, "table"));
    }
    free(request);
    return status;
}

static const cli_option query_options[] = {
    CLI_REQUEST_OPTIONS,
    {"ndjson", 0, NULL, "one record a line, without metadata"},
    {"table", 0, NULL, "a table for people"},
    {"pretty", 0, NULL, "indented JSON (the default on a terminal)"},
    {"compact", 0, NULL, "JSON on one line (the default elsewhere)"},
    {NULL, 0, NULL, NULL},
};

const cli_command cli_command_query = {
    .name = "query",
    .summary = "answer one graph query as JSON",
    .usage = "query REQUEST.json | - | '{…}' | ENTITY [OPTIONS]",
    .details = "The request is a JSON file, standard input (-), JSON itself, or an entity's name with options.\n",
    .examples = "  weft query product -f 'id,title,blog_posts.*' -w '{\"id\":\"prod_1\"}' --take 5 --order -title\n"
                "  echo '{\"entity\":\"product\",\"fields\":[\"id\",\"blog_posts.title\"]}' | weft query -\n"
                "  weft query product --ndjson -f id,title > products.ndjson\n",
    .options = query_options,
    .words_min = 1,
    .words_max = 1,
    .run = run_query,
};

static int run_list(cli_run *run)
{
    int status = 0;
    if (!cli_open(run, &status) || !cli_scope_rows(run, &status)) {
        return status;
    }
    char *request = cli_request_from_options(run, run->words[0], "*", NULL, &status);
    if (request) {
        status = cli_answer(
            run, request, strlen(request), run->wants_json ? WEFT_FORMAT_NDJSON : WEFT_FORMAT_JSON, !run->wants_json);
    }
    free(request);
    return status;
}

static const cli_option list_options[] = {CLI_REQUEST_OPTIONS, {NULL, 0, NULL, NULL}};

const cli_command cli_command_list = {
    .name = "list",
    .summary = "list records as a table (--json: one a line)",
    .usage = "list MODEL [OPTIONS]",
    .examples = "  weft list product --order -created_at --take 10\n"
                "  weft list blog_post -f id,title,author -w '{\"status\":\"published\"}' --json\n",
    .options = list_options,
    .words_min = 1,
    .words_max = 1,
    .run = run_list,
};

/* The name of the entity's one key field; NULL: told. */
static const char *key_field(const cli_run *run, const json_t *description, int *ret_status)
{
    const json_t *key = json_object_get(description, "key");
    if (json_array_size(key) == 1) {
        return json_string_value(json_array_get(key, 0));
    }
    *ret_status = cli_usage(run, "\"%s\" has a key of several fields; use weft list with --where", run->words[0]);
    return NULL;
}

/* The request for the one record that words[1] names, typed by the key's field; NULL: told. */
static char *get_request(const cli_run *run, int *ret_status)
{
    json_t *description = cli_describe(run, run->words[0], ret_status);
    const char *key = description ? key_field(run, description, ret_status) : NULL;
    json_t *value = NULL;
    char *text = NULL;
    if (key) {
        *ret_status = cli_typed(run, description, key, run->words[1], &value);
    }
    if (value) {
        json_t *filters = json_pack("{s:o}", key, value);
        text = cli_request_from_options(run, run->words[0], "*", filters, ret_status);
        json_decref(filters);
    }
    json_decref(description);
    return text;
}

static int print_one(cli_run *run, const char *request)
{
    weft_text answer = {0};
    weft_error error = {0};
    if (weft_query_json(run->engine, request, strlen(request), &answer, &error) != WEFT_OK) {
        return cli_tell(run, &error);
    }
    json_t *value = cli_load(answer.data, answer.len);
    json_t *record = json_array_get(json_object_get(value, "data"), 0);
    int status = 0;
    if (!record) {
        error.code = WEFT_NOT_FOUND;
        (void)snprintf(error.message, sizeof(error.message), "%s \"%s\" was not found", run->words[0], run->words[1]);
        status = cli_tell(run, &error);
    } else if (run->wants_json) {
        /* The record as the library wrote it, out of {"data":[…]}: every digit is kept. */
        printf("%.*s\n", (int)(answer.len - strlen("{\"data\":[]}")), answer.data + strlen("{\"data\":["));
    } else {
        cli_print_record(run, record);
    }
    json_decref(value);
    weft_text_free(&answer);
    return status;
}

static int run_get(cli_run *run)
{
    int status = 0;
    if (!cli_open(run, &status)) {
        return status;
    }
    char *request = get_request(run, &status);
    if (request) {
        status = print_one(run, request);
    }
    free(request);
    return status;
}

static const cli_option get_options[] = {{"fields", 'f', "FIELDS", "comma separated: id,title,blog_posts.*"},
                                         {NULL, 0, NULL, NULL}};

const cli_command cli_command_get = {
    .name = "get",
    .summary = "show one record",
    .usage = "get MODEL ID [--fields FIELDS]",
    .examples = "  weft get product prod_01JD…\n  weft get product prod_01JD… -f 'title,blog_posts.title' --json\n",
    .options = get_options,
    .words_min = 2,
    .words_max = 2,
    .run = run_get,
};

/* False: told. */
static bool explain_format(cli_run *run, weft_format *ret_format, int *ret_status)
{
    static const struct {
        const char *name;
        weft_format format;
    } formats[] = {{"text", WEFT_FORMAT_TEXT}, {"json", WEFT_FORMAT_JSON}, {"mermaid", WEFT_FORMAT_MERMAID}};
    const char *name = cli_has(run, "format") ? cli_value(run, "format") : run->wants_json ? "json" : "text";
    for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
        if (!strcmp(formats[i].name, name)) {
            *ret_format = formats[i].format;
            return true;
        }
    }
    *ret_status = cli_usage(run, "unknown format \"%s\"; it is text, json or mermaid", name);
    return false;
}

static int run_explain(cli_run *run)
{
    int status = 0;
    weft_format format = WEFT_FORMAT_TEXT;
    if (!explain_format(run, &format, &status) || !cli_open(run, &status) || !cli_scope_rows(run, &status)) {
        return status;
    }
    size_t len = 0;
    char *request = cli_read_request(run, &len, &status);
    if (!request) {
        return status;
    }
    weft_text text = {0};
    weft_error error;
    const weft_code code = cli_has(run, "analyze")
                               ? weft_explain_analyze(run->engine, request, len, format, &text, &error)
                               : weft_explain(run->engine, request, len, format, &text, &error);
    if (code != WEFT_OK) {
        status = cli_tell(run, &error);
    } else {
        printf("%s%s", text.data, text.len && text.data[text.len - 1] == '\n' ? "" : "\n");
    }
    weft_text_free(&text);
    free(request);
    return status;
}

static const cli_option explain_options[] = {
    CLI_REQUEST_OPTIONS,
    {"analyze", 0, NULL, "run the query too: statements, rows, bytes and time of every step; missing indexes"},
    {"format", 0, "text|json|mermaid", "how to show it (text; --json is json)"},
    {NULL, 0, NULL, NULL},
};

const cli_command cli_command_explain = {
    .name = "explain",
    .summary = "show how a query would be answered: plan, stores, SQL",
    .usage = "explain REQUEST.json | - | '{…}' | ENTITY [OPTIONS]",
    .details = "Takes what `weft query` takes. Touches no store without --analyze.\n",
    .examples = "  weft explain product -f 'id,blog_posts.title'\n  weft explain request.json --analyze --json\n"
                "  weft explain request.json --format mermaid > plan.mmd\n",
    .options = explain_options,
    .words_min = 1,
    .words_max = 1,
    .run = run_explain,
};
