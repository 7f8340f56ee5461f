/* The headers of a request are here, its body is not. */
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/call.h"
#include "server/fail.h"
#include "server/figures.h"
#include "server/framing.h"
#include "server/prefer.h"
#include "server/server.h"

/* The client's own id, or a new one: the start of the server and a number, so that ids of two servers differ. */
static void set_request_id(weft_call *call)
{
    const char *given = weft_call_header(call, "X-Request-Id");
    if (server_is_request_id(given)) {
        (void)snprintf(call->request_id, sizeof(call->request_id), "%s", given);
    } else {
        char *to = server_put_hex(call->request_id, call->server->id);
        to = server_put_words(to, "-");
        to = server_put_number(to, atomic_fetch_add(&call->server->calls_begun, 1) + 1);
        server_put_end(to);
    }
    const char *trace = weft_call_header(call, "traceparent");
    if (server_is_traceparent(trace)) {
        (void)snprintf(call->traceparent, sizeof(call->traceparent), "%s", trace);
    }
}

weft_code server_fail_body(weft_call *call, weft_error *error)
{
    (void)server_fail(error, WEFT_LIMIT_EXCEEDED, "the body of the request is too large");
    server_error_detail(error, "It may have body_bytes_max = %zu bytes.", call->server->options.body_bytes_max);
    call->answer.status = MHD_HTTP_CONTENT_TOO_LARGE;
    return WEFT_LIMIT_EXCEEDED;
}

void server_begin_target(weft_call *call)
{
    if (server_target_fits(call->sent, &call->failure) == WEFT_OK) {
        return;
    }
    call->answer.status = MHD_HTTP_URI_TOO_LONG;
    call->must_close = true;
    call->received_us = server_now_us();
    server_watch_refuse(call->client, &call->failure);
}

typedef struct heads {
    weft_call *call;
    server_framing framing;
} heads;

static enum MHD_Result add_header(
    void *ctx, enum MHD_ValueKind kind, const char *name, size_t name_len, const char *value, size_t value_len)
{
    heads *h = ctx;
    (void)kind;
    server_framing_add(&h->framing, name, name_len, value ? value : "", value_len);
    server_lines_note(&h->call->lines_seen, name, name_len);
    return MHD_YES;
}

/* Whoever sends what cannot stand is not read any further: what looks like the next request may be a part of this. */
static weft_code check_framing(weft_call *call, weft_error *error)
{
    heads h = {.call = call};
    (void)MHD_get_connection_values_n(call->connection, MHD_HEADER_KIND, add_header, &h);
    const weft_code code = server_framing_end(&h.framing, !strcmp(call->version, "HTTP/1.1"), error);
    call->must_close = code != WEFT_OK;
    return code;
}

weft_code server_begin(weft_call *call, weft_error *error)
{
    const weft_code framed = call->failure.code == WEFT_OK ? check_framing(call, error) : call->failure.code;
    set_request_id(call);
    SERVER_TRY(framed);
    SERVER_TRY(server_principal_decide(call, error));
    const char *length = weft_call_header(call, "Content-Length");
    const bool is_too_large =
        length && (strlen(length) > 18 || strtoull(length, NULL, 10) > call->server->options.body_bytes_max);
    return is_too_large ? server_fail_body(call, error) : WEFT_OK;
}
