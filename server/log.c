/* Log lines. A line that could not be built or written is lost; nothing else depends on it. */
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "server/log.h"
#include "server/server.h"

void server_log_begin(server_text *line, const char *level, const char *event)
{
    struct timespec now = {0};
    struct tm parts = {0};
    char second[32] = "";
    (void)clock_gettime(CLOCK_REALTIME, &now);
    (void)gmtime_r(&now.tv_sec, &parts);
    (void)strftime(second, sizeof(second), "%Y-%m-%dT%H:%M:%S", &parts);
    server_text_format(
        line, "{\"time\":\"%s.%03ldZ\",\"level\":\"%s\",\"event\":\"%s\"", second, now.tv_nsec / 1000000, level, event);
}

void server_log_text(server_text *line, const char *name, const char *value)
{
    if (value && *value) {
        server_text_format(line, ",\"%s\":", name);
        server_text_json(line, value);
    }
}

void server_log_error(server_text *line, const weft_error *error)
{
    server_log_text(line, "code", weft_code_name(error->code));
    server_log_text(line, "message", error->message);
    server_log_text(line, "detail", error->detail);
    server_log_text(line, "where", error->where);
    server_log_text(line, "store", error->store);
}

void server_log_end(const weft_server *server, server_text *line)
{
    server_text_put(line, "}\n");
    if (server->options.log != WEFT_SERVER_LOG_NOTHING && !line->failed) {
        const ssize_t written = write(STDERR_FILENO, line->data, line->len);
        (void)written;
    }
    server_text_done(line);
}

/* The path without its parameters: these may hold what a log should not. */
static void add_path(server_text *line, const weft_call *call)
{
    server_text path = {0};
    server_text_add(&path, call->sent, strcspn(call->sent, "?"));
    server_log_text(line, "path", path.data);
    server_text_done(&path);
}

void server_log_call(const weft_call *call)
{
    const int status = call->answer.status;
    const weft_server_log log = call->server->options.log;
    const bool is_bad = status >= 500 || (call->failure.code != WEFT_OK && status < 400);
    if (log == WEFT_SERVER_LOG_NOTHING || (log == WEFT_SERVER_LOG_ERRORS && !is_bad)) {
        return;
    }
    const int64_t begun_us = call->received_us ? call->received_us : call->begun_us;
    server_text line = {0};
    server_log_begin(&line, is_bad ? "error" : "info", "request");
    server_log_text(&line, "request_id", call->request_id);
    server_log_text(&line, "traceparent", call->traceparent);
    server_log_text(&line, "principal", call->principal.name);
    server_log_text(&line, "method", call->method);
    add_path(&line, call);
    server_log_text(&line, "route", call->route);
    server_text_format(&line,
                       ",\"status\":%d,\"duration_ms\":%.3f,\"db_ms\":%.3f,\"statements\":%lu,\"bytes\":%llu",
                       call->received_us ? status : MHD_HTTP_REQUEST_TIMEOUT,
                       (double)(server_now_us() - begun_us) / 1000.0,
                       (double)call->cost.duration_us / 1000.0,
                       call->cost.statements,
                       call->sent_bytes);
    if (call->failure.code != WEFT_OK) {
        server_log_error(&line, &call->failure);
    }
    server_log_end(call->server, &line);
}
