/* libmicrohttpd and the calls.
 *
 * Every connection has a thread of its own, and a reply is opened, read and closed on it: a slow query or a slow reader
 * stops nobody else, and a client that reads slowly is what makes the reply be read slowly. The number of connections
 * bounds the threads. A request is answered when it has come whole (the handler's last call), never before, so that
 * connections are kept alive. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "server/call.h"
#include "server/fail.h"
#include "server/server.h"

#define STREAM_BLOCK_BYTES   ((size_t)32 * 1024)
#define THREAD_STACK_BYTES   ((size_t)512 * 1024)
#define CONNECTION_BYTES_MAX ((size_t)64 * 1024)

/* Called with the target as it came, before any header. */
static void *begin_call(void *ctx, const char *sent, struct MHD_Connection *connection)
{
    weft_server *server = ctx;
    weft_call *call = server_call_new(server, sent);
    if (call) {
        call->connection = connection;
        call->project = server_seat_hold(&server->seat);
        atomic_fetch_add(&server->calls_open, 1);
    }
    return call;
}

static void end_call(void *ctx, struct MHD_Connection *connection, void **state, enum MHD_RequestTerminationCode why)
{
    weft_server *server = ctx;
    (void)connection;
    (void)why;
    if (*state) {
        server_call_free(*state);
        atomic_fetch_sub(&server->calls_open, 1);
        *state = NULL;
    }
}

/* The next bytes of an answer that goes on in its source. */
static ssize_t read_stream(void *ctx, uint64_t at, char *room, size_t room_len)
{
    weft_call *call = ctx;
    server_answer *answer = &call->answer;
    (void)at;
    while (answer->body.len == 0) {
        if (!answer->source.reply || answer->source.is_ended) {
            return MHD_CONTENT_READER_END_OF_STREAM;
        }
        if (server_source_read(&answer->source, &answer->body, &call->failure) != WEFT_OK) {
            return MHD_CONTENT_READER_END_WITH_ERROR;
        }
    }
    const size_t len = answer->body.len < room_len ? answer->body.len : room_len;
    memcpy(room, answer->body.data, len);
    memmove(answer->body.data, answer->body.data + len, answer->body.len - len + 1);
    answer->body.len -= len;
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
    call->is_too_late = true;
    for (size_t i = 0; i < call->answer.header_count; i++) {
        (void)MHD_add_response_header(response, call->answer.headers[i].name, call->answer.headers[i].value);
    }
    const enum MHD_Result result = MHD_queue_response(call->connection, (unsigned)call->answer.status, response);
    MHD_destroy_response(response);
    return result;
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
    (void)version;
    if (!call) {
        return MHD_NO;
    }
    if (!call->is_begun) {
        call->is_begun = true;
        call->method = method;
        return MHD_YES;
    }
    if (*data_len > 0) {
        server_text_add(&call->body, data, *data_len);
        *data_len = 0;
        return MHD_YES;
    }
    server_dispatch(call);
    return send_answer(call);
}

weft_code server_daemon_start(weft_server *server, weft_error *error)
{
    const weft_server_options *options = &server->options;
    const unsigned flags = MHD_USE_THREAD_PER_CONNECTION | MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_POLL | MHD_USE_ITC;
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
                                      MHD_OPTION_CONNECTION_LIMIT,
                                      (unsigned)options->connections_max,
                                      MHD_OPTION_CONNECTION_TIMEOUT,
                                      (unsigned)((options->idle_ms + 999) / 1000),
                                      MHD_OPTION_CONNECTION_MEMORY_LIMIT,
                                      CONNECTION_BYTES_MAX,
                                      MHD_OPTION_THREAD_STACK_SIZE,
                                      THREAD_STACK_BYTES,
                                      MHD_OPTION_END);
    if (!server->daemon) {
        return server_fail(error, WEFT_STORE_UNAVAILABLE, "could not start to listen");
    }
    server->listener = -1;
    return WEFT_OK;
}

void server_daemon_stop(weft_server *server)
{
    const int64_t deadline_us = server_now_us() + (int64_t)server->options.drain_ms * 1000;
    const struct timespec moment = {.tv_nsec = 5000000};
    (void)MHD_quiesce_daemon(server->daemon);
    while (atomic_load(&server->calls_open) > 0 && server_now_us() < deadline_us) {
        (void)nanosleep(&moment, NULL);
    }
    MHD_stop_daemon(server->daemon);
    server->daemon = NULL;
}
