/* weft serve: the project over HTTP, until SIGTERM. */
#include "weft/serve.h"
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "cli/cli.h"

/* The server logs what happens itself; only the application's subscribers are told of events. */
static void tell_subscribers(void *ctx, const weft_event *event)
{
    const cli_run *run = ctx;
    for (size_t i = 0; i < run->application->subscriber_count; i++) {
        run->application->subscribers[i].notify(run->application->subscribers[i].ctx, event);
    }
}

/* An amount into *ret_value, where the option is given; false and told when it is none. */
static bool read_amount(const cli_run *run, const char *name, size_t *ret_value, int *ret_status)
{
    const char *text = cli_value(run, name);
    char *end = NULL;
    const unsigned long long amount = text ? strtoull(text, &end, 10) : 0;
    if (text && (*text < '1' || *text > '9' || *end || amount > UINT32_MAX)) {
        *ret_status = cli_usage(run, "--%s takes a whole number of at least 1, not \"%s\"", name, text);
        return false;
    }
    *ret_value = (size_t)amount;
    return true;
}

static bool read_limits(const cli_run *run, weft_server_options *options, int *ret_status)
{
    size_t receive_ms = 0;
    size_t drain_ms = 0;
    size_t idle_ms = 0;
    size_t send_ms = 0;
    size_t wrong_keys = 0;
    size_t recover_ms = 0;
    if (!read_amount(run, "connections", &options->connections_max, ret_status) ||
        !read_amount(run, "body-max", &options->body_bytes_max, ret_status) ||
        !read_amount(run, "receive-ms", &receive_ms, ret_status) ||
        !read_amount(run, "idle-ms", &idle_ms, ret_status) || !read_amount(run, "send-ms", &send_ms, ret_status) ||
        !read_amount(run, "recover-ms", &recover_ms, ret_status) ||
        !read_amount(run, "drain-ms", &drain_ms, ret_status) ||
        !read_amount(run, "wrong-keys", &wrong_keys, ret_status)) {
        return false;
    }
    options->receive_ms = (uint32_t)receive_ms;
    options->idle_ms = (uint32_t)idle_ms;
    options->send_ms = (uint32_t)send_ms;
    options->recover_ms = (uint32_t)recover_ms;
    options->drain_ms = (uint32_t)drain_ms;
    options->wrong_keys_max = (uint32_t)wrong_keys;
    return true;
}

static bool read_log(const cli_run *run, weft_server_options *options, int *ret_status)
{
    static const char *const names[] = {"all", "errors", "nothing"};
    const char *name = cli_has(run, "log") ? cli_value(run, "log") : names[0];
    for (int i = 0; i < 3; i++) {
        if (!strcmp(names[i], name)) {
            options->log = (weft_server_log)i;
            return true;
        }
    }
    *ret_status = cli_usage(run, "--log takes all, errors or nothing, not \"%s\"", name);
    return false;
}

static bool read_options(cli_run *run, weft_server_options *options, int *ret_status)
{
    cli_options(run, &options->engine);
    options->engine.observer = (weft_observer){tell_subscribers, run};
    options->address = cli_value(run, "listen");
    options->admin_address = cli_value(run, "admin");
    options->cors_origin = cli_value(run, "cors");
    return read_limits(run, options, ret_status) && read_log(run, options, ret_status);
}

static weft_code add_routes(const cli_run *run, weft_server *server, weft_error *error)
{
    weft_code code = WEFT_OK;
    for (size_t i = 0; i < run->application->route_count && code == WEFT_OK; i++) {
        code = weft_server_route(server, &run->application->routes[i], error);
    }
    return code;
}

/* Everything but serving: definitions, addresses, routes, and whether the stores can be reached and have what they
 * need. */
static int check_stores(cli_run *run)
{
    int status = 0;
    if (!cli_open(run, &status)) {
        return status;
    }
    weft_text told = {0};
    weft_error error = {0};
    if (weft_migrate_status(run->engine, &told, &error) != WEFT_OK) {
        return cli_tell(run, &error);
    }
    json_t *stores = json_loadb(told.data, told.len, 0, NULL);
    size_t at = 0;
    json_t *store = NULL;
    json_array_foreach(json_object_get(stores, "stores"), at, store)
    {
        const char *name = json_string_value(json_object_get(store, "name"));
        if (!json_is_true(json_object_get(store, "reachable"))) {
            cli_note(run, "store \"%s\" cannot be reached", name);
            status = 1;
        } else if (json_integer_value(json_object_get(store, "pending")) > 0) {
            cli_note(run, "store \"%s\" has changes pending: weft db:migrate", name);
            status = status ? status : weft_code_exit_status(WEFT_PENDING_CHANGES);
        }
    }
    if (run->wants_json) {
        printf("%s\n", told.data);
    } else if (status == 0) {
        cli_note(run, "ready to serve");
    }
    json_decref(stores);
    weft_text_free(&told);
    return status;
}

static void tell_ports(const cli_run *run, const weft_server *server)
{
    if (run->is_terminal_err) {
        cli_note(run, "serving on http://127.0.0.1:%u", weft_server_port(server));
    }
}

/* Every client takes two descriptors, and most systems let a program have 1024 until it asks for more. */
static void take_descriptors(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
        limit.rlim_cur = limit.rlim_max;
        (void)setrlimit(RLIMIT_NOFILE, &limit);
    }
}

static int run_serve(cli_run *run)
{
    weft_server_options options = WEFT_SERVER_OPTIONS_INIT;
    weft_server *server = NULL;
    weft_error error = {0};
    int status = 0;
    if (!read_options(run, &options, &status)) {
        return status;
    }
    weft_code code = weft_server_open(&options, &server, &error);
    if (code == WEFT_OK) {
        code = add_routes(run, server, &error);
    }
    if (code == WEFT_OK && cli_has(run, "check")) {
        weft_server_close(server);
        return check_stores(run);
    }
    if (code == WEFT_OK) {
        tell_ports(run, server);
        take_descriptors();
        code = weft_server_run(server, &error);
    }
    weft_server_close(server);
    return code == WEFT_OK ? 0 : cli_tell(run, &error);
}

static const cli_option serve_options[] = {
    {"listen", 'l', "HOST:PORT", "default 127.0.0.1:8080; port 0: any free one"},
    {"admin", 0, "HOST:PORT", "where /live, /ready, /metrics and /schema are; default nowhere"},
    {"check", 0, NULL, "check definitions, addresses, routes and stores, and serve nothing"},
    {"log", 0, "all|errors|nothing", "JSON lines on stderr; default all"},
    {"cors", 0, "ORIGIN", "whom browsers may let read answers: an origin, or *"},
    {"connections", 0, "N", "clients connected at a time; default 512"},
    {"body-max", 0, "BYTES", "of a request's body; default 32 MiB"},
    {"receive-ms", 0, "N", "a request must have arrived whole within; default 30000"},
    {"idle-ms", 0, "N", "a connection without traffic is closed after; default 30000"},
    {"send-ms", 0, "N", "an answer must have been taken within; default 60000"},
    {"recover-ms", 0, "N", "between two looks for deletions that were cut off or noted; default 60000"},
    {"drain-ms", 0, "N", "after SIGTERM, requests under way may take; default 10000"},
    {"wrong-keys", 0, "N", "wrong keys and tokens taken from one address in a minute; default 20"},
    {NULL, 0, NULL, NULL},
};

const cli_command cli_command_serve = {
    .name = "serve",
    .summary = "serve the graph over HTTP",
    .usage = "serve [--listen HOST:PORT] [--admin HOST:PORT] [--check]",
    .details =
        "Only loopback addresses are served unless there are keys (weft key) or tokens. SIGTERM ends it when requests\n"
        "under way are answered; SIGHUP reads the project anew and keeps the old one when the new is bad.\n"
        "docs/serving.md describes the routes.\n",
    .examples = "  weft serve\n  weft -C shop serve --listen 127.0.0.1:8000 --admin 127.0.0.1:8001\n",
    .options = serve_options,
    .run = run_serve,
};
