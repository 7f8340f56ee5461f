/* Commands that write records: create, update, import. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli/adopt.h"
#include "cli/import.h"

/* JSON that a command works on: from one word (file, stdin, JSON) or from field=value words. */
static int read_object(cli_run *run, const char *entity, int first, char **ret_text, size_t *ret_len)
{
    if (run->word_count == first + 1 && (!strchr(run->words[first], '=') || strchr("{[@-", run->words[first][0]))) {
        return cli_read_text(run, run->words[first], ret_text, ret_len);
    }
    int status = 0;
    json_t *object = cli_object_from_words(run, entity, run->words + first, run->word_count - first, &status);
    if (object) {
        *ret_text = json_dumps(object, JSON_COMPACT | JSON_PRESERVE_ORDER);
        *ret_len = *ret_text ? strlen(*ret_text) : 0;
        json_decref(object);
        status = *ret_text ? 0 : 1;
    }
    return status;
}

/* A record as name-value lines, several as a table; --json: as the library wrote them. */
static void print_records(const cli_run *run, const weft_text *text)
{
    if (run->wants_json) {
        printf("%s\n", text->data);
        return;
    }
    json_t *value = cli_load(text->data, text->len);
    if (json_is_array(value)) {
        cli_print_table(run, value);
    } else {
        cli_print_record(run, value);
    }
    json_decref(value);
}

static int run_create(cli_run *run)
{
    int status = 0;
    if (!cli_open(run, &status)) {
        return status;
    }
    char *json = NULL;
    size_t len = 0;
    status = read_object(run, run->words[0], 1, &json, &len);
    if (status != 0) {
        return status;
    }
    weft_text created = {0};
    weft_error error;
    if (weft_record_create_json(run->engine, run->words[0], json, len, &created, &error) != WEFT_OK) {
        status = cli_tell(run, &error);
    } else {
        print_records(run, &created);
    }
    weft_text_free(&created);
    free(json);
    return status;
}

const cli_command cli_command_create = {
    .name = "create",
    .summary = "create one or many records",
    .usage = "create MODEL FIELD=VALUE… | '{…}' | '[…]' | FILE.json | -",
    .details = "Prints what was created, with its id, defaults and times. Many are created all or none.\n",
    .examples = "  weft create product title='Linen shirt' status=published\n"
                "  weft create product '[{\"title\":\"A\"},{\"title\":\"B\"}]' --json\n",
    .words_min = 2,
    .words_max = CLI_WORDS_MAX,
    .run = run_create,
};

static int run_update(cli_run *run)
{
    int status = 0;
    if (!cli_open(run, &status)) {
        return status;
    }
    char *json = NULL;
    size_t len = 0;
    status = read_object(run, run->words[0], 2, &json, &len);
    if (status != 0) {
        return status;
    }
    weft_text updated = {0};
    weft_error error;
    if (weft_record_update_json(run->engine, run->words[0], run->words[1], json, len, &updated, &error) != WEFT_OK) {
        status = cli_tell(run, &error);
    } else {
        print_records(run, &updated);
    }
    weft_text_free(&updated);
    free(json);
    return status;
}

const cli_command cli_command_update = {
    .name = "update",
    .summary = "change fields of one record",
    .usage = "update MODEL ID FIELD=VALUE… | '{…}' | FILE.json | -",
    .examples = "  weft update product prod_01JD… status=draft\n"
                "  weft update product prod_01JD… '{\"metadata\":{\"color\":\"blue\"}}'\n",
    .words_min = 3,
    .words_max = CLI_WORDS_MAX,
    .run = run_update,
};

weft_code cli_read_file(void *ctx, char *data, size_t size, size_t *ret_len, weft_error *error)
{
    FILE *in = ctx;
    *ret_len = fread(data, 1, size, in);
    if (ferror(in)) {
        memset(error, 0, sizeof(*error));
        error->code = WEFT_FILE_ERROR;
        (void)snprintf(error->message, sizeof(error->message), "could not read the import: %s", strerror(errno));
        return WEFT_FILE_ERROR;
    }
    return WEFT_OK;
}

bool cli_open_import(cli_run *run, const char *path, FILE **ret_in, weft_import_kind *ret_kind, int *ret_status)
{
    const char *format = cli_value(run, "format");
    const char *dot = strrchr(path, '.');
    const char *name = format ? format : dot ? dot + 1 : "ndjson";
    if (!strcmp(name, "csv")) {
        *ret_kind = WEFT_IMPORT_KIND_CSV;
    } else if (!strcmp(name, "ndjson") || !strcmp(name, "jsonl") || !strcmp(path, "-")) {
        *ret_kind = WEFT_IMPORT_KIND_NDJSON;
    } else {
        *ret_status = cli_usage(run, "cannot tell the format of \"%s\"; give --format csv or --format ndjson", path);
        return false;
    }
    *ret_in = strcmp(path, "-") ? fopen(path, "rb") : stdin;
    if (!*ret_in) {
        weft_error error = {.code = WEFT_FILE_ERROR};
        (void)snprintf(error.message, sizeof(error.message), "could not open \"%s\": %s", path, strerror(errno));
        *ret_status = cli_tell(run, &error);
        return false;
    }
    return true;
}

int cli_tell_import(cli_run *run, const char *what, weft_code code, uint64_t count, const weft_error *error)
{
    cli_end_progress(run);
    if (code != WEFT_OK) {
        return cli_tell(run, error);
    }
    if (run->wants_json) {
        printf("{\"imported\":%llu}\n", (unsigned long long)count);
    } else {
        cli_note(run, "%s: %llu rows imported", what, (unsigned long long)count);
    }
    return 0;
}

static int run_import(cli_run *run)
{
    int status = 0;
    FILE *in = NULL;
    weft_import_kind kind = WEFT_IMPORT_KIND_NDJSON;
    if (!strcmp(run->words[0], "schema") && cli_is_database(run->words[1])) {
        return cli_import_schema(run, run->words[1], run->directory, false);
    }
    if (strstr(run->words[1], "://")) { /* not quoted, since it may hold a password */
        return cli_usage(run, "an address of a database begins with postgres://, postgresql:// or sqlite:");
    }
    if (!cli_open(run, &status) || !cli_open_import(run, run->words[1], &in, &kind, &status)) {
        return status;
    }
    uint64_t count = 0;
    weft_error error;
    const weft_code code =
        weft_record_import_stream(run->engine, run->words[0], kind, cli_read_file, in, &count, &error);
    (void)fclose(in);
    return cli_tell_import(run, run->words[0], code, count, &error);
}

static const cli_option import_options[] = {
    {"format", 0, "csv|ndjson", "instead of the file's ending"},
    {"module", 0, "NAME=WHAT,…", "schema: tables of a module, by schema, name or beginning"},
    {"key", 0, "TABLE=COLUMN,…", "schema: what tells the rows of a view apart"},
    {"soft-delete", 0, NULL, "schema: a deleted_at that may be null means soft deletion"},
    {NULL, 0, NULL, NULL}};

const cli_command cli_command_import = {
    .name = "import",
    .summary = "create records from a file, or definitions from a database",
    .usage = "import MODEL FILE | -\n       weft import schema URL [--module NAME=WHAT,…] [--key TABLE=COLUMN,…]",
    .details = "CSV needs a header line of field names. A line that cannot be read stops the import with its number, "
               "and nothing\n"
               "is kept.\n\n"
               "import schema reads a PostgreSQL or SQLite database and writes a module file a schema (or as --module\n"
               "says), and link files; what cannot be mapped is listed and stands in the files as comments.\n",
    .examples = "  weft import product products.csv\n  zcat posts.ndjson.gz | weft import blog_post -\n"
                "  weft import schema postgres:///shop --module catalog=product,brand --module sales=order_\n",
    .options = import_options,
    .repeats = {"module", "key"},
    .words_min = 2,
    .words_max = 2,
    .run = run_import,
};
