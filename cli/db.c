/* Commands on the stores' tables: db:status, db:plan, db:migrate, db:sync-links. */
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"

#define EXIT_PENDING 3

/* Print the plan as asked (JSON with --json), unless nothing is pending and it would be talk. On failure told, with an
 * exit status. */
static int print_plan(cli_run *run, weft_migrate_scope scope, FILE *out, size_t *ret_pending, size_t *ret_unsafe)
{
    weft_text text = {0};
    weft_error error;
    const weft_format format = run->wants_json ? WEFT_FORMAT_JSON : WEFT_FORMAT_TEXT;
    const bool with_sql = cli_has(run, "sql") || cli_has(run, "dry-run");
    if (weft_migrate_plan(run->engine, scope, format, with_sql, &text, ret_pending, ret_unsafe, &error) != WEFT_OK) {
        return cli_tell(run, &error);
    }
    if (out == stdout || (*ret_pending && !run->wants_json)) {
        (void)fprintf(out, "%s%s", text.data, text.len && text.data[text.len - 1] == '\n' ? "" : "\n");
    }
    weft_text_free(&text);
    return 0;
}

static int save_plan(const cli_run *run, weft_migrate_scope scope)
{
    const char *path = cli_value(run, "output");
    weft_text text = {0};
    weft_error error;
    if (!path) {
        return 0;
    }
    if (weft_migrate_plan(run->engine, scope, WEFT_FORMAT_JSON, true, &text, NULL, NULL, &error) != WEFT_OK) {
        return cli_tell(run, &error);
    }
    const int status = cli_write_file(run, path, text.data, text.len);
    weft_text_free(&text);
    return status;
}

static int run_plan(cli_run *run)
{
    int status = 0;
    if (!cli_open(run, &status)) {
        return status;
    }
    size_t pending = 0;
    size_t unsafe_count = 0;
    const weft_migrate_scope scope = cli_has(run, "links") ? WEFT_SCOPE_LINKS : WEFT_SCOPE_ALL;
    status = save_plan(run, scope);
    if (status) {
        return status;
    }
    status = print_plan(run, scope, stdout, &pending, &unsafe_count);
    return status ? status : pending ? EXIT_PENDING : 0;
}

static const cli_option plan_options[] = {
    {"sql", 0, NULL, "with the statements"},
    {"links", 0, NULL, "link tables only"},
    {"output", 'o', "FILE", "save the plan for db:apply"},
    {NULL, 0, NULL, NULL},
};

const cli_command cli_command_db_plan = {
    .name = "db:plan",
    .summary = "show what db:migrate would do; changes nothing",
    .usage = "db:plan [--sql] [--links] [-o FILE]",
    .details = "Exit status 0 when the stores are what the definitions say, 3 when changes are pending.\n",
    .examples = "  weft db:plan --sql\n  weft db:plan --json\n  weft db:plan -o plan.json\n",
    .options = plan_options,
    .run = run_plan,
};

/* Ask on a terminal whether unsafe changes shall run. */
static bool is_allowed(const cli_run *run)
{
    if (cli_has(run, "allow-unsafe") || run->says_yes) {
        return true;
    }
    if (!run->is_terminal_err || !run->is_terminal_out) {
        return false;
    }
    (void)fputs("Run the unsafe changes too? Data may be lost. [y/N] ", stderr);
    char answer[16] = "";
    return fgets(answer, sizeof(answer), stdin) && (answer[0] == 'y' || answer[0] == 'Y');
}

static int tell_applied(const cli_run *run, size_t applied, size_t left)
{
    if (run->wants_json) {
        printf("{\"applied\":%zu,\"left\":%zu}\n", applied, left);
    } else if (applied == 0 && left == 0) {
        cli_note(run, "the stores are up to date");
    } else {
        cli_note(run, "%zu change%s applied", applied, applied == 1 ? "" : "s");
    }
    if (left) {
        cli_note(run,
                 "%s%zu change%s left:%s see `weft db:plan`; --allow-unsafe runs the unsafe ones",
                 cli_color(run, "yellow"),
                 left,
                 left == 1 ? "" : "s",
                 cli_color(run, ""));
    }
    return left ? EXIT_PENDING : 0;
}

static int migrate(cli_run *run, weft_migrate_scope scope)
{
    int status = 0;
    if (!cli_open(run, &status)) {
        return status;
    }
    size_t pending = 0;
    size_t unsafe_count = 0;
    const bool is_dry = cli_has(run, "dry-run") || cli_has(run, "output");
    status = save_plan(run, scope);
    if (status) {
        return status;
    }
    status = print_plan(run, scope, is_dry ? stdout : stderr, &pending, &unsafe_count);
    if (status || is_dry) {
        return status ? status : pending ? EXIT_PENDING : 0;
    }
    weft_error error;
    size_t applied = 0;
    size_t left = 0;
    const bool allow_unsafe = unsafe_count > 0 && is_allowed(run);
    if (weft_migrate_apply(run->engine, scope, allow_unsafe, &applied, &left, &error) != WEFT_OK) {
        return cli_tell(run, &error);
    }
    return tell_applied(run, applied, left);
}

static int run_migrate(cli_run *run)
{
    if (cli_has(run, "drop")) {
        return cli_drop_table(run, cli_value(run, "drop"));
    }
    return migrate(run, WEFT_SCOPE_ALL);
}

static int run_sync_links(cli_run *run)
{
    return migrate(run, WEFT_SCOPE_LINKS);
}

static const cli_option migrate_options[] = {
    {"dry-run", 'n', NULL, "print plan and SQL, change nothing"},
    {"output", 'o', "FILE", "save the plan for db:apply, change nothing"},
    {"allow-unsafe", 0, NULL, "run changes that may lose data too"},
    {"drop", 0, "NAME", "put a table without a definition into the trash, and nothing else"},
    {NULL, 0, NULL, NULL},
};

static const cli_option sync_options[] = {
    {"dry-run", 'n', NULL, "print plan and SQL, change nothing"},
    {"output", 'o', "FILE", "save the plan for db:apply, change nothing"},
    {"allow-unsafe", 0, NULL, "run changes that may lose data too"},
    {NULL, 0, NULL, NULL},
};

const cli_command cli_command_db_migrate = {
    .name = "db:migrate",
    .summary = "bring tables and link tables to what the definitions say",
    .usage = "db:migrate [--dry-run] [-o FILE] [--allow-unsafe] [--drop NAME]",
    .details = "Safe changes run, each store's in one transaction under a lock. Unsafe ones need --allow-unsafe or a "
               "yes at the\n"
               "prompt; without a terminal they are left, and the exit status is 3.\n",
    .examples = "  weft db:migrate\n  weft db:migrate --dry-run\n  weft db:migrate --drop product_blog_post\n",
    .options = migrate_options,
    .run = run_migrate,
};

const cli_command cli_command_db_sync_links = {
    .name = "db:sync-links",
    .summary = "the same for link tables alone",
    .usage = "db:sync-links [--dry-run] [-o FILE] [--allow-unsafe]",
    .examples = "  weft db:sync-links\n",
    .options = sync_options,
    .run = run_sync_links,
};

/* What waits to be carried out after deletes by plain SQL. */
static void note_outbox(const cli_run *run, const char *store, const json_t *outbox)
{
    const long long waiting = json_integer_value(json_object_get(outbox, "waiting"));
    const long long refused = json_integer_value(json_object_get(outbox, "refused"));
    if (waiting > 0) {
        cli_note(run,
                 "%s: %lld deletes by plain SQL wait, the oldest since %s (%lld s); `weft recover` carries them out",
                 store,
                 waiting,
                 json_string_value(json_object_get(outbox, "oldest_at")),
                 (long long)json_integer_value(json_object_get(outbox, "lag_s")));
    }
    if (refused > 0) {
        cli_note(run, "%s: %lld deletes by plain SQL are refused; `weft recover` tells why", store, refused);
    }
}

/* One line a store; answers how many changes are pending in all. */
static long long print_status(const cli_run *run, const json_t *status)
{
    long long pending = 0;
    json_t *rows = json_array();
    size_t at = 0;
    json_t *store = NULL;
    json_array_foreach(json_object_get(status, "stores"), at, store)
    {
        const json_t *error = json_object_get(store, "error");
        const json_t *batch = json_object_get(store, "last_batch");
        const bool is_reachable = json_is_true(json_object_get(store, "reachable"));
        pending += json_integer_value(json_object_get(store, "pending"));
        cli_note_trash(run, store, json_array_size(json_object_get(status, "stores")) > 1);
        note_outbox(run, json_string_value(json_object_get(store, "name")), json_object_get(store, "outbox"));
        json_t *row = json_object();
        (void)json_object_set(row, "store", json_object_get(store, "name"));
        (void)json_object_set(row, "url", json_object_get(store, "url"));
        (void)json_object_set_new(row, "state", json_string(is_reachable ? "reachable" : "unreachable"));
        (void)json_object_set(row, "pending", json_object_get(store, "pending"));
        (void)json_object_set(row, "unsafe", json_object_get(store, "unsafe"));
        (void)json_object_set(row, "unknown", json_object_get(store, "unknown_tables"));
        (void)json_object_set(row, "last migrated", json_object_get(batch, "applied_at"));
        (void)json_array_append_new(rows, row);
        if (error) {
            cli_note(run, "%s: %s", json_string_value(json_object_get(store, "name")), json_string_value(error));
        }
    }
    cli_print_table(run, rows);
    json_decref(rows);
    return pending;
}

/* What is pending in a store that cannot be reached is not known, so it is not "nothing". */
static bool is_every_store_reached(const json_t *status)
{
    bool is_reached = true;
    size_t at = 0;
    json_t *store = NULL;
    json_array_foreach(json_object_get(status, "stores"), at, store)
    {
        is_reached = is_reached && json_is_true(json_object_get(store, "reachable"));
    }
    return is_reached;
}

static int run_status(cli_run *run)
{
    int status = 0;
    if (!cli_open(run, &status)) {
        return status;
    }
    weft_text text = {0};
    weft_error error;
    if (weft_migrate_status(run->engine, &text, &error) != WEFT_OK) {
        return cli_tell(run, &error);
    }
    json_t *value = json_loadb(text.data, text.len, 0, NULL);
    long long pending = 0;
    const bool is_reached = is_every_store_reached(value);
    if (run->wants_json) {
        printf("%s\n", text.data);
        size_t at = 0;
        json_t *store = NULL;
        json_array_foreach(json_object_get(value, "stores"), at, store)
        {
            pending += json_integer_value(json_object_get(store, "pending"));
        }
    } else {
        pending = print_status(run, value);
    }
    json_decref(value);
    weft_text_free(&text);
    const int reached_status = pending ? EXIT_PENDING : 0;
    return is_reached ? reached_status : 1;
}

const cli_command cli_command_db_status = {
    .name = "db:status",
    .summary = "which stores are reachable and what is pending in them",
    .usage = "db:status",
    .details = "Exit status 0 when nothing is pending, 3 when something is, 1 when a store cannot be reached.\n",
    .examples = "  weft db:status\n  weft db:status --json\n",
    .run = run_status,
};
