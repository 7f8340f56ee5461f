/* The last touches of an answer, whoever made it: entity tag, 304, gzip, and the headers that all answers have. */
#include <string.h>

#include "server/call.h"
#include "server/figures.h"
#include "server/prefer.h"
#include "server/problem.h"
#include "server/server.h"

/* Below this, gzip makes an answer no smaller worth the while. */
#define GZIP_BYTES_MIN 1024

static void set(weft_call *call, const char *name, const char *value)
{
    (void)server_answer_put(&call->answer, name, value);
}

static bool is_reading(const weft_call *call)
{
    return !strcmp(call->method, "GET") || !strcmp(call->method, "HEAD");
}

/* Whole answers to readers carry a tag. One that the client has already is not sent again, only told of, its length
 * with the rest (RFC 9110, 8.6). */
static void add_tag(weft_call *call)
{
    server_answer *answer = &call->answer;
    if (!is_reading(call) || answer->status != MHD_HTTP_OK || answer->source.reply) {
        return;
    }
    server_tag_write(answer->tag, answer->body.data ? answer->body.data : "", answer->body.len);
    set(call, "ETag", answer->tag);
    set(call, "Cache-Control", "no-cache");
    if (server_has_tag(weft_call_header(call, "If-None-Match"), answer->tag)) {
        answer->status = MHD_HTTP_NOT_MODIFIED;
    }
}

/* Put what is there of the body through gzip; a stream goes on with it. */
static void compress(weft_call *call)
{
    server_answer *answer = &call->answer;
    const bool is_large = answer->source.reply || answer->body.len >= GZIP_BYTES_MIN;
    if (!is_large || !server_accepts_gzip(weft_call_header(call, "Accept-Encoding"))) {
        return;
    }
    server_gzip *gzip = server_gzip_new();
    server_text packed = {0};
    if (gzip) {
        server_gzip_add(gzip, answer->body.data, answer->body.len, !answer->source.reply, &packed);
    }
    if (!gzip || packed.failed ||
        !server_answer_put(answer, "Content-Encoding", "gzip")) { /* nobody could read it without */
        server_gzip_free(gzip);
        server_text_done(&packed);
        return;
    }
    server_text_done(&answer->body);
    answer->body = packed;
    answer->gzip = gzip;
}

static void add_timing(weft_call *call)
{
    char *to = server_put_words(call->answer.timing, "db;dur=");
    to = server_put_ms(to, call->cost.duration_us);
    to = server_put_words(to, ";desc=\"");
    to = server_put_number(to, call->cost.statements);
    to = server_put_words(to, " statements\", total;dur=");
    server_put_end(server_put_ms(to, (uint64_t)(server_now_us() - call->received_us)));
    set(call, "Server-Timing", call->answer.timing);
}

void server_finish(weft_call *call)
{
    add_tag(call);
    compress(call);
    const bool names_origin = call->server->options.cors_origin && strcmp(call->server->options.cors_origin, "*") != 0;
    set(call, "Vary", names_origin ? "Accept, Accept-Encoding, Prefer, Origin" : "Accept, Accept-Encoding, Prefer");
    set(call, "X-Content-Type-Options", "nosniff");
    if (call->request_id[0]) {
        set(call, "X-Request-Id", call->request_id);
    }
    if (call->traceparent[0]) {
        set(call, "traceparent", call->traceparent);
    }
    if (call->answer.status == MHD_HTTP_SERVICE_UNAVAILABLE) {
        set(call, "Retry-After", "1");
    }
    if (call->is_replayed) {
        set(call, "Idempotency-Replayed", "true");
    }
    add_timing(call);
    server_add_cors(call);
}

void server_answer_problem(weft_call *call, weft_code code)
{
    server_answer *problem = &call->answer;
    const int status = problem->status >= 400 ? problem->status : weft_code_http_status(code);
    server_call_drop_body(call);
    call->failure.code = code;
    server_problem_add(&problem->body, &call->failure, status, call->request_id);
    if (code == WEFT_FORBIDDEN && call->refused.data) {
        server_text_cut(&problem->body, problem->body.len - 1);
        server_text_format(&problem->body, ",\"refused\":%s}", call->refused.data);
    }
    if (problem->body.failed) {
        server_call_drop_body(call); /* the status alone, rather than half a text */
    }
    problem->status = status;
    set(call, "Content-Type", SERVER_PROBLEM_TYPE);
}
