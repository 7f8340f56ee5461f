/* import schema: definition files from a database that exists. Nothing is overwritten: all files are looked for before
 * the first is written. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/adopt.h"

#define FILES_MAX 10000

typedef struct made_file {
    char *path; /* with the project's directory */
    char *text;
} made_file;

typedef struct made_files {
    const char *directory;
    made_file items[FILES_MAX];
    size_t count;
} made_files;

static weft_code fail(weft_error *error, weft_code code, const char *message)
{
    memset(error, 0, sizeof(*error));
    error->code = code;
    (void)snprintf(error->message, sizeof(error->message), "%s", message);
    return code;
}

static weft_code take_file(void *ctx, const char *path, const char *text, size_t len, weft_error *error)
{
    made_files *files = ctx;
    if (files->count == FILES_MAX) {
        return fail(error, WEFT_LIMIT_EXCEEDED, "more than 10000 files would be written");
    }
    const size_t path_size = strlen(files->directory) + strlen(path) + 2;
    made_file *file = &files->items[files->count];
    file->path = malloc(path_size);
    file->text = malloc(len + 1);
    files->count++;
    if (!file->path || !file->text) {
        return fail(error, WEFT_NO_MEMORY, "out of memory");
    }
    const bool is_here = !strcmp(files->directory, ".");
    (void)snprintf(file->path, path_size, "%s%s%s", is_here ? "" : files->directory, is_here ? "" : "/", path);
    memcpy(file->text, text, len);
    file->text[len] = '\0';
    return WEFT_OK;
}

static void free_files(made_files *files)
{
    for (size_t i = 0; files && i < files->count; i++) {
        free(files->items[i].path);
        free(files->items[i].text);
    }
    free(files);
}

/* A password has no place in a file: the address then comes from the environment alone. */
static bool has_password(const char *url)
{
    const char *start = strstr(url, "://");
    const char *at = strrchr(url, '@');
    const char *colon = start ? strchr(start + 3, ':') : NULL;
    return (at && colon && colon < at) || strstr(url, "password=");
}

/* weft.yaml speaks of files from the project's directory; one that is elsewhere is named in full. */
static const char *url_in_project(const made_files *files, const char *url, char *buffer, size_t size)
{
    const bool is_relative = !strncmp(url, "sqlite:", 7) && url[7] != '/';
    char here[1024];
    if (!is_relative || !strcmp(files->directory, ".") || !getcwd(here, sizeof(here))) {
        return url;
    }
    (void)snprintf(buffer, size, "sqlite:%.1000s/%.2000s", here, url + 7);
    return buffer;
}

static void add_project(made_files *files, const char *given, bool is_medusa, weft_error *error)
{
    char text[4096];
    char buffer[3072];
    const char *url = url_in_project(files, given, buffer, sizeof(buffer));
    const bool is_secret = has_password(url);
    (void)snprintf(text,
                   sizeof(text),
                   "# Stores are databases; modules say which store they live in (default: the store called default).\n"
                   "stores:\n"
                   "  default: \"${DATABASE_URL%s%.3000s}\"\n"
                   "links: { store: default%s }\n",
                   is_secret ? "" : ":-",
                   is_secret ? "" : url,
                   is_medusa ? ", naming: medusa" : "");
    (void)take_file(files, "weft.yaml", text, strlen(text), error);
}

static int refuse_existing(const cli_run *run, const made_files *files)
{
    for (size_t i = 0; i < files->count; i++) {
        if (access(files->items[i].path, F_OK) != 0) {
            continue;
        }
        weft_error error = {.code = WEFT_FILE_ERROR};
        (void)snprintf(error.message, sizeof(error.message), "\"%.300s\" exists already", files->items[i].path);
        (void)snprintf(error.hint, sizeof(error.hint), "Nothing is overwritten; remove it or choose another folder.");
        return cli_tell(run, &error);
    }
    return 0;
}

static int write_files(const cli_run *run, const made_files *files)
{
    int status = refuse_existing(run, files);
    for (size_t i = 0; status == 0 && i < files->count; i++) {
        status = cli_create_file(run, files->items[i].path, files->items[i].text);
    }
    return status;
}

static size_t number_of(const json_t *report, const char *name)
{
    return (size_t)json_integer_value(json_object_get(report, name));
}

static void tell_report(const cli_run *run, const weft_text *text, const char *url)
{
    if (run->wants_json) {
        printf("%s\n", text->data);
        return;
    }
    json_t *report = cli_load(text->data, text->len);
    const json_t *notes = json_object_get(report, "notes");
    size_t left_out = 0;
    for (size_t i = 0; i < json_array_size(notes); i++) {
        const json_t *note = json_array_get(notes, i);
        const char *column = json_string_value(json_object_get(note, "column"));
        const bool is_left_out = json_is_true(json_object_get(note, "left_out"));
        left_out += is_left_out;
        cli_note(run,
                 "%s %s%s%s: %s",
                 is_left_out ? "not mapped:" : "note:",
                 json_string_value(json_object_get(note, "table")),
                 column && *column ? "." : "",
                 column ? column : "",
                 json_string_value(json_object_get(note, "text")));
    }
    cli_note(run,
             "%zu models in %zu modules, %zu relations, %zu links; %zu things could not be mapped",
             number_of(report, "models"),
             number_of(report, "modules"),
             number_of(report, "relations"),
             number_of(report, "links"),
             left_out);
    if (has_password(url)) {
        cli_note(run, "the address holds a password, so weft.yaml takes it from DATABASE_URL");
    }
    json_decref(report);
}

static void tell_existing_project(const cli_run *run)
{
    cli_note(run,
             "weft.yaml is there already: name the database's store in it, and under \"modules\" each new module's");
}

int cli_import_schema(cli_run *run, const char *url, const char *directory, bool is_medusa)
{
    const char *modules[CLI_WORDS_MAX];
    const char *keys[CLI_WORDS_MAX];
    const weft_schema_import options = {.url = url,
                                        .modules = modules,
                                        .module_count = cli_values(run, "module", modules),
                                        .keys = keys,
                                        .key_count = cli_values(run, "key", keys),
                                        .soft_delete = cli_has(run, "soft-delete"),
                                        .medusa = is_medusa,
                                        .observer = {cli_observe, run}};
    made_files *files = calloc(1, sizeof(*files));
    weft_text report = {0};
    weft_error error = {.code = WEFT_NO_MEMORY, .message = "out of memory"};
    if (!files) {
        return cli_tell(run, &error);
    }
    files->directory = directory;
    char project[4096];
    (void)snprintf(project, sizeof(project), "%.4000s/weft.yaml", directory);
    const bool is_new = access(project, F_OK) != 0;
    if (is_new) {
        add_project(files, url, is_medusa, &error);
    }
    int status = 0;
    if (weft_import_schema(&options, take_file, files, &report, &error) != WEFT_OK) {
        status = cli_tell(run, &error);
    } else {
        status = write_files(run, files);
    }
    if (status == 0) {
        tell_report(run, &report, url);
    }
    if (status == 0 && !is_new) {
        tell_existing_project(run);
    }
    weft_text_free(&report);
    free_files(files);
    return status;
}

bool cli_is_database(const char *text)
{
    return !strncmp(text, "postgres://", 11) || !strncmp(text, "postgresql://", 13) || !strncmp(text, "sqlite:", 7);
}
