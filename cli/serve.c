/* weft serve: the project over HTTP, until SIGTERM. */
#include "weft/serve.h"
#include "cli/cli.h"

/* The server logs what happens itself; only the application's subscribers are told of events. */
static void tell_subscribers(void *ctx, const weft_event *event)
{
    const cli_run *run = ctx;
    for (size_t i = 0; i < run->application->subscriber_count; i++) {
        run->application->subscribers[i].notify(run->application->subscribers[i].ctx, event);
    }
}

static int run_serve(cli_run *run)
{
    weft_server_options options = WEFT_SERVER_OPTIONS_INIT;
    cli_options(run, &options.engine);
    options.engine.observer = (weft_observer){tell_subscribers, run};
    options.address = cli_value(run, "listen");
    weft_server *server = NULL;
    weft_error error = {0};
    if (weft_server_open(&options, &server, &error) != WEFT_OK) {
        return cli_tell(run, &error);
    }
    cli_note(run, "serving on http://127.0.0.1:%u", weft_server_port(server));
    const weft_code code = weft_server_run(server, &error);
    weft_server_close(server);
    return code == WEFT_OK ? 0 : cli_tell(run, &error);
}

static const cli_option serve_options[] = {
    {"listen", 'l', "HOST:PORT", "default 127.0.0.1:8080; port 0: any free one"},
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
