/* weft doctor: a line a finding as it is found, then how many there were. */
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"

static const char *text_of(const json_t *finding, const char *key)
{
    const char *text = json_string_value(json_object_get(finding, key));
    return text ? text : "";
}

/* A key as it stands in the link: text bare, numbers as digits. */
static void print_key(const json_t *finding, const char *key)
{
    const json_t *value = json_object_get(finding, key);
    if (json_is_string(value)) {
        printf(" %s", json_string_value(value));
    } else if (json_is_integer(value)) {
        printf(" %" JSON_INTEGER_FORMAT, json_integer_value(value));
    } else {
        printf(" -");
    }
}

static void print_link_row(const json_t *finding)
{
    const char *kind = text_of(finding, "kind");
    printf(" link %s row", text_of(finding, "link"));
    print_key(finding, "id");
    print_key(finding, "left");
    print_key(finding, "right");
    if (!strcmp(kind, "dangling_end")) {
        printf(": %s %s is %s", text_of(finding, "side"), text_of(finding, "model"), text_of(finding, "state"));
    } else if (!strcmp(kind, "duplicate_pair")) {
        printf(": the pair lives in row");
        print_key(finding, "first");
        printf(" already");
    } else {
        printf(": %s %s has a partner in row", text_of(finding, "side"), text_of(finding, "model"));
        print_key(finding, "first");
        printf(" already");
    }
}

static void print_finding(const cli_run *run, const json_t *finding)
{
    const char *color = run->is_terminal_out ? cli_color(run, "yellow") : "";
    printf("%s%s%s in store %s:",
           color,
           text_of(finding, "kind"),
           *color ? cli_color(run, "") : "",
           text_of(finding, "store"));
    if (json_object_get(finding, "link")) {
        print_link_row(finding);
    } else if (json_object_get(finding, "table")) {
        printf(" table %s: %s", text_of(finding, "table"), text_of(finding, "summary"));
    } else if (json_object_get(finding, "message")) {
        printf(" %s", text_of(finding, "message"));
    } else {
        printf(
            " deletion %s of %s is %s", text_of(finding, "id"), text_of(finding, "entity"), text_of(finding, "state"));
    }
    const char *fix = text_of(finding, "fix");
    printf("%s%s\n", *fix ? ", " : "", fix);
}

static weft_code tell_finding(void *ctx, const char *json, size_t len)
{
    cli_run *run = ctx;
    cli_end_progress(run);
    if (run->wants_json) {
        printf("%.*s\n", (int)len, json);
        return WEFT_OK;
    }
    json_t *finding = json_loadb(json, len, 0, NULL);
    print_finding(run, finding);
    json_decref(finding);
    return WEFT_OK;
}

/* False when there is no such fix. */
static bool fix_from(const char *name, weft_doctor_fix *ret_fix)
{
    static const char *const names[] = {
        [WEFT_DOCTOR_UNLINK] = "unlink", [WEFT_DOCTOR_QUARANTINE] = "quarantine", [WEFT_DOCTOR_RESTORE] = "restore"};
    for (size_t i = WEFT_DOCTOR_UNLINK; i < sizeof(names) / sizeof(names[0]); i++) {
        if (!strcmp(names[i], name)) {
            *ret_fix = (weft_doctor_fix)i;
            return true;
        }
    }
    return false;
}

static int run_doctor(cli_run *run)
{
    weft_doctor_options options = {.link = cli_value(run, "link"), .finding = tell_finding, .ctx = run};
    if (cli_has(run, "fix") && !fix_from(cli_value(run, "fix"), &options.fix)) {
        return cli_usage(run, "unknown fix \"%s\"; it is unlink, quarantine or restore", cli_value(run, "fix"));
    }
    int status = 0;
    if (!cli_open(run, &status)) {
        return status;
    }
    weft_doctor_summary summary = {0};
    weft_error error;
    const weft_code code = weft_doctor(run->engine, &options, &summary, &error);
    cli_end_progress(run);
    if (code != WEFT_OK && code != WEFT_FINDINGS) {
        return cli_tell(run, &error);
    }
    cli_note(run,
             "link rows looked at: %llu, findings: %llu, fixed: %llu",
             (unsigned long long)summary.rows,
             (unsigned long long)summary.found,
             (unsigned long long)summary.fixed);
    return weft_code_exit_status(code);
}

static const cli_option doctor_options[] = {
    {"fix", 0, "unlink|quarantine|restore", "put right what can be put right so"},
    {"link", 'l', "LINK", "only this link"},
    {NULL, 0, NULL, NULL},
};

const cli_command cli_command_doctor = {
    .name = "doctor",
    .summary = "find damage in links across stores, and put it right",
    .usage = "doctor [--fix unlink|quarantine|restore] [--link NAME]",
    .details =
        "Finds link rows whose record is missing or deleted, pairs that live twice, records with more partners than\n"
        "their link allows, tables that drifted or belong to no definition, deletions that were cut off, and\n"
        "stores that cannot be reached.\n"
        "\n"
        "  unlink      soft-deletes damaged link rows; doubles of a pair are removed\n"
        "  quarantine  moves damaged link rows to the table weft_quarantine\n"
        "  restore     revives the soft-deleted records that live links lead to\n"
        "\n"
        "Exit status 0 when nothing is found or all of it was fixed, 4 when something is left. Drift is put right by\n"
        "db:migrate, a deletion that was cut off by recover.\n",
    .examples = "  weft doctor\n  weft doctor --fix unlink\n  weft doctor --link product_blog_post --json\n",
    .options = doctor_options,
    .run = run_doctor,
};
