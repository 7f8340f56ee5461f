/* libmicrohttpd and the calls.
 *
 * All that libmicrohttpd calls here runs in the turn of the client whose connection it is, on that client's thread, and
 * may wait: for a database, for a lock. A large answer is read on whenever its client has taken what there was of it,
 * so that a client that reads slowly is what makes the reply be read slowly, and holds no thread. A request is answered
 * when it has come whole (the handler's last call), never before, so that connections are kept alive. */
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

/* Called with the target as it came, before any header. */
static void *begin_call(void *ctx, const char *sent, struct MHD_Connection *connection)
{
    server_client *client = ctx;
    weft_server *server = client->server;
    weft_call *call = server_call_new(client, sent);
    if (call) {
        call->connection = connection;
        call->project = server_seat_hold(&server->seat);
        client->call = call;
        atomic_fetch_add(&server->calls_open, 1);
        server_begin_target(call);
    }
    return call;
}

/* A reply that was not read to its end may have to wait for its store before it is closed. */
static void finish_call(weft_call *call)
{
    weft_server *server = call->server;
    server_metrics_count(call);
    server_log_call(call);
    call->client->call = NULL;
    call->client->has_ended_call = true;
    server_call_free(call);
    atomic_fetch_sub(&server->calls_open, 1);
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

static void end_connection(void *ctx,
                           struct MHD_Connection *connection,
                           void **socket_context,
                           enum MHD_ConnectionNotificationCode what)
{
    server_client *client = ctx;
    (void)connection;
    (void)socket_context;
    if (what == MHD_CONNECTION_NOTIFY_CLOSED) {
        if (client->call) {
            finish_call(client->call); /* libmicrohttpd gave the connection up and does not tell of the request */
        }
        server_client_leave(client);
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

/* The next bytes of an answer that goes on in its source. */
static ssize_t read_stream(void *ctx, uint64_t at, char *room, size_t room_len)
{
    weft_call *call = ctx;
    server_answer *answer = &call->answer;
    (void)at;
    while (answer->body_at == answer->body.len) {
        if (!refill(call, &call->has_failed)) {
            return call->has_failed ? MHD_CONTENT_READER_END_WITH_ERROR : MHD_CONTENT_READER_END_OF_STREAM;
        }
    }
    const size_t left = answer->body.len - answer->body_at;
    const size_t len = left < room_len ? left : room_len;
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
    /* libmicrohttpd keeps the body of a 304 and of an answer to HEAD back, and tells its length. */
    const bool is_kept_back = answer->status == MHD_HTTP_NOT_MODIFIED || !strcmp(call->method, "HEAD");
    call->sent_bytes = is_kept_back ? 0 : answer->body.len;
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
    call->sending_us = server_now_us();
    if (call->answer.source.reply) {
        const int64_t deadline_us = call->sending_us + (int64_t)call->server->options.send_ms * 1000;
        server_watch_set(call->client, SERVER_SENDING, deadline_us);
    }
    const enum MHD_Result result = MHD_queue_response(call->connection, (unsigned)call->answer.status, response);
    MHD_destroy_response(response);
    return result;
}

/* `refused` is why it is not answered at all. */
static enum MHD_Result answer_call(weft_call *call, weft_code refused)
{
    call->received_us = server_now_us();
    server_watch_set(call->client, SERVER_RUNNING, 0);
    server_dispatch(call, refused);
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
    if (!call->is_begun) {
        call->is_begun = true;
        call->method = method;
        call->version = version;
        const weft_code code = server_begin(call, &call->failure);
        return code == WEFT_OK ? MHD_YES : answer_call(call, code);
    }
    if (*data_len > 0) {
        take_body(call, data, *data_len);
        *data_len = 0;
        return MHD_YES;
    }
    return answer_call(call, check_body(call));
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

struct MHD_Daemon *server_daemon_new(server_client *client)
{
    return MHD_start_daemon(MHD_USE_EPOLL | MHD_USE_NO_LISTEN_SOCKET,
                            0,
                            NULL,
                            NULL,
                            handle,
                            client,
                            MHD_OPTION_URI_LOG_CALLBACK,
                            begin_call,
                            client,
                            MHD_OPTION_NOTIFY_COMPLETED,
                            end_call,
                            client,
                            MHD_OPTION_NOTIFY_CONNECTION,
                            end_connection,
                            client,
                            MHD_OPTION_CONNECTION_MEMORY_LIMIT,
                            SERVER_HEAD_MAX,
                            MHD_OPTION_END);
}

static void take_turn(weft_server *server, void *item)
{
    if (item == server) {
        server_door_let_in(server);
    } else {
        server_client_serve(item);
    }
}

weft_code server_daemon_start(weft_server *server, weft_error *error)
{
    const weft_server_options *options = &server->options;
    const int64_t look_ms = options->receive_ms / 4 < 500 ? options->receive_ms / 4 + 1 : 500;
    SERVER_TRY(server_watch_start(&server->watch, look_ms * 1000, error));
    weft_code code = server_workers_start(&server->workers, count_workers(server), take_turn, server, error);
    if (code == WEFT_OK) {
        code = server_door_open(server, error);
        if (code != WEFT_OK) {
            server_workers_stop(&server->workers);
        }
    }
    if (code != WEFT_OK) {
        server_watch_stop(&server->watch);
    }
    return code;
}

void server_daemon_drain(weft_server *server)
{
    const int64_t deadline_us = server_now_us() + (int64_t)server->options.drain_ms * 1000;
    const struct timespec moment = {.tv_nsec = 5000000};
    atomic_store(&server->is_stopping, true);
    server_door_close(server);
    while ((atomic_load(&server->calls_open) > 0 || server_watch_has_unread(&server->watch)) &&
           server_now_us() < deadline_us) {
        (void)nanosleep(&moment, NULL);
    }
}

void server_daemon_stop(weft_server *server)
{
    server_watch_cut_all(&server->watch);
    if (atomic_load(&server->calls_open) > 0) {
        server_seat_stop(&server->seat);
    }
    server_workers_stop(&server->workers);
    while (server->watch.first) {
        server_client_free(server->watch.first);
    }
    if (server->door.next) {
        server_client_free(server->door.next);
    }
    server_watch_stop(&server->watch);
}
