/* The admin listener: /live, /ready, /metrics and /schema, on an address of its own and one thread, so that it answers
 * when all others are busy. */
#include <stdlib.h>
#include <string.h>

#include "server/call.h"
#include "server/fail.h"
#include "server/framing.h"
#include "server/problem.h"
#include "server/server.h"

/* What is answered. */
typedef struct page {
    int status;
    const char *type;
    server_text body;
} page;

static void tell(page *answer, int status, const char *word)
{
    answer->status = status;
    server_text_format(&answer->body, "{\"status\":\"%s\"}", word);
}

static void refuse(page *answer, int status, const weft_error *error)
{
    answer->status = status;
    answer->type = SERVER_PROBLEM_TYPE;
    server_problem_add(&answer->body, error, status, "");
}

static void write_live(weft_server *server, page *answer)
{
    (void)server;
    tell(answer, MHD_HTTP_OK, "live");
}

static bool are_stores_reachable(const json_t *stores)
{
    size_t at = 0;
    json_t *store = NULL;
    json_array_foreach(stores, at, store)
    {
        if (!json_is_true(json_object_get(store, "reachable"))) {
            return false;
        }
    }
    return true;
}

/* {"status":"ready","stores":[…]}; not ready while draining, or when a store cannot be reached. */
static void write_ready(weft_server *server, page *answer)
{
    if (atomic_load(&server->is_stopping)) {
        tell(answer, MHD_HTTP_SERVICE_UNAVAILABLE, "draining");
        return;
    }
    weft_text status = {0};
    weft_error error = {0};
    server_project *project = server_seat_hold(&server->seat);
    const weft_code code = weft_migrate_status(project->engine, &status, &error);
    server_seat_leave(&server->seat, project);
    json_t *told = code == WEFT_OK ? json_loadb(status.data, status.len, 0, NULL) : NULL;
    const bool is_ready = told && are_stores_reachable(json_object_get(told, "stores"));
    answer->status = is_ready ? MHD_HTTP_OK : MHD_HTTP_SERVICE_UNAVAILABLE;
    server_text_format(&answer->body, "{\"status\":\"%s\",", is_ready ? "ready" : "unavailable");
    if (told) {
        server_text_add(&answer->body, status.data + 1, status.len - 1);
    } else {
        server_text_put(&answer->body, "\"message\":");
        server_text_json(&answer->body, error.message);
        server_text_put(&answer->body, "}");
    }
    json_decref(told);
    weft_text_free(&status);
}

static void write_metrics(weft_server *server, page *answer)
{
    answer->type = "text/plain; version=0.0.4; charset=utf-8";
    server_metrics_write(server, &answer->body);
}

static void write_schema(weft_server *server, page *answer)
{
    weft_text graph = {0};
    weft_error error = {0};
    server_project *project = server_seat_hold(&server->seat);
    const weft_code code = weft_graph(project->engine, WEFT_FORMAT_JSON, &graph, &error);
    server_seat_leave(&server->seat, project);
    if (code == WEFT_OK) {
        server_text_add(&answer->body, graph.data, graph.len);
    } else {
        refuse(answer, weft_code_http_status(code), &error);
    }
    weft_text_free(&graph);
}

static const struct {
    const char *path;
    void (*write)(weft_server *server, page *answer);
} pages[] = {{"/live", write_live}, {"/ready", write_ready}, {"/metrics", write_metrics}, {"/schema", write_schema}};

static void write_page(weft_server *server, const char *path, page *answer)
{
    for (size_t i = 0; i < sizeof(pages) / sizeof(pages[0]); i++) {
        if (!strcmp(pages[i].path, path)) {
            pages[i].write(server, answer);
            return;
        }
    }
    weft_error error;
    (void)server_fail(&error, WEFT_NOT_FOUND, "nothing is served at \"%.200s\"", path);
    server_error_hint(&error, "Here are /live, /ready, /metrics and /schema.");
    refuse(answer, MHD_HTTP_NOT_FOUND, &error);
}

/* Nobody is asked for a key here: a page of another name, pointed at this machine, must not read what there is. */
static void write_answer(weft_server *server, const char *host, const char *method, const char *path, page *answer)
{
    weft_error error;
    if (host && !server_is_loopback_host(host)) {
        (void)server_fail(&error, WEFT_REFUSED_UNSAFE, "the host \"%.200s\" is not this server", host);
        server_error_hint(&error, "Ask by a loopback name, such as localhost.");
        refuse(answer, MHD_HTTP_MISDIRECTED_REQUEST, &error);
    } else if (strcmp(method, "GET") != 0 && strcmp(method, "HEAD") != 0) {
        (void)server_fail(&error, WEFT_UNSUPPORTED, "the method %.20s means nothing here", method);
        server_error_hint(&error, "Here are: GET, HEAD.");
        refuse(answer, MHD_HTTP_METHOD_NOT_ALLOWED, &error);
    } else {
        write_page(server, path, answer);
    }
}

/* NOLINTNEXTLINE(readability-function-size): libmicrohttpd calls it with these eight */
static enum MHD_Result handle(void *ctx,
                              struct MHD_Connection *connection,
                              const char *url,
                              const char *method,
                              const char *version,
                              const char *data,
                              size_t *data_len,
                              void **state)
{
    (void)version;
    (void)data;
    if (!*state) {
        *state = ctx; /* answered on the second call, or the connection would not be kept alive */
        return MHD_YES;
    }
    if (*data_len > 0) {
        *data_len = 0;
        return MHD_YES;
    }
    page answer = {MHD_HTTP_OK, "application/json", {0}};
    const char *host = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_HOST);
    write_answer(ctx, host, method, url, &answer);
    struct MHD_Response *response =
        MHD_create_response_from_buffer(answer.body.len, answer.body.data, MHD_RESPMEM_MUST_COPY);
    server_text_done(&answer.body);
    if (!response) {
        return MHD_NO;
    }
    (void)MHD_add_response_header(response, "Content-Type", answer.type);
    if (answer.status == MHD_HTTP_METHOD_NOT_ALLOWED) {
        (void)MHD_add_response_header(response, "Allow", "GET, HEAD");
    }
    const enum MHD_Result result = MHD_queue_response(connection, (unsigned)answer.status, response);
    MHD_destroy_response(response);
    return result;
}

weft_code server_admin_start(weft_server *server, weft_error *error)
{
    if (server->admin_listener < 0) {
        return WEFT_OK;
    }
    server->admin_daemon = MHD_start_daemon(MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_POLL | MHD_USE_ITC,
                                            0,
                                            NULL,
                                            NULL,
                                            handle,
                                            server,
                                            MHD_OPTION_LISTEN_SOCKET,
                                            server->admin_listener,
                                            MHD_OPTION_CONNECTION_LIMIT,
                                            32U,
                                            MHD_OPTION_CONNECTION_TIMEOUT,
                                            10U,
                                            MHD_OPTION_END);
    if (!server->admin_daemon) {
        return server_fail(error, WEFT_STORE_UNAVAILABLE, "could not start the admin listener");
    }
    server->admin_listener = -1;
    return WEFT_OK;
}

void server_admin_stop(weft_server *server)
{
    if (server->admin_daemon) {
        MHD_stop_daemon(server->admin_daemon);
        server->admin_daemon = NULL;
    }
}
