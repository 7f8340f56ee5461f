/* weft serve: the project over HTTP, until SIGTERM. */
#include "weft/serve.h"
#include <stdlib.h>

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
    if (!read_amount(run, "connections", &options->connections_max, ret_status) ||
        !read_amount(run, "body-max", &options->body_bytes_max, ret_status) ||
        !read_amount(run, "receive-ms", &receive_ms, ret_status) ||
        !read_amount(run, "drain-ms", &drain_ms, ret_status)) {
        return false;
    }
    options->receive_ms = (uint32_t)receive_ms;
    options->drain_ms = (uint32_t)drain_ms;
    return true;
}

static int run_serve(cli_run *run)
{
    weft_server_options options = WEFT_SERVER_OPTIONS_INIT;
    cli_options(run, &options.engine);
    options.engine.observer = (weft_observer){tell_subscribers, run};
    options.address = cli_value(run, "listen");
    options.cors_origin = cli_value(run, "cors");
    int status = 0;
    if (!read_limits(run, &options, &status)) {
        return status;
    }
    weft_server *server = NULL;
    weft_error error = {0};
    if (weft_server_open(&options, &server, &error) != WEFT_OK) {
        return cli_tell(run, &error);
    }
    for (size_t i = 0; i < run->application->route_count; i++) {
        if (weft_server_route(server, &run->application->routes[i], &error) != WEFT_OK) {
            weft_server_close(server);
            return cli_tell(run, &error);
        }
    }
    cli_note(run, "serving on http://127.0.0.1:%u", weft_server_port(server));
    const weft_code code = weft_server_run(server, &error);
    weft_server_close(server);
    return code == WEFT_OK ? 0 : cli_tell(run, &error);
}

static const cli_option serve_options[] = {
    {"listen", 'l', "HOST:PORT", "default 127.0.0.1:8080; port 0: any free one"},
    {"cors", 0, "ORIGIN", "whom browsers may let read answers: an origin, or *"},
    {"connections", 0, "N", "clients connected at a time; default 512"},
    {"body-max", 0, "BYTES", "of a request's body; default 32 MiB"},
    {"receive-ms", 0, "N", "a request must have arrived whole within; default 30000"},
    {"drain-ms", 0, "N", "after SIGTERM, requests under way may take; default 10000"},
    {NULL, 0, NULL, NULL},
};

const cli_command cli_command_serve = {
    .name = "serve",
    .summary = "serve the graph over HTTP",
    .usage = "serve [--listen HOST:PORT]",
    .examples = "  weft serve\n  weft -C shop serve --listen 127.0.0.1:8000\n",
    .options = serve_options,
    .run = run_serve,
};
