/* What a request asks for and the server does not do is refused, and not passed over: a body where none is read may
 * hold the very conditions that were meant, and a write that was to depend on a tag would be a lost update. */
#include <string.h>
#include <strings.h>

#include "server/call.h"
#include "server/demands.h"
#include "server/fail.h"
#include "server/once.h"
#include "server/server.h"

/* A body that is packed would be read as if it were not. */
static weft_code check_coding(weft_call *call, weft_error *error)
{
    const char *coding = weft_call_header(call, "Content-Encoding");
    if (!coding || !*coding || !strcasecmp(coding, "identity")) {
        return WEFT_OK;
    }
    SERVER_TRY(weft_call_set_header(call, "Accept-Encoding", "identity", error));
    (void)server_fail(error, WEFT_UNSUPPORTED, "a body coded as \"%.60s\" is not read", coding);
    server_error_hint(error, "Send it as it is, without Content-Encoding.");
    call->answer.status = MHD_HTTP_UNSUPPORTED_MEDIA_TYPE;
    return WEFT_UNSUPPORTED;
}

static weft_code check_body(const weft_call *call, const weft_route *route, weft_error *error)
{
    const bool is_read = !strcmp(route->method, "GET");
    if (call->body_bytes == 0 || (!is_read && route->handler != server_delete_record)) {
        return WEFT_OK;
    }
    (void)server_fail(error, WEFT_INVALID_REQUEST, "%.20s takes no body here", call->method);
    server_error_hint(error,
                      is_read ? "Conditions stand in the address; a request in a body is POST /graph."
                              : "What it takes stands in the address: ?impact, ?max=N.");
    return WEFT_INVALID_REQUEST;
}

/* Every tag is weak, and If-Match holds for no weak one; If-None-Match of a write means that nothing may be there. */
static weft_code check_preconditions(weft_call *call, weft_error *error)
{
    const char *match = weft_call_header(call, "If-Match");
    const bool has_match = match && strcmp(match, "*") != 0;
    if (!server_is_write(call) || (!has_match && !weft_call_header(call, "If-None-Match"))) {
        return WEFT_OK;
    }
    (void)server_fail(error,
                      WEFT_UNSUPPORTED,
                      "a write cannot depend on an entity tag (%s)",
                      has_match ? "If-Match" : "If-None-Match");
    server_error_hint(error,
                      "Leave the header out; tags are for readers, who ask whether an answer is still the same.");
    call->answer.status = MHD_HTTP_PRECONDITION_FAILED;
    return WEFT_UNSUPPORTED;
}

weft_code server_check_demands(weft_call *call, const weft_route *route, weft_error *error)
{
    SERVER_TRY(check_coding(call, error));
    SERVER_TRY(check_body(call, route, error));
    return check_preconditions(call, error);
}
