/* libmicrohttpd and the calls.
 *
 * One thread polls all connections and does what never waits: it takes requests in and sends answers out. A request
 * that has come whole goes to a worker, its connection suspended meanwhile; so does a large answer whenever its client
 * has taken what there was, so that a client that reads slowly is what makes the reply be read slowly, and holds no
 * thread. A request is answered when it has come whole (the handler's last call), never before, so that connections are
 * kept alive. */
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "server/call.h"
#include "server/fail.h"
#include "server/log.h"
#include "server/server.h"

#define STREAM_BLOCK_BYTES ((size_t)32 * 1024)

/* The connection goes on to `state`, for `time_ms` at most; 0: for as long as it takes. */
static void set_state(const weft_call *call, server_watch_state state, uint32_t time_ms)
{
    if (call->watched) {
        const int64_t deadline_us = time_ms ? server_now_us() + (int64_t)time_ms * 1000 : 0;
        server_watch_set(&call->server->watch, call->watched, state, deadline_us);
    }
}

/* Called with the target as it came, before any header. What was idle begins to receive. */
static void *begin_call(void *ctx, const char *sent, struct MHD_Connection *connection)
{
    weft_server *server = ctx;
    weft_call *call = server_call_new(server, sent);
    if (call) {
        const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
        call->connection = connection;
        call->watched = info ? info->socket_context : NULL;
        if (call->watched) {
            call->watched->call = call;
        }
        set_state(call, SERVER_RECEIVING, server->options.receive_ms);
        call->project = server_seat_hold(&server->seat);
        atomic_fetch_add(&server->calls_open, 1);
        server_begin_target(call);
    }
    return call;
}

static void free_call(weft_call *call)
{
    weft_server *server = call->server;
    server_call_free(call);
    atomic_fetch_sub(&server->calls_open, 1);
}

/* A reply that was not read to its end may have to wait for its store before it is closed. */
static void finish_call(weft_call *call)
{
    weft_server *server = call->server;
    server_metrics_count(call);
    server_log_call(call);
    set_state(call, SERVER_RECEIVING, server->options.idle_ms + server->options.receive_ms);
    if (call->watched) {
        call->watched->call = NULL;
    }
    if (!call->answer.source.reply) {
        free_call(call);
        return;
    }
    server_call_leave_connection(call);
    if (!server_workers_give(&server->workers, call, free_call)) {
        free_call(call);
    }
}

static void end_call(void *ctx, struct MHD_Connection *connection, void **state, enum MHD_RequestTerminationCode why)
{
    weft_call *call = *state;
    (void)ctx;
    (void)connection;
    (void)why;
    if (call) {
        *state = NULL;
        finish_call(call);
    }
}

static void watch_connection(void *ctx,
                             struct MHD_Connection *connection,
                             void **socket_context,
                             enum MHD_ConnectionNotificationCode what)
{
    weft_server *server = ctx;
    if (what == MHD_CONNECTION_NOTIFY_STARTED) {
        const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
        const int64_t deadline_us = server_now_us() + (int64_t)server->options.receive_ms * 1000;
        *socket_context = info ? server_watch_add(&server->watch, info->connect_fd, deadline_us) : NULL;
    } else if (*socket_context) {
        server_watched *watched = *socket_context;
        if (watched->call) {
            finish_call(watched->call); /* libmicrohttpd gave the connection up and does not tell of the request */
        }
        server_watch_remove(&server->watch, *socket_context);
        *socket_context = NULL;
    }
}

/* Have more of the body to send; false when there is no more, or *ret_failed. */
static bool refill(weft_call *call, bool *ret_failed)
{
    server_answer *answer = &call->answer;
    const bool was_ended = answer->source.is_ended;
    server_text *into = answer->gzip ? &answer->plain : &answer->body;
    server_text_clear(&answer->body);
    server_text_clear(into);
    answer->body_at = 0;
    if (was_ended) {
        return false;
    }
    server_cost_to(&call->cost);
    *ret_failed = server_source_read(&answer->source, into, &call->failure) != WEFT_OK;
    server_cost_to(NULL);
    if (answer->gzip && !*ret_failed) {
        server_gzip_add(answer->gzip, into->data, into->len, answer->source.is_ended, &answer->body);
        *ret_failed = answer->body.failed;
    }
    return !*ret_failed;
}

static void refill_job(weft_call *call)
{
    server_answer *answer = &call->answer;
    while (answer->body_at == answer->body.len && refill(call, &call->has_failed)) {
    }
    MHD_resume_connection(call->connection);
}

/* The next bytes of an answer that goes on in its source; none while a worker gets more. */
static ssize_t read_stream(void *ctx, uint64_t at, char *room, size_t room_len)
{
    weft_call *call = ctx;
    server_answer *answer = &call->answer;
    const size_t left = answer->body.len - answer->body_at;
    const size_t len = left < room_len ? left : room_len;
    (void)at;
    if (left == 0) {
        if (call->has_failed) {
            return MHD_CONTENT_READER_END_WITH_ERROR;
        }
        if (answer->source.is_ended) {
            return MHD_CONTENT_READER_END_OF_STREAM;
        }
        MHD_suspend_connection(call->connection);
        if (!server_workers_give(&call->server->workers, call, refill_job)) {
            call->has_failed = true;
            MHD_resume_connection(call->connection);
        }
        return 0;
    }
    memcpy(room, answer->body.data + answer->body_at, len);
    answer->body_at += len;
    call->sent_bytes += len;
    return (ssize_t)len;
}

static struct MHD_Response *make_response(weft_call *call)
{
    server_answer *answer = &call->answer;
    if (answer->source.reply) {
        return MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, STREAM_BLOCK_BYTES, read_stream, call, NULL);
    }
    call->sent_bytes = answer->body.len;
    return MHD_create_response_from_buffer(answer->body.len, answer->body.data, MHD_RESPMEM_PERSISTENT);
}

static enum MHD_Result send_answer(weft_call *call)
{
    struct MHD_Response *response = make_response(call);
    if (!response) {
        return MHD_NO;
    }
    for (size_t i = 0; i < call->answer.header_count; i++) {
        (void)MHD_add_response_header(response, call->answer.headers[i].name, call->answer.headers[i].value);
    }
    if (call->must_close || atomic_load(&call->server->is_stopping)) {
        (void)MHD_add_response_header(response, "Connection", "close");
    }
    set_state(call, SERVER_SENDING, call->server->options.send_ms);
    const enum MHD_Result result = MHD_queue_response(call->connection, (unsigned)call->answer.status, response);
    MHD_destroy_response(response);
    return result;
}

static void dispatch(weft_call *call, weft_code refused)
{
    call->received_us = server_now_us();
    set_state(call, SERVER_RUNNING, 0);
    server_dispatch(call, refused);
    call->is_answered = true;
}

static void answer_job(weft_call *call)
{
    dispatch(call, WEFT_OK);
    MHD_resume_connection(call->connection);
}

/* A refusal asks nobody, so it is answered at once. */
static enum MHD_Result refuse_call(weft_call *call, weft_code refused)
{
    dispatch(call, refused);
    return send_answer(call);
}

/* What has come of the body. Beyond the limit it is read and dropped until its end, or until its time is over. */
static void take_body(weft_call *call, const char *data, size_t len)
{
    call->body_bytes += len;
    if (call->body_bytes <= call->server->options.body_bytes_max) {
        server_text_add(&call->body, data, len);
    } else {
        server_text_done(&call->body);
    }
}

static weft_code check_body(weft_call *call)
{
    if (call->body.failed) {
        return server_fail_no_memory(&call->failure);
    }
    return call->body_bytes > call->server->options.body_bytes_max ? server_fail_body(call, &call->failure) : WEFT_OK;
}

/* The request has come whole. */
static enum MHD_Result end_request(weft_call *call)
{
    const weft_code code = check_body(call);
    if (code != WEFT_OK) {
        return refuse_call(call, code);
    }
    MHD_suspend_connection(call->connection);
    if (server_workers_give(&call->server->workers, call, answer_job)) {
        return MHD_YES;
    }
    MHD_resume_connection(call->connection);
    return MHD_NO;
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
    weft_call *call = *state;
    (void)ctx;
    (void)connection;
    (void)url;
    if (!call) {
        return MHD_NO;
    }
    if (call->is_answered) {
        return send_answer(call);
    }
    if (!call->is_begun) {
        call->is_begun = true;
        call->method = method;
        call->version = version;
        const weft_code code = server_begin(call, &call->failure);
        return code == WEFT_OK ? MHD_YES : refuse_call(call, code);
    }
    if (*data_len > 0) {
        take_body(call, data, *data_len);
        *data_len = 0;
        return MHD_YES;
    }
    return end_request(call);
}

/* As many as connections to the stores: more would only wait for one. */
static size_t count_workers(weft_server *server)
{
    const size_t connections_max = server->options.engine.connections_max;
    server_project *project = server_seat_hold(&server->seat);
    const size_t store_count = project->schema.store_count;
    server_seat_leave(&server->seat, project);
    return (connections_max ? connections_max : SERVER_STORE_CONNECTIONS_DEFAULT) * (store_count ? store_count : 1);
}

weft_code server_daemon_start(weft_server *server, weft_error *error)
{
    const weft_server_options *options = &server->options;
    const int64_t look_ms = options->receive_ms / 4 < 500 ? options->receive_ms / 4 + 1 : 500;
    SERVER_TRY(server_workers_start(&server->workers, count_workers(server), error));
    const weft_code code = server_watch_start(&server->watch, look_ms * 1000, error);
    if (code != WEFT_OK) {
        server_workers_stop(&server->workers);
        return code;
    }
    const unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ITC;
    server->daemon = MHD_start_daemon(flags,
                                      0,
                                      NULL,
                                      NULL,
                                      handle,
                                      server,
                                      MHD_OPTION_LISTEN_SOCKET,
                                      server->listener,
                                      MHD_OPTION_URI_LOG_CALLBACK,
                                      begin_call,
                                      server,
                                      MHD_OPTION_NOTIFY_COMPLETED,
                                      end_call,
                                      server,
                                      MHD_OPTION_NOTIFY_CONNECTION,
                                      watch_connection,
                                      server,
                                      MHD_OPTION_CONNECTION_LIMIT,
                                      (unsigned)options->connections_max,
                                      MHD_OPTION_CONNECTION_TIMEOUT,
                                      (unsigned)((options->idle_ms + 999) / 1000),
                                      MHD_OPTION_CONNECTION_MEMORY_LIMIT,
                                      SERVER_HEAD_MAX,
                                      MHD_OPTION_END);
    if (!server->daemon) {
        server_watch_stop(&server->watch);
        server_workers_stop(&server->workers);
        return server_fail(error, WEFT_STORE_UNAVAILABLE, "could not start to listen");
    }
    server->listener = -1;
    return WEFT_OK;
}

void server_daemon_drain(weft_server *server)
{
    const int64_t deadline_us = server_now_us() + (int64_t)server->options.drain_ms * 1000;
    const struct timespec moment = {.tv_nsec = 5000000};
    atomic_store(&server->is_stopping, true);
    const int listener = MHD_quiesce_daemon(server->daemon);
    if (listener != MHD_INVALID_SOCKET && !server->is_handed) {
        (void)shutdown(listener,
                       SHUT_RDWR); /* who comes now is refused; a socket of systemd's waits for the next server */
    }
    while (atomic_load(&server->calls_open) > 0 && server_now_us() < deadline_us) {
        (void)nanosleep(&moment, NULL);
    }
    if (listener != MHD_INVALID_SOCKET) {
        (void)close(listener);
    }
}

void server_daemon_stop(weft_server *server)
{
    server_watch_cut_all(&server->watch);
    if (atomic_load(&server->calls_open) > 0) {
        server_seat_stop(&server->seat);
    }
    server_workers_stop(&server->workers);
    MHD_stop_daemon(server->daemon);
    server_watch_stop(&server->watch);
    server->daemon = NULL;
}
