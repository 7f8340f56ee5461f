/* What browsers are told. Without an origin that is allowed they are told nothing, and then keep answers to themselves.
 */
#include <string.h>

#include "server/call.h"
#include "server/fail.h"
#include "server/server.h"

#define REQUEST_HEADERS                                                                                                \
    "Accept, Authorization, Content-Type, Idempotency-Key, If-None-Match, Prefer, X-Request-Id, traceparent"
#define ANSWER_HEADERS "Allow, ETag, Idempotency-Replayed, Location, Retry-After, Server-Timing, X-Request-Id"

/* The origin to allow; NULL: none. */
static const char *allowed_origin(const weft_call *call)
{
    const char *allowed = call->server->options.cors_origin;
    const char *origin = weft_call_header(call, "Origin");
    return allowed && origin && (!strcmp(allowed, "*") || !strcmp(allowed, origin)) ? allowed : NULL;
}

void server_add_cors(weft_call *call)
{
    const char *origin = allowed_origin(call);
    server_answer *answer = &call->answer;
    if (origin) {
        (void)server_answer_header(answer, "Access-Control-Allow-Origin", origin, NULL);
        (void)server_answer_header(answer, "Access-Control-Expose-Headers", ANSWER_HEADERS, NULL);
    }
}

weft_code server_answer_options(weft_call *call, const char *allow, weft_error *error)
{
    SERVER_TRY(weft_call_set_header(call, "Allow", allow, error));
    if (allowed_origin(call) && weft_call_header(call, "Access-Control-Request-Method")) {
        SERVER_TRY(weft_call_set_header(call, "Access-Control-Allow-Methods", allow, error));
        SERVER_TRY(weft_call_set_header(call, "Access-Control-Allow-Headers", REQUEST_HEADERS, error));
        SERVER_TRY(weft_call_set_header(call, "Access-Control-Max-Age", "600", error));
    }
    call->answer.status = MHD_HTTP_NO_CONTENT;
    return WEFT_OK;
}
