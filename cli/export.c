/* weft export: the records of a model or of a request, as a stream of NDJSON or CSV that `weft import` reads again.
 *
 * CSV follows RFC 4180, with a header. A value that is null is an empty field, and empty text is "": read again they
 * are what they were. JSON, arrays and partners are JSON in their field. A file that could not be written whole is
 * removed. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/cli.h"
#include "weft/record.h"

static int fail_file(const cli_run *run, const char *path)
{
    weft_error error = {.code = WEFT_FILE_ERROR};
    (void)snprintf(error.message, sizeof(error.message), "could not write \"%s\": %s", path, strerror(errno));
    return cli_tell(run, &error);
}

static int write_lines(cli_run *run, weft_reply *reply, FILE *out, unsigned long long *ret_count)
{
    weft_error error;
    const char *data = NULL;
    size_t len = 0;
    do {
        if (weft_reply_read(reply, &data, &len, &error) != WEFT_OK) {
            return cli_tell(run, &error);
        }
        for (size_t i = 0; i < len; i++) {
            *ret_count += data[i] == '\n'; /* one ends each record, and texts have none */
        }
    } while (len > 0 && fwrite(data, 1, len, out) == len);
    return 0;
}

/* Text as a field, in quotes where it would be read otherwise without them. */
static void write_field(const char *text, size_t len, FILE *out)
{
    bool is_plain = len > 0 && text[0] != ' ' && text[len - 1] != ' ';
    for (size_t i = 0; i < len && is_plain; i++) {
        is_plain = !strchr("\",\r\n", text[i]);
    }
    if (is_plain) {
        (void)fwrite(text, 1, len, out);
        return;
    }
    (void)fputc('"', out);
    for (size_t i = 0; i < len; i++) {
        if (text[i] == '"') {
            (void)fputc('"', out);
        }
        (void)fputc(text[i], out);
    }
    (void)fputc('"', out);
}

/* A member by its JSON, but that texts and times are without JSON's quotes and escapes. */
static weft_code write_member(weft_reply *reply, weft_record record, size_t member, FILE *out, weft_error *error)
{
    const weft_value value = weft_record_value(record, member);
    if (value.kind == WEFT_VALUE_TEXT || value.kind == WEFT_VALUE_DECIMAL) {
        write_field(value.as.text.data, value.as.text.len, out);
        return WEFT_OK;
    }
    weft_text json = {0};
    const weft_code code = weft_record_json(reply, record, member, &json, error);
    if (code == WEFT_OK && value.kind == WEFT_VALUE_TIME) {
        write_field(json.data + 1, json.len - 2, out);
    } else if (code == WEFT_OK && strcmp(json.data, "null") != 0) {
        write_field(json.data, json.len, out);
    }
    weft_text_free(&json);
    return code;
}

static void write_header(weft_record record, FILE *out)
{
    for (size_t i = 0; i < weft_record_member_count(record); i++) {
        const weft_str name = weft_record_member_name(record, i);
        (void)fputs(i ? "," : "", out);
        write_field(name.data, name.len, out);
    }
    (void)fputs("\n", out);
}

static weft_code write_record(weft_reply *reply, weft_record record, FILE *out, weft_error *error)
{
    for (size_t i = 0; i < weft_record_member_count(record); i++) {
        (void)fputs(i ? "," : "", out);
        const weft_code code = write_member(reply, record, i, out, error);
        if (code != WEFT_OK) {
            return code;
        }
    }
    (void)fputs("\n", out);
    return WEFT_OK;
}

static int write_table(cli_run *run, weft_reply *reply, FILE *out, unsigned long long *ret_count)
{
    weft_error error;
    weft_record record = {NULL, NULL};
    weft_code code = weft_reply_next(reply, &record, &error);
    if (code == WEFT_OK) {
        write_header(record, out);
    }
    while (code == WEFT_OK && record.row && !ferror(out)) {
        code = write_record(reply, record, out, &error);
        *ret_count += 1;
        if (code == WEFT_OK) {
            code = weft_reply_next(reply, &record, &error);
        }
    }
    return code == WEFT_OK ? 0 : cli_tell(run, &error);
}

/* False: told. */
static bool find_format(const cli_run *run, bool *ret_is_csv, int *ret_status)
{
    const char *path = cli_value(run, "output");
    const char *dot = path ? strrchr(path, '.') : NULL;
    const char *name = cli_has(run, "format")        ? cli_value(run, "format")
                       : dot && !strcmp(dot, ".csv") ? "csv"
                                                     : "ndjson";
    *ret_is_csv = !strcmp(name, "csv");
    if (!*ret_is_csv && strcmp(name, "ndjson") != 0) {
        *ret_status = cli_usage(run, "unknown format \"%s\"; it is ndjson or csv", name);
        return false;
    }
    return true;
}

/* Half an export would be taken for a whole one. What is no file (a device, a pipe) is not ours to remove. */
static void remove_half(const char *path)
{
    struct stat facts;
    if (stat(path, &facts) == 0 && S_ISREG(facts.st_mode)) {
        (void)remove(path);
    }
}

static int write_to(cli_run *run, weft_reply *reply, bool is_csv, const char *path)
{
    unsigned long long count = 0;
    FILE *out = path ? fopen(path, "wb") : stdout;
    if (!out) {
        return fail_file(run, path);
    }
    int status = is_csv ? write_table(run, reply, out, &count) : write_lines(run, reply, out, &count);
    if (!path) {
        return status; /* whether it took all is looked at when the program ends */
    }
    const bool is_written = !ferror(out);
    if ((fclose(out) != 0 || !is_written) && status == 0) {
        status = fail_file(run, path);
    }
    if (status != 0) {
        remove_half(path);
    } else {
        cli_note(run, "%llu records exported to %s", count, path);
    }
    return status;
}

static int run_export(cli_run *run)
{
    int status = 0;
    bool is_csv = false;
    if (!find_format(run, &is_csv, &status) || !cli_open(run, &status) || !cli_scope_rows(run, &status)) {
        return status;
    }
    size_t len = 0;
    char *request = cli_read_request(run, &len, &status);
    if (!request) {
        return status;
    }
    weft_reply *reply = NULL;
    weft_error error;
    const weft_format format = is_csv ? WEFT_FORMAT_RECORDS : WEFT_FORMAT_NDJSON;
    if (weft_query_open(run->engine, request, len, format, &reply, &error) != WEFT_OK) {
        status = cli_tell(run, &error);
    } else {
        status = write_to(run, reply, is_csv, cli_value(run, "output"));
    }
    weft_reply_close(reply);
    free(request);
    return status;
}

static const cli_option export_options[] = {
    {"output", 0, "FILE", "write there, and not to stdout"},
    {"format", 0, "ndjson|csv", "instead of the file's ending (ndjson)"},
    CLI_REQUEST_OPTIONS,
    {NULL, 0, NULL, NULL},
};

const cli_command cli_command_export = {
    .name = "export",
    .summary = "write records as NDJSON or CSV",
    .usage = "export MODEL [OPTIONS] | REQUEST.json | - | '{…}'",
    .details =
        "Records stream in bounded memory, and `weft import` reads them again. In CSV an empty field is null and\n"
        "\"\" is empty text; JSON, arrays and partners are JSON in their field.\n",
    .examples = "  weft export product > products.ndjson\n"
                "  weft export product -f id,title,status --output products.csv\n"
                "  weft export report.json --output report.ndjson\n",
    .options = export_options,
    .words_min = 1,
    .words_max = 1,
    .run = run_export,
};
